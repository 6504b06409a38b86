"""Small pure edits of responses: another body, status, content type or header."""

import json
from dataclasses import replace
from typing import Any

from messages_conformance.reference.response import Response


def message_of(response: Response) -> str:
    """The message of an error in the documented envelope."""
    return str(json.loads(response.body)["error"]["message"])


def with_json(response: Response, status: int, document: Any) -> Response:
    """The response with another status and JSON body."""
    return with_body(response, status, json.dumps(document, ensure_ascii=False).encode())


def with_error(response: Response, status: int, kind: str, message: str) -> Response:
    """The response as an error in the documented envelope, of another status and type."""
    id = json.loads(response.body).get("request_id")
    error = {"type": kind, "message": message}
    return with_json(response, status, {"type": "error", "error": error, "request_id": id})


def with_body(
    response: Response, status: int, body: bytes, kind: str = "application/json"
) -> Response:
    """The response with another status, body and content type."""
    others = tuple(header for header in response.headers if header[0] != "content-type")
    return replace(
        response, status=status, headers=(("content-type", kind), *others), chunks=(body,)
    )


def with_content_type(response: Response, kind: str) -> Response:
    """The response under another content type."""
    others = tuple(header for header in response.headers if header[0] != "content-type")
    return replace(response, headers=(("content-type", kind), *others))


def with_header(response: Response, name: str, value: str | None) -> Response:
    """The response with a header changed, or without it."""
    others = tuple(header for header in response.headers if header[0] != name)
    return replace(response, headers=others if value is None else (*others, (name, value)))
