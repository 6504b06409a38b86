"""Whatever an endpoint sends, the exchange ends in bounded time and memory, and can be judged."""

import asyncio
import time

import httpx2
import pytest

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.transport import Sender
from messages_conformance.verdict import Kind
from support import faulty_servers, hostile, small_project
from support.small_project import Script

SOON = Limits(connect=5, first=1, silence=1, whole=3)
MEMORY = 200 * 1000 * 1000
"""bytes"""


def ask(script: Script, limits: Limits = hostile.LIMITS) -> tuple[Exchange, float]:
    """The exchange with a server, and its seconds."""

    async def main() -> tuple[Exchange, float]:
        async with small_project.serving(script) as server:
            began = time.perf_counter()
            exchange = await hostile.send(server.url, limits)
            return exchange, time.perf_counter() - began

    return asyncio.run(main())


@pytest.mark.parametrize("server", faulty_servers.EXPECTED, ids=lambda server: server.__name__)
def test_an_exchange_with_any_faulty_server_ends_and_can_be_judged(server: Script) -> None:
    expected = faulty_servers.EXPECTED[server]
    # A server that other limits stop has all the time it needs.
    exchange, seconds = ask(server, SOON if expected[1] == "timeout" else hostile.LIMITS)
    assert (exchange.status, exchange.ended) == expected
    assert seconds < 25
    kind = hostile.behaviour_of(exchange).kind
    assert (kind in (Kind.BROKEN, Kind.UNMEASURED)) != exchange.answered
    hostile.inspect(exchange, sections=("wire",))


@pytest.mark.parametrize(
    ("server", "limits", "least"),
    [
        (faulty_servers.no_status_line, Limits(first=0.3, silence=9, whole=9), 0.3),
        (faulty_servers.slow_headers, Limits(first=0.3, silence=9, whole=9), 0.3),
        (faulty_servers.headers_only, Limits(first=9, silence=0.3, whole=9), 0.3),
        (faulty_servers.silent_body, Limits(first=9, silence=0.3, whole=9), 0.3),
        (faulty_servers.one_byte_at_a_time, Limits(first=9, silence=9, whole=0.3), 0.3),
    ],
    ids=["first", "first, in pieces", "silence at once", "silence", "whole"],
)
def test_each_time_limit_stops_what_it_is_for(server: Script, limits: Limits, least: float) -> None:
    exchange, seconds = ask(server, limits)
    assert exchange.ended == "timeout"
    assert least <= seconds < 4


def test_a_slow_start_does_not_count_as_silence() -> None:
    """A model may think for long before it begins; only then do gaps between bytes count."""
    slow = [0.6, *faulty_servers.invalid_json(small_project.Arrived("POST", "/", {}, b""))]
    exchange, _ = ask(lambda _: slow, Limits(first=5, silence=0.3))
    assert exchange.ended == "complete"


def test_a_tls_handshake_that_never_ends_is_given_up() -> None:
    async def main() -> tuple[Exchange, float]:
        given_up = asyncio.Event()

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            given_up.set()

        async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            began = time.perf_counter()
            exchange = await hostile.send(f"https://127.0.0.1:{port}", Limits(connect=0.3))
            seconds = time.perf_counter() - began
            await given_up.wait()
            return exchange, seconds

    exchange, seconds = asyncio.run(main())
    assert (exchange.status, exchange.ended) == (None, "unreachable")
    assert seconds < 4


