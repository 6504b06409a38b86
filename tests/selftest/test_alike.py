"""Equal answers of several runs are one object; whatever differs is not."""

from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.protocol.exchange import Chunk, Exchange, Place, Request
from messages_conformance.selftest.alike import kept


def answer(**changes: Any) -> Exchange:
    given = Exchange(
        Request({"max_tokens": 1}), 200, (("a", "b"),), b"{}", (Chunk(2, 0.1),), "complete"
    )
    return replace(given, **{"place": Place("selftest", 1), **changes})


def test_an_equal_answer_is_the_same_object() -> None:
    assert kept(answer()) is kept(answer())


@pytest.mark.parametrize(
    "changes",
    [
        {"request": Request({"max_tokens": 2})},
        {"request": Request({"max_tokens": 1}, (("x-api-key", "<key>"),))},
        {"status": 201},
        {"headers": (("a", "c"),)},
        {"body": b"[]"},
        {"chunks": (Chunk(2, 0.2),)},
        {"ended": "cut"},
        {"place": Place("selftest", 2)},
    ],
)
def test_whatever_differs_is_another_answer(changes: dict[str, Any]) -> None:
    other = answer(**changes)
    assert kept(other) is not kept(answer())
    assert kept(other) == other


def test_a_large_answer_is_not_kept() -> None:
    large = b" " * 300_000
    assert kept(answer(body=large)) is not kept(answer(body=large))
