"""Edits of the context (`context_management`), which a beta allows."""

from typing import Final

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import type_of

_PATH: Final = "context_management"
_KINDS: Final = ("clear_tool_uses_20250919", "clear_thinking_20251015", "compact_20260112")
"""The types of edits in anthropic-sdk-python 2.12.0."""


def edits_are_known(request: AdmittedRequest) -> None:
    """Each edit is of a known type; none needs to be given."""
    given = request.body.get(_PATH)
    if given is None:
        return
    edits = given.get("edits", []) if isinstance(given, dict) else None
    if not isinstance(edits, list):
        raise invalid(_PATH, "Input should be an object with a list of edits")
    for i, edit in enumerate(edits):
        if type_of(edit) not in _KINDS:
            raise invalid(
                f"{_PATH}.edits.{i}",
                f"Input tag '{type_of(edit)}' found using 'type' does not match any of the "
                "expected tags",
            )
