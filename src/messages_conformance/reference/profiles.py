"""The endpoints that the reference can be, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from messages_conformance.reference.pipeline import DOCUMENTED, Stages
from messages_conformance.reference.reported import REPORTED
from messages_conformance.reference.strict import STRICT

PROFILES: Mapping[str, Stages] = MappingProxyType(
    {"documented": DOCUMENTED, "strict": STRICT, "model-studio-reported": REPORTED}
)
"""``documented`` does what a page documents, ``strict`` what the genuine API does, and
``model-studio-reported`` what users of Model Studio met."""
