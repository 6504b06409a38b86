"""The reference endpoint: does what a page documents, with a simulated model.

It calibrates the probes. It is no evidence about any vendor, and each of its responses says
so in a header.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from messages_conformance.reference.asgi_app import app
    from messages_conformance.reference.server import running, serve

__all__ = ["app", "running", "serve"]


def __getattr__(name: str) -> Any:
    """What is exported, when it is asked for: most of what imports a module here opens no port."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from messages_conformance.reference import asgi_app, server

    return getattr(asgi_app if name == "app" else server, name)
