"""No key that an endpoint echoes, in whatever way, is in anything that is written or printed."""

import asyncio
import gzip
import json
import logging
import os
import re
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import SetupError
from messages_conformance.judging import assess
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.transport import Sender
from messages_conformance.rendering.render import Format, render
from messages_conformance.verdict import Evidence
from support import key_encodings, small_project
from support.small_project import Arrived

PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
# A key that is all the same, or a word, cannot be told from what stands around it.
KEYS = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(["sk-", "", "Ab+/", "%41&#1;", '\\u0041"']),
    st.text(PRINTABLE, min_size=8, max_size=60),
).filter(lambda key: len(set(key.lower())) > 5 and not re.search(r"[A-Za-z_]{6}", key))
WAYS = st.sampled_from(key_encodings.WAYS)
Way = Callable[[str], str]


@given(KEYS, st.lists(WAYS, min_size=1, max_size=3))
def test_no_way_of_echoing_gets_through(key: str, ways: list[Way]) -> None:
    secrets = Secrets({key: "<key>"})
    body = "\n\n".join(way(key) for way in ways).encode()
    scrubbed, _ = secrets.body(body, ())
    assert not secrets.are_in(scrubbed)
    assert key_encodings.traces(scrubbed, key) == []


@given(KEYS, WAYS, st.integers(1, 12))
def test_no_key_is_spelt_by_the_pieces_of_a_stream(key: str, way: Way, size: int) -> None:
    text = way(key)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    body = "".join(f"data: {json.dumps({'delta': {'text': each}})}\n\n" for each in pieces)
    secrets = Secrets({key: "<key>"})
    scrubbed, _ = secrets.body(body.encode(), ())
    told = b"".join(_text(line[6:]) for line in scrubbed.splitlines() if line.startswith(b"data: "))
    assert not secrets.are_in(scrubbed)
    assert key_encodings.traces(told, key) == []


def _text(data: bytes) -> bytes:
    return str(json.loads(data)["delta"]["text"]).encode()


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("after", ["", '"', "\n", "\\", '\\"', "é", "n"])
@pytest.mark.parametrize(
    "key", ["sk-ends-in-a-slash-0123\\", "Ten\\9-8/7\\", "sk-0123456789abcdef\\\\"]
)
def test_json_stays_json_where_a_key_ends_in_a_backslash(key: str, after: str, levels: int) -> None:
    told: object = f"It is {key}{after}"
    for _ in range(levels):
        told = json.dumps({"text": told}, ensure_ascii=False)
    secrets = Secrets({key: "<key>"})
    scrubbed, _ = secrets.body(str(told).encode(), ())
    assert not secrets.are_in(scrubbed)
    left: object = scrubbed.decode()
    for _ in range(levels):
        left = json.loads(str(left))["text"]
    assert str(left).startswith("It is <key>")


@given(st.text(PRINTABLE, max_size=300), KEYS)
def test_what_has_nothing_of_a_key_stays_byte_by_byte(text: str, key: str) -> None:
    secrets = Secrets({key: "<key>"})
    if not secrets.are_in(text.encode()):
        assert secrets.text(text) == text


PLACES = ("text", "pieces", "error", "body", "header", "header name", "location", "gzip", "bytes")


def answer(key: str, way: Way, place: str) -> httpx2.Response:
    """An answer that echoes a key somewhere."""
    told = way(key)
    headers = {"content-type": "application/json"}
    if place == "text":
        return httpx2.Response(200, headers=headers, content=small_project.message(told))
    if place == "pieces":
        start = json.loads(small_project.message(""))
        block = start["content"].pop()
        events = [
            {"type": "message_start", "message": start},
            {"type": "content_block_start", "index": 0, "content_block": block},
            *(
                {
                    "type": "content_block_delta",
                    "index": 0,
                    "delta": {"type": "text_delta", "text": told[at : at + 3]},
                }
                for at in range(0, len(told), 3)
            ),
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}},
            {"type": "message_stop"},
        ]
        body = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
        headers["content-type"] = "text/event-stream"
        return httpx2.Response(200, headers=headers, content=body.encode())
    if place == "error":
        return httpx2.Response(
            400, headers=headers, content=small_project.error("invalid_request_error", told)
        )
    if place == "body":
        return httpx2.Response(500, content=told.encode())
    if place == "bytes":
        return httpx2.Response(500, content=b"\xff" + told.encode())
    if place == "gzip":
        headers["content-encoding"] = "gzip"
        return httpx2.Response(200, headers=headers, stream=_Once(gzip.compress(told.encode())))
    if place == "location":
        return httpx2.Response(307, headers={"location": f"https://b.example/?k={told}"})
    if place == "header name":
        letters = "".join(c for c in told if c in string.ascii_letters + string.digits + "-_")
        return httpx2.Response(200, headers={f"x-{letters}": "1"}, content=small_project.message())
    return httpx2.Response(200, headers={"x-echo": told}, content=small_project.message())


