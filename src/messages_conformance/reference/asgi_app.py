"""The reference endpoint as an HTTP application: bytes in, a response's pieces out."""

import asyncio
from dataclasses import dataclass

from starlette import responses
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from messages_conformance.claims.page import Revision
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.endpoint import MAX_BODY, IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys, Stages
from messages_conformance.reference.response import Response

_BETWEEN_CHUNKS = 0.001
"""Seconds between the pieces of a stream, so that they are sent apart."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def app(
    revision: Revision,
    *,
    key: str,
    restricted_key: str | None = None,
    seed: int = 0,
    delay: float = 0.0,
    stages: Stages = DOCUMENTED,
    played: str = "",
) -> Starlette:
    """An endpoint over HTTP; see `ReferenceEndpoint` for the arguments, `profiles` for stages."""
    endpoint = ReferenceEndpoint(revision, Keys(key, restricted_key), seed, delay, stages, played)

    async def handle(request: Request) -> responses.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await _read(request)
        incoming = IncomingRequest(
            request.method, request.url.path, headers, body, request.query_params
        )
        return _PiecewiseResponse(await endpoint.respond(incoming))

    async def handle_crash(_request: Request, problem: Exception) -> responses.Response:
        return _PiecewiseResponse(endpoint.respond_to_crash(problem))

    return Starlette(
        routes=[Route("/{path:path}", handle, methods=_METHODS)],
        exception_handlers={Exception: handle_crash},
    )


async def _read(request: Request) -> bytes | None:
    """The whole body, or None if it is too large; the rest is read and dropped.

    A client that is still sending would miss the refusal.
    """
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MAX_BODY else None


@dataclass
class _PiecewiseResponse(responses.Response):
    """Sends a response piece by piece; one that is cut never ends properly."""

    response: Response

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        response = self.response
        headers = list(response.headers)
        if len(response.chunks) <= 1 and not response.cut:
            headers.append(("content-length", str(len(response.body))))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        for chunk in response.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(_BETWEEN_CHUNKS if len(response.chunks) > 1 else 0)
        if not response.cut:
            # A server closes the connection of a response that was not finished.
            await send({"type": "http.response.body", "body": b"", "more_body": False})
