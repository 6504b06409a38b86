"""No spelling of a key gets from any part of an answer into anything that is written."""

import asyncio
import gzip
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import resources
from messages_conformance.cassettes import journal
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.selection import Chosen
from messages_conformance.judging import assess
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.progress import Progress
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.rendering.render import FORMAT_OF_SUFFIX, render
from messages_conformance.verdict import Evidence
from support import key_dumps, key_encodings, key_rare, key_traces, recordings, small_project
from support.small_project import Arrived

KEY = "sk-marked/Key+0123456789-abcdef"
SPELLINGS = (*key_encodings.WAYS, *key_dumps.DUMPS)
Channel = Callable[[str], bytes]

ASKS = '''
from messages_conformance.probing import broken, row

@row("basic/each")
def each(ask):
    """It echoes its key."""
    answers = yield [ask(f"{{n}}") for n in range({count})]
    said = " ".join(f"{{answer.text}} {{answer.error}}" for answer in answers)
    return broken(f"It says {{said}}.", *answers)
'''


def flat(told: str) -> str:
    return " ".join(told.split())


def http(body: bytes, status: str = "200 OK", *more: str, kind: str = "application/json") -> bytes:
    headers = (f"content-type: {kind}", f"content-length: {len(body)}", *more)
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode() + body


def chunked(body: bytes, *trailers: str) -> bytes:
    """A body in chunks of three bytes, and what follows it."""
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    pieces = [body[at : at + 3] for at in range(0, len(body), 3)]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return head + sent + "\r\n".join(("0", *trailers, "", "")).encode()


def message(**changes: Any) -> bytes:
    return json.dumps({**json.loads(small_project.message()), **changes}).encode()


