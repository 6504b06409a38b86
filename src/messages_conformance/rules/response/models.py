"""Rules ``RS-MDL``: models, and lists of models."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.rules.by_schema import check_schema
from messages_conformance.rules.finding import Finding


def check_list(document: Any) -> Iterator[Finding]:
    """Check the form of a list of models."""
    yield from check_schema(document, "model-list", "RS-MDL-1")


def check_model(document: Any) -> Iterator[Finding]:
    """Check the form of one model."""
    yield from check_schema(document, "model", "RS-MDL-1")
