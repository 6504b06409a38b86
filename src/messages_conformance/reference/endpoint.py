"""One running endpoint: understands requests, carries them out, and remembers what it must.

All that is remembered is here: how often an equal request came, which prompts are cached,
how many requests each model has in flight. Nothing here knows of sockets.
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messages_conformance.claims.page import Revision
from messages_conformance.protocol.exchange import MESSAGES, canonical
from messages_conformance.reference import validation
from messages_conformance.reference.cache import Cache
from messages_conformance.reference.model_claims import Promises
from messages_conformance.reference.pipeline import DOCUMENTED, Heard, Keys, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import MARK, Answer, Refusal
from messages_conformance.reference.row_usage import without

MAX_BODY = 32 * 1024 * 1024
"""Bytes; a larger request is refused with 413."""

MAX_IN_FLIGHT = 16
"""Requests one model works on at a time; one more is refused with 429."""

CROWDING = 0.005
"""Seconds an answer takes for every request of its model in flight, so that a crowd is seen."""

_MODELS = "/v1/models"


@dataclass(frozen=True)
class Arrival:
    """A request as it arrived at the door."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes | None
    """None where it was larger than `MAX_BODY`."""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Endpoint:
    """An endpoint that behaves as a revision documents, or as its stages have it."""

    revision: Revision
    keys: Keys
    seed: int = 0
    """Any but 0 also varies the wording of answers that have but one right content."""
    delay: float = 0.0
    """The least time an answer takes, in seconds."""
    stages: Stages = DOCUMENTED
    crowding: float = CROWDING
    cache: Cache = field(default_factory=Cache)
    seen: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    async def answer(self, arrival: Arrival) -> Answer:
        """Answer any request; what is refused is answered too."""
        request_id = self._request_id(arrival.body or b"")
        heard: Heard | None = None
        try:
            heard, amiss = self._hear(arrival)
            answer = await self._carried_out(arrival, heard, amiss)
        except Refusal as refusal:
            answer = self.stages.refuse(refusal, request_id)
        return self._sent(heard, answer, request_id)

    def failed(self, problem: Exception) -> Answer:
        """Answer for a fault of the endpoint itself: 500 in the documented envelope."""
        request_id = self._request_id(b"")
        refusal = Refusal(500, f"the reference endpoint failed: {problem!r}")
        return self._sent(None, self.stages.refuse(refusal, request_id), request_id)

    def _sent(self, heard: Heard | None, answer: Answer, request_id: str) -> Answer:
        headers = (*answer.headers, ("request-id", request_id))
        sent = self.stages.send(heard, Answer(answer.status, headers, answer.chunks, answer.cut))
        # No stage can take the mark away: what is simulated always says so.
        return Answer(sent.status, (*sent.headers, MARK), sent.chunks, sent.cut)

    def _hear(self, arrival: Arrival) -> tuple[Heard, Refusal | None]:
        """What came, as far as it can be read before the key is checked, and what is amiss."""
        if arrival.body is None:
            too_large = Refusal(413, f"Request exceeds the maximum size of {MAX_BODY} bytes")
            return self.stages.hear(Heard(arrival.headers, {})), too_large
        body, amiss = _parsed(arrival.body) if arrival.method == "POST" else ({}, None)
        return self.stages.hear(Heard(arrival.headers, body)), amiss

    async def _carried_out(self, arrival: Arrival, heard: Heard, refusal: Refusal | None) -> Answer:
        post = arrival.method == "POST"
        if arrival.method == "GET" and self.stages.models and _below(arrival.path, _MODELS):
            self.stages.authenticate(heard.headers, self.keys, None)
            rest = arrival.path.removeprefix(_MODELS).strip("/")
            return self.stages.models(self.revision, rest, arrival.query)
        if not post or arrival.path not in (MESSAGES, *self.stages.routes):
            raise Refusal(404, f"there is no {arrival.method} {arrival.path} here")
        promises: Promises | None = None
        if refusal is None:
            try:
                promises = self._promises(heard.body)
            except Refusal as problem:
                refusal = problem
        self.stages.authenticate(heard.headers, self.keys, promises)
        if refusal is not None or promises is None:
            raise refusal or Refusal(400, "model: Field required")
        return await self._worked_on(arrival.path, self._call(heard, promises))

    def _promises(self, body: Mapping[str, Any]) -> Promises:
        if "model" not in body:
            raise Refusal(400, "model: Field required")
        if not isinstance(body["model"], str):
            raise Refusal(400, "model: Input should be a valid string")
        return Promises(self.revision, self.stages.find(self.revision, body["model"]))

    def _call(self, heard: Heard, promises: Promises) -> Call:
        sent = heard.body
        told = {name: value for name, value in sent.items() if name != "stream"}
        equal = hashlib.sha256(canonical(told)).hexdigest()
        self.seen[equal] += 1
        body = without(sent, validation.ignored(sent, promises))
        return Call(heard.headers, sent, body, promises, self.seed, self.seen[equal] - 1)

    async def _worked_on(self, path: str, call: Call) -> Answer:
        model = call.promises.model.id
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
                return self.stages.routes[path](self.stages, call)
            return self.stages.answer(call, self.cache)
        finally:
            self.in_flight[model] -= 1

    def _request_id(self, body: bytes) -> str:
        self.requests += 1
        told = f"{self.seed}:{self.requests}:".encode() + body
        return "req_" + hashlib.sha256(told).hexdigest()[:24]


def _parsed(body: bytes) -> tuple[dict[str, Any], Refusal | None]:
    try:
        parsed = json.loads(body)
        canonical(parsed)  # Half of a surrogate pair is JSON, but no text.
    except (ValueError, RecursionError) as problem:
        return {}, Refusal(400, f"The request body is not valid JSON: {problem}")
    if not isinstance(parsed, dict):
        return {}, Refusal(400, "The request body should be a JSON object")
    return parsed, None


def _below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")
