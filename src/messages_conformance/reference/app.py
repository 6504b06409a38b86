"""The HTTP door of the reference endpoint: bytes in, an answer's pieces out."""

import asyncio
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from messages_conformance.claims.page import Revision
from messages_conformance.reference.endpoint import MAX_BODY, Arrival, Endpoint
from messages_conformance.reference.pipeline import DOCUMENTED, Keys, Stages
from messages_conformance.reference.response import Answer

_BETWEEN_CHUNKS = 0.001
"""Seconds between the pieces of a stream, so that they travel as pieces."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def app(
    revision: Revision,
    *,
    key: str,
    restricted_key: str | None = None,
    seed: int = 0,
    delay: float = 0.0,
    stages: Stages = DOCUMENTED,
) -> Starlette:
    """An endpoint over HTTP; for the arguments see `Endpoint`, for ``stages`` see `profiles`."""
    endpoint = Endpoint(revision, Keys(key, restricted_key), seed, delay, stages)

    async def handle(request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await _read(request)
        arrival = Arrival(request.method, request.url.path, headers, body, request.query_params)
        return _Sending(await endpoint.answer(arrival))

    async def fail(_request: Request, problem: Exception) -> Response:
        return _Sending(endpoint.failed(problem))

    return Starlette(
        routes=[Route("/{path:path}", handle, methods=_METHODS)],
        exception_handlers={Exception: fail},
    )


async def _read(request: Request) -> bytes | None:
    """The whole body, or None if it is too large; the rest is read all the same.

    A client that is still sending would not hear the refusal.
    """
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MAX_BODY else None


@dataclass
class _Sending(Response):
    """Sends an answer piece by piece; one that is cut ends without its end."""

    answer: Answer

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        answer = self.answer
        headers = list(answer.headers)
        if len(answer.chunks) <= 1 and not answer.cut:
            headers.append(("content-length", str(len(answer.body))))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        for chunk in answer.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(_BETWEEN_CHUNKS if len(answer.chunks) > 1 else 0)
        if not answer.cut:
            # A server closes the connection of an answer that never came to its end.
            await send({"type": "http.response.body", "body": b"", "more_body": False})
