"""The recorder passes everything on, at once, and keeps it without credentials."""

import asyncio
import base64
import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from messages_conformance import reference
from messages_conformance.applications.kept_traffic import Kept, Passed
from messages_conformance.applications.record import record, recorder
from messages_conformance.applications.scan import scan
from messages_conformance.claims import library
from messages_conformance.errors import RunError, SetupError
from messages_conformance.reference.server import running
from support import key_encodings

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


def asked(
    handler: Any,
    *,
    path: str = "/v1/messages",
    body: Any = BODY,
    headers: dict[str, str] | None = None,
    environ: dict[str, str] | None = None,
) -> tuple[Any, Any]:
    """Ask the recorder in front of a handler; returns the answer and the line kept."""
    file = io.StringIO()

    async def ask(kept: Kept) -> Any:
        between = recorder("http://upstream/apps/anthropic", kept, httpx2.MockTransport(handler))
        transport = httpx2.ASGITransport(between)
        async with httpx2.AsyncClient(transport=transport, base_url="http://recorder") as client:
            sent = {
                "x-api-key": KEY,
                "anthropic-version": "2023-06-01",
                "accept-encoding": "gzip",
                **(headers or {}),
            }
            return await client.post(path, content=json.dumps(body), headers=sent)

    with Kept(file, (environ or {}).items()) as kept:
        answer = asyncio.run(ask(kept))
    return answer, json.loads(file.getvalue())


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


HELD = "held-0123456789-abcdefghijkl"
"""A credential that is no key of the endpoint."""


@pytest.mark.parametrize(
    "place",
    [
        {"headers": {"authorization": f"Bearer {HELD}"}},
        {"headers": {"authorization": "Basic " + base64.b64encode(f"u:{HELD}".encode()).decode()}},
        {"headers": {"api-key": HELD}},
        {"headers": {"x-goog-api-key": HELD}},
        {"headers": {"cf-access-client-secret": HELD}},
        {"headers": {"cookie": f"a=b; session={HELD}"}},
        {"path": f"/v1/messages?beta=true&api_key={HELD}"},
        {"body": {**BODY, "mcp_servers": [{"type": "url", "authorization_token": HELD}]}},
        {"environ": {"GITHUB_TOKEN": HELD}},
        {"environ": {"DB_PASSWORD": HELD}},
        {"environ": {"DATABASE_URL": f"postgres://me:{HELD}@db.example/x"}},
        {"environ": {"HTTPS_PROXY": f"http://me:{HELD}@proxy.example:3128"}},
    ],
    ids=lambda place: "-".join([*place, *next(iter(place.values()))][:2]),
)
def test_no_credential_of_any_kind_is_kept_wherever_it_is_echoed(place: dict[str, Any]) -> None:
    """Also where a program sends its environment, as the result of a tool."""
    tools = [{"role": "user", "content": f"env: {HELD} {HELD.encode().hex()}"}]
    given = {"body": {**BODY, "messages": tools}, **place}
    if "mcp_servers" in given["body"]:
        given["body"]["messages"] = tools
    _, line = asked(
        lambda _: answered(200, {"echo": HELD, "spelt": json.dumps(HELD)}, {"x-echo": HELD}),
        **given,
    )
    assert key_encodings.traces(json.dumps(line).encode(), HELD) == []


def test_what_is_no_credential_is_kept() -> None:
    limits = {"anthropic-ratelimit-tokens-remaining": "4000000000", "request-id": "req_1"}
    environ = {"TOKENIZERS_PARALLELISM": "false", "SSH_AUTH_SOCK": "/tmp/agent.socket"}
    _, line = asked(lambda _: answered(200, {"id": "msg_1"}, limits), environ=environ)
    assert limits.items() <= line["headers"].items()


def test_cookies_of_an_answer_and_whose_account_it_is_are_not_kept() -> None:
    headers = {"set-cookie": f"session={HELD}; Path=/", "anthropic-organization-id": "org-1"}
    answer, line = asked(lambda _: answered(200, {"echo": HELD}, headers))
    assert answer.headers["set-cookie"].startswith("session=held")
    assert not line["headers"].keys() & headers.keys()
    assert HELD not in line["body"]


def test_a_path_is_passed_on_with_its_escapes() -> None:
    seen: list[bytes] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.raw_path)
        return answered(200, {}, {})

    asked(handler, path="/v1/models/a%2Fb%3Fc?beta=true&x=%C3%A9")
    assert seen == [b"/apps/anthropic/v1/models/a%2Fb%3Fc?beta=true&x=%C3%A9"]


def test_headers_that_are_repeated_stay_apart() -> None:
    repeated = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    answer, _ = asked(lambda _: httpx2.Response(200, headers=repeated, stream=_pieces(b"{}")))
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_a_lone_surrogate_in_a_request_is_kept() -> None:
    _, line = asked(lambda _: answered(200, {}, {}), body={**BODY, "system": "\ud800"})
    assert line["request"]["system"] == "\ud800"


