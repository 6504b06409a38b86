"""Error bodies as they were met in the wild, for the faults to put in an answer's place."""

import json
from dataclasses import replace
from typing import Any

from messages_conformance.reference.response import Answer


def said(answer: Answer) -> str:
    """The sentence that a refusal in the documented envelope says."""
    return str(json.loads(answer.body)["error"]["message"])


def errored(answer: Answer, status: int, document: Any) -> Answer:
    """The answer with another status and JSON body."""
    return in_bytes(answer, status, json.dumps(document, ensure_ascii=False).encode())


def in_envelope(answer: Answer, status: int, kind: str, message: str) -> Answer:
    """The answer as an error in the documented envelope, of another status and type."""
    id = json.loads(answer.body).get("request_id")
    error = {"type": kind, "message": message}
    return errored(answer, status, {"type": "error", "error": error, "request_id": id})


def in_bytes(answer: Answer, status: int, body: bytes, kind: str = "application/json") -> Answer:
    """The answer with another status, body and content type."""
    others = tuple(header for header in answer.headers if header[0] != "content-type")
    return replace(answer, status=status, headers=(("content-type", kind), *others), chunks=(body,))


def labelled(answer: Answer, kind: str) -> Answer:
    """The answer under another content type."""
    others = tuple(header for header in answer.headers if header[0] != "content-type")
    return replace(answer, headers=(("content-type", kind), *others))


def with_header(answer: Answer, name: str, value: str | None) -> Answer:
    """The answer with a header changed, or without it."""
    others = tuple(header for header in answer.headers if header[0] != name)
    return replace(answer, headers=others if value is None else (*others, (name, value)))
