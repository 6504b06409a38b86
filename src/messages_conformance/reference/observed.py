"""Model Studio as it was observed in August 2026, and nothing else: profile `model-studio-2026-08`.

Each deviation from the documented endpoint names the public observations it is made of (their ids
in ``observations/model-studio``). The host played is the workspace host in Beijing, where most of
them are from; where that host is silent, what others saw at another host in those weeks is played,
and the observation says so. Whatever nobody reported is as the page says, and counts as assumed.
It is a simulation, and no measurement of anybody.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from messages_conformance.protocol.sse import Event
from messages_conformance.reference import pairing
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import Cache, PromptUsage
from messages_conformance.reference.completion import Block, Completion, finish_text
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.decorators import without_checks
from messages_conformance.reference.pipeline import DOCUMENTED, Message, Stages
from messages_conformance.reference.response import Refusal, Response, json_response
from messages_conformance.reference.stream import Events
from messages_conformance.reference.strict import STRICT
from messages_conformance.reference.transcript import Transcript

PROFILE: Final = "model-studio-2026-08"
TARGET: Final = "model-studio"
HOST: Final = "{workspace}.cn-beijing.maas.aliyuncs.com"
"""The host that is played, as observations name it."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which the service was seen to differ from its page."""

    says: str
    observations: tuple[str, ...]
    """The ids of the observations that show it."""
    apply: Callable[[Stages], Stages]


# -- refusals: one flat envelope, without `type: error`

_CODES: Final = {401: "InvalidApiKey", 429: "Throttling.AllocationQuota"}
_WORDS: Final = {
    401: "Invalid API-key provided. For details, see: https://www.alibabacloud.com/help/en/"
    "model-studio/error-code#apikey-error"
}


def _flat(stages: Stages) -> Stages:
    def refuse(refusal: Refusal, request_id: str) -> Response:
        status, message = refusal.status, _WORDS.get(refusal.status, refusal.message)
        if status == 404 and refusal.message.startswith("model:"):
            status, message = 400, "Model not exist."
        body = {
            "request_id": str(uuid.uuid5(uuid.NAMESPACE_OID, request_id)),
            "code": _CODES.get(status, "InvalidParameter"),
            "message": message,
        }
        return replace(json_response(body), status=status)

    return replace(stages, refuse=refuse)


def _accepting(*checks: Any) -> Callable[[Stages], Stages]:
    return lambda stages: without_checks(stages, *checks)


# -- thinking


def _thinking_by_default(stages: Stages) -> Stages:
    """Thinking is on where a request does not say, and costs nothing of `max_tokens`."""

    def render(body: dict[str, Any]) -> Transcript:
        wanted = (body.get("thinking") or {}).get("type")
        return replace(stages.render(body), thinks=wanted != "disabled")

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        stops = request.body.get("stop_sequences") or []
        return finish_text(blocks, request.body["max_tokens"], stops)

    return replace(stages, render=render, finish=finish)


# -- caches, counts and tools


def _written_each_time(stages: Stages) -> Stages:
    """What is marked is written to a cache each time, and never read from it."""

    def account(request: AdmittedRequest, transcript: Transcript, cache: Cache) -> PromptUsage:
        prompt = stages.account(request, transcript, cache)
        return replace(prompt, written=prompt.written + prompt.read, read=0)

    return replace(stages, account=account)


def _parallel_switch_ignored(stages: Stages) -> Stages:
    def render(body: dict[str, Any]) -> Transcript:
        return replace(stages.render(body), parallel=True)

    return replace(stages, render=render)


def _counting(stages: Stages) -> Stages:
    return replace(stages, routes=STRICT.routes)


# -- the form of answers


def _ids(stages: Stages) -> Stages:
    """Ids of messages are those of UUIDs, ids of calls have 24 hexadecimal digits."""

    def compose(request: AdmittedRequest, *rest: Any) -> Message:
        message = stages.compose(request, *rest)
        content = [
            {**block, "id": f"toolu_{_uuid(block['id']).hex[:24]}"}
            if block["type"] == "tool_use"
            else block
            for block in message["content"]
        ]
        return {**message, "id": f"msg_{_uuid(message['id'])}", "content": content}

    return replace(stages, compose=compose)


