"""The same answers, saved in every format that `lint` reads."""

import base64
import gzip
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import vcr.request
import vcr.serialize
import yaml

from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.traffic.detect_format import FileFormat
from messages_conformance.traffic.items import Item
from messages_conformance.traffic.readers import READERS
from messages_conformance.traffic.saved_file import SavedFile

URL = "https://api.example.com/apps/anthropic/v1/messages?beta=true"
ASKED = {"model": "m-1", "max_tokens": 20, "messages": [{"role": "user", "content": "Hi, Zoë"}]}
MESSAGE: dict[str, Any] = {
    "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
    "type": "message",
    "role": "assistant",
    "model": "m-1",
    "content": [{"type": "text", "text": "Zoë 🎈, hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 5},
}
BODY = json.dumps(MESSAGE, ensure_ascii=False).encode()
REFUSAL = (
    b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: no"},'
    b'"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}'
)


def events(deltas: Iterable[str], stop_reason: str = "end_turn") -> Iterable[bytes]:
    """The events of a valid stream of one text block."""
    start = {**MESSAGE, "content": [], "stop_reason": None}
    yield event({"type": "message_start", "message": start})
    block = {"type": "text", "text": ""}
    yield event({"type": "content_block_start", "index": 0, "content_block": block})
    for text in deltas:
        delta = {"type": "text_delta", "text": text}
        yield event({"type": "content_block_delta", "index": 0, "delta": delta})
    yield event({"type": "content_block_stop", "index": 0})
    end = {"stop_reason": stop_reason, "stop_sequence": None}
    yield event({"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}})
    yield event({"type": "message_stop"})


def event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


STREAM = b"".join(events(["Zoë 🎈", ", hello"]))
REQUEST_ID = ("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy")
JSON = (("content-type", "application/json"), REQUEST_ID)
SSE = (("content-type", "text/event-stream; charset=utf-8"), REQUEST_ID)
HEADERS = (("anthropic-version", "2023-06-01"), ("x-api-key", "sk-secret"))
SENT = Request(ASKED, HEADERS, "/v1/messages?beta=true", "POST")
EXCHANGES = (
    Exchange(SENT, 200, JSON, BODY),
    Exchange(replace(SENT, body={**ASKED, "stream": True}), 200, SSE, STREAM),
    Exchange(replace(SENT, body={**ASKED, "max_tokens": -1}), 400, JSON, REFUSAL),
)


def as_curl(exchanges: Iterable[Exchange] = EXCHANGES) -> bytes:
    return b"".join(
        f"HTTP/2 {each.status} \r\n".encode()
        + "".join(f"{name}: {value}\r\n" for name, value in each.headers).encode()
        + b"\r\n"
        + each.body
        for each in exchanges
    )


def har_entry(exchange: Exchange, url: str = URL, method: str = "POST") -> dict[str, Any]:
    sent = [{"name": name.title(), "value": value} for name, value in exchange.request.headers]
    return {
        "startedDateTime": "2026-11-23T10:00:00.000Z",
        "request": {
            "method": method,
            "url": url,
            "headers": sent,
            "postData": {
                "mimeType": "application/json",
                "text": exchange.request.content.decode(),
            },
        },
        "response": {
            "status": exchange.status,
            "headers": [{"name": name, "value": value} for name, value in exchange.headers],
            "content": {"text": exchange.body.decode()},
        },
    }


def as_har(entries: Iterable[dict[str, Any]] | None = None, indent: int | None = 2) -> bytes:
    listed = [har_entry(each) for each in EXCHANGES] if entries is None else list(entries)
    log = {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": listed}
    return json.dumps({"log": log}, indent=indent).encode()


def as_vcrpy() -> bytes:
    """A cassette exactly as vcrpy's YAML serialiser writes it."""
    stored = {
        "requests": [
            vcr.request.Request("POST", URL, each.request.content, dict(each.request.headers))
            for each in EXCHANGES
        ],
        "responses": [
            {
                "status": {"code": each.status, "message": "OK"},
                "headers": {name: [value] for name, value in each.headers},
                "body": {"string": each.body},
            }
            for each in EXCHANGES
        ],
    }
    import vcr.serializers.yamlserializer as serializer

    return str(vcr.serialize.serialize(stored, serializer)).encode()


def interaction(**response: Any) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "uri": URL, "body": json.dumps(ASKED), "headers": {}},
        "response": {"headers": {}, "status": {"code": 200, "message": "OK"}, **response},
    }


def as_yaml(*interactions: dict[str, Any]) -> bytes:
    return yaml.safe_dump({"interactions": list(interactions), "version": 1}).encode()


def line(exchange: Exchange, **more: Any) -> bytes:
    fields = {
        "source": "here",
        "path": exchange.request.path,
        "request": exchange.request.body,
        "status": exchange.status,
        "headers": dict(exchange.headers),
        "body": exchange.body.decode(),
    }
    return json.dumps({**fields, **more}).encode() + b"\n"


def as_jsonl() -> bytes:
    return b"".join(line(each) for each in EXCHANGES)


FORMATS: dict[str, tuple[FileFormat, Callable[[], bytes]]] = {
    "curl": ("curl", as_curl),
    "HAR": ("har", as_har),
    "HAR on one line": ("har", lambda: as_har(indent=None)),
    "vcrpy": ("cassette", as_vcrpy),
    "JSON lines": ("jsonl", as_jsonl),
}


def saved_file(content: bytes, name: str = "saved") -> SavedFile:
    return SavedFile(name, io.BufferedReader(io.BytesIO(content)))


def read(format: FileFormat, content: bytes) -> list[Item]:
    return list(READERS[format](saved_file(content)))


def base64_of(text: bytes) -> str:
    return base64.b64encode(text).decode()


def written(folder: Path, content: bytes, name: str = "saved", zipped: bool = False) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path
