"""What the endpoint sends back, as values: an answer, or a refusal that becomes one."""

import json
from dataclasses import dataclass

from messages_conformance.protocol.exchange import Json

MARK = ("x-messages-conformance", "reference")
"""The header by which every response says that it comes from no vendor."""

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
"""Status to ``error.type`` (rule ER-2)."""


class Refusal(Exception):  # noqa: N818 - it is an answer, no fault of the program
    """A request that is not carried out: the status and the one sentence that says why."""

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def invalid(path: str, message: str) -> Refusal:
    """The refusal of a request for what stands at a path such as ``messages.0.content``."""
    return Refusal(400, f"{path}: {message}")


@dataclass(frozen=True)
class Answer:
    """A response: status, headers, and the body in the pieces it is sent in."""

    status: int
    headers: tuple[tuple[str, str], ...]
    chunks: tuple[bytes, ...]
    cut: bool = False
    """Whether the connection breaks off after the last piece."""

    @property
    def body(self) -> bytes:
        """The pieces together."""
        return b"".join(self.chunks)


def in_json(value: Json, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer whose body is one JSON document."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, (("content-type", "application/json"), *headers), (body,))


def refused(refusal: Refusal, request_id: str) -> Answer:
    """A refusal in the documented envelope (rule ER-1)."""
    error = {"type": ERROR_TYPES[refusal.status], "message": refusal.message}
    envelope = {"type": "error", "error": error, "request_id": request_id}
    return in_json(envelope, refusal.status, refusal.headers)