def _uuid(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def _tight(stages: Stages) -> Stages:
    """No blank after the colons: legal, but some parsers then read nothing."""

    def frame(request: AdmittedRequest, events: Events) -> Response:
        answer = stages.frame(request, events)
        tight = (
            chunk.replace(b"event: ", b"event:", 1).replace(b"\ndata: ", b"\ndata:", 1)
            for chunk in answer.chunks
        )
        return replace(answer, chunks=tuple(tight))

    return replace(stages, frame=frame)


def _ping_first(stages: Stages) -> Stages:
    def to_events(request: AdmittedRequest, message: Message) -> Events:
        events = stages.to_events(request, message)
        pings: list[Event] = [event for event in events if event.type == "ping"]
        return (*pings, *(event for event in events if event.type != "ping"))

    return replace(stages, to_events=to_events)


def _fault(name: str) -> Callable[[Stages], Stages]:
    return FAULTS[name].inject_into


DEVIATIONS: Final = (
    Deviation(
        "Refusals come in a flat envelope, with a code in place of a type.",
        ("error-400-flat", "error-401-flat-workspace", "errors-flat-in-august", "error-429-flat"),
        _flat,
    ),
    Deviation(
        "An unknown model is refused with 400.",
        ("error-404-is-400-workspace", "error-404-is-400-token-plan"),
        lambda stages: stages,  # with the envelope, above
    ),
    Deviation(
        "A history may lack results, and hold results of no call.",
        ("some-results-missing-accepted", "result-of-unknown-call-accepted"),
        _accepting(pairing.every_call_is_answered, pairing.every_result_has_its_call),
    ),
    Deviation(
        "Models think where a request does not say, and max_tokens leaves thinking out.",
        (
            "thinking-on-by-default-workspace",
            "thinking-on-by-default-token-plan",
            "max-tokens-leaves-thinking-out",
        ),
        _thinking_by_default,
    ),
    Deviation(
        "What is marked is written to a cache each time and never read.",
        ("cache-created-each-time-qwen37",),
        _written_each_time,
    ),
    Deviation(
        "disable_parallel_tool_use makes no difference.",
        ("parallel-switch-ignored-qwen37", "parallel-switch-ignored-deepseek"),
        _parallel_switch_ignored,
    ),
    Deviation(
        "Tokens can be counted, and cost what was counted.",
        ("count-tokens-equals-bill-qwen37", "count-tokens-equals-bill-deepseek"),
        _counting,
    ),
    Deviation("Ids of calls have 24 hexadecimal digits.", ("tool-ids-24-hex",), _ids),
    Deviation(
        "The signature of thinking is an empty string.",
        ("signature-empty-workspace", "signature-empty-token-plan"),
        _fault("signature_empty"),
    ),
    Deviation(
        "After a stop sequence, stop_reason is end_turn and stop_sequence null.",
        ("stop-reasons-seen", "stop-sequence-null-workspace", "stop-sequence-null-token-plan"),
        _fault("stop_reason_stays_end_turn"),
    ),
    Deviation(
        "usage has OpenAI's prompt_tokens_details.",
        ("usage-has-prompt-tokens-details",),
        _fault("usage_of_openai"),
    ),
    Deviation(
        "message_start tells too few input tokens.",
        ("message-start-tokens-too-low-workspace", "message-start-tokens-too-low-token-plan"),
        _fault("input_tokens_estimated"),
    ),
    Deviation(
        "Answers have no request-id header.", ("no-request-id-header",), _fault("no_request_id")
    ),
    Deviation(
        "Events have no blank after their colons.",
        ("no-blank-after-colon-thirteen-models", "no-blank-after-colon-in-october"),
        _tight,
    ),
    Deviation("A ping comes before message_start.", ("ping-before-message-start",), _ping_first),
)
"""What is played that the page does not say, in the order in which it is put on."""

AS_DOCUMENTED: Final = (
    "model-name-comes-back-workspace",
    "system-prompt-read",
    "string-content-read",
    "text-blocks-read",
    "tool-result-string-read",
    "tool-called-by-name",
    "input-schema-shapes-the-call",
    "broken-schema-refused-qwen37",
    "tool-choice-auto-calls",
    "x-api-key-works-workspace-beijing",
    "authorization-works-token-plan-singapore",
    "max-tokens-missing-refused-workspace",
    "stream-whole-token-plan",
    "tool-input-in-pieces",
    "message-start-has-stop-keys",
    "version-header-let-in",
    "results-in-reverse-accepted",
    "call-without-arguments-accepted",
    "is-error-accepted",
    "tool-result-of-200-kb-read",
    "thinking-together-with-tools",
    "message-delta-usage-full",
)
"""Observations of those weeks that are as the page says; ids."""

NOT_PLAYED: Final = MappingProxyType(
    {
        "max-tokens-one-too-many-deepseek": "of another model than the one played",
        "max-tokens-two-too-many-qwen38": "of another model than the one played",
        "thinking-block-empty-qwen37": "now and then; the simulated model always thinks something",
        "cache-without-marks-deepseek": "of another model; contradicts what qwen3.7-plus did",
        "cache-strict-prefix-deepseek": "of another model than the one played",
        "thinking-sent-back-steers": "the simulated model does not act on earlier thinking",
        "altered-thinking-accepted": "the documented endpoint has no signatures to check",
        "unsigned-thinking-accepted": "a thinking block without signature is malformed here",
        "dropped-thinking-accepted-qwen37": "accepted here as well",
        "dropped-thinking-accepted-deepseek": "accepted here as well",
        "six-cache-marks-accepted": "accepted here as well",
        "budget-over-max-tokens-accepted-deepseek": "of another model than the one played",
        "broken-schema-accepted-deepseek": "of another model than the one played",
        "count-tokens-leaves-thinking-out": "the simulated model's thinking is not sent back",
        "input-outside-schema-passes": "the simulated model keeps to schemas",
        "input-tokens-leave-cached-out": "nothing is read from the cache here",
        "prompt-of-600-thousand-accepted": "the reference has no limit of its own",
        "model-name-comes-back-token-plan": "of another host, and the same",
        "model-suffix-1m-refused": "an unknown name, refused as any",
        "error-401-flat-token-plan": "of another host, and the same",
        "error-400-sse-labelled-json": "of another path; the workspace host is flat",
        "error-404-plain-json-native-path": "of another path of the vendor",
        "error-403-unpurchased": "of another host; how the workspace host says it is not known",
        "web-search-tool-dropped": "of another host, and the page says that it is refused",
        "tool-loop-works-dashscope": "of another host, and as documented",
    }
)
"""Observations of August 2026 that are not played, and why."""


def _observed_stages() -> Stages:
    stages = DOCUMENTED
    for deviation in DEVIATIONS:
        stages = deviation.apply(stages)
    return stages


OBSERVED: Final = _observed_stages()
"""The endpoint as it was observed."""
PLAYED: Final = frozenset(
    {id for deviation in DEVIATIONS for id in deviation.observations} | set(AS_DOCUMENTED)
)
"""The ids of all observations that the profile rests on."""