@pytest.mark.parametrize("encoding", ["gzip", "br", "no-such"])
def test_a_body_that_cannot_be_read_is_passed_on_and_said_to_be_cut(encoding: str) -> None:
    bomb = gzip.compress(bytes(80_000_000)) if encoding == "gzip" else b"\xff\xfe"
    stream = _pieces(bomb)
    headers = {"content-encoding": encoding}

    async def raw() -> bytes:
        file = io.StringIO()
        with Kept(file) as kept:
            transport = httpx2.MockTransport(
                lambda _: httpx2.Response(200, headers=headers, stream=stream)
            )
            between = httpx2.ASGITransport(recorder("http://upstream", kept, transport))
            async with (
                httpx2.AsyncClient(transport=between, base_url="http://r") as client,
                client.stream("POST", "/v1/messages", json=BODY) as answer,
            ):
                passed = b"".join([piece async for piece in answer.aiter_raw()])
        assert json.loads(file.getvalue())["ended"] == "cut"
        return passed

    assert asyncio.run(raw()) == bomb


def test_of_an_endless_answer_the_beginning_is_kept() -> None:
    block = b"x" * 100_000
    _, line = asked(lambda _: httpx2.Response(200, stream=_pieces(*[block] * 50)))
    assert line["ended"] == "cut"
    assert len(line["body"]) == 4 * 1024 * 1024


class _Pieces(httpx2.AsyncByteStream):
    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


LARGE = Passed("POST", "/v1/messages", (), b"[]" + b" " * (65 * 1024 * 1024), None)
"""More than may wait to be written."""


class _SlowDisk(io.StringIO):
    """A file that takes nothing before it is ready."""

    def __init__(self) -> None:
        super().__init__()
        self.is_ready = threading.Event()

    def write(self, text: str) -> int:
        self.is_ready.wait()
        return super().write(text)


def test_a_disk_that_is_too_slow_makes_the_next_request_wait() -> None:
    file, has_room = _SlowDisk(), threading.Event()

    def wait(kept: Kept) -> None:
        kept.wait_for_room()
        has_room.set()

    with Kept(file) as kept:
        kept.wait_for_room()
        kept.add(LARGE)
        waiting = threading.Thread(target=wait, args=[kept])
        waiting.start()
        assert not has_room.wait(0.1)
        file.is_ready.set()
        waiting.join()
    assert has_room.is_set()
    assert kept.count == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_file_that_takes_nothing_any_more() -> None:
    file = io.StringIO()
    file.write = lambda _: 1 // 0  # type: ignore[method-assign]
    with Kept(file) as kept:
        kept.add(LARGE)
        kept.wait_for_room()
    assert kept.count == 0


def _pieces(*pieces: bytes) -> httpx2.AsyncByteStream:
    return _Pieces(pieces)


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_for_the_program_and_what_it_sends_then_is_kept(
    number: signal.Signals, tmp_path: Path
) -> None:
    program = f"""
import os, signal, sys, time
def end(*_):
    exec(SEND)
    sys.exit(7)
SEND = {PROGRAM.replace("sys.exit(3)", "")!r}
signal.signal({int(number)}, end)
os.kill(os.getppid(), {int(number)})
time.sleep(60)
"""
    output = tmp_path / "traffic.jsonl"
    code = (
        "import signal, sys; from pathlib import Path;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from messages_conformance.applications.record import record;"
        "print(record([sys.executable, '-c', sys.argv[1]], sys.argv[2], Path(sys.argv[3])))"
    )
    with running(reference.app(PAGE, key=KEY)) as upstream:
        done = subprocess.run(
            [sys.executable, "-c", code, program, upstream, str(output)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    assert done.stdout.splitlines()[-1] == "(7, 1)", done.stderr


def test_a_program_that_was_killed_ends_as_in_a_shell(tmp_path: Path) -> None:
    killed = "import os; os.kill(os.getpid(), 9)"
    code, _ = record([sys.executable, "-c", killed], "http://127.0.0.1:9", tmp_path / "t.jsonl")
    assert code == 128 + 9


def test_what_is_no_file_is_not_written_to(tmp_path: Path) -> None:
    fifo = tmp_path / "t.jsonl"
    os.mkfifo(fifo)
    for name in (fifo, Path("/dev/null")):
        with pytest.raises(OSError, match=r"No such device|Is a FIFO, a device or a socket"):
            record(["true"], "http://127.0.0.1:9", name)


def test_a_full_disk_is_said_and_the_program_goes_on(tmp_path: Path) -> None:
    class Full(io.StringIO):
        def write(self, text: str, /) -> int:
            raise OSError(28, "No space left on device")

    with Kept(Full()) as kept:
        transport = httpx2.MockTransport(lambda _: answered(200, {"id": "msg_1"}, {}))
        between = httpx2.ASGITransport(recorder("http://upstream", kept, transport))

        async def ask() -> int:
            async with httpx2.AsyncClient(transport=between, base_url="http://r") as client:
                return (await client.post("/v1/messages", json=BODY)).status_code

        assert asyncio.run(ask()) == 200
    assert kept.problem is not None
    assert kept.count == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "[::ffff:127.0.0.1]"])
def test_no_proxy_leads_to_this_machine(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would get the key; this one leads nowhere."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with running(reference.app(PAGE, key=KEY)) as upstream:
        port = upstream.rpartition(":")[2]
        output = tmp_path / "t.jsonl"
        record([sys.executable, "-c", PROGRAM], f"http://{host}:{port}", output)
    assert json.loads(output.read_text())["status"] is not None


def test_a_proxy_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pass word@[::1")
    with pytest.raises(SetupError, match="HTTPS_PROXY") as told:
        record(["true"], "https://a.example", tmp_path / "t.jsonl")
    assert "pass word" not in str(told.value)


def test_an_address_that_is_none_is_refused_before_the_program_runs(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        record(["true"], "not an address", tmp_path / "t.jsonl")
    assert not (tmp_path / "t.jsonl").exists()
