"""A key is found however a program writes it by accident, and wherever in an answer."""

import gzip
import json
import random
import string
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.protocol.exchange import Chunk
from support import key_dumps, key_encodings, key_rare, key_traces

KEYS = (
    "sk-marked/Key+0123456789-abcdef",
    "sk-4f1d2e0b9c8a7766554433221100ffee",
    "sk-ant-api03-"
    + "".join(random.Random(7).choices(string.ascii_letters + "0123456789-_", k=95)),
)
SPELLINGS = (*key_encodings.WAYS, *key_dumps.DUMPS, *key_rare.RARE)
Spelling = Callable[[str], str]
Channel = Callable[[str], bytes]


def test_there_are_eighty_spellings() -> None:
    assert len(set(SPELLINGS)) >= 80


def utf_16(told: str) -> bytes:
    return json.dumps({"error": {"message": told}}, ensure_ascii=False).encode("utf-16")


def utf_32(told: str) -> bytes:
    return json.dumps({"error": {"message": told}}, ensure_ascii=False).encode("utf-32-be")


def _events(blocks: list[tuple[int, str]]) -> bytes:
    events = (
        {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": it}}
        for index, it in blocks
    )
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def interleaved(told: str) -> bytes:
    """Two blocks that are sent in turns; each says all of it."""
    pieces = [told[at : at + 3] for at in range(0, len(told), 3)]
    return _events([(index, piece) for piece in pieces for index in (0, 1)])


def torn(told: str) -> bytes:
    """Two blocks that say it together."""
    pieces = [told[at : at + 3] for at in range(0, len(told), 3)]
    return _events([(number % 2, piece) for number, piece in enumerate(pieces)])


def lines_of_data(told: str) -> bytes:
    return "".join(f"data: {line}\n" for line in told.splitlines()).encode()


CHANNELS: tuple[Channel, ...] = (
    lambda told: told.encode(),
    lambda told: json.dumps({"error": {"type": "x", "message": told}}).encode(),
    lambda told: json.dumps({"error": {"body": json.dumps({"m": told})}}).encode(),
    lambda told: json.dumps({"content": [{"name": told}]}, ensure_ascii=False).encode(),
    utf_16,
    utf_32,
    lambda told: gzip.compress(told.encode()),
    lambda told: zlib.compress(json.dumps({"x": told}).encode()),
    lambda told: zlib.compress(told.encode(), wbits=-15),
    interleaved,
    torn,
    lambda told: b"\xff\xe9" + told.encode(),
    lines_of_data,
)


def keys_for(spelling: Spelling, channel: Channel) -> tuple[str, ...]:
    """All keys in plain text, otherwise one of each length; a short one in pieces of a stream."""
    if channel in (interleaved, torn):
        return KEYS[:1]
    if spelling in key_rare.RARE:
        return KEYS[:1]
    return KEYS if channel is CHANNELS[0] else (KEYS[0], KEYS[2])


@pytest.mark.parametrize("channel", range(len(CHANNELS)))
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_gets_through_any_channel(spelling: Spelling, channel: int) -> None:
    for key in keys_for(spelling, CHANNELS[channel]):
        secrets = Secrets({key: "<key>"})
        told = spelling(key)
        body = CHANNELS[channel](told)
        scrubbed, _ = secrets.body(body, ())
        assert scrubbed != body
        assert not secrets.are_in(scrubbed)
        for reading in (scrubbed, scrubbed.replace(b"\0", b""), _texts_of(scrubbed)):
            assert key_encodings.traces(reading, key) == []


def _texts_of(body: bytes) -> bytes:
    lines = [line[6:] for line in body.splitlines() if line.startswith(b'data: {"')]
    deltas = (json.loads(line).get("delta", {}) for line in lines)
    return "".join(delta.get("text", "") for delta in deltas).encode()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_error_stays_json_where_a_key_is_replaced(spelling: Spelling) -> None:
    for key in KEYS:
        body = json.dumps({"error": {"type": "x", "message": f"Bad: {spelling(key)}."}}).encode()
        scrubbed, _ = Secrets({key: "<key>"}).body(body, ())
        message = json.loads(scrubbed)["error"]["message"]
        assert (message[:5], message[-1]) == ("Bad: ", ".")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_headers_are_replaced_one_by_one(spelling: Spelling) -> None:
    for key in KEYS:
        secrets = Secrets({key: "<key>"})
        half = len(key) // 2
        headers = (
            ("x-a", spelling(key)),
            ("x-b", "kept"),
            ("x-c", key[:half]),
            ("x-d", key[half:]),
        )
        written = secrets.headers(headers)
        assert [name for name, _ in written] == ["x-a", "x-b", "x-c", "x-d"]
        assert written[1] == ("x-b", "kept")
        assert key_encodings.traces("".join(value for _, value in written).encode(), key) == []


SEPARATORS = (
    *(
        " | ",
        " ",
        "\n",
        ", ",
        "",
        "/",
        "_",
        "-",
        ".",
        "=",
        "&",
        "%",
        "\\",
        '"',
        "'",
        ":",
        "\t",
        "x",
    ),
    *("0", "ff", " 41 ", " 4142 ", " ad be a deed ", "}{", "<", "\r\n", "data: ", '","', '":"'),
    *("\\n", "\\u", "\\x", "' + '", ' {"text": "', '"}, '),
)
ECHOES = st.lists(
    st.tuples(st.sampled_from(SPELLINGS), st.booleans(), st.sampled_from(SEPARATORS)),
    min_size=1,
    max_size=5,
)
"""Spellings, whether each is written on one line, and what stands behind it."""
_LETTERS = string.ascii_letters + string.digits + "-_/+"
RANDOM_KEYS = st.builds(
    lambda size, seed: "sk-" + "".join(random.Random(seed).choices(_LETTERS, k=size)),
    st.integers(21, 60),
    st.integers(0, 999),
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(KEYS), RANDOM_KEYS), ECHOES, st.sampled_from(CHANNELS))
def test_no_spelling_hides_another(
    key: str, echoes: list[tuple[Spelling, bool, str]], channel: Channel
) -> None:
    told = "".join(
        (" ".join(spelling(key).split()) if is_flat else spelling(key)) + separator
        for spelling, is_flat, separator in echoes
    )
    scrubbed, _ = Secrets({key: "<key>"}).body(channel(told), ())
    assert key_traces.left(scrubbed, key, {spelling for spelling, _, _ in echoes}) == []


