"""The short ways by which nearly all events are checked find what the whole rules find."""

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.protocol.sse import Event, Parser
from messages_conformance.rules.check import check_events
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
