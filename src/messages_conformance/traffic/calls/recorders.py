"""Recordings of tools for tests in other languages: nock and WireMock."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic.calls.call import (
    BODY_ALONE,
    NOTHING_HIDDEN,
    NotRead,
    Part,
    Record,
)
from messages_conformance.traffic.calls.whole_exchanges import call_of
from messages_conformance.traffic.encoding import decode_body
from messages_conformance.traffic.items import (
    UNKNOWN_REQUEST,
    as_bytes,
    header_pairs,
    status_code,
)


def read_nock(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A recording of nock: the bodies are parsed, and a packed answer is a list of hex texts."""
    raw = record.get("rawHeaders") or ()
    pairs = dict(zip(raw[::2], raw[1::2], strict=False)) if isinstance(raw, list) else dict(raw)
    body = record.get("response")
    if isinstance(body, list) and all(isinstance(one, str) for one in body):
        body = bytes.fromhex("".join(body))
    kept = record.get("reqheaders")
    hides = NOTHING_HIDDEN if kept else BODY_ALONE | {Part.BETAS}
    answer = _answer(record.get("status", 200), pairs, body)
    sent, headers = record.get("body"), header_pairs(kept or {})
    yield call_of(place, record["method"], record["path"], sent, headers, answer, hides)


def read_wiremock(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A mapping of WireMock; headers of requests are kept only where somebody asked for it."""
    sent, answered = record["request"], record["response"]
    patterns = sent.get("bodyPatterns") or []
    body = next((one["equalToJson"] for one in patterns if "equalToJson" in one), None)
    if body is None:
        yield NotRead(place, "without the body of a request")
        return
    url = sent.get("url") or sent.get("urlPath") or sent.get("urlPattern") or ""
    said = answered.get("body", answered.get("jsonBody"))
    answer = _answer(answered["status"], answered.get("headers"), said)
    text = body if isinstance(body, str) else json.dumps(body)
    hides = BODY_ALONE | {Part.BETAS}
    path = urlsplit(str(url)).path
    yield call_of(place, sent.get("method", "POST"), path, text, (), answer, hides)


def _answer(status: object, headers: object, body: object) -> Exchange | None:
    if body is None:
        return None
    pairs = header_pairs(headers) if isinstance(headers, Mapping) else ()
    if isinstance(body, bytes):
        content: bytes | None = body
    else:
        content = as_bytes(body) if isinstance(body, str) else json.dumps(body).encode()
    encodings = (value for name, value in pairs if name.lower() == "content-encoding")
    content = decode_body(content or b"", next(encodings, None))
    if content is None:
        return None
    return Exchange(UNKNOWN_REQUEST, status_code(status), pairs, content)
