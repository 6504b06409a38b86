"""How much memory a whole run needs, and judging it, with a normal and with hostile endpoints.

    python benchmarks/memory.py [--models N] [--concurrency N …]

Records all ordinary rows of several models over real sockets and judges the recordings, each in its
own process: first with the reference endpoint, then with endpoints whose every answer is as large
as is kept, in different ways. Prints the most memory that each process used. Nothing is asserted.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from messages_conformance import reference, resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import GaveUpError
from messages_conformance.judging import assess
from messages_conformance.probing import loader
from messages_conformance.protocol.limits import DEFAULT
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.rendering.render import Format, render

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import hostile
from support.serving import PROCESSES, serving

KEY = "key-of-the-benchmark"
SIZE = DEFAULT.size - 1024
"""Bytes of an answer just below the limit."""

EVENT = (
    b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": '
    b'{"type": "text_delta", "text": " so"}}\n\n'
)
HEAD = (
    b'{"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": '
    b'"end_turn", "stop_sequence": null, "usage": {"input_tokens": 3, "output_tokens": 2}, '
    b'"content": ['
)


def events() -> tuple[str, bytes]:
    """The longest stream that is kept."""
    return "text/event-stream", EVENT * (SIZE // len(EVENT))


def empty_events() -> tuple[str, bytes]:
    """As many events as are kept."""
    return "text/event-stream", b"data:{}\n\n" * (DEFAULT.parts // 4)


def text() -> tuple[str, bytes]:
    """A message with one very long text."""
    block = b'{"type": "text", "text": "' + b"so " * ((SIZE - len(HEAD)) // 3) + b'"}]}'
    return "application/json", HEAD + block


def blocks() -> tuple[str, bytes]:
    """A message with as many blocks as are kept."""
    block = b'{"type": "text", "text": "so"}'
    most = min(DEFAULT.parts // 3, (SIZE - len(HEAD)) // (len(block) + 2))
    return "application/json", HEAD + b", ".join([block] * most) + b"]}"


ANSWERS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "one text": text,
    "many blocks": blocks,
    "a stream": events,
    "empty events": empty_events,
}


def target() -> Revision:
    """The target with the most models."""
    return library.shipped("model-studio", "2025-11-13")


def serve(port: int, kind: str) -> None:
    """Run an endpoint."""
    if kind == "as documented":
        reference.serve(reference.app(target(), key=KEY), port=port)
    else:
        asyncio.run(_serve_same(port, *ANSWERS[kind]()))


async def _serve_same(port: int, kind: str, body: bytes) -> None:
    """Give every request the same answer, and close the connection after it."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await reader.readuntil(b"\r\n\r\n")
            length = asked.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()


Figures = tuple[str, float, int]
"""How it ended, its seconds, and its peak memory in bytes."""


def record(url: str, number: int, concurrency: int, folder: Path) -> Figures:
    """Record some models."""
    revision, began = target(), time.perf_counter()
    recording = recorder.record(
        (Chosen(revision, revision.models[:number], revision.rows),),
        loader.load(resources.folder("suites")),
        Endpoint(url, KEY),
        folder,
        RecordingOptions(rate_limit=RateLimit(concurrency)),
    )
    try:
        ended = f"{sum(model.sent for model in asyncio.run(recording))} requests"
    except GaveUpError as stop:
        ended = f"stopped: {str(stop).partition(',')[0]}"
    return ended, time.perf_counter() - began, hostile.peak()


def judge(number: int, folder: Path) -> Figures:
    """Judge the recordings of some models, and render the report in several formats."""
    revision, began = target(), time.perf_counter()
    chosen = Chosen(revision, revision.models[:number], revision.rows)
    assessed = assess.assess((chosen,), loader.load(resources.folder("suites")), folder, None)
    formats: tuple[Format, ...] = ("json", "text", "markdown", "html")
    written = sum(len(render(assessed.report, format)) for format in formats)
    ended = f"{len(assessed.report.targets[0].cells)} cells, reports of {written / 1e6:.1f} MB"
    return ended, time.perf_counter() - began, hostile.peak()


@click.command()
@click.option("--models", default=13, show_default=True, help="How many models.")
@click.option("--concurrency", multiple=True, type=int, default=(4,), help="Requests in flight.")
@click.option("--only", multiple=True, help="Only endpoints of this kind.")
def main(models: int, concurrency: tuple[int, ...], only: tuple[str, ...]) -> None:
    """Measure runs of several endpoints."""
    console = Console()
    table = Table("endpoint", "in flight", "what", "ended", "recorded, MB", "seconds", "peak, MB")
    for kind in only or ("as documented", *ANSWERS):
        for at_once in concurrency:
            with tempfile.TemporaryDirectory() as name, serving(serve, kind) as url:
                folder = Path(name)
                for what, work, arguments in (
                    ("run", record, (url, models, at_once, folder)),
                    ("report", judge, (models, folder)),
                ):
                    with PROCESSES.Pool(1) as pool:
                        ended, seconds, peak = pool.apply(work, arguments)
                    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
                    figures = (f"{size / 1e6:.0f}", f"{seconds:.0f}", f"{peak / 1e6:.0f}")
                    row = (kind, str(at_once), what, ended, *figures)
                    table.add_row(*row)
                    console.log(*row, sep=", ")  # as it takes minutes
    console.print(table)


if __name__ == "__main__":
    main()
