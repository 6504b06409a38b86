"""The short ways by which nearly all events are checked find what the whole rules find."""

import copy
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.protocol.sse import Event, Parser
from messages_conformance.rules.check import check_events, check_stream
from messages_conformance.rules.finding import Finding
from messages_conformance.rules.stream import wire
from messages_conformance.rules.stream.checker import StreamChecker
from messages_conformance.testing.strategies import streams

TYPES = ["text", "text_delta", "signature_delta"]
VALUES: list[Any] = [None, True, 0, 1, -1, 1.0, "", *TYPES, [], {}, 10**30]
REQUESTS = [
    None,
    {},
    {"thinking": {"type": "enabled", "display": "omitted"}},
    {"tools": [{"name": "t", "input_schema": {}, "eager_input_streaming": True}]},
]


def the_long_way(
    monkeypatch: pytest.MonkeyPatch, events: Iterable[Event], request: object
) -> list[Finding]:
    """The findings where no event is taken for a usual one."""
    with monkeypatch.context() as patched:
        patched.setattr(StreamChecker, "check_event", StreamChecker._check_event)
        patched.setattr(wire, "is_as_usual", lambda _: False)
        return list(check_events(events, request=request))  # type: ignore[arg-type]


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where anything stands in a JSON value."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from paths(inner, (*path, key))


def damaged(event: Event, random: random.Random) -> Event:
    """The same event with another value, another name, or a key more or less."""
    data = json.loads(event.data)
    *path, key = random.choice([*paths(data)] or [("type",)])
    holder = data
    for step in path:
        holder = holder[step]
    match random.randrange(4):
        case 0:
            holder[key] = random.choice(VALUES)
        case 1:
            holder.pop(key, None) if isinstance(holder, dict) else holder.pop(key)
        case 2 if isinstance(holder, dict):
            holder["arguments"] = random.choice(VALUES)
        case _:
            names = ["", "ping", "error", "content_block_delta", "content_block_stop", "news"]
            return Event(random.choice(names), event.data, event.number, event.offset)
    return Event(event.name, json.dumps(data), event.number, event.offset)


@pytest.fixture(scope="module")
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@settings(deadline=None)
@given(streams(), st.sampled_from(REQUESTS), st.randoms(use_true_random=False))
def test_they_agree_on_damaged_streams(
    monkeypatch: pytest.MonkeyPatch,
    stream: tuple[Event, ...],
    request_: object,
    random: random.Random,
) -> None:
    events = list(stream)
    for _ in range(random.randrange(4)):
        at, other = random.randrange(len(events)), random.randrange(len(events))
        match random.randrange(4):
            case 0:
                events[at], events[other] = events[other], events[at]
            case 1:
                events.insert(at, events[other])
            case _:
                events[at] = damaged(events[at], random)
    found = list(check_events(events, request=request_))  # type: ignore[arg-type]
    assert found == the_long_way(monkeypatch, events, request_)


@pytest.mark.parametrize("quirk", [b"event: a\n\n", b"data: [DONE]\n\n", b"event: ping\ndata: x\n"])
def test_they_agree_on_events_with_quirks(monkeypatch: pytest.MonkeyPatch, quirk: bytes) -> None:
    start = b'event: message_start\ndata: {"type": "message_start"}\n\n'
    parser = Parser()
    events = [*parser.feed(start + quirk + start), *parser.close()]
    assert list(check_events(events)) == the_long_way(monkeypatch, events, None)


TEXTS = ["", "a", " b", '"', "\\", "\n", "é", "\ud83d", "}}", '"text":"', "x" * 50, "\x00"]


def with_more_deltas(events: Iterable[Event], random: random.Random) -> Iterator[Event]:
    """The same with copies of each delta that differ in what they carry, or in more than that."""
    for event in events:
        yield event
        copies = random.randrange(4) if event.name == "content_block_delta" else 0
        for _ in range(copies):
            data = copy.deepcopy(event.json or {})
            delta: dict[str, Any] = data.get("delta") or {}
            for key in delta.keys() - {"type"}:
                if isinstance(delta[key], str):
                    delta[key] = random.choice(TEXTS)
            like = Event(event.name, json.dumps(data))
            yield damaged(like, random) if data and not random.randrange(8) else like


def written(event: Event, random: random.Random, order: bool, separators: tuple[str, str]) -> bytes:
    """The bytes of an event; now and then with another character, or in another form."""
    data = json.dumps(
        json.loads(event.data),
        sort_keys=order,
        separators=separators,
        ensure_ascii=not random.randrange(4),
    )
    if not random.randrange(3):
        data = f"{data[:-1]}{' ' * random.randrange(3)}{data[-1:]}"
    if not random.randrange(12):
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.choice([*' "}{:,\\\t\r\n1a', "\n\n", "é"]) + data[at + 1 :]
    name = f"event: {event.name}\n" if event.name or not random.randrange(2) else ""
    between = random.choice(["data:", ": note\ndata: ", "id: 1\ndata: "])
    between = between if not random.randrange(20) else "data: "
    return f"{name}{between}{data}\n\n".encode(errors="replace")


@settings(deadline=None)
@given(
    streams(),
    st.sampled_from(REQUESTS),
    st.randoms(use_true_random=False),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
)
def test_deltas_that_are_not_parsed_are_found_the_same(
    monkeypatch: pytest.MonkeyPatch,
    stream: tuple[Event, ...],
    request_: dict[str, Any] | None,
    random: random.Random,
    order: bool,
    separators: tuple[str, str],
) -> None:
    events = with_more_deltas(stream, random)
    body = b"".join(written(event, random, order, separators) for event in events)
    size = random.choice([7, 100, 1 << 16])
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    parser = Parser()
    parsed = [event for piece in pieces for event in parser.feed(piece)]
    expected = the_long_way(monkeypatch, [*parsed, *parser.close()], request_)
    assert list(check_stream(pieces, request=request_)) == expected


def deltas(texts: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": text},
        }
        for text in texts
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ["Once ", "upon a time there was ", "a " * 20, f"Once upon a time there was {'a ' * 20}"],
        ["Once ", "Once upon a time ", "Once upon a time there was a wolf."],
        ["a ", "a ", "b ", "b ", "c ", "c "],
        [],
        *(["</think>" + "x" * 6_000] * number for number in (175, 177, 179, 181)),
    ],
    ids=lambda texts: f"{len(texts)} deltas",
)
def test_deltas_that_are_not_parsed_count_as_others(
    monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    start = {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}
    other = {"type": "content_block_stop", "index": 1}
    again = {**start, "index": 1}
    events = [start, *deltas(texts), other, again, {"type": "message_stop"}]
    body = b"".join(
        f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events
    )
    expected = the_long_way(monkeypatch, Parser().feed(body), None)
    assert list(check_stream([body])) == expected


def test_a_block_whose_stop_is_for_another_is_checked_when_the_next_starts() -> None:
    start = {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}
    texts = ["Once ", "Once upon a time ", "Once upon a time there was a wolf."]
    events = [start, *deltas(texts), {"type": "content_block_stop", "index": 1}]
    again = {**start, "index": 1}
    found = check_events(Event(each["type"], json.dumps(each)) for each in [*events, again])
    assert "ST-DELTA-3" in [finding.rule.id for finding in found]
