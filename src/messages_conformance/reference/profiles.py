"""The endpoints that the reference can be, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from messages_conformance.reference.pipeline import DOCUMENTED, Stages
from messages_conformance.reference.reported import REPORTED

PROFILES: Mapping[str, Stages] = MappingProxyType(
    {"documented": DOCUMENTED, "model-studio-reported": REPORTED}
)
"""``documented`` does what a page documents; ``model-studio-reported`` what users met."""
