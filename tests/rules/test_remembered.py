"""Equal exchanges are checked once, and no others are taken for equal."""

from dataclasses import replace

import pytest

from messages_conformance.protocol.exchange import Chunk, Exchange
from messages_conformance.rules import remembered
from messages_conformance.rules.check import check
from messages_conformance.rules.remembered import check_once
from support import small_project

GOOD = small_project.exchange(small_project.request(), small_project.message())
OTHERS = {
    "body": replace(GOOD, body=GOOD.body.replace(b"end_turn", b"no_turn")),
    "status": replace(GOOD, status=500),
    "headers": replace(GOOD, headers=(("content-type", "text/plain"),)),
    "ended": replace(GOOD, body=GOOD.body[:-9], ended="cut"),
    "request": GOOD.asked_with(small_project.request(stream=True)),
    "chunks": replace(GOOD, chunks=(Chunk(len(GOOD.body), 9.0),)),
}


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """The exchanges that the rules are asked about."""
    asked: list[Exchange] = []

    def noted(exchange: Exchange, version: str) -> object:
        asked.append(exchange)
        return check(exchange, version)

    monkeypatch.setattr(remembered, "check", noted)
    monkeypatch.setattr(remembered, "_found", {})
    return asked


def test_an_equal_exchange_is_not_checked_again(checked: list[Exchange]) -> None:
    first = check_once(GOOD)
    assert check_once(replace(GOOD, body=bytes(bytearray(GOOD.body)))) == first == check(GOOD)
    assert len(checked) == 1


@pytest.mark.parametrize("part", OTHERS)
def test_any_other_part_is_another_exchange(part: str, checked: list[Exchange]) -> None:
    check_once(GOOD)
    assert check_once(OTHERS[part]) == check(OTHERS[part])
    assert len(checked) == 2


def test_a_version_has_rules_of_its_own(checked: list[Exchange]) -> None:
    check_once(GOOD)
    with pytest.raises(ValueError, match="no rules are known"):
        check_once(GOOD, "1999-01-01")


def test_what_is_kept_is_bounded(checked: list[Exchange], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 2)
    for part in OTHERS.values():
        check_once(part)
    assert len(remembered._found) <= 2
