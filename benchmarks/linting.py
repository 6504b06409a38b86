"""What it costs to check an answer against all wire rules, compared with an SDK's parsing of it.

    python benchmarks/linting.py [GOLDEN] [--rounds N]

GOLDEN holds recorded exchanges as gzipped JSON lines, each with `status`, `headers`, `body`,
`request` and `path`. In one process the same bytes are read by the parser alone, by all rules, and
by the official SDK, which builds its typed events and messages. Prints the best of several rounds.
Recorded streams are short, so that much of an event's time is its block's and its message's; a made
one of many deltas shows what an event takes by itself.
Asserts nothing: run it before and after a change, on the same machine, and compare.
"""

import gzip
import json
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import anthropic
import click
import httpx2
from anthropic.types import Message, RawMessageStreamEvent
from rich.console import Console
from rich.table import Table

from messages_conformance.protocol import sse
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.check import check, check_stream

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "golden" / "anthropic.jsonl.gz"
PIECE = 4096
"""Bytes that arrive at once where a stream is checked while it arrives."""


def load(path: Path) -> tuple[list[Exchange], list[Exchange]]:
    """The messages and the streams of a file of exchanges."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        read = [(line["kind"], line) for line in map(json.loads, lines)]
    messages, streams = (
        [_exchange(line) for kind, line in read if kind == wanted]
        for wanted in ("message", "stream")
    )
    return messages, streams


def _exchange(line: dict[str, Any]) -> Exchange:
    return Exchange(
        Request(line["request"], path=line["path"]),
        line["status"],
        tuple(line["headers"].items()),
        line["body"].encode(),
    )


def long_stream(deltas: int = 5_000) -> Exchange:
    """A stream of one text in many deltas."""
    start = {"type": "message", "role": "assistant", "content": [], "id": "msg_1", "model": "any"}
    usage = {"input_tokens": 1, "output_tokens": 1}
    words = [{"type": "text_delta", "text": f" word {number}"} for number in range(deltas)]
    events: list[dict[str, Any]] = [
        {
            "type": "message_start",
            "message": {**start, "stop_reason": None, "stop_sequence": None, "usage": usage},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": word} for word in words),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 2 * deltas},
        },
        {"type": "message_stop"},
    ]
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    request = Request({"model": "any", "messages": [], "stream": True})
    return Exchange(request, 200, (("content-type", "text/event-stream"),), text.encode())


def pieces(body: bytes) -> list[bytes]:
    """A body as a network might deliver it."""
    return [body[start : start + PIECE] for start in range(0, len(body), PIECE)]


def best(rounds: int, work: Callable[[], object]) -> float:
    """The least processor time that some work took, in seconds."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


class Sdk:
    """The official SDK's reading of answers, without a network and without a request."""

    def __init__(self) -> None:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(500))
        self._client = anthropic.Anthropic(
            api_key="none", http_client=httpx2.Client(transport=transport)
        )

    def stream(self, body: bytes) -> list[RawMessageStreamEvent]:
        """Read a stream into the SDK's events."""
        response = httpx2.Response(200, stream=httpx2.ByteStream(body))
        events = cast(Any, RawMessageStreamEvent)
        return list(anthropic.Stream(cast_to=events, response=response, client=self._client))

    def message(self, body: bytes) -> Message:
        """Read a message into the SDK's type."""
        return self._client._process_response_data(
            data=json.loads(body), cast_to=Message, response=httpx2.Response(200)
        )


@click.command()
@click.argument("golden", type=click.Path(path_type=Path, exists=True), default=BESIDE)
@click.option("--rounds", default=5, show_default=True, help="How often each reading is timed.")
def main(golden: Path, rounds: int) -> None:
    """Time the linter and the official SDK on the same answers."""
    messages, streams = load(golden)
    bodies = [exchange.body for exchange in streams]
    events = sum(len(sse.parse(body)) for body in bodies)
    sdk, long = Sdk(), long_stream()
    many = len(sse.parse(long.body))
    readings: Sequence[tuple[str, Sequence[Exchange], int, Callable[[], object]]] = (
        ("streams: parser alone", streams, events, lambda: [sse.parse(body) for body in bodies]),
        (
            "streams: all rules, as they arrive",
            streams,
            events,
            lambda: [
                list(check_stream(pieces(exchange.body), request=exchange.request.body))
                for exchange in streams
            ],
        ),
        (
            "streams: all rules, whole exchange",
            streams,
            events,
            lambda: [check(exchange) for exchange in streams],
        ),
        (
            "streams: official SDK",
            streams,
            events,
            lambda: [sdk.stream(body) for body in bodies],
        ),
        ("a long stream: all rules", [long], many, lambda: check(long)),
        ("a long stream: official SDK", [long], many, lambda: sdk.stream(long.body)),
        (
            "messages: all rules",
            messages,
            len(messages),
            lambda: [check(exchange) for exchange in messages],
        ),
        (
            "messages: official SDK",
            messages,
            len(messages),
            lambda: [sdk.message(exchange.body) for exchange in messages],
        ),
    )
    table = Table("reading", "events or messages", "µs each", "ms per MB")
    for name, exchanges, count, work in readings:
        work()
        seconds = best(rounds, work)
        megabytes = sum(len(exchange.body) for exchange in exchanges) / 1e6
        table.add_row(
            name, f"{count:,}", f"{seconds / count * 1e6:,.1f}", f"{seconds / megabytes * 1e3:,.1f}"
        )
    console = Console()
    console.print(f"Python {platform.python_version()}, {platform.machine()}, best of {rounds}")
    console.print(table)


if __name__ == "__main__":
    main()
