"""Valid answers keep the rules, each mutation breaks its rule, and no bytes crash the checker."""

import copy
import importlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.build import (
    json_exchange,
    request_for,
    serialise,
    stream_exchange,
)
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.stop_reasons import REASONS
from messages_conformance.rules.check import check, check_stream
from messages_conformance.rules.finding import Finding, Severity
from messages_conformance.testing.mutations import MUTATIONS, Mutation
from messages_conformance.testing.strategies import (
    chunkings,
    failed_streams,
    messages,
    streams,
    truncated_streams,
    wire_forms,
)
from support.valid_answers import ANSWERS, CUT_IN_A_CALL, CUT_IN_A_THOUGHT

quick = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    # To explain a failure takes minutes, and to shrink one is enough.
    phases=[Phase.generate, Phase.shrink],
)

Events = tuple[sse.Event, ...]
ANY_REQUEST = Request({"model": "x", "max_tokens": 99, "messages": [], "stream": True})

STREAM_MUTATIONS = [one for one in MUTATIONS if one.subject in ("events", "bytes")]

answers = messages().flatmap(lambda told: st.tuples(st.just(told), streams(told)))
failures = messages().flatmap(lambda told: st.tuples(st.just(told), failed_streams(told)))
written = streams().flatmap(lambda events: st.tuples(st.just(events), wire_forms(events)))


def serious(findings: Iterable[Finding]) -> list[str]:
    return [
        f"{finding.rule.id} at {finding.where}: {finding.message}"
        for finding in findings
        if finding.rule.severity is not Severity.ADVISORY
    ]


def of_stream(events: Events, body: bytes | None = None) -> Exchange:
    message = accumulate(events)
    assert message is not None
    body = serialise(events) if body is None else body
    return stream_exchange(request_for(message, stream=True), body)


@quick
@given(messages())
def test_a_valid_message_keeps_the_rules(message: dict[str, Any]) -> None:
    assert serious(check(json_exchange(request_for(message), message))) == []


@quick
@given(written)
def test_a_valid_stream_in_any_form_keeps_the_rules(stream: tuple[Events, bytes]) -> None:
    assert serious(check(of_stream(*stream))) == []


@quick
@given(truncated_streams())
def test_a_call_may_be_cut_short_with_its_message(events: Events) -> None:
    assert serious(check(of_stream(events))) == []


@quick
@given(failures)
def test_a_stream_may_fail_anywhere(failure: tuple[dict[str, Any], Events]) -> None:
    message, events = failure
    assert (
        serious(check(stream_exchange(request_for(message, stream=True), serialise(events)))) == []
    )


@quick
@given(answers)
def test_a_stream_accumulates_to_its_message(answer: tuple[dict[str, Any], Events]) -> None:
    message, events = answer
    assert accumulate(events) == message


@quick
@given(written)
def test_every_form_of_a_stream_parses_to_its_events(stream: tuple[Events, bytes]) -> None:
    events, body = stream
    assert sse.parse(body) == events
    assert sse.parse(serialise(events)) == events


@quick
@given(st.data())
def test_how_the_bytes_are_cut_changes_nothing(data: st.DataObject) -> None:
    exchange = of_stream(*data.draw(written))
    pieces = data.draw(chunkings(exchange.body))
    assert b"".join(pieces) == exchange.body
    findings = check_stream(pieces, request=exchange.request.body)
    assert list(findings) == list(check_stream([exchange.body], request=exchange.request.body))


@quick
@given(st.data())
def test_a_broken_stream_is_reported_however_it_is_cut(data: st.DataObject) -> None:
    mutation = data.draw(st.sampled_from(STREAM_MUTATIONS))
    exchange = mutation.exchange(*data.draw(answers))
    if exchange is not None:
        sent = exchange.request.body
        pieces = data.draw(chunkings(exchange.body))
        found = list(check_stream(pieces, request=sent))
        assert found == list(check_stream([exchange.body], request=sent))


@pytest.mark.parametrize("reason", REASONS)
def test_messages_can_be_drawn_for_every_stop_reason(reason: str) -> None:
    @settings(quick, max_examples=5)
    @given(messages(stop_reasons=(reason,)))
    def drawn(message: dict[str, Any]) -> None:
        assert message["stop_reason"] == reason

    drawn()


