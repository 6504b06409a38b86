"""Every format of saved answers is read to the same exchanges."""

import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from messages_conformance.cassettes.tape import Entry, Label, Tape, folder_of, write
from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Chunk, Exchange, Request
from messages_conformance.traffic.detect_format import guess_format
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NO_BODY,
    NOT_MESSAGES_API,
    NotChecked,
    RawStream,
)
from support import saved_files
from support.saved_files import BODY, EXCHANGES, MESSAGE, SENT, STREAM

each_format = pytest.mark.parametrize("name", saved_files.FORMATS)


def answers(items: list[Any]) -> list[tuple[int | None, tuple[tuple[str, str], ...], bytes]]:
    assert all(isinstance(item, Exchange) for item in items)
    return [(item.status, item.headers, item.body) for item in items]


@each_format
def test_every_format_gives_the_same_answers(name: str) -> None:
    format, build = saved_files.FORMATS[name]
    content = build()
    assert guess_format(content[: 64 * 1024]) == format
    assert answers(saved_files.read(format, content)) == answers(list(EXCHANGES))


@pytest.mark.parametrize("name", ["HAR", "vcrpy", "JSON lines"])
def test_the_request_is_known_where_it_was_saved(name: str) -> None:
    format, build = saved_files.FORMATS[name]
    for item, exchange in zip(saved_files.read(format, build()), EXCHANGES, strict=True):
        assert isinstance(item, Exchange)
        assert (item.request.method, item.request.path) == ("POST", SENT.path)
        assert item.request.body == exchange.request.body


@pytest.mark.parametrize("name", ["HAR", "vcrpy"])
def test_no_key_is_read_from_a_recording(name: str) -> None:
    format, build = saved_files.FORMATS[name]
    for item in saved_files.read(format, build()):
        assert isinstance(item, Exchange)
        assert dict(item.request.headers) == {"anthropic-version": "2023-06-01", "x-api-key": KEY}


@pytest.mark.parametrize(
    ("headers", "status", "known"),
    [
        ({"Anthropic-Version": ["2023-06-01"]}, 200, ("2023-06-01", KEY)),
        ({"anthropic-version": "x", "authorization": "Bearer REDACTED"}, 401, ("x", WRONG_KEY)),
        ({"accept": ["*/*"]}, 200, ()),
    ],
    ids=["answered", "refused", "no headers"],
)
def test_the_status_says_whether_a_removed_key_was_right(
    headers: dict[str, Any], status: int, known: tuple[str, ...]
) -> None:
    recorded = saved_files.interaction(body={"string": "x"}, status={"code": status})
    recorded["request"]["headers"] = headers
    (item,) = saved_files.read("cassette", saved_files.as_yaml(recorded))
    assert isinstance(item, Exchange)
    assert tuple(value for _, value in item.request.headers) == known


def test_a_stream_alone_is_read_in_pieces() -> None:
    (item,) = saved_files.read("sse", STREAM * 1000)
    assert isinstance(item, RawStream)


def test_a_body_alone_answers_an_unknown_request() -> None:
    (item,) = saved_files.read("json", BODY)
    assert isinstance(item, Exchange)
    assert (item.status, item.body, item.request.body) == (200, BODY, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"type": "error", "error": {"type": "overloaded_error", "message": "m"}}, 529),
        ({"type": "error", "error": {"type": "not_found_error", "message": "m"}}, 404),
        ({"type": "error", "error": {"type": "made_up", "message": "m"}}, 400),
        ({"error": "a text", "status": 500}, 400),
    ],
)
def test_an_error_alone_has_a_status_that_fits_it(error: dict[str, Any], status: int) -> None:
    (item,) = saved_files.read("json", json.dumps(error).encode())
    assert isinstance(item, Exchange)
    assert item.status == status


# curl -i


def test_interim_answers_and_followed_redirects_are_not_checked() -> None:
    content = (
        b"HTTP/1.1 200 Connection established\r\n\r\n"
        b"HTTP/1.1 307 Temporary Redirect\r\nlocation: /\r\ncontent-length: 4\r\n\r\nmove"
        b"HTTP/1.1 100 Continue\r\n\r\n" + saved_files.as_curl(EXCHANGES[:1])
    )
    redirect, answer = saved_files.read("curl", content)
    assert redirect == NotChecked("a redirect that was followed")
    assert answers([answer]) == answers([EXCHANGES[0]])


def test_a_redirect_that_was_not_followed_is_the_answer() -> None:
    (item,) = saved_files.read("curl", b"HTTP/1.1 302 RuleBroken\r\nlocation: /login\r\n\r\n")
    assert isinstance(item, Exchange)
    assert item.status == 302


