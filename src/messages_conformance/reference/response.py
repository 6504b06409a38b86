"""What the endpoint sends back, as values: a response, or a refusal that becomes one."""

import json
from dataclasses import dataclass, replace

from messages_conformance.protocol.exchange import Json

SIMULATED_HEADER = ("x-messages-conformance", "reference")
PLAYED_HEADER = "x-messages-conformance-played"
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


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of the program
    """A request that is not carried out: the status and the one sentence that says why."""

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def invalid(path: str, message: str) -> Refusal:
    """The refusal of what stands at a path in the body, for example ``messages.0.content``."""
    return Refusal(400, f"{path}: {message}")


@dataclass(frozen=True)
class Response:
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

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        """The response with further headers after its own."""
        return replace(self, headers=(*self.headers, *headers))


def json_response(
    value: Json, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """A response whose body is one JSON document."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, (("content-type", "application/json"), *headers), (body,))


def refusal_response(refusal: Refusal, request_id: str) -> Response:
    """A refusal in the documented envelope (rule ER-1)."""
    error = {"type": ERROR_TYPES[refusal.status], "message": refusal.message}
    envelope = {"type": "error", "error": error, "request_id": request_id}
    return json_response(envelope, refusal.status, refusal.headers)
