"""Which properties of a call break the keywords that tell their values."""

from typing import Any

import pytest

from messages_conformance.probing.shared_tools import (
    LENDING,
    RULES,
    breaks_rules,
    lending_without,
)
from messages_conformance.reference.simulated_model.tool_inputs import fill_input

RIGHT = {
    "title": "Dune",
    "counter": "amber-7",
    "options": {"page": 0, "reserve": False},
    "shelf": "M-204",
    "copies": 13,
    "floor": 31,
    "sealed": False,
    "labels": ["a", "b", "c"],
    "stamp": "finch-6",
    "gate": "maple-9",
    "due": {"number": 4},
}


def test_an_input_that_keeps_all_breaks_none() -> None:
    assert breaks_rules(RIGHT) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shelf", "A-1"),
        ("copies", 1),
        ("floor", 0),
        ("sealed", True),
        ("labels", ["a"]),
        ("stamp", "no"),
        ("gate", "no"),
        ("due", {"weekday": "sun"}),
    ],
)
def test_a_value_that_breaks_its_keyword_is_named(name: str, value: Any) -> None:
    assert breaks_rules({**RIGHT, name: value}) == [name]


@pytest.mark.parametrize("name", RULES)
def test_each_property_counts_and_can_lose_its_keywords(name: str) -> None:
    assert breaks_rules({n: v for n, v in RIGHT.items() if n != name}) == [name]
    assert all(lending_without(name, keyword) != LENDING for keyword in RULES[name])


def test_the_simulated_model_reads_every_keyword() -> None:
    assert breaks_rules(fill_input(LENDING, 'Lend the book "Dune" from page 0.')) == []
