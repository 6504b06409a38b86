"""Lost white space of a system prompt is told by its cost, where white space costs anything."""

import json
import re
from collections.abc import Callable

import pytest

from messages_conformance.probing import Ask, ProbeRun, also_spread, row, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, run, said

Counts = Callable[[str], int]


@row("basic/x")
def spreads(ask: Ask) -> ProbeRun:
    """x works, and so does the white space of the system prompt."""
    return also_spread(ask, works("x works"))


def endpoint(of_system: Counts, of_turns: Counts) -> Answer:
    def answer(request: Request, _: int) -> Exchange:
        system, turns = map(json.dumps, (request.body["system"], request.body["messages"]))
        return said(request, "Yes.", input_tokens=of_system(system) + of_turns(turns))

    return answer


def words(document: str) -> int:
    """How many words are between the white space of some JSON."""
    return len(re.split(r"(?:\\[nt]|\s)+", document))


def ten(_document: str) -> int:
    return 10


def nothing(_document: str) -> int:
    return 0


@pytest.mark.parametrize(
    ("of_system", "of_turns", "kind"),
    [
        (len, len, Kind.WORKS),
        (words, len, Kind.PARTIAL),
        (words, words, Kind.WORKS),
        (nothing, ten, Kind.WORKS),
        (nothing, nothing, Kind.WORKS),
    ],
    ids=["all", "no white space of systems", "words", "always the same", "nothing"],
)
def test_white_space_that_costs_nothing(of_system: Counts, of_turns: Counts, kind: Kind) -> None:
    assert run(spreads, endpoint(of_system, of_turns)).kind is kind
