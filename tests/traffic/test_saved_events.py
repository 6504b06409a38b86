"""Answers and events that were saved alone, one a line or in an array."""

import json
from typing import Any

import pytest

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.sse import parse
from messages_conformance.traffic.detect_format import detect_format
from messages_conformance.traffic.items import Item, SavedEvents, status_code
from support.saved_files import BODY, MESSAGE, REFUSAL, STREAM, line, read
from support.saved_files import EXCHANGES as SAVED

EVENTS = [event.json or {} for event in parse(STREAM)]


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def read_detected(content: bytes) -> list[Item]:
    return read(detect_format(content), content)


@pytest.mark.parametrize(
    "content", [lines(*EVENTS), json.dumps(EVENTS).encode(), json.dumps(EVENTS, indent=2).encode()]
)
def test_events_without_their_bytes_are_a_stream(content: bytes) -> None:
    (item,) = read_detected(content)
    assert isinstance(item, SavedEvents)
    assert [event.json for event in item.events] == EVENTS
    assert [event.name for event in item.events] == [event["type"] for event in EVENTS]
    assert [event.number for event in item.events] == [*range(len(EVENTS))]


@pytest.mark.parametrize("content", [lines(*EVENTS), json.dumps(EVENTS, indent=2).encode()])
def test_an_event_is_where_it_stands_in_the_file(content: bytes) -> None:
    (item,) = read_detected(content)
    assert isinstance(item, SavedEvents)
    for event in item.events:
        read_there, _ = json.JSONDecoder().raw_decode(content.decode(), event.offset)
        assert read_there == event.json


def test_each_message_start_begins_a_stream() -> None:
    first, second = read_detected(lines(*EVENTS, *EVENTS))
    assert isinstance(first, SavedEvents)
    assert isinstance(second, SavedEvents)
    assert [event.json for event in second.events] == EVENTS
    assert second.events[0].number == 0


def test_an_error_event_belongs_to_its_stream() -> None:
    (item,) = read_detected(lines(*EVENTS[:3], json.loads(REFUSAL)))
    assert isinstance(item, SavedEvents)
    assert item.events[-1].type == "error"


def test_events_may_stand_between_exchanges() -> None:
    items = read_detected(lines(*EVENTS) + line(SAVED[0]) + lines(*EVENTS))
    assert [type(item) for item in items] == [SavedEvents, Exchange, SavedEvents]


def test_bodies_one_a_line_are_answers() -> None:
    items = read_detected(lines(MESSAGE, json.loads(REFUSAL), MESSAGE))
    assert [item.status for item in items if isinstance(item, Exchange)] == [200, 400, 200]


def test_a_lone_surrogate_in_an_event_is_read() -> None:
    (item,) = read_detected(lines({"type": "ping", "x": "\ud800"}))
    assert isinstance(item, SavedEvents)
    assert item.events[0].json == {"type": "ping", "x": "\ud800"}


def test_an_array_of_other_things_is_one_answer() -> None:
    for content in (b"[1]", b'[{"error": {}}]', b'[{"type": "ping"}, 3]', BODY):
        (item,) = read("json", content)
        assert isinstance(item, Exchange)


@pytest.mark.parametrize(
    "status", [0, 99, 1000, 10**400, -200, True, None, 200.5, "x", "", "9" * 9]
)
def test_a_status_that_http_does_not_have_is_refused(status: Any) -> None:
    with pytest.raises(ValueError, match="from 100 to 999"):
        status_code(status)


@pytest.mark.parametrize("status", [200, "200", 200.0])
def test_a_status_may_be_saved_in_several_ways(status: Any) -> None:
    assert status_code(status) == 200


def test_a_line_with_an_endless_status_is_refused() -> None:
    with pytest.raises(TrafficError, match="line 1: its status is not a number from 100 to 999"):
        read("jsonl", b'{"status": %s, "body": ""}' % (b"9" * 4000))
