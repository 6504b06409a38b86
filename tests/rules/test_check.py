"""Which rules an exchange is checked by, how findings are reported, and streams in pieces."""

import dataclasses
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.protocol.exchange import Ending, Exchange, Request
from messages_conformance.rules.check import SHOWN, check, check_stream
from messages_conformance.rules.finding import Finding
from support.rule_examples import (
    EMPTY,
    END,
    GOOD,
    SIGNS,
    START,
    STOP,
    STREAM,
    THINKS,
    add,
    answer,
    asked,
    begin,
    failure,
    message,
    of,
    raw,
    stop,
    stream,
    text,
    thought,
    written,
)
from support.rule_examples_of_streams import STREAMS

ODD = {"type": "news"}


def rules(exchange: Exchange) -> list[str]:
    return [finding.rule.id for finding in check(exchange)]


def only(exchange: Exchange) -> Finding:
    (finding,) = check(exchange)
    return finding


def test_a_request_that_was_never_answered_breaks_no_rule() -> None:
    assert check(Exchange(GOOD.request, None, ended="unreachable")) == ()


def test_the_first_findings_of_a_rule_are_reported_and_the_rest_counted() -> None:
    findings = check(stream(START, *[ODD] * 1000, END, STOP))
    assert [finding.rule.id for finding in findings] == ["ST-ORD-10w"] * (SHOWN + 1)
    assert [finding.where.event for finding in findings] == [1, 2, 3, 1000]
    assert "997 more times" in findings[-1].message


def test_one_more_finding_is_counted_in_words() -> None:
    assert "once more" in check(stream(START, *[ODD] * 4, END, STOP))[-1].message


def test_a_finding_in_a_stream_says_which_event_at_which_byte_and_where_in_it() -> None:
    where = only(of(begin(EMPTY), add(type="text_delta", text=7), stop())).where
    head = written(START, begin(EMPTY))
    assert (where.event, where.offset, where.pointer) == (2, len(head), "/delta/text")
    assert str(where) == f"event 2, byte {len(head)}, /delta/text"


def test_a_finding_in_an_accumulated_message_points_into_the_message() -> None:
    where = only(of(*thought(THINKS, {**SIGNS, "signature": ""}))).where
    assert (where.event, where.pointer) == (None, "/content/0/signature")


@pytest.mark.parametrize(
    ("ended", "said"), [("cut", "the connection was cut"), ("timeout", "nothing came")]
)
def test_a_finding_says_that_a_stream_was_cut_off(ended: Ending, said: str) -> None:
    exchange = dataclasses.replace(STREAM, body=STREAM.body[:-30], ended=ended)
    assert only(exchange).rule.id == "ST-ORD-11"
    assert said in only(exchange).message


def test_a_finding_says_that_an_answer_was_cut_off() -> None:
    exchange = dataclasses.replace(GOOD, body=GOOD.body[:-9], ended="cut")
    assert only(exchange).rule.id == "RS-HTTP-1"
    assert "the connection was cut" in only(exchange).message


def test_an_answer_that_the_recorder_stopped_breaks_no_rule() -> None:
    for whole in (STREAM, GOOD):
        stopped = dataclasses.replace(whole, body=whole.body[:-9], ended="too large")
        assert check(stopped) == ()


def test_an_error_is_classified_by_its_bytes_whatever_its_content_type() -> None:
    framed = b'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"Bad","message":"No."}\n\n'
    finding = only(answer(framed, status=400))
    assert finding.rule.id == "ER-1"
    assert "framed as a server-sent event" in finding.message
    assert "No." in finding.message


def test_a_missing_header_is_reported_only_where_all_headers_are_known() -> None:
    assert check(GOOD) == ()
    whole = dataclasses.replace(GOOD, headers=(*GOOD.headers, ("content-length", "9")))
    assert rules(whole) == ["HD-7"]


def test_an_unknown_request_breaks_no_rule() -> None:
    for body in (None, "sha256:0, 70000 bytes", [1]):
        for exchange in (GOOD, STREAM):
            assert check(dataclasses.replace(exchange, request=Request(body))) == ()


def test_other_paths_have_no_rules() -> None:
    assert check(answer({"data": []}, path="/v1/messages/batches")) == ()


def test_unknown_keys_blocks_and_events_are_at_most_an_advisory() -> None:
    block = {"type": "hologram", "content": [1]}
    assert check(answer(message(block, vendor={"a": 1}))) == ()
    finding = only(stream(START, begin(block), add(), stop(), {"type": "other"}, END, STOP))
    assert finding.rule.severity == "advisory"


def test_a_stream_of_unnamed_events_breaks_one_rule() -> None:
    lines = [line for line in STREAM.body.split(b"\n") if not line.startswith(b"event")]
    assert rules(raw(b"\n".join(lines))) == ["ST-WIRE-1"] * (SHOWN + 1)


@settings(deadline=None)
@given(st.sampled_from(STREAMS), st.integers(1, 100))
def test_findings_do_not_depend_on_how_the_bytes_arrive(example: object, size: int) -> None:
    body = example.bad.body  # type: ignore[attr-defined]
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert list(check_stream(pieces)) == list(check_stream([body]))


def test_findings_come_as_soon_as_their_bytes_have() -> None:
    def pieces() -> Iterator[bytes]:
        yield written(START, *text(5))
        raise AssertionError("the stream was read on before the finding was reported")

    assert next(check_stream(pieces())).rule.id == "ST-IDX-2"


def test_a_stream_is_checked_with_its_request_and_its_version() -> None:
    found = list(check_stream([STREAM.body], request=asked(thinking={"type": "enabled"})))
    assert [finding.rule.id for finding in found] == ["TH-15"]
    newer = check_stream(
        [STREAM.body], request=asked(thinking={"type": "enabled"}), version="2026-10-21"
    )
    assert list(newer) == []


def test_a_long_stream_is_checked_in_little_memory() -> None:
    """Megabytes of every kind of delta, in one block each, in the memory of a few events."""
    filler = "x" * 1000
    kinds = (
        (
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": filler},
        ),
        (EMPTY, {"type": "text_delta", "text": filler}),
    )

    def pieces() -> Iterator[bytes]:
        yield written(START)
        for index, (block, change) in enumerate(kinds):
            yield written(begin(block, index))
            deltas = written(*[add(index, **change)] * 100)
            for _ in range(40):
                yield deltas
            if block["type"] == "thinking":
                yield written(add(index, **SIGNS))
            yield written(stop(index))
        yield written(END, STOP)

    tracemalloc.start()
    try:
        assert list(check_stream(pieces())) == []
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


def test_an_error_with_status_200_is_no_message() -> None:
    assert rules(answer(failure())) == ["ER-5"]


def test_an_unknown_api_version_is_refused() -> None:
    for judge in (lambda: check(GOOD, "2024-01-01"), lambda: check_stream([], version="latest")):
        with pytest.raises(ValueError, match="2023-06-01"):
            judge()
