"""A mistake in the setup is told from a fault of the endpoint, in one sentence."""

import asyncio
import contextlib
import json
import socket
import ssl

import httpx2
import pytest

import worlds
from messages_conformance.preflight import Preflight, preflight
from messages_conformance.transport import DEFAULT, Endpoint, Limits, SetupError
from worlds import Arrived

SECRET = "sk-marked-key/0123456789"


def check(
    script: worlds.Script,
    limits: Limits = DEFAULT,
    auth: str = "x-api-key",
) -> tuple[Preflight, list[Arrived]]:
    async def main() -> tuple[Preflight, list[Arrived]]:
        async with worlds.serving(script) as server:
            endpoint = Endpoint(f"{server.url}/apps", SECRET, auth)
            outcome = await preflight(worlds.revision(), worlds.MODEL, endpoint, limits)
            return outcome, server.arrived

    return asyncio.run(main())


def test_an_endpoint_that_answers_is_taken_as_it_is() -> None:
    outcome, arrived = check(lambda _: worlds.http(worlds.message()))
    assert outcome.note == ""
    assert outcome.endpoint.auth == "x-api-key"
    assert outcome.exchange.answered
    assert [request.path for request in arrived] == ["/apps/v1/messages"]
    assert arrived[0].fields["model"] == worlds.MODEL.id


@pytest.mark.parametrize(
    ("auth", "works"), [("x-api-key", "authorization"), ("authorization", "x-api-key")]
)
def test_the_other_header_is_tried_and_said_to_work(auth: str, works: str) -> None:
    def script(arrived: Arrived) -> bytes:
        known = SECRET in arrived.headers.get(works, "")
        return worlds.http(*((worlds.message(), 200) if known else (b"{}", 401)))

    outcome, arrived = check(script, auth=auth)
    assert outcome.endpoint.auth == works
    assert outcome.endpoint.key == SECRET
    assert f"refused the key in {auth} and took it in {works}" in outcome.note
    assert len(arrived) == 2


FLAT = {"code": "InvalidApiKey", "message": "invalid access token or token expired"}
UNPURCHASED = {"code": "AccessDenied.Unpurchased", "message": "Access to model denied."}
ARREARS = b'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"Arrearage","type":"Arrearage"}\n\n'
GATED = {"error": "Coding Plan is currently only available for Coding Agents"}
NO_MODEL = {"request_id": "r", "code": "InvalidParameter", "message": "Model not exist."}
PAGE = b"<!DOCTYPE html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            worlds.http(json.dumps(FLAT).encode(), 401),
            r"refuses the key, in x-api-key and in authorization .*token expired.*another host",
        ),
        (worlds.http(json.dumps(UNPURCHASED).encode(), 403), "denies it small-1 .*model denied"),
        (worlds.http(ARREARS, 400), "nothing left to pay with"),
        (worlds.http(worlds.error("billing_error"), 402), "nothing left to pay with"),
        (worlds.http(json.dumps(GATED).encode(), 405), "serves only the coding tools"),
        (worlds.http(json.dumps(GATED).encode(), 403), "serves only the coding tools"),
        (worlds.http(worlds.error("not_found_error", "model: small-1"), 404), "has no model"),
        (worlds.http(json.dumps(NO_MODEL).encode(), 400), "has no model 'small-1'"),
        (worlds.http(b'{"detail":"Not Found"}', 404), "there is nothing at http://.*/v1/messages"),
        (worlds.http(worlds.error("not_found_error", "Not Found"), 404), "there is nothing at"),
        (worlds.http(b"", 404), r"there is nothing at .*only HTTP 404"),
        (worlds.http(b'{"detail":"Method Not Allowed"}', 405), "takes no POST"),
        (worlds.http(PAGE, 200, "text/html"), "a web page"),
        (worlds.http(PAGE, 404, "text/html; charset=utf-8"), "a web page"),
        (worlds.http(b"", 301, location="https://b.example/apps"), "redirects to https://b.exam"),
        (worlds.http(worlds.error("rate_limit_error"), 429), "says 429 before anything"),
        (b"", "closed the connection without an answer"),
    ],
)
def test_what_is_wrong_with_the_setup_gets_its_own_sentence(answer: bytes, says: str) -> None:
    with pytest.raises(SetupError, match=says) as problem:
        check(lambda _: answer)
    assert "\n" not in str(problem.value)
    assert "127.0.0.1" in str(problem.value)


@pytest.mark.parametrize(
    "answer",
    [
        worlds.http(worlds.error("api_error"), 500),
        worlds.http(worlds.error("invalid_request_error", "temperature must be set"), 400),
        worlds.http(b'{"choices": []}'),
    ],
)
def test_what_may_be_the_endpoints_own_fault_is_left_to_the_probes(answer: bytes) -> None:
    outcome, _ = check(lambda _: answer)
    assert not outcome.exchange.answered


def test_silence_gets_a_sentence() -> None:
    with pytest.raises(SetupError, match="did not answer a plain request in time"):
        check(lambda _: [2.0], Limits(whole=0.1))


def test_a_closed_port_gets_a_sentence() -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{free.getsockname()[1]}", SECRET)
        with pytest.raises(SetupError, match=r"127\.0\.0\.1:\d+ refuses the connection"):
            asyncio.run(preflight(worlds.revision(), worlds.MODEL, endpoint))


def test_plain_http_where_https_is_asked_for_gets_a_sentence() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(worlds.http(b"speak plainly", 400))
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            endpoint = Endpoint(f"https://127.0.0.1:{port}", SECRET)
            await preflight(worlds.revision(), worlds.MODEL, endpoint)

    with pytest.raises(SetupError, match="no secure connection to 127"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("problem", "cause", "says"),
    [
        (httpx2.ConnectError("x"), socket.gaierror(-2, "not known"), "does not resolve"),
        (httpx2.ConnectError("x"), ssl.SSLCertVerificationError("expired"), "certificate"),
        (httpx2.ConnectTimeout("x"), TimeoutError(), "in time; check the host and any firewall"),
        (httpx2.ConnectError("network down"), OSError(), "cannot be reached: network down"),
    ],
)
def test_why_there_is_no_connection_is_told_apart(
    problem: httpx2.TransportError, cause: Exception, says: str
) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise problem from cause

    endpoint = Endpoint("https://a.example", SECRET)
    with pytest.raises(SetupError, match=says):
        asyncio.run(
            preflight(
                worlds.revision(),
                worlds.MODEL,
                endpoint,
                transport=httpx2.MockTransport(fail),
            )
        )


def test_an_echoed_key_is_not_in_the_sentence() -> None:
    with pytest.raises(SetupError, match="no key <key>") as problem:
        check(lambda _: worlds.http(worlds.error("x", f"no key {SECRET}"), 401))
    assert SECRET not in str(problem.value)
