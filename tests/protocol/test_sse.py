import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.protocol.sse import Event, parse

EVENT = Event("ping", '{"type":"ping"}')


@pytest.mark.parametrize(
    "body",
    [
        b'event: ping\ndata: {"type":"ping"}\n\n',
        b'event:ping\ndata:{"type":"ping"}\n\n',
        b'event: ping\r\ndata: {"type":"ping"}\r\n\r\n',
        b'event: ping\rdata: {"type":"ping"}\r\r',
        b'\xef\xbb\xbfevent: ping\ndata: {"type":"ping"}\n\n',
        b': a comment\nid: 7\nretry: 10\nevent: ping\ndata: {"type":"ping"}\n\n',
        b'event: wrong\nevent: ping\ndata: {"type":"ping"}\n\n',
    ],
    ids=["plain", "no space", "CRLF", "CR", "byte order mark", "other fields", "last name wins"],
)
def test_every_form_of_an_event_gives_the_same_event(body: bytes) -> None:
    assert parse(body) == (EVENT,)


def test_several_data_lines_are_joined() -> None:
    assert parse(b'data: {"type":\ndata: "ping"}\n\n')[0].json == {"type": "ping"}


def test_an_event_without_a_blank_line_after_it_is_not_dispatched() -> None:
    assert parse(b"data: 1\n\ndata: 2\n") == (Event("", "1"),)


def test_a_block_without_data_is_no_event() -> None:
    assert parse(b"event: ping\n\n") == ()


def test_only_one_leading_space_is_dropped() -> None:
    assert parse(b"data:  two\n\n")[0].data == " two"


def test_data_that_is_not_an_object_has_no_json() -> None:
    assert [event.json for event in parse(b"data: [DONE]\n\ndata: [1]\n\n")] == [None, None]


@given(st.binary())
def test_any_bytes_are_read_without_an_exception(body: bytes) -> None:
    for event in parse(body):
        assert isinstance(event.type, str)
