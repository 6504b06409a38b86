"""Streams parsed piece by piece: any cut gives the same events, in bounded memory."""

import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.protocol.json_text import loads
from messages_conformance.protocol.sse import Event, Parser, Quirk, parse

lines = st.sampled_from(
    [b"event: ping", b'data: {"a": 1}', b"data", b"data:x", b"", b"", b": note", b"id: 7", b"\xff"]
)
ends = st.sampled_from([b"\n", b"\r", b"\r\n"])
streams = st.lists(st.tuples(lines, ends)).map(lambda pairs: b"".join(a + b for a, b in pairs))
bodies = st.one_of(streams, st.binary()).flatmap(
    lambda body: st.sampled_from([body, b"\xef\xbb\xbf" + body])
)


def read(pieces: Iterable[bytes], largest: int = 1000) -> list[tuple[object, ...]]:
    """Every field of the events of a stream, also of those that are not dispatched."""
    parser = Parser(largest)
    events = [event for piece in pieces for event in parser.feed(piece)]
    events.extend(parser.close())
    return [(e.name, e.data, e.number, e.offset, e.quirks) for e in events]


def quirks(body: bytes) -> list[set[Quirk]]:
    parser = Parser()
    return [set(event.quirks) for event in (*parser.feed(body), *parser.close())]


@settings(deadline=None)
@given(st.data())
def test_the_cuts_of_a_stream_do_not_change_its_events(data: st.DataObject) -> None:
    body = data.draw(bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)))))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    largest = data.draw(st.sampled_from([10, 1000]))
    assert read(pieces, largest) == read([body], largest)
    assert read([bytes([byte]) for byte in body], largest) == read([body], largest)


@settings(deadline=None)
@given(bodies)
def test_a_whole_stream_gives_the_same_events_as_its_pieces(body: bytes) -> None:
    parser = Parser()
    events = [event for byte in body for event in parser.feed(bytes([byte]))]
    assert tuple(event for event in events if event.dispatched) == parse(body)


def test_events_have_their_number_and_offset() -> None:
    body = b": hello\n\nevent: a\ndata: 1\n\n\r\ndata: 2\n\n"
    assert [(e.number, body[e.offset :].split(b"\n")[0]) for e in parse(body)] == [
        (0, b"event: a"),
        (1, b"data: 2"),
    ]


@pytest.mark.parametrize(
    ("body", "quirk"),
    [
        (b"data: 1\n\n", Quirk.UNNAMED),
        (b"event: a\n\n", Quirk.NO_DATA),
        (b"event: a\ndata: 1\nevent: b\ndata: 2\n\n", Quirk.RUN_TOGETHER),
        (b"event: a\ndata: 1\n", Quirk.UNFINISHED),
        (b"event: a\ndata: 1", Quirk.UNFINISHED),
        (b"event: a\ndata: \xff\n\n", Quirk.NOT_UTF8),
        (b"\xef\xbb\xbfevent: a\ndata: 1\n\n", Quirk.BYTE_ORDER_MARK),
    ],
    ids=lambda value: value.name if isinstance(value, Quirk) else "",
)
def test_an_unusual_event_has_a_quirk(body: bytes, quirk: Quirk) -> None:
    assert quirks(body) == [{quirk}]
    assert quirks(b"event: a\ndata:1\r\n\r\n") == [set()]


def test_a_comment_is_no_event_and_no_quirk() -> None:
    assert quirks(b": keep alive\n\nid: 1\n\n: bye") == []


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_a_too_large_event_is_cut_off_and_the_next_one_is_read(piece: int) -> None:
    body = b"data: " + b"x" * 5000 + b"\ndata: y\n\n" + b"event: a\ndata: 1\n\n"
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)]
    large, next_one = read(pieces, largest=100)
    assert large[:3] == ("", "", 0)
    assert Quirk.TOO_LARGE in large[4]  # type: ignore[operator]
    assert next_one[:3] == ("a", "1", 1)


def test_an_endless_event_is_not_kept_in_memory() -> None:
    parser = Parser(largest=1 << 16)
    piece = b"x" * (1 << 16)
    tracemalloc.start()
    try:
        for _ in range(200):
            assert list(parser.feed(piece)) == []
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", "[" * 100_000])
def test_what_only_python_accepts_as_json_is_not_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        loads(text)
    assert Event("", text).json is None
