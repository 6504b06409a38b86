"""A small world to test the machinery in: a page, suites, answers and a scripted server."""

import asyncio
import contextlib
import datetime
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from messages_conformance.cassettes.tape import Entry, Label, folder_of, write
from messages_conformance.claims.page import Model, Revision, Row, Section, Series, Target
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.exchange import KEY, Chunk, Exchange, Request
from messages_conformance.verdict import Claim

MODEL = Model("small-1", "small", thinks=False)
TARGET = Target(
    "world", "World", "http://127.0.0.1:1", ("x-api-key", "authorization"), "2023-06-01"
)
HEADERS = (("anthropic-version", "2023-06-01"), ("x-api-key", KEY))

SUITE = '''
from messages_conformance.probing import row, works, ignored

@row("basic/temperature")
def temperature(ask):
    """It is taken."""
    answer = yield ask("Hi.", temperature=0.5)
    return works("taken", answer)

@row("basic/stop")
def stop(ask):
    """It stops.

    To fix: stop where you are told.

    Instead: cut the text yourself.
    """
    free = yield ask.control("Count.")
    bound = yield ask("Count.", stop_sequences=["3"])
    if bound.text == free.text:
        return ignored("the same text", free, bound)
    return works("stopped", bound)
'''


def row(id: str, claim: Claim = Claim.SUPPORTED) -> Row:
    return Row(id, id, claim, "yes", "page", "quoted")


def revision(*rows: str, models: tuple[Model, ...] = (MODEL,)) -> Revision:
    rows = rows or ("basic/temperature", "basic/stop")
    return Revision(
        target=TARGET,
        date=datetime.date(2025, 11, 13),
        title="World",
        url="https://example.com",
        note="",
        sections=tuple(Section(id, id) for id in dict.fromkeys(r.partition("/")[0] for r in rows)),
        series=(Series("small", "Small", models),),
        rows=tuple(row(id) for id in rows),
    )


def suites_of(folder: Path, **modules: str) -> Suites:
    """Write suites under their names and load them."""
    folder.mkdir(exist_ok=True)
    for name, source in (modules or {"basic": SUITE}).items():
        (folder / f"test_{name}.py").write_text(source)
    return loader.load(folder)


def request(prompt: str = "Hi.", **fields: object) -> Request:
    """What a probe of `MODEL` asks."""
    body = {
        "model": MODEL.id,
        "max_tokens": 48,
        "messages": [{"role": "user", "content": prompt}],
        **fields,
    }
    return Request(body, HEADERS)


def message(text: str = "Hello.") -> bytes:
    return json.dumps(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": MODEL.id,
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 3, "output_tokens": 2},
        }
    ).encode()


def error(type: str, said: str = "No.") -> bytes:
    return json.dumps({"type": "error", "error": {"type": type, "message": said}}).encode()


def exchange(asked: Request, body: bytes | None = None, status: int | None = 200) -> Exchange:
    body = message() if body is None else body
    return Exchange(
        asked, status, (("content-type", "application/json"),), body, (Chunk(len(body), 0.25),)
    )


def label(**changes: str) -> Label:
    facts = {
        "target": TARGET.id,
        "model": MODEL.id,
        "revision": "2025-11-13",
        "base_url": "http://127.0.0.1:1/apps/anthropic",
        "auth": "x-api-key",
        "server": "",
        "date": "2026-11-23",
        "suite_version": "1",
    }
    return Label(**{**facts, **changes})  # type: ignore[arg-type]


def cassette(root: Path, *entries: Entry, suite: str = "basic", **changes: str) -> Path:
    """Lay a cassette down by hand."""
    told = label(**changes)
    path = folder_of(root, told.target, told.model) / f"{suite}.yaml"
    write(path, told, list(entries))
    return path


@dataclass(frozen=True)
class Arrived:
    """A request as it reached the server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, object]:
        return dict(json.loads(self.body))


def http(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """A whole response; underscores in header names stand for hyphens."""
    given = {"content-type": kind, "content-length": str(len(body))}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


@dataclass
class Server:
    """What came in, and how much of it at once."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    inside: int = 0
    most_inside: int = 0


Script = Callable[[Arrived], bytes | Iterable[bytes | float]]


@contextlib.asynccontextmanager
async def serving(
    script: Script,
) -> AsyncIterator[Server]:
    """Serve on loopback: a script turns what arrives into pieces of bytes and pauses in seconds.

    The connection closes after the last piece.
    """
    state = Server()
    handlers: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        arrived = Arrived(method, path, headers, body)
        state.arrived.append(arrived)
        pieces = script(arrived)
        for piece in [pieces] if isinstance(pieces, bytes) else pieces:
            if isinstance(piece, bytes):
                writer.write(piece)
                await writer.drain()
            else:
                await asyncio.sleep(piece)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        state.inside += 1
        state.most_inside = max(state.most_inside, state.inside)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            try:
                await answer(reader, writer)
            except asyncio.CancelledError:
                # What the other side has not taken until now it never will.
                writer.transport.abort()
                raise
            finally:
                state.inside -= 1
                handlers.discard(task)
                writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield state
        for task in tuple(handlers):
            task.cancel()
        await asyncio.gather(*handlers)
        await asyncio.sleep(0)
