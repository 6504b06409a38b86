"""The recorder passes everything on, at once, and keeps it without credentials."""

import asyncio
import io
import json
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from messages_conformance import reference
from messages_conformance.applications.record import Kept, record, recorder
from messages_conformance.applications.scan import scan
from messages_conformance.claims import library
from messages_conformance.errors import RunError, SetupError
from messages_conformance.reference.server import running

KEY = "sk-a-secret-key-0123456789"
MODEL = "qwen-plus"
BODY = {
    "model": MODEL,
    "max_tokens": 20,
    "messages": [{"role": "user", "content": f"Say hello. My key is {KEY}."}],
}
PAGE = library.shipped("model-studio", "2025-11-13")


def answered(status: int, body: Any, headers: dict[str, str]) -> httpx2.Response:
    """An answer that comes over a network, and not all at once."""
    stream = httpx2.ByteStream(json.dumps(body).encode())
    return httpx2.Response(status, stream=stream, headers=headers)


def asked(handler: Any, *, path: str = "/v1/messages", body: Any = BODY) -> tuple[Any, Any]:
    """Ask the recorder in front of a handler; returns the answer and the line kept."""

    async def ask() -> Any:
        file = io.StringIO()
        between = recorder(
            "http://upstream/apps/anthropic", Kept(file), httpx2.MockTransport(handler)
        )
        transport = httpx2.ASGITransport(between)
        async with httpx2.AsyncClient(transport=transport, base_url="http://recorder") as client:
            headers = {
                "x-api-key": KEY,
                "anthropic-version": "2023-06-01",
                "accept-encoding": "gzip",
            }
            answer = await client.post(path, json=body, headers=headers)
        return answer, json.loads(file.getvalue())

    answer, line = asyncio.run(ask())
    return answer, line


def test_what_is_passed_on_is_what_was_sent() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return answered(429, {"type": "error"}, {"retry-after": "7"})

    answer, _ = asked(handler, path="/v1/messages?beta=true")
    (request,) = seen
    assert str(request.url) == "http://upstream/apps/anthropic/v1/messages?beta=true"
    assert request.headers["x-api-key"] == KEY
    assert json.loads(request.content) == BODY
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_no_key_is_kept_wherever_it_is_echoed() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return answered(200, {"echo": KEY}, {"x-echo": KEY, "set-cookie": "a=b"})

    answer, line = asked(handler)
    assert answer.json() == {"echo": KEY}
    assert KEY not in json.dumps(line)
    assert "set-cookie" not in line["headers"]
    assert line["request_headers"]["x-api-key"] == "<key>"
    assert line["request"]["messages"][0]["content"] == "Say hello. My key is <key>."


def test_an_endpoint_that_cannot_be_reached_is_said_in_the_envelope() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    answer, line = asked(handler)
    assert answer.status_code == 502
    assert answer.json()["error"]["type"] == "api_error"
    assert line["status"] is None


class _Slow(httpx2.AsyncByteStream):
    """A stream whose second piece waits until the first was received."""

    def __init__(self) -> None:
        self.received = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"event: ping\ndata: {}\n\n"
        await self.received.wait()
        yield b"event: message_stop\ndata: {}\n\n"


def test_a_stream_is_passed_on_as_it_comes() -> None:
    """If the recorder waited for the end, this would wait for ever."""

    async def listen() -> list[bytes]:
        slow = _Slow()
        app = recorder(
            "http://upstream",
            Kept(io.StringIO()),
            httpx2.MockTransport(lambda _: httpx2.Response(200, stream=slow)),
        )
        pieces: list[bytes] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                pieces.append(message["body"])
                slow.received.set()

        scope = {
            **{"type": "http", "method": "POST", "path": "/v1/messages", "query_string": b""},
            **{"headers": [], "http_version": "1.1", "scheme": "http", "root_path": ""},
            **{"server": ("recorder", 80), "client": ("test", 1), "raw_path": b"/v1/messages"},
            "asgi": {"version": "3.0", "spec_version": "2.4"},
        }
        await asyncio.wait_for(app(scope, receive, send), timeout=60)
        return pieces

    assert len(asyncio.run(listen())) == 2


PROGRAM = """
import json, os, sys, urllib.request
body = json.dumps({"model": "qwen-plus", "max_tokens": 20,
                   "messages": [{"role": "user", "content": "Say hello."}]}).encode()
headers = {"x-api-key": "KEY", "anthropic-version": "2023-06-01",
           "content-type": "application/json"}
request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", body, headers)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(json.load(opener.open(request))["type"])
sys.exit(3)
""".replace("KEY", KEY)


def test_a_program_is_run_and_what_it_sent_can_be_scanned(tmp_path: Path) -> None:
    output = tmp_path / "kept" / "traffic.jsonl"
    with running(reference.app(PAGE, key=KEY)) as upstream:
        code, count = record([sys.executable, "-c", PROGRAM], upstream, output)
    assert (code, count) == (3, 1)
    assert KEY not in output.read_text()
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    used = scan([str(output)]).used
    assert used["header/x-api-key"].calls == 1
    assert used["basic/max_tokens"].values.most == 20


def test_a_program_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be started"):
        record([str(tmp_path / "no-such-program")], "http://127.0.0.1:9", tmp_path / "t.jsonl")


def test_an_address_that_is_none_is_refused_before_the_program_runs(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        record(["true"], "not an address", tmp_path / "t.jsonl")
    assert not (tmp_path / "t.jsonl").exists()
