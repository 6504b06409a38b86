"""The reference endpoint: does what a page documents, with a simulated model.

It calibrates the probes. It is no evidence about any vendor, and each of its responses says
so in a header.
"""

from messages_conformance.reference.app import app
from messages_conformance.reference.server import running, serve

__all__ = ["app", "running", "serve"]