class _Once(httpx2.AsyncByteStream):
    def __init__(self, data: bytes) -> None:
        self._data = data

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        yield self._data


@settings(max_examples=25, deadline=None)
@given(KEYS, WAYS, st.sampled_from(PLACES))
def test_no_recording_and_no_report_holds_an_echoed_key(key: str, way: Way, place: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        probes = small_project.suites_of(folder / "suites")
        revision = small_project.revision()
        endpoint = Endpoint("https://endpoint.example/apps", key)
        transport = httpx2.MockTransport(lambda _: answer(key, way, place))
        chosen = Chosen(revision, revision.models, revision.rows)
        asyncio.run(
            recorder.record((chosen,), probes, endpoint, folder / "cassettes", transport=transport)
        )
        assessed = assess.assess((chosen,), probes, folder / "cassettes", Evidence.LIVE)
        formats: tuple[Format, ...] = ("json", "text", "markdown", "html")
        written = {str(each): render(assessed.report, each).encode() for each in formats}
        written |= {str(path): path.read_bytes() for path in folder.glob("cassettes/**/*.yaml")}
        assert len(written) > len(formats)
        for what, data in written.items():
            assert not endpoint.secrets.are_in(data), what
            assert key_encodings.traces(data, key) == [], what


KEY = "sk-marked/Key+0123456789-abcdef"
EVERYTHING = " ".join(way(KEY) for way in key_encodings.WAYS)


def echo(status: int) -> small_project.Script:
    """Echo the key everywhere at once; and see whether it is among any process's arguments."""

    def script(_: Arrived) -> bytes:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                assert KEY.encode() not in path.read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        error = small_project.error("authentication_error", EVERYTHING)
        body = small_project.message(EVERYTHING) if status == 200 else error
        return small_project.http(body, status, x_echo=EVERYTHING, set_cookie=f"key={KEY}")

    return script


COMMANDS = {
    "run": ["-c", "from messages_conformance.cli import main; main()", "run", "--output", "run"],
    "pytest": [
        *(
            "-m",
            "pytest",
            "--mc-live",
            "--junitxml=junit.xml",
            "--log-level=DEBUG",
            "-v",
            "-n",
            "1",
        ),
        *("-o", "log_cli=true", "--showlocals", "--mc-cassettes", "cassettes"),
    ],
}


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_nothing_a_command_prints_or_writes_holds_the_key(
    command: list[str], status: int, tmp_path: Path
) -> None:
    suites = Path(__file__).parents[2] / "suites"
    prefix, more = ("mc-", [str(suites / "test_basic.py")]) if "pytest" in command else ("", [])
    wanted = {"target": "model-studio", "model": "qwen-plus", "row": "basic/temperature"}
    chosen = [word for name, value in wanted.items() for word in (f"--{prefix}{name}", value)]

    async def main() -> tuple[bytes, list[Arrived]]:
        async with small_project.serving(echo(status)) as server:
            environ = {
                **os.environ,
                "ANTHROPIC_BASE_URL": server.url,
                "ANTHROPIC_API_KEY": KEY,
                "PYTHONASYNCIODEBUG": "1",
            }
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, *command, *chosen, *more),
                cwd=tmp_path,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            printed, _ = await process.communicate()
            return printed, server.arrived

    printed, arrived = asyncio.run(main())
    assert arrived, printed.decode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert status == 401 or any(path.suffix == ".yaml" for path in files), printed.decode()
    for data in (printed, *(path.read_bytes() for path in files)):
        assert key_encodings.traces(data, KEY) == []
        assert not Secrets({KEY: "<key>"}).are_in(data)


def test_the_clients_libraries_log_no_headers(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with (
            small_project.serving(echo(200)) as server,
            Sender(Endpoint(server.url, KEY)) as sender,
        ):
            await sender.send(small_project.request())

    with caplog.at_level(logging.DEBUG):
        asyncio.run(main())
    assert key_encodings.traces(caplog.text.encode(), KEY) == []


def test_a_base_url_that_holds_the_key_gets_a_sentence_without_it() -> None:
    with pytest.raises(SetupError, match="the base URL contains the key") as told:
        Endpoint(f"https://a.example/{KEY}", KEY)
    assert key_encodings.traces(str(told.value).encode(), KEY) == []