def test_the_written_answers_keep_the_rules() -> None:
    for message, events in ANSWERS:
        assert accumulate(events) == message
        assert serious(check(json_exchange(request_for(message), message))) == []
        assert serious(check(of_stream(events))) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_each_mutation_breaks_its_rule(mutation: Mutation) -> None:
    broken = [
        exchange
        for message, events in ANSWERS
        if (exchange := mutation.exchange(message, events)) is not None
    ]
    assert broken
    for exchange in broken:
        assert mutation.rule in {finding.rule.id for finding in check(exchange)}


# What is missed is named, so that a smaller answer would tell little more.
@settings(quick, max_examples=15, phases=[Phase.generate])
@given(answers)
def test_mutations_of_any_answer_are_reported(answer: tuple[dict[str, Any], Events]) -> None:
    before = copy.deepcopy(answer)
    missed = [
        f"{mutation} ({mutation.rule})"
        for mutation in MUTATIONS
        if (exchange := mutation.exchange(*answer)) is not None
        and mutation.rule not in {finding.rule.id for finding in check(exchange)}
    ]
    assert missed == []
    assert answer == before


@pytest.mark.parametrize(
    "name",
    ["input_an_array", "input_in_a_string", "input_null", "signature_first", "two_signatures"],
)
def test_a_message_cut_short_must_keep_the_other_rules(name: str) -> None:
    mutation = next(one for one in MUTATIONS if one.name == name)
    broken = [mutation.exchange(*answer) for answer in (CUT_IN_A_CALL, CUT_IN_A_THOUGHT)]
    for exchange in filter(None, broken):
        assert mutation.rule in {finding.rule.id for finding in check(exchange)}


def test_mutations_have_unique_names_and_explanations() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    assert all(mutation.says.endswith(".") for mutation in MUTATIONS)


_scraps = st.sampled_from(
    [
        *(f"event: {event.name}\ndata: {event.data}\n\n".encode() for event in ANSWERS[0][1]),
        b"event: ",
        b"data: ",
        b"data",
        b"\r",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"\xff",
        b"[" * 5000,
        b'{"type": "message_delta", "delta": null, "usage": []}',
        b'{"type": "content_block_start", "index": 0, "content_block": 7}\n\n',
        b'{"type": "content_block_delta", "index": true, "delta": "x"}\n\n',
        b'{"type": "error", "error": "x"}\n\n',
        b'{"type": ["ping"]}\n\n',
        b'{"type": "message_start", "message": {"content": {}, "usage": NaN}}\n\n',
    ]
)
_rubbish = st.one_of(st.binary(max_size=60), st.lists(_scraps, max_size=12).map(b"".join))


@settings(quick, max_examples=100)
@given(_rubbish, st.booleans())
def test_no_bytes_crash_the_checker(body: bytes, stream: bool) -> None:
    kind = "text/event-stream" if stream else "application/json"
    for status in (200, 400):
        check(Exchange(ANY_REQUEST, status, (("content-type", kind),), body))
    list(check_stream([body]))


_any_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "content", "usage", "delta", "input", "citations"]), inner
        ),
    ),
    max_leaves=6,
)


def places(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Every path into a JSON value, the empty one first."""
    yield ()
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from ((key, *path) for path in places(held))


def replaced(value: Any, path: Sequence[str | int], new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


def anywhere(value: Any) -> st.SearchStrategy[Any]:
    """The value with any JSON in any one place of it."""
    return st.builds(replaced, st.just(value), st.sampled_from(list(places(value))), _any_json)


@settings(quick, max_examples=100)
@given(st.data())
def test_no_value_in_any_place_crashes_the_checker(data: st.DataObject) -> None:
    message, events = data.draw(st.sampled_from(ANSWERS))
    check(json_exchange(request_for(message), data.draw(anywhere(message))))
    number = data.draw(st.integers(0, len(events) - 1))
    told = json.dumps(data.draw(anywhere(events[number].json)))
    broken = (*events[:number], sse.Event(events[number].name, told), *events[number + 1 :])
    check(stream_exchange(request_for(message, stream=True), serialise(broken)))


def test_without_hypothesis_the_strategies_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in list(sys.modules):
        if name.startswith("messages_conformance.testing.strategies"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install messages-conformance\[test\]"):
        importlib.import_module("messages_conformance.testing.strategies")
