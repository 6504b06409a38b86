"""The endpoints that the reference can be, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from messages_conformance.reference.pipeline import DOCUMENTED, Stages

PROFILES: Mapping[str, Stages] = MappingProxyType({"documented": DOCUMENTED})
"""``documented`` does what a page documents."""
