"""The HTTP door: reads requests, keeps what must be remembered, sends answers.

All that is remembered is here: how often an equal request came, which prompts are cached,
how many requests each model has in flight.
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from messages_conformance.claims import Revision
from messages_conformance.exchange import canonical
from messages_conformance.reference import validation
from messages_conformance.reference.answer import MARK, Answer, Refusal
from messages_conformance.reference.cache import Cache
from messages_conformance.reference.call import Call
from messages_conformance.reference.features import without
from messages_conformance.reference.pipeline import DOCUMENTED, Keys, Stages
from messages_conformance.reference.profile import Profile

MAX_BODY = 32 * 1024 * 1024
"""Bytes; a larger request is refused with 413."""

MAX_IN_FLIGHT = 16
"""Requests one model works on at a time; one more is refused with 429."""

_PAUSE = 0.005
"""Seconds an answer takes for every request of its model in flight, so that a crowd is seen."""

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
    """An endpoint that behaves as the revision documents.

    ``delay`` is the least time an answer takes, in seconds. Any ``seed`` but 0 also varies
    the wording of answers that have but one right content.
    """
    endpoint = Endpoint(revision, Keys(key, restricted_key), seed, delay, stages)
    return Starlette(
        routes=[Route("/{path:path}", endpoint.handle, methods=_METHODS)],
        exception_handlers={Exception: endpoint.fail},
    )


@dataclass
class Endpoint:
    """One running endpoint and its memory."""

    revision: Revision
    keys: Keys
    seed: int
    delay: float
    stages: Stages
    cache: Cache = field(default_factory=Cache)
    seen: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    async def handle(self, request: Request) -> Response:
        """Answer any request; what is refused is answered too."""
        body = await _read(request)
        try:
            answer = await self._answer(request, body)
        except Refusal as refusal:
            request_id = self._request_id(body or b"")
            return _response(self.stages.refuse(refusal, request_id), request_id)
        return _response(answer, self._request_id(body or b""))

    async def fail(self, _request: Request, problem: Exception) -> Response:
        """Answer for a fault of the endpoint itself: 500 in the documented envelope."""
        request_id = self._request_id(b"")
        refusal = Refusal(500, f"the reference endpoint failed: {problem!r}")
        return _response(self.stages.refuse(refusal, request_id), request_id)

    async def _answer(self, request: Request, body: bytes | None) -> Answer:
        if (request.method, request.url.path) != ("POST", "/v1/messages"):
            raise Refusal(404, f"there is no {request.method} {request.url.path} here")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if body is None:
            self.stages.authenticate(headers, self.keys, None)
            raise Refusal(413, f"Request exceeds the maximum size of {MAX_BODY} bytes")
        parsed, profile = self._understood(body)
        self.stages.authenticate(headers, self.keys, profile)
        if isinstance(parsed, Refusal):
            raise parsed
        call = self._call(headers, parsed, profile or self._profile(parsed))
        return await self._carried_out(call)

    def _understood(self, body: bytes) -> tuple[dict[str, Any] | Refusal, Profile | None]:
        """The body and whose it is, as far as either can be told before the key is checked."""
        try:
            parsed = json.loads(body)
            canonical(parsed)  # Half of a surrogate pair is JSON, but no text.
        except (ValueError, RecursionError) as problem:
            return Refusal(400, f"The request body is not valid JSON: {problem}"), None
        if not isinstance(parsed, dict):
            return Refusal(400, "The request body should be a JSON object"), None
        try:
            return parsed, self._profile(parsed)
        except Refusal as refusal:
            return refusal, None

    def _profile(self, body: dict[str, Any]) -> Profile:
        if "model" not in body:
            raise Refusal(400, "model: Field required")
        if not isinstance(body["model"], str):
            raise Refusal(400, "model: Input should be a valid string")
        for model in self.revision.models:
            if model.id == body["model"]:
                return Profile(self.revision, model)
        raise Refusal(404, f"model: {body['model']}")

    def _call(self, headers: dict[str, str], sent: dict[str, Any], profile: Profile) -> Call:
        told = {name: value for name, value in sent.items() if name != "stream"}
        equal = hashlib.sha256(canonical(told)).hexdigest()
        self.seen[equal] += 1
        body = without(sent, validation.ignored(sent, profile))
        return Call(headers, sent, body, profile, self.seed, self.seen[equal] - 1)

    async def _carried_out(self, call: Call) -> Answer:
        model = call.profile.model.id
        if self.in_flight[model] >= MAX_IN_FLIGHT:
            raise Refusal(
                429,
                f"{MAX_IN_FLIGHT} requests to {model} are in flight; try again in a second",
                ("retry-after", "1"),
            )
        self.in_flight[model] += 1
        try:
            await asyncio.sleep(max(self.delay, _PAUSE * self.in_flight[model]))
            return self.stages.answer(call, self.cache)
        finally:
            self.in_flight[model] -= 1

    def _request_id(self, body: bytes) -> str:
        self.requests += 1
        told = f"{self.seed}:{self.requests}:".encode() + body
        return "req_" + hashlib.sha256(told).hexdigest()[:24]


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


def _response(answer: Answer, request_id: str) -> Response:
    headers = dict([*answer.headers, MARK, ("request-id", request_id)])
    if len(answer.chunks) == 1:
        return Response(answer.chunks[0], answer.status, headers)
    return StreamingResponse(_paced(answer.chunks), answer.status, headers)


async def _paced(chunks: tuple[bytes, ...]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(_BETWEEN_CHUNKS)
