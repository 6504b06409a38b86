"""A response over a real socket is kept exactly, however it ends."""

import asyncio
import base64
import contextlib
import gzip
import json
import socket
from collections.abc import Iterable

import pytest

from messages_conformance.errors import SetupError
from messages_conformance.protocol.exchange import KEY, RESTRICTED_KEY, WRONG_KEY, Exchange, Request
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.transport import Sender
from support import small_project
from support.small_project import Arrived, Server

SECRET = "sk-marked-key/0123456789"


def ask(
    script: small_project.Script,
    request: Request | None = None,
    limits: Limits = DEFAULT,
    **credentials: str,
) -> tuple[Exchange, Server]:
    """Send one request to a scripted server."""

    async def main() -> tuple[Exchange, Server]:
        async with small_project.serving(script) as server:
            given = {"key": SECRET, **credentials}
            endpoint = Endpoint(f"{server.url}/base/", **given)
            async with Sender(endpoint, limits) as sender:
                return await sender.send(request or small_project.request()), server

    return asyncio.run(main())


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> list[bytes]:
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    return [head, *(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces), end]


def slowly(pieces: Iterable[bytes], pause: float = 0.02) -> Iterable[bytes | float]:
    for piece in pieces:
        yield piece
        yield pause


def test_status_headers_and_bytes_are_kept() -> None:
    exchange, _ = ask(lambda _: small_project.http(b"\xff\r\nx", 418, x_odd="yes"))
    assert (exchange.status, exchange.body, exchange.ended) == (418, b"\xff\r\nx", "complete")
    assert exchange.header("x-odd") == "yes"


def test_chunks_are_those_that_the_network_delivered() -> None:
    exchange, _ = ask(lambda _: slowly(chunked(b"one", b"three")))
    assert [chunk.size for chunk in exchange.chunks] == [3, 5]
    assert exchange.chunks[0].at < exchange.chunks[1].at
    assert exchange.body == b"onethree"


def test_the_request_is_sent_with_its_keys_filled_in() -> None:
    _, server = ask(lambda _: small_project.http(b"{}"))
    (arrived,) = server.arrived
    assert (arrived.method, arrived.path) == ("POST", "/base/v1/messages")
    assert arrived.body == small_project.request().content
    assert arrived.headers["x-api-key"] == SECRET
    assert arrived.headers["accept-encoding"] == "identity"
    assert arrived.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("placeholder", "sent"),
    [(f"Bearer {KEY}", f"Bearer {SECRET}"), (RESTRICTED_KEY, "sk-restricted")],
)
def test_each_placeholder_is_replaced_by_its_key(placeholder: str, sent: str) -> None:
    request = Request({}, (("authorization", placeholder),))
    _, server = ask(lambda _: small_project.http(b"{}"), request, restricted_key="sk-restricted")
    assert server.arrived[0].headers["authorization"] == sent


def test_the_wrong_key_is_not_the_right_one() -> None:
    _, server = ask(lambda _: small_project.http(b"{}"), Request({}, (("x-api-key", WRONG_KEY),)))
    sent = server.arrived[0].headers["x-api-key"]
    assert "<" not in sent
    assert SECRET not in sent


def test_a_request_that_needs_a_missing_key_is_reported() -> None:
    with pytest.raises(SetupError, match="set ANTHROPIC_RESTRICTED_KEY, or do not opt in"):
        ask(lambda _: small_project.http(b"{}"), Request({}, (("x-api-key", RESTRICTED_KEY),)))


def test_a_request_without_a_body_is_sent_without_one() -> None:
    request = Request(None, small_project.HEADERS, "/v1/models", "GET")
    _, server = ask(lambda _: small_project.http(b"{}"), request)
    assert (server.arrived[0].method, server.arrived[0].body) == ("GET", b"")


@pytest.mark.parametrize(
    "pieces",
    [
        chunked(b"one", end=b""),
        [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\none"],
    ],
    ids=["chunked", "sized"],
)
def test_an_answer_that_breaks_off_is_cut_and_its_beginning_is_kept(pieces: list[bytes]) -> None:
    exchange, _ = ask(lambda _: pieces)
    assert (exchange.status, exchange.body, exchange.ended) == (200, b"one", "cut")


def test_a_connection_closed_without_an_answer_is_cut() -> None:
    exchange, _ = ask(lambda _: b"")
    assert (exchange.status, exchange.ended) == (None, "cut")


def test_an_answer_over_the_limit_is_stopped() -> None:
    exchange, _ = ask(lambda _: small_project.http(b"a" * 1000), limits=Limits(size=100))
    assert (exchange.body, exchange.ended) == (b"a" * 100, "too large")
    assert sum(chunk.size for chunk in exchange.chunks) == 100


@pytest.mark.parametrize("limits", [Limits(silence=0.1), Limits(whole=0.1)])
def test_an_answer_that_stops_is_a_timeout_and_its_beginning_is_kept(limits: Limits) -> None:
    exchange, _ = ask(lambda _: [*chunked(b"one", end=b""), 2.0], limits=limits)
    assert (exchange.body, exchange.ended) == (b"one", "timeout")


def test_an_endless_trickle_is_a_timeout() -> None:
    limits = Limits(silence=5, whole=0.2)
    exchange, _ = ask(lambda _: slowly([*chunked(*[b"x"] * 50)], 0.05), limits=limits)
    assert exchange.ended == "timeout"


def test_a_missing_server_is_unreachable() -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{free.getsockname()[1]}", SECRET)

        async def main() -> Exchange:
            async with Sender(endpoint) as sender:
                return await sender.send(small_project.request())

        exchange = asyncio.run(main())
    assert (exchange.status, exchange.ended) == (None, "unreachable")


def test_a_redirect_is_reported_and_not_followed() -> None:
    exchange, server = ask(lambda _: small_project.http(b"", 307, location="/elsewhere"))
    assert (exchange.status, exchange.header("location")) == (307, "/elsewhere")
    assert len(server.arrived) == 1


def test_loopback_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    exchange, _ = ask(lambda _: small_project.http(b"{}"))
    assert exchange.status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("127.1", "localhost.", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "[::1]"),
        *("127.9.9.9", "[::]", "LOCALHOST", "a.localhost", "127.0.0.1.", "[::ffff:7f00:1]"),
    ],
)
def test_this_machine_is_known_in_any_spelling(host: str) -> None:
    assert Endpoint(f"http://{host}:8080/apps", SECRET).is_loopback


