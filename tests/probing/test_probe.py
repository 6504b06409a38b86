"""What an unusual answer means before a probe sees it, and what a probe may rely on."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from messages_conformance.claims.page import Model, Row, Target
from messages_conformance.probing.probe import (
    Ask,
    Probe,
    ProbeRun,
    credential,
    drive,
    ignored,
    row,
    works,
)
from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Ending, Exchange, Request
from messages_conformance.verdict import Behaviour, Claim, Kind

MODEL = Model("m-1", "m", thinks=False)
ROW = Row("basic/x", "x", Claim.SUPPORTED, "Supported", "S", "quoted")
TARGET = Target("t", "T", "http://127.0.0.1:1", ("x-api-key",), "2023-06-01", {"temperature": 0.0})
ASK = Ask(MODEL, ROW, TARGET, "x-api-key")

Answer = Callable[[Request, int], Exchange]


def answered(
    request: Request, status: int | None, body: Any = b"", ended: Ending = "complete"
) -> Exchange:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(request, status, (("content-type", "application/json"),), raw, ended=ended)


def said(request: Request, words: str, **usage: int) -> Exchange:
    content = [{"type": "text", "text": words}]
    return answered(request, 200, {"type": "message", "content": content, "usage": usage})


def error(request: Request, status: int, kind: str = "invalid_request_error") -> Exchange:
    return answered(request, status, {"type": "error", "error": {"type": kind, "message": "No."}})


def run(probe: Probe, answer: Answer) -> Behaviour:
    driven = drive(probe, ASK)
    try:
        steps = next(driven)
        while True:
            steps = driven.send(tuple(answer(s.question.request, s.nth) for s in steps))
    except StopIteration as end:
        behaviour: Behaviour = end.value
        return behaviour


@row("basic/x")
def with_and_without(ask: Ask) -> ProbeRun:
    """Compares an answer with the field and one without."""
    tested = yield ask("Hello.", x=1)
    plain = yield ask.control("Hello.")
    return works("differs", tested) if tested.text != plain.text else ignored("same", tested)


def test_a_probe_that_hears_answers_decides_itself() -> None:
    assert run(with_and_without, lambda r, _: said(r, str(r.body.get("x")))).kind is Kind.WORKS
    assert run(with_and_without, lambda r, _: said(r, "Hi.")).kind is Kind.IGNORED


@pytest.mark.parametrize(
    ("status", "body", "ended", "kind"),
    [
        (400, {"type": "error", "error": {"type": "a", "message": "b"}}, "complete", Kind.REFUSED),
        (400, {"error": {"message": "flat"}}, "complete", Kind.BROKEN),
        (400, b"event:error\ndata:{}\n\n", "complete", Kind.BROKEN),
        (500, {"type": "error", "error": {"type": "a", "message": "b"}}, "complete", Kind.BROKEN),
        (200, {"type": "error", "error": {"type": "a", "message": "b"}}, "complete", Kind.BROKEN),
        (200, b"<html>", "complete", Kind.BROKEN),
        (200, {"type": "message", "content": []}, "cut", Kind.BROKEN),
        (200, b"x", "too large", Kind.BROKEN),
        (429, {"error": "slow down"}, "complete", Kind.UNMEASURED),
        (None, b"", "unreachable", Kind.UNMEASURED),
        (None, b"", "timeout", Kind.UNMEASURED),
    ],
)
def test_what_the_tested_request_meets(
    status: int | None, body: Any, ended: Ending, kind: Kind
) -> None:
    seen = run(with_and_without, lambda r, _: answered(r, status, body, ended))
    assert seen.kind is kind
    assert len(seen.exchanges) == 1
    assert seen.summary


def test_a_control_that_fails_settles_nothing() -> None:
    def answer(request: Request, _: int) -> Exchange:
        return said(request, "1") if "x" in request.body else error(request, 400)

    assert run(with_and_without, answer).kind is Kind.UNCLEAR


def test_a_control_that_fails_beside_the_test_clears_the_row() -> None:
    @row("basic/x")
    def at_once(ask: Ask) -> ProbeRun:
        """Asks both at once."""
        yield [ask("Hello.", x=1), ask.control("Hello.")]
        return works("never gets here")

    assert run(at_once, lambda r, _: error(r, 500)).kind is Kind.UNCLEAR


@pytest.mark.parametrize(("bare_status", "kind"), [(500, Kind.UNCLEAR), (200, Kind.BROKEN)])
def test_a_broken_answer_is_held_against_the_same_without(bare_status: int, kind: Kind) -> None:
    @row("basic/x")
    def with_a_twin(ask: Ask) -> ProbeRun:
        """Asks with x, and if that breaks, without."""
        exchange = yield ask("Hello.", x=1, without=ask.control("Hello."))
        return works("answered", exchange)

    def answer(request: Request, _: int) -> Exchange:
        fails = "x" in request.body or bare_status == 500
        return answered(request, 500, b"oops") if fails else said(request, "Hi.")

    assert run(with_a_twin, answer).kind is kind


def test_an_invalid_request_is_the_probes_to_judge() -> None:
    @row("basic/x")
    def provokes(ask: Ask) -> ProbeRun:
        """Provokes an error."""
        exchange = yield ask.invalid("Hello.", max_tokens=-1)
        return works("refused", exchange) if exchange.refused else ignored("let in", exchange)

    assert run(provokes, lambda r, _: error(r, 400)).kind is Kind.WORKS
    assert run(provokes, lambda r, _: answered(r, 500, b"")).kind is Kind.IGNORED


def test_asking_the_same_again_takes_the_next_recording() -> None:
    numbers: list[int] = []

    @row("basic/x")
    def thrice(ask: Ask) -> ProbeRun:
        """Asks the same three times, twice at once."""
        yield [ask("Hello."), ask("Hello.")]
        yield ask("Hello.")
        return works("done")

    def answer(request: Request, nth: int) -> Exchange:
        numbers.append(nth)
        return said(request, "Hi.")

    run(thrice, answer)
    assert numbers == [0, 1, 2]


def test_a_request_carries_what_the_target_says_unless_the_probe_says_otherwise() -> None:
    plain = ASK.request("Hello.")
    assert plain.body["temperature"] == 0.0
    assert dict(plain.headers) == {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    changed = ASK.request(
        "Hello.",
        temperature=None,
        headers={"anthropic-version": None, **credential("authorization")},
    )
    assert "temperature" not in changed.body
    assert dict(changed.headers) == {"authorization": f"Bearer {KEY}"}


def test_equal_requests_have_equal_keys_and_others_not() -> None:
    one = Request({"a": 1, "b": [2]}, (("x-api-key", KEY),))
    assert one.key == Request({"b": [2], "a": 1}, (("x-api-key", KEY),)).key
    assert one.key != Request({"a": 1, "b": [2]}, (("x-api-key", WRONG_KEY),)).key
    assert one.key != Request({"a": 1, "b": [2, 2]}, (("x-api-key", KEY),)).key
