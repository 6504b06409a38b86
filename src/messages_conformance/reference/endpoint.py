"""One running reference endpoint: parses requests, answers them, and holds what it remembers.

All state is here: how often an equal request came, which prompts are cached, how many requests
each model has in flight. Nothing here knows of sockets.
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messages_conformance.claims.page import Revision
from messages_conformance.protocol.exchange import MESSAGES
from messages_conformance.reference import validation
from messages_conformance.reference.admitted_request import AdmittedRequest, digest
from messages_conformance.reference.cache import Cache
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.pipeline import Keys, ParsedRequest, Stages
from messages_conformance.reference.response import (
    PLAYED_HEADER,
    SIMULATED_HEADER,
    Refusal,
    Response,
)
from messages_conformance.reference.row_usage import without

MAX_BODY = 32 * 1024 * 1024
"""Bytes; a larger request is refused with 413."""

MAX_IN_FLIGHT = 16
"""Requests one model works on at a time; one more is refused with 429."""

CROWDING = 0.005
"""Seconds an answer takes for every request of its model in flight, so that load shows."""

_MODELS = "/v1/models"


@dataclass(frozen=True)
class IncomingRequest:
    """A request as the server received it."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes | None
    """None where it was larger than `MAX_BODY`."""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ReferenceEndpoint:
    """An endpoint that behaves as a revision documents, or as its stages define."""

    revision: Revision
    keys: Keys
    seed: int = 0
    """Any seed but 0 also varies the wording of answers that have only one correct content."""
    delay: float = 0.0
    """The least time an answer takes, in seconds."""
    stages: Stages = DOCUMENTED
    played: str = ""
    """The profile that the stages are, and the faults in them, in words."""
    crowding: float = CROWDING
    cache: Cache = field(default_factory=Cache)
    seen: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)

    async def respond(self, incoming: IncomingRequest) -> Response:
        """Answer any request; a refusal is an answer too."""
        request_id = self._request_id(incoming.body or b"")
        parsed: ParsedRequest | None = None
        try:
            parsed, refusal = self._parse(incoming)
            response = await self._process(incoming, parsed, refusal)
        except Refusal as problem:
            response = self.stages.refuse(problem, request_id)
        return self._send(parsed, response, request_id)

    def respond_to_crash(self, problem: Exception) -> Response:
        """Answer for an error in the endpoint itself: 500 in the documented envelope."""
        request_id = self._request_id(b"")
        refusal = Refusal(500, f"the reference endpoint failed: {problem!r}")
        return self._send(None, self.stages.refuse(refusal, request_id), request_id)

    def _send(self, parsed: ParsedRequest | None, response: Response, request_id: str) -> Response:
        with_id = response.with_headers(("request-id", request_id))
        # The mark is added last, so that no stage can remove it.
        sent = self.stages.send(parsed, with_id).with_headers(SIMULATED_HEADER)
        return sent.with_headers((PLAYED_HEADER, self.played)) if self.played else sent

    def _parse(self, incoming: IncomingRequest) -> tuple[ParsedRequest, Refusal | None]:
        """The request as far as it can be read, and the refusal due once its key is checked."""
        if incoming.body is None:
            too_large = Refusal(413, f"Request exceeds the maximum size of {MAX_BODY} bytes")
            unread = ParsedRequest(incoming.headers, {}, incoming.query)
            return self.stages.receive(unread), too_large
        body, refusal = _parse_body(incoming.body) if incoming.method == "POST" else ({}, None)
        parsed = ParsedRequest(incoming.headers, body, incoming.query)
        return self.stages.receive(parsed), refusal

    async def _process(
        self, incoming: IncomingRequest, parsed: ParsedRequest, refusal: Refusal | None
    ) -> Response:
        post = incoming.method == "POST"
        if incoming.method == "GET" and self.stages.models and _is_below(incoming.path, _MODELS):
            self.stages.authenticate(parsed.headers, self.keys, None)
            rest = incoming.path.removeprefix(_MODELS).strip("/")
            return self.stages.models(self.revision, rest, incoming.query)
        if not post or incoming.path not in (MESSAGES, *self.stages.routes):
            raise Refusal(404, f"there is no {incoming.method} {incoming.path} here")
        claims: ModelClaims | None = None
        if refusal is None:
            try:
                claims = self._claims(parsed.body)
            except Refusal as problem:
                refusal = problem
        self.stages.authenticate(parsed.headers, self.keys, claims)
        if refusal is not None or claims is None:
            raise refusal or Refusal(400, "model: Field required")
        return await self._answer(incoming.path, self._admit(parsed, claims))

    def _claims(self, body: Mapping[str, Any]) -> ModelClaims:
        if "model" not in body:
            raise Refusal(400, "model: Field required")
        if not isinstance(body["model"], str):
            raise Refusal(400, "model: Input should be a valid string")
        return ModelClaims(self.revision, self.stages.find_model(self.revision, body["model"]))

    def _admit(self, parsed: ParsedRequest, claims: ModelClaims) -> AdmittedRequest:
        sent = parsed.body
        asked = digest(sent)
        self.seen[asked] += 1
        body = without(sent, validation.ignored(sent, claims))
        nth = self.seen[asked] - 1
        return AdmittedRequest(parsed.headers, sent, body, claims, self.seed, nth, asked)

    async def _answer(self, path: str, request: AdmittedRequest) -> Response:
        model = request.claims.model.id
        if self.in_flight[model] >= MAX_IN_FLIGHT:
            raise Refusal(
                429,
                f"{MAX_IN_FLIGHT} requests to {model} are in flight; try again in a second",
                ("retry-after", "1"),
            )
        self.in_flight[model] += 1
        try:
            await asyncio.sleep(max(self.delay, self.crowding * self.in_flight[model]))
            if path in self.stages.routes:
                return self.stages.routes[path](self.stages, request)
            return self.stages.answer(request, self.cache)
        finally:
            self.in_flight[model] -= 1

    def _request_id(self, body: bytes) -> str:
        """An id that no other request has; the same whatever else was asked for before."""
        asked = hashlib.sha256(body).hexdigest()
        self.received[asked] += 1
        salted = f"{self.seed}:{self.received[asked]}:{asked}"
        return "req_" + hashlib.sha256(salted.encode()).hexdigest()[:24]


def _parse_body(body: bytes) -> tuple[dict[str, Any], Refusal | None]:
    try:
        parsed = json.loads(body)
        json.dumps(parsed, ensure_ascii=False).encode()  # Half a surrogate pair is no text.
    except (ValueError, RecursionError) as problem:
        return {}, Refusal(400, f"The request body is not valid JSON: {problem}")
    if not isinstance(parsed, dict):
        return {}, Refusal(400, "The request body should be a JSON object")
    return parsed, None


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")
