"""What an unusual answer means before a probe sees it, and how the run of a probe ends."""

import asyncio
from typing import Any

import pytest

from messages_conformance.probing import Ask, ProbeRun, ignored, row, works
from messages_conformance.probing.driver import (
    Batch,
    ProbeDefectError,
    UnansweredError,
    run_probe,
    run_probe_async,
)
from messages_conformance.protocol.exchange import Ending, Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import ASK, answered, error, run, said


@row("basic/x")
def with_and_without(ask: Ask) -> ProbeRun:
    """Compares an answer with the field and one without."""
    tested = yield ask("Hello.", x=1)
    plain = yield ask.control("Hello.")
    return works("differs", tested) if tested.text != plain.text else ignored("same", tested)


def test_a_probe_that_gets_answers_decides_itself() -> None:
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
def test_what_the_answer_to_the_tested_request_means(
    status: int | None, body: Any, ended: Ending, kind: Kind
) -> None:
    seen = run(with_and_without, lambda r, _: answered(r, status, body, ended))
    assert seen.kind is kind
    assert len(seen.exchanges) == 1
    assert seen.summary


def test_a_control_that_fails_leaves_the_row_unmeasured() -> None:
    def answer(request: Request, _: int) -> Exchange:
        return said(request, "1") if "x" in request.body else error(request, 400)

    assert run(with_and_without, answer).kind is Kind.UNMEASURED


def test_a_control_that_fails_beside_the_test_clears_the_row() -> None:
    @row("basic/x")
    def at_once(ask: Ask) -> ProbeRun:
        """Asks both at once."""
        yield [ask("Hello.", x=1), ask.control("Hello.")]
        return works("never gets here")

    assert run(at_once, lambda r, _: error(r, 500)).kind is Kind.UNMEASURED


@pytest.mark.parametrize(("control_status", "kind"), [(500, Kind.UNMEASURED), (200, Kind.BROKEN)])
def test_a_broken_answer_is_compared_with_its_control(control_status: int, kind: Kind) -> None:
    @row("basic/x")
    def with_a_control(ask: Ask) -> ProbeRun:
        """Asks with x, and if that breaks, without."""
        exchange = yield ask("Hello.", x=1, control_if_broken=ask.control("Hello."))
        return works("answered", exchange)

    def answer(request: Request, _: int) -> Exchange:
        fails = "x" in request.body or control_status == 500
        return answered(request, 500, b"oops") if fails else said(request, "Hi.")

    assert run(with_a_control, answer).kind is kind


@pytest.mark.parametrize("way", ["invalid", "shared"])
def test_whatever_comes_back_for_an_invalid_or_a_shared_request_the_probe_judges_it(
    way: str,
) -> None:
    @row("basic/x")
    def looks(ask: Ask) -> ProbeRun:
        """Looks at any answer."""
        exchange = yield getattr(ask, way)("Hello.", max_tokens=-1)
        return works("refused", exchange) if exchange.refused else ignored("let in", exchange)

    assert run(looks, lambda r, _: error(r, 400)).kind is Kind.WORKS
    assert run(looks, lambda r, _: answered(r, 500, b"")).kind is Kind.IGNORED


def test_a_shared_request_that_times_out_is_left_to_the_probe_which_asks_alone() -> None:
    @row("basic/x")
    def asks_alone(ask: Ask) -> ProbeRun:
        """Asks by itself what a shared request does not show."""
        shared = yield ask.shared("Hello, all.")
        exchange = shared if shared.answered else (yield ask("Hello."))
        return works("answered", exchange)

    def times_out(request: Request, _: int) -> Exchange:
        late = "all" in str(request.body)
        return Exchange(request, None, ended="timeout") if late else said(request, "Hi.")

    assert run(asks_alone, times_out).kind is Kind.WORKS
    unreachable = run(asks_alone, lambda r, _: Exchange(r, None, ended="unreachable"))
    assert unreachable.kind is Kind.UNMEASURED


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


@row("basic/x")
def twice(ask: Ask) -> ProbeRun:
    """Asks twice."""
    yield ask("Hello.")
    last = yield [ask("Hello."), ask.control("Hello.")]
    return works("done", *last)


def answer_first(batch: Batch) -> list[Exchange | None]:
    """Answers what is asked for the first time, and nothing else."""
    return [said(s.question.request, "Hi.") if s.nth == 0 else None for s in batch]


def test_a_run_ends_where_there_is_no_answer_and_says_at_which_step() -> None:
    with pytest.raises(UnansweredError, match="step 2") as end:
        run_probe(twice, ASK, answer_first)
    assert end.value.batch == 2


def test_an_exception_of_a_probe_is_a_defect_of_its_suite() -> None:
    @row("basic/x")
    def stumbles(ask: Ask) -> ProbeRun:
        """Stumbles."""
        exchange = yield ask("Hello.")
        return works(exchange.no_such_thing)

    with pytest.raises(
        ProbeDefectError, match=r"stumbles of row 'basic/x' raised Attrib"
    ) as defect:
        run(stumbles, lambda r, _: said(r, "Hi."))
    assert isinstance(defect.value.__cause__, AttributeError)


def test_an_exception_of_the_answering_side_is_not() -> None:
    def fail(batch: Batch) -> list[Exchange | None]:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_probe(twice, ASK, fail)


def test_a_probe_is_closed_however_its_run_ends() -> None:
    closed: list[str] = []

    @row("basic/x")
    def closes(ask: Ask) -> ProbeRun:
        """Says when it is closed."""
        try:
            yield ask("Hello.")
            yield ask("Hello.")
        finally:
            closed.append("closed")
        return works("done")

    with pytest.raises(UnansweredError):
        run_probe(closes, ASK, answer_first)
    run(closes, lambda r, _: error(r, 400))
    assert closed == ["closed", "closed"]


def test_both_drivers_run_a_probe_alike() -> None:
    def answer(batch: Batch) -> list[Exchange]:
        return [said(s.question.request, str(s.nth)) for s in batch]

    async def answer_later(batch: Batch) -> list[Exchange]:
        await asyncio.sleep(0)
        return answer(batch)

    async def answer_first_later(batch: Batch) -> list[Exchange | None]:
        return answer_first(batch)

    behaviour = asyncio.run(run_probe_async(twice, ASK, answer_later))
    assert behaviour == run_probe(twice, ASK, answer)
    with pytest.raises(UnansweredError, match="step 2"):
        asyncio.run(run_probe_async(twice, ASK, answer_first_later))