def test_waiting_for_other_long_bodies_does_not_count_as_silence() -> None:
    """Four are read at once, and these take longer than the limit of silence."""
    text = "a" * (DEFAULT.size // 2)
    whole = small_project.http(small_project.message(text))
    arrived: list[small_project.Arrived] = []

    def script(one: small_project.Arrived) -> list[bytes | float]:
        arrived.append(one)
        end = whole[-200:-100], whole[-100:]
        first = len(arrived) <= 4
        return [whole[:-200], 2.0, end[0], 2.0, end[1]] if first else [0.2, whole]

    async def main() -> list[Exchange]:
        async with (
            small_project.serving(script) as server,
            Sender(Endpoint(server.url, "sk-marked-key/0123456789"), Limits(silence=3.5)) as sender,
        ):
            return await asyncio.gather(*(sender.send(small_project.request()) for _ in range(8)))

    assert [exchange.text == text for exchange in asyncio.run(main())] == [True] * 8


def test_the_beginning_of_a_body_that_is_too_large_is_kept() -> None:
    exchange, _ = ask(faulty_servers.endless_stream)
    assert 1 << 10 < len(exchange.body) <= 1 << 16
    assert sum(chunk.size for chunk in exchange.chunks) == len(exchange.body)
    assert exchange.body.startswith(b"event: ping")


def test_a_body_in_an_unknown_compression_is_not_kept() -> None:
    exchange, _ = ask(faulty_servers.brotli)
    assert (exchange.body, exchange.header("content-encoding")) == (b"", "br")


def test_a_content_encoding_that_is_no_compression_is_ignored() -> None:
    exchange, _ = ask(lambda _: small_project.http(b"{}", content_encoding="utf-8"))
    assert (exchange.body, exchange.header("content-encoding")) == (b"{}", "utf-8")


def test_a_redirect_does_not_send_the_key_to_another_host() -> None:
    async def main() -> tuple[Exchange, list[small_project.Arrived]]:
        async with small_project.serving(
            lambda _: small_project.http(small_project.message())
        ) as other:
            moved = small_project.http(b"", 307, location=f"{other.url}/v1/messages")
            async with small_project.serving(lambda _: moved) as server:
                return await hostile.send(server.url, SOON), other.arrived

    exchange, elsewhere = asyncio.run(main())
    assert exchange.status == 307
    assert elsewhere == []


def test_endless_provisional_answers_are_stopped_behind_a_proxy_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> Exchange:
        async with small_project.serving(faulty_servers.informational_flood) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("NO_PROXY", "")
            return await hostile.send("http://endpoint.example", hostile.LIMITS)

    exchange = asyncio.run(main())
    assert (exchange.status, exchange.ended) == (None, "too large")


@pytest.mark.parametrize(
    "server", faulty_servers.MEMORY_ATTACKS, ids=lambda server: server.__name__
)
def test_no_server_exhausts_memory(server: Script) -> None:
    result = asyncio.run(hostile.run_against(server))
    assert result.peak < MEMORY
    assert (result.status, result.ended) == faulty_servers.EXPECTED[server]


LARGE = DEFAULT.size
"""Bytes of the longest body that is kept."""
LETTERS = b"a" * LARGE
EVENT = b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, %b}\n\n'
START = b"event: message_start\ndata: %b\n\n" % (
    b'{"type": "message_start", "message": ' + small_project.message() + b"}"
)
OPEN = (
    b'event: content_block_start\ndata: {"type": "content_block_start", "index": 0, '
    b'"content_block": {"type": "text", "text": ""}}\n\n'
)
STOP = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
LETTER = EVENT % b'"delta": {"type": "text_delta", "text": "a"}'
JSON_LETTER = EVENT % b'"delta": {"type": "input_json_delta", "partial_json": "a"}'
BODIES = {
    "garbage": bytes(range(256)) * (LARGE // 256),
    "letters": LETTERS,
    "empty data lines": b"data:\n" * (LARGE // 6),
    "empty events": b"data:\n\n" * (LARGE // 7),
    "events without a name": b"data: {}\n\n" * (LARGE // 10),
    "one large event": b"event: ping\ndata: " + LETTERS + b"\n\n",
    "deltas": START + OPEN + LETTER * (LARGE // len(LETTER)) + STOP,
    "deltas of JSON": START + OPEN + JSON_LETTER * (LARGE // len(JSON_LETTER)) + STOP,
    "a message of many blocks": small_project.message().replace(
        b'[{"type": "text", "text": "Hello."}]', b"[" + b"{}," * (LARGE // 3) + b"{}]"
    ),
    "a large text": small_project.message(LETTERS.decode()),
    "a long number": b'{"type": "message", "usage": ' + b"9" * 100_000 + b"}",
    **{
        f"nested {depth} deep": small_project.message().replace(
            b'"Hello."', b'"Hello.", "more": ' + b'{"a":[' * depth + b"1" + b"]}" * depth
        )
        for depth in (100, 300, 450, 490, 1000, 50_000)
    },
}


def received(body: bytes, kind: str, status: int) -> Exchange:
    """The exchange with a server that sends this body."""
    answer = httpx2.Response(status, headers={"content-type": kind}, content=body)
    transport = httpx2.MockTransport(lambda _: answer)
    return asyncio.run(hostile.send("http://127.0.0.1:1", DEFAULT, transport))


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
def test_a_hostile_body_is_judged_quickly(kind: str) -> None:
    for name, body in BODIES.items():
        exchanges = [received(body, kind, status) for status in (200, 400)]
        began = time.process_time()
        for exchange in exchanges:
            hostile.behaviour_of(exchange)
        hostile.inspect(*exchanges, sections=("wire",))
        assert time.process_time() - began < 20, name


def test_the_sdk_reads_hostile_bodies() -> None:
    kinds = ("application/json", "text/event-stream")
    exchanges = [received(body, kind, 200) for body in BODIES.values() for kind in kinds]
    hostile.inspect(*exchanges, sections=("client",))


def test_a_body_with_too_many_parts_is_stopped() -> None:
    exchange, _ = ask(lambda _: small_project.http(b"[" + b"{}," * 100), Limits(parts=99))
    assert (exchange.ended, len(exchange.body)) == ("too large", 301)
