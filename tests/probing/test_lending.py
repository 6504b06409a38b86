"""Which properties of a call break the keywords that tell their values."""

from typing import Any

import pytest

from messages_conformance.probing.lending import (
    LENDING,
    LENDING_PROMPT,
    LOST,
    breaks_rules,
)
from messages_conformance.reference.simulated_model.tool_inputs import fill_input

RIGHT = {
    "title": "Dune",
    "counter": "amber-7",
    "options": {"page": 0, "reserve": False},
    "leaves": 212,
    "heir": None,
    "agent": None,
    "shelf": "M-204",
    "copies": 13,
    "floor": 31,
    "sealed": False,
    "labels": ["a", "b", "c"],
    "stamp": "finch-6",
    "gate": "maple-9",
    "due": {"number": 40, "weekday": "thu"},
    "branch": "Dunmore",
    "bands": ["ochre-2"],
    "slot": "hazel-8",
    "fees": [{"kind": "curlew-8", "sum": 40}],
    "since": "2031-05-07",
    "motto": "Who lends a book lends the way home.",
    "mark": "XV",
    "deposit": 9002,
    "depth": -41,
    "deck": 4,
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
        ("leaves", None),
        ("heir", 1),
        ("agent", 1),
        ("branch", "Arden"),
        ("bands", ["red"]),
        ("slot", "oak-1"),
        ("fees", [{}]),
        ("fees", [{"kind": "late", "sum": 4}]),
        ("since", "soon"),
        ("motto", "Read on."),
        ("mark", "XVI"),
        ("deposit", 7),
        ("deposit", 9003),
        ("depth", 3),
        ("deck", "4"),
        ("gate", "larch-2"),
        ("due", {"number": 4, "weekday": "thu"}),
        ("due", {"number": 40, "weekday": "sun"}),
    ],
)
def test_a_value_that_breaks_its_keyword_is_named(name: str, value: Any) -> None:
    assert breaks_rules({**RIGHT, name: value}) == [name]


@pytest.mark.parametrize("name", LOST)
def test_each_property_counts_and_can_lose_its_keywords(name: str) -> None:
    assert breaks_rules({n: v for n, v in RIGHT.items() if n != name}) == [name]
    assert all(schema != LENDING for schema in LOST[name].values())


def test_the_simulated_model_reads_every_keyword() -> None:
    assert breaks_rules(fill_input(LENDING, LENDING_PROMPT)) == []


# What is above a minimum need not be above a maximum that is lost. Other words in definitions
# show that they are read, and nothing else.
@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        (n, one)
        for n in LOST
        for one in LOST[n]
        if (n, one) not in (("copies", "`maximum`"), ("due", "content of `$defs`"))
    ],
)
def test_without_a_keyword_its_property_has_another_value(name: str, keyword: str) -> None:
    given = fill_input(LOST[name][keyword], LENDING_PROMPT)
    assert breaks_rules(given) == [name]