@pytest.mark.parametrize("host", ["localhost.example", "128.1", "10.0.0.1", "[fe80::1]", "1.2.3"])
def test_another_machine_is_no_loopback(host: str) -> None:
    assert not Endpoint(f"http://{host}:8080/apps", SECRET).is_loopback


def test_an_echoed_key_is_replaced_and_the_chunks_still_fit() -> None:
    def echo(arrived: Arrived) -> Iterable[bytes | float]:
        key = arrived.headers["x-api-key"]
        encoded = base64.b64encode(f"user:{key}".encode())
        body = json.dumps({"you": key}).encode() + b" " + encoded
        head = small_project.http(b"", x_echo=f"Bearer {key}", content_length=str(len(body)))
        return slowly([head, body[:12], body[12:]])

    exchange, _ = ask(echo)
    assert exchange.header("x-echo") == f"Bearer {KEY}"
    assert exchange.body.startswith(b'{"you": "<key>"} ')
    assert b"marked" not in base64.b64decode(exchange.body.split()[-1].partition(b"<")[0] + b"==")
    assert sum(chunk.size for chunk in exchange.chunks) == len(exchange.body)


def test_a_key_is_found_in_an_answer_that_is_compressed_unasked() -> None:
    body = gzip.compress(SECRET.encode())
    exchange, _ = ask(lambda _: small_project.http(body, content_encoding="gzip"))
    assert exchange.body == KEY.encode()
    assert exchange.header("content-encoding") is None


def test_cookies_and_organisation_ids_are_not_kept() -> None:
    exchange, _ = ask(
        lambda _: small_project.http(
            b"", set_cookie="a=b", anthropic_organization_id="o", x_workspace_id="w", request_id="r"
        )
    )
    assert {"set-cookie", "anthropic-organization-id", "x-workspace-id"}.isdisjoint(
        name for name, _ in exchange.headers
    )
    assert exchange.header("request-id") == "r"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("dashscope.example/apps", "malformed"),
        ("ftp://a.example", "malformed"),
        ("https://", "malformed"),
        ("https://a.example:99999", "malformed"),
        ("https://a.example/a b", "malformed"),
        ("https://[::1", "malformed"),
        ("https://a.example/v1", "would go to /v1/v1/messages; remove /v1 from its end"),
        ("https://a.example/x/v1/messages/", "remove /v1/messages from its end"),
        ("https://me:pass@a.example", "a user name"),
        ("https://a.example?key=1", "a query"),
    ],
)
def test_an_unusable_base_url_is_reported(url: str, says: str) -> None:
    with pytest.raises(SetupError, match=says) as problem:
        Endpoint(url, SECRET)
    assert "pass" not in str(problem.value)


def test_a_key_that_no_header_can_hold_is_reported_without_the_key() -> None:
    with pytest.raises(SetupError, match="copy it again") as problem:
        Endpoint("https://a.example", "sk-secret\n")
    assert "sk-secret" not in str(problem.value)


def test_a_cookie_is_not_sent_back() -> None:
    """One that is not ASCII would end the run."""
    answer = small_project.http(b"{}", set_cookie="a=1").replace(b"a=1", "a=\u00e91".encode())

    async def main() -> Server:
        async with small_project.serving(lambda _: answer) as server:
            async with Sender(Endpoint(server.url, SECRET)) as sender:
                for _ in range(2):
                    await sender.send(small_project.request())
            return server

    arrived = asyncio.run(main()).arrived
    assert ["cookie" in one.headers for one in arrived] == [False, False]


def test_keys_are_not_in_the_repr() -> None:
    assert "hunter" not in repr(Endpoint("https://a.example", "hunter1", restricted_key="hunter2"))


def test_a_url_in_place_of_a_key_is_a_mistake_that_is_named() -> None:
    with pytest.raises(SetupError, match=r"the key is a URL; .* may be swapped") as told:
        Endpoint("https://endpoint.example", "https://gateway.example/secret-path")
    assert "secret-path" not in str(told.value)
