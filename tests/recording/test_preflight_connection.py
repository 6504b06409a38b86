"""What keeps a connection from being made is told apart: host, port, TLS, certificate, proxy."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from messages_conformance.errors import SetupError
from messages_conformance.protocol.limits import Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import (
    preflight,
)
from support import small_project

pytestmark = pytest.mark.usefixtures("impatient")

SECRET = "sk-marked-key/0123456789"
GATEWAY = b"<html><h1>502 Bad Gateway</h1></html>"


def test_a_closed_port_is_reported() -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{free.getsockname()[1]}", SECRET)
        with pytest.raises(SetupError, match=r"127\.0\.0\.1:\d+ refused the connection"):
            asyncio.run(preflight(small_project.revision(), small_project.MODEL, endpoint))


def test_plain_http_instead_of_https_is_reported() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(small_project.http(b"speak plainly", 400))
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            endpoint = Endpoint(f"https://127.0.0.1:{port}", SECRET)
            await preflight(small_project.revision(), small_project.MODEL, endpoint)

    with pytest.raises(SetupError, match="no TLS connection to 127"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("problem", "cause", "says"),
    [
        (httpx2.ConnectError("x"), socket.gaierror(-2, "not known"), "does not resolve"),
        (httpx2.ConnectError("x"), ssl.SSLCertVerificationError("expired"), "certificate"),
        (
            httpx2.ConnectTimeout("x"),
            TimeoutError(),
            "in time; check the host name and any",
        ),
        (httpx2.ConnectError("network down"), OSError(), "cannot be reached: network down"),
    ],
)
def test_each_reason_for_no_connection_is_reported(
    problem: httpx2.TransportError, cause: Exception, says: str
) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise problem from cause

    endpoint = Endpoint("https://a.example", SECRET)
    with pytest.raises(SetupError, match=says):
        asyncio.run(
            preflight(
                small_project.revision(),
                small_project.MODEL,
                endpoint,
                transport=httpx2.MockTransport(fail),
            )
        )


@pytest.mark.parametrize(
    ("certificate", "says"),
    [("expired", "127.* has expired according to"), ("future", "127.* is not valid yet")],
)
def test_a_certificate_outside_of_its_dates_points_at_the_clock(
    certificate: str, says: str
) -> None:
    path = Path(__file__).parents[1] / "certificates" / f"{certificate}.pem"
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(path)
    ours = ssl.create_default_context(cafile=path)

    async def main() -> None:
        async with await asyncio.start_server(
            lambda *_: None, "127.0.0.1", 0, ssl=theirs
        ) as server:
            port = server.sockets[0].getsockname()[1]
            endpoint = Endpoint(f"https://127.0.0.1:{port}", SECRET)
            transport = httpx2.AsyncHTTPTransport(verify=ours)
            await preflight(
                small_project.revision(), small_project.MODEL, endpoint, transport=transport
            )

    with pytest.raises(SetupError, match=says):
        asyncio.run(main())


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set a proxy, and no other, in the environment."""

    def name(url: str) -> None:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
            monkeypatch.delenv(variable, raising=False)
            monkeypatch.delenv(variable.lower(), raising=False)
        monkeypatch.setenv("ALL_PROXY", url)

    return name


def through_proxy(scheme: str) -> None:
    endpoint = Endpoint(f"{scheme}://endpoint.example", SECRET)
    asyncio.run(
        preflight(
            small_project.revision(), small_project.MODEL, endpoint, Limits(connect=5, first=5)
        )
    )


def test_an_unreachable_proxy_is_named_without_its_password(
    proxied: Callable[[str], None],
) -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        proxied(f"http://me:hunter2@127.0.0.1:{port}")
        with pytest.raises(
            SetupError, match=rf"the proxy 127\.0\.0\.1:{port}, .* cannot be reached"
        ) as told:
            through_proxy("https")
    assert "hunter2" not in str(told.value)


def test_a_proxy_that_cannot_be_used_is_reported(proxied: Callable[[str], None]) -> None:
    proxied("gopher://127.0.0.1:1")
    with pytest.raises(SetupError, match=r"ALL_PROXY is no address of a proxy.*or unset it"):
        through_proxy("https")


@pytest.mark.parametrize(
    ("scheme", "answer", "says"),
    [
        ("https", b"HTTP/1.1 407 Auth\r\n\r\n", "did not connect to .* with a user name"),
        ("https", b"HTTP/1.1 502 Bad\x1b[2J\r\n\r\n", "did not connect to endpoint.example"),
        (
            "http",
            small_project.http(GATEWAY, 503, "text/html", retry_after="60"),
            "the proxy 127.* 503",
        ),
        ("http", small_project.http(GATEWAY, 407, "text/html"), "requires a user name"),
    ],
)
def test_a_proxy_that_refuses_is_not_taken_for_the_endpoint(
    proxied: Callable[[str], None], scheme: str, answer: bytes, says: str
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            proxied(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await asyncio.to_thread(through_proxy, scheme)

    with pytest.raises(SetupError, match=says) as told:
        asyncio.run(main())
    assert "\x1b" not in str(told.value)