def stream(told: str, blocks: int) -> bytes:
    """A stream of text in pieces of seven letters, each sent for every one of the blocks."""
    deltas = [
        {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": it}}
        for it in (told[at : at + 7] for at in range(0, len(told), 7))
        for index in range(blocks)
    ]
    starts = [
        {"type": "content_block_start", "index": n, "content_block": {"type": "text", "text": ""}}
        for n in range(blocks)
    ]
    begin = {"type": "message_start", "message": json.loads(message(content=[]))}
    events = (begin, *starts, *deltas, {"type": "message_stop"})
    body = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    return http(body.encode(), kind="text/event-stream")


def beside_a_stream(told: str) -> bytes:
    """Hints before the answer, names of headers, cookies, and lines of a stream without data."""
    named = "".join(letter for letter in told if letter.isascii() and letter.isalnum())
    line = flat(told)
    body = f": {line}\nid: {line}\nretry: {line}\nevent: ping\ndata: {{}}\n\n".encode()
    hints = f"HTTP/1.1 103 Early Hints\r\nlink: <https://b/?k={line}>\r\n\r\n".encode()
    return hints + http(
        body,
        "200 OK",
        f"x-{named[:900]}: 1",
        f"set-cookie: key={line}",
        f"www-authenticate: Basic realm={line}",
        kind="text/event-stream",
    )


def streamed_input(told: str) -> bytes:
    """The input of a tool and its name, a letter an event, or some if they are long."""
    made = json.dumps({told: told})
    call = {"type": "tool_use", "id": "toolu_1", "name": "t", "input": {}}
    size = max(1, len(made) // 60)
    pieces = (made[at : at + size] for at in range(0, len(made), size))
    deltas = ({"type": "input_json_delta", "partial_json": piece} for piece in pieces)
    events = (
        {"type": "message_start", "message": json.loads(message(content=[]))},
        {"type": "content_block_start", "index": 0, "content_block": call},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "message_stop"},
    )
    body = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    return http(body.encode(), kind="text/event-stream")


CHANNELS: dict[str, Channel] = {
    "body": lambda told: http(told.encode(), kind="text/plain"),
    "text of the model": lambda told: http(small_project.message(told)),
    "name of a tool": lambda told: http(
        message(content=[{"type": "tool_use", "id": "toolu_1", "name": told, "input": {told: 1}}])
    ),
    "error": lambda told: http(small_project.error(told, told), "400 Bad Request"),
    "header": lambda told: http(small_project.message(), "200 OK", f"x-echo: {flat(told)}"),
    "reason phrase": lambda told: http(small_project.error("api_error"), f"500 {flat(told)}"),
    "redirect": lambda told: http(b"", "307 Elsewhere", f"location: https://b/?k={flat(told)}"),
    "chunks": lambda told: chunked(small_project.message(told)),
    "trailers": lambda told: chunked(small_project.message(), f"x-echo: {flat(told)}"),
    "pieces of a stream": lambda told: stream(told, 1),
    "interleaved blocks": lambda told: stream(told, 2),
    "compressed": lambda told: http(
        gzip.compress(small_project.message(told)), "200 OK", "content-encoding: gzip"
    ),
    "compressed without a label": lambda told: http(gzip.compress(told.encode())),
    "UTF-16": lambda told: http(
        json.dumps({"error": {"message": told}}, ensure_ascii=False).encode("utf-16"),
        "400 Bad Request",
        kind="application/json; charset=utf-16",
    ),
    "beside a stream": beside_a_stream,
    "input of a tool, streamed": streamed_input,
    "Latin-1 without a label": lambda told: http(b"\xe9\xff " + told.encode(), "502 Bad Gateway"),
}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_no_spelling_gets_into_what_is_written(
    channel: Channel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each spelling in an answer of its own, and one answer with all of them."""
    told = [spelling(KEY) for spelling in SPELLINGS]
    told.append(" | ".join([*told, *(spelling(KEY) for spelling in key_rare.RARE)]))
    journals: dict[Path, bytes] = {}

    def answer(arrived: Arrived) -> bytes:
        turns: Any = arrived.fields["messages"]
        return channel(told[int(turns[0]["content"])])

    def look(_: Progress) -> None:
        journals.update({path: path.read_bytes() for path in tmp_path.rglob(journal.NAME)})

    asks = ASKS.format(count=len(told))
    wire = (resources.folder("suites") / "test_wire.py").read_text(encoding="utf-8")
    suites = small_project.suites_of(tmp_path / "suites", basic=asks, wire=wire)
    world = small_project.revision("basic/each")
    chosen = Chosen(world, world.models, world.rows)

    async def record() -> None:
        async with small_project.serving(answer) as server:
            await recorder.record(
                (chosen,),
                suites,
                Endpoint(server.url, KEY),
                tmp_path / "cassettes",
                RecordingOptions(retries=recordings.EAGER),
                on_progress=look,
            )

    with caplog.at_level(logging.DEBUG):
        asyncio.run(record())
    assessed = assess.assess((chosen,), suites, tmp_path / "cassettes", Evidence.LIVE)
    written: dict[str, bytes] = {
        format: render(assessed.report, format).encode() for format in FORMAT_OF_SUFFIX.values()
    }
    written |= {path.name: path.read_bytes() for path in tmp_path.glob("cassettes/**/*.yaml")}
    written |= {path.name: data for path, data in journals.items()}
    tape = Tape.load(tmp_path / "cassettes", world.target.id, world.models[0].id)
    answered = [exchange for exchange in tape.exchanges if exchange.status]
    assert len(answered) >= len(told)
    written["headers"] = b"\n".join(f"{e.headers}".encode() for e in answered)
    written["bodies"] = b"\n".join(exchange.body for exchange in answered)
    written["texts"] = "\n".join(f"{e.text} {e.error}" for e in answered).encode()
    written["log"] = caplog.text.encode()
    assert {"json", "html", "markdown", "junit", "basic.yaml", journal.NAME} <= {*written}
    for what, data in written.items():
        assert key_traces.left(data, KEY, (*SPELLINGS, *key_rare.RARE)) == [], what
