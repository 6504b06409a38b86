"""Rows that an endpoint keeps, or that nobody can judge, are not red for other reasons."""

from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import Fault, of_message
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint
from messages_conformance.verdict import Kind

Message = dict[str, Any]


@pytest.mark.parametrize("name", CLEAN_ENDPOINTS)
def test_no_refusal_of_a_clean_endpoint_is_taken_for_one_of_something_else(name: str) -> None:
    clean = clean_endpoint(name)
    chosen = tuple(row for row in clean.revision.rows if row.section == "refusal")
    small = replace(clean, revision=replace(clean.revision, rows=chosen))
    result = run_suites(small, clean.stages, shipped_suites())
    unclear = [cell.row_id for cell in result.cells if cell.kind is Kind.UNCLEAR]
    assert unclear == []


def kinds(fault: Fault, *rows: str) -> dict[str, Kind]:
    """How a faulty strict endpoint behaves in some rows."""
    clean = clean_endpoint("strict")
    chosen = tuple(row for row in clean.revision.rows if row.id in rows)
    small = replace(clean, revision=replace(clean.revision, rows=chosen))
    result = run_suites(small, fault.inject_into(clean.stages), shipped_suites())
    return {cell.row_id: cell.kind for cell in result.cells}


@of_message("wire/message")
def usage_in_words(_: AdmittedRequest, message: Message) -> Message:
    """All figures are text."""
    return {**message, "usage": {name: str(n) for name, n in message["usage"].items()}}


@of_message("wire/message")
def nothing_said(_: AdmittedRequest, message: Message) -> Message:
    """No answer holds a block."""
    return {**message, "content": [], "stop_reason": "max_tokens"}


@of_message("basic/thinking")
def never_thinks(_: AdmittedRequest, message: Message) -> Message:
    """No answer holds a thought."""
    return {**message, "content": [b for b in message["content"] if b["type"] != "thinking"]}


@pytest.mark.parametrize(
    ("fault", "row", "kind"),
    [
        (usage_in_words, "tools/cache_control", Kind.UNCLEAR),
        (usage_in_words, "content/text/cache_control", Kind.UNCLEAR),
        (usage_in_words, "content/tool_use/cache_control", Kind.UNCLEAR),
        (usage_in_words, "content/tool_result/cache_control", Kind.UNCLEAR),
        (nothing_said, "basic/temperature", Kind.UNCLEAR),
        # The reference endpoint checks signatures, and rightly refuses one that it never gave.
        (never_thinks, "content/thinking", Kind.UNMEASURED),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_row_is_not_accused_of(fault: Fault, row: str, kind: Kind) -> None:
    assert kinds(fault, row) == {row: kind}
