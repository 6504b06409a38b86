"""What the rules say of answers that users reported, and of kinds of genuine answers.

`reported_answers.jsonl` has, for each, the thread that it is made ``after``, what a careful reader
``says`` of it, and the rules that it ``breaks``. `genuine_kinds.jsonl` has answers as the original
API sends them, of every age and feature; they are written after its documentation and the types of
its SDK, and break no rule that counts.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import Severity
from messages_conformance.traffic.readers import jsonl
from messages_conformance.traffic.saved_file import open_saved_file

HERE = Path(__file__).parent


def exchanges(name: str) -> list[tuple[dict[str, Any], Exchange | None]]:
    """Each line and the exchange in it; None if it is not to a route that has rules."""
    lines = [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    with open_saved_file(str(HERE / name)) as file:
        items = [*jsonl.read(file)]
    return [
        (line, item if isinstance(item, Exchange) else None)
        for line, item in zip(lines, items, strict=True)
    ]


REPORTED = exchanges("reported_answers.jsonl")
GENUINE = exchanges("genuine_kinds.jsonl")


@pytest.mark.parametrize(
    ("line", "exchange"), REPORTED, ids=[each["after"] for each, _ in REPORTED]
)
def test_a_reported_answer_breaks_its_rules(
    line: dict[str, Any], exchange: Exchange | None
) -> None:
    assert exchange is not None
    assert sorted({finding.rule.id for finding in check(exchange)}) == line["breaks"], line["says"]


@pytest.mark.parametrize(("line", "exchange"), GENUINE, ids=[each["kind"] for each, _ in GENUINE])
def test_a_genuine_answer_is_not_accused(line: dict[str, Any], exchange: Exchange | None) -> None:
    found = check(exchange) if exchange is not None else ()
    assert [each for each in found if each.rule.severity is not Severity.ADVISORY] == [], line


def test_most_kinds_are_judged_at_all() -> None:
    """A route without rules would make the test above pass for nothing."""
    assert sum(exchange is not None for _, exchange in GENUINE) > 0.9 * len(GENUINE)