@pytest.mark.parametrize("separator", [" | ", " ", "", ", "])
@pytest.mark.parametrize("key", KEYS)
def test_all_spellings_in_one_header(key: str, separator: str) -> None:
    told = separator.join(" ".join(spelling(key).split()) for spelling in SPELLINGS)
    ((_, written),) = Secrets({key: "<key>"}).headers((("x-echo", told),))
    assert key_traces.left(written.encode(), key, SPELLINGS) == []


@pytest.mark.parametrize("before", ["", "73 ", "7 ", "7374 ", "73 7374 6b ", "00000000 "])
def test_a_dump_of_words_is_found_whatever_numbers_precede_it(before: str) -> None:
    for key in KEYS:
        for dump in (key_dumps.words_of_hexdump, key_dumps.words_of_four):
            told = before + " ".join(dump(key).split())
            assert key_traces.left(Secrets({key: "<key>"}).text(told).encode(), key, [dump]) == []


def test_what_is_left_of_a_key_is_noticed() -> None:
    for key in KEYS:
        for spelling in SPELLINGS:
            if spelling is not key_dumps.both_ends:
                assert spelling.__name__ in key_traces.left(spelling(key).encode(), key, SPELLINGS)


@pytest.mark.parametrize("hidden", [11, 4, 1])
def test_a_key_with_fewer_than_twelve_unknown_characters_is_one(hidden: int) -> None:
    for key in KEYS[:2]:
        left = len(key) - hidden
        for shown in (key[:left], key[hidden:], key[: left - 6] + "…" + key[-6:]):
            assert Secrets({key: "<key>"}).text(f"the key {shown} is wrong") != (
                f"the key {shown} is wrong"
            )


@pytest.mark.parametrize("key", KEYS)
def test_an_ordinary_mask_is_kept(key: str) -> None:
    text = f"the key {key[:8]}…{key[-4:]} is wrong"
    assert Secrets({key: "<key>"}).text(text) == text


def test_a_key_in_ebcdic_is_found() -> None:
    for key in KEYS:
        body = f"Bad key: {key}.".encode("cp037")
        scrubbed, _ = Secrets({key: "<key>"}).body(body, ())
        assert key not in scrubbed.decode("cp037")


HOSTILE = {
    "backslashes": b"\\",
    "percents": b"%25",
    "ampersands": b"&amp;",
    "escapes": b"\\u005c",
    "names": b'"aaaaaaaaaaaaaaaaaaaaaaaa',
    "pairs": b"73 6b ",
    "zeros": b"0",
    "soft hyphens": b"\\\\u00ad",
    "quotes": b"' + ' ",
    "lines": b"\\n",
    "wide": b"s\0k\0",
    "strings": b'{"index":1,"text":"sk-marked/Ke"},\n{"index":2,"text":"0123456789"}\n',
    "beginnings": b"sk-marked/K",
    "words": b"6b73 ",
    "colours": b"\\x1b[31m",
    "tags": b"<b>",
    "wide letters": "\uff53".encode(),
    "bits": b"01110011 ",
    "numbered bytes": b'"10": 115, ',
    "numbers and backslashes": b"73\\\\\\\\",
    "all spellings": " ".join(spelling(KEYS[0]) for spelling in SPELLINGS).encode(),
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_no_faster_than_the_text(unit: bytes) -> None:
    secrets = Secrets({KEYS[0]: "<key>"})

    def seconds(size: int) -> float:
        body = KEYS[0].encode() + (unit * size)[:size]
        started = time.process_time()
        secrets.body(body, ())
        return time.process_time() - started

    small = min(seconds(25_000) for _ in range(3))
    # Quadratic time would take 64 times as long.
    assert seconds(200_000) < 24 * small + 0.25


def test_a_body_that_nobody_can_read_is_not_kept() -> None:
    body = random.Random(1).randbytes(500)
    scrubbed, chunks = Secrets({KEYS[0]: "<key>"}).body(body, (Chunk(500, 0.5),))
    assert scrubbed == b"[500 bytes that are no text]"
    assert chunks == (Chunk(len(scrubbed), 0.5),)


@pytest.mark.parametrize("charset", ["gb18030", "shift_jis", "latin-1", "utf-16", "utf-8-sig"])
def test_text_of_any_charset_is_kept(charset: str) -> None:
    text = "Grüße aus Köln, " if charset == "latin-1" else "无效的密钥，请检查"
    body = (text * 9).encode(charset, errors="replace")
    assert Secrets({KEYS[0]: "<key>"}).body(body, ())[0] == body