def test_the_stated_length_bounds_a_body_that_looks_like_the_next_answer() -> None:
    inner = b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nbody"
    outer = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner
    first, second = saved_files.read("curl", outer + b"\r\n" + saved_files.as_curl(EXCHANGES[:1]))
    assert isinstance(first, Exchange)
    assert first.body == inner
    assert answers([second]) == answers([EXCHANGES[0]])


@pytest.mark.parametrize(
    ("length", "ended"), [(len(BODY), "complete"), (len(BODY) + 9, "cut"), (3, "complete")]
)
def test_a_body_shorter_than_stated_is_cut(length: int, ended: str) -> None:
    head = f"HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: {length}\n\n"
    (item,) = saved_files.read("curl", head.encode() + BODY)
    assert isinstance(item, Exchange)
    assert (item.body, item.ended) == (BODY, ended)


def test_a_line_end_that_an_editor_added_is_not_part_of_the_body() -> None:
    head = f"HTTP/1.1 200 OK\ncontent-length: {len(BODY)}\n\n".encode()
    (item,) = saved_files.read("curl", head + BODY + b"\n")
    assert isinstance(item, Exchange)
    assert item.body == BODY


@pytest.mark.parametrize(
    "body", [gzip.compress(BODY), BODY], ids=["compressed", "decompressed by curl"]
)
def test_a_compressed_body_is_decompressed_once(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
    (item,) = saved_files.read("curl", head.encode() + body)
    assert isinstance(item, Exchange)
    assert (item.body, item.ended) == (BODY, "complete")


# What else recordings contain


OTHERS = (
    ("POST", "https://api.openai.com/v1/chat/completions"),
    ("GET", "https://example.com/favicon.ico"),
    ("OPTIONS", saved_files.URL),
    ("GET", "https://example.com/v1/messages"),
    ("POST", "https://example.com/v1/messages/batches"),
    ("GET", "https://example.com/blog?next=/v1/messages"),
)
OURS = (
    ("POST", "http://127.0.0.1:8787/v1/messages/", "/v1/messages"),
    ("POST", "https://example.com/v1/messages/count_tokens?beta=true", None),
    ("GET", "https://example.com/x/v1/models?limit=3", None),
    ("GET", "https://example.com/v1/models/m-1", "/v1/models/m-1"),
)


@pytest.mark.parametrize(("method", "url"), OTHERS)
def test_requests_to_other_apis_are_not_checked(method: str, url: str) -> None:
    entry = saved_files.har_entry(EXCHANGES[0], url, method)
    assert saved_files.read("har", saved_files.as_har([entry])) == [NOT_MESSAGES_API]
    recorded = saved_files.interaction(body={"string": "x"})
    recorded["request"] |= {"method": method, "uri": url}
    assert saved_files.read("cassette", saved_files.as_yaml(recorded)) == [NOT_MESSAGES_API]


@pytest.mark.parametrize(("method", "url", "path"), OURS)
def test_every_path_of_the_api_is_checked(method: str, url: str, path: str | None) -> None:
    (item,) = saved_files.read(
        "har", saved_files.as_har([saved_files.har_entry(EXCHANGES[0], url, method)])
    )
    assert isinstance(item, Exchange)
    assert item.request.method == method
    assert item.request.path == (path or url[url.index("/v1/") :])


def test_a_har_entry_may_have_no_answer_no_body_or_a_body_in_base64() -> None:
    aborted, bare, coded = (saved_files.har_entry(EXCHANGES[0]) for _ in range(3))
    aborted["response"]["status"] = 0
    del bare["response"]["content"]["text"]
    coded["response"]["content"] = {"text": saved_files.base64_of(BODY), "encoding": "base64"}
    items = saved_files.read("har", saved_files.as_har([aborted, bare, coded]))
    assert items[:2] == [NO_ANSWER, NO_BODY]
    assert answers(items[2:]) == answers([EXCHANGES[0]])


BODIES: dict[str, dict[str, Any]] = {
    "text": {"body": {"string": BODY.decode()}},
    "bytes": {"body": {"string": BODY}},
    "plain text": {"body": BODY.decode()},
    "base64": {"body": {"base64_string": saved_files.base64_of(BODY)}},
    "former httpx stub": {"content": BODY.decode(), "status_code": 200, "http_version": "HTTP/1.1"},
    "gzip": {"body": {"string": gzip.compress(BODY)}, "headers": {"Content-Encoding": ["gzip"]}},
    "deflate": {
        "body": {"string": zlib.compress(BODY)},
        "headers": {"Content-Encoding": "deflate"},
    },
    "decompressed": {"body": {"string": BODY}, "headers": {"content-encoding": ["gzip"]}},
    "decompressed brotli": {"body": {"string": BODY}, "headers": {"content-encoding": ["br"]}},
}


@pytest.mark.parametrize("response", BODIES.values(), ids=BODIES)
def test_the_body_in_a_cassette_may_have_every_known_form(response: dict[str, Any]) -> None:
    (item,) = saved_files.read("cassette", saved_files.as_yaml(saved_files.interaction(**response)))
    assert isinstance(item, Exchange)
    assert (item.status, item.body) == (200, BODY)


def test_a_body_that_was_stored_as_parsed_json_keeps_its_value() -> None:
    recorded = saved_files.interaction(parsed_body=MESSAGE)
    recorded["request"]["parsed_body"] = saved_files.ASKED
    del recorded["request"]["body"]
    (item,) = saved_files.read("cassette", saved_files.as_yaml(recorded))
    assert isinstance(item, Exchange)
    assert (item.json, item.request.body) == (MESSAGE, saved_files.ASKED)


def test_a_cassette_in_json_is_read_as_well() -> None:
    content = json.dumps(
        {"version": 1, "interactions": [saved_files.interaction(**BODIES["text"])]}
    )
    assert guess_format(content.encode()) == "cassette"
    (item,) = saved_files.read("cassette", content.encode())
    assert isinstance(item, Exchange)
    assert item.body == BODY


def test_a_body_in_an_unsupported_encoding_is_not_checked() -> None:
    recorded = saved_files.interaction(
        body={"string": b"\x8b\x02\x80\xff\x03"}, headers={"content-encoding": ["br"]}
    )
    (item,) = saved_files.read("cassette", saved_files.as_yaml(recorded))
    assert isinstance(item, NotChecked)


def test_values_beside_the_interactions_and_anchors_do_no_harm() -> None:
    headers = {"content-type": ["application/json"]}
    recorded = saved_files.interaction(body={"string": BODY}, headers=headers)
    content = yaml.dump({"before": {"a": [1]}, "interactions": [recorded], "version": 1})
    anchored = content.replace("content-type:", "content-type: &type")
    assert anchored != content
    (item,) = saved_files.read("cassette", anchored.encode())
    assert isinstance(item, Exchange)
    assert item.header("content-type") == "application/json"


def test_the_suites_own_cassettes_are_read_as_the_tape_reads_them(tmp_path: Path) -> None:
    label = Label(
        target="t", model="m", revision="2025-11-13", base_url="https://example.com/anthropic",
        auth="x-api-key", server="", date="2026-11-23", suite_version="1",
    )  # fmt: skip
    recorded = (
        *EXCHANGES,
        replace(EXCHANGES[1], body=STREAM[:-50], ended="cut", chunks=(Chunk(9, 0.5),)),
        replace(EXCHANGES[0], request=Request({"model": "m", "pad": "x" * 70_000})),
    )
    path = folder_of(tmp_path, "t", "m") / "basic.yaml"
    write(path, label, [Entry(each, "basic/model", 0) for each in recorded])
    items = saved_files.read("cassette", path.read_bytes())
    taped = list(Tape.load(tmp_path, "t", "m").exchanges)
    assert answers(items) == answers(taped)
    assert [
        (item.ended, item.chunks, item.request.headers)
        for item in items
        if isinstance(item, Exchange)
    ] == [(exchange.ended, exchange.chunks, exchange.request.headers) for exchange in taped]
    assert isinstance(items[-1], Exchange)
    assert items[-1].request.body is None


def test_a_recorded_request_without_an_answer_is_not_checked() -> None:
    recorded = saved_files.interaction(status={"code": None, "message": ""}, ended="timeout")
    assert saved_files.read("cassette", saved_files.as_yaml(recorded)) == [NO_ANSWER]
    assert saved_files.read("jsonl", saved_files.line(EXCHANGES[0], status=None)) == [NO_ANSWER]


# JSON lines


def test_a_line_needs_only_status_and_body() -> None:
    content = json.dumps({"status": 200, "body": BODY.decode()}).encode()
    (item,) = saved_files.read("jsonl", b"\xef\xbb\xbf" + content + b"\n\n" + b"  \n")
    assert isinstance(item, Exchange)
    assert (item.status, item.body, item.headers, item.request.body) == (200, BODY, (), None)


def test_a_line_of_another_api_is_not_checked() -> None:
    other = saved_files.line(EXCHANGES[0], path="/v1/chat/completions")
    models = saved_files.line(EXCHANGES[0], path="/v1/models", request=None)
    passed, item = saved_files.read("jsonl", other + models)
    assert passed == NOT_MESSAGES_API
    assert isinstance(item, Exchange)
    assert item.request.method == "GET"
