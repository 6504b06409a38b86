"""Endpoints that take all that clients send, but for one thing: what `readiness` is tested with.

Each refuses a feature in some words, or spoils its streams in one way. They are made of the same
stages as every other reference endpoint, and say nothing about any vendor.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from messages_conformance.healing.features import features_of
from messages_conformance.protocol.exchange import Request
from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Refusal, Response, json_response
from messages_conformance.reference.stream import Events
from messages_conformance.reference.transcript import Transcript
from messages_conformance.reference.validation import Check

_STUDIO: Final = (
    "Only 'enabled' and 'disabled' are supported for thinking; 'adaptive' is not supported."
)
_INVALID: Final = "Request body format invalid"
_EXTRA: Final = "Extra inputs are not permitted"


@dataclass(frozen=True)
class ClientCase:
    """One such endpoint."""

    says: str
    """What it does."""
    stages: Stages


def _render(body: dict[str, Any]) -> Transcript:
    """Read a body as the model does, without the parts that the simulated model does not know.

    It is offered no tools, so that it answers with text, as a real model does that needs none.
    """
    turns = [turn for turn in body["messages"] if turn.get("role") != "system"]
    thinking = body.get("thinking")
    known = {
        **{name: value for name, value in body.items() if name not in ("tools", "tool_choice")},
        "messages": turns,
    }
    if isinstance(thinking, dict) and thinking.get("type") == "adaptive":
        known["thinking"] = {"type": "disabled"}
    return DOCUMENTED.render(known)


LENIENT: Final = replace(DOCUMENTED, checks=(), render=_render)
"""Takes whatever clients send."""


def refusing(
    refuses: Callable[[AdmittedRequest], bool],
    message: str,
    status: int = 400,
    *,
    flat: bool = True,
) -> Stages:
    """An endpoint that refuses some requests with a message, in a flat envelope or the documented.

    ``refuses`` says which.
    """

    def check(request: AdmittedRequest) -> None:
        if refuses(request):
            raise Refusal(status, message)

    return _refusing_all((check,), flat=flat)


def _refusing_all(checks: tuple[Check, ...], *, flat: bool) -> Stages:
    stages = replace(LENIENT, checks=checks)
    return replace(stages, refuse=_refuse_flat if flat else _refuse)


def _refuse(refusal: Refusal, request_id: str) -> Response:
    kind = "invalid_request_error" if refusal.status == 422 else ""
    if not kind:
        return DOCUMENTED.refuse(refusal, request_id)
    error = {"type": kind, "message": refusal.message}
    return json_response({"type": "error", "error": error}, refusal.status)


def _refuse_flat(refusal: Refusal, request_id: str) -> Response:
    body = {"code": "InvalidParameter", "message": refusal.message, "request_id": request_id}
    return json_response(body, refusal.status)


def sends(feature: str) -> Callable[[AdmittedRequest], bool]:
    """Whether a request has a feature, by its name in `healing.features`."""
    return lambda request: feature in features_of(Request(request.sent))


def _asks_for_more_than(limit: int) -> Callable[[AdmittedRequest], bool]:
    return lambda request: request.sent.get("max_tokens", 0) > limit


def _has_field(name: str) -> Callable[[AdmittedRequest], bool]:
    return lambda request: name in request.sent


def _marks(request: AdmittedRequest) -> bool:
    return "cache_control" in repr(request.sent)


def _has_reference(request: AdmittedRequest) -> bool:
    return "'tool_reference'" in repr(request.sent.get("messages"))


def _has_beta(beginning: str) -> Callable[[AdmittedRequest], bool]:
    return lambda request: any(
        name.strip().startswith(beginning)
        for name in request.headers.get("anthropic-beta", "").split(",")
    )


def _first(refusals: Mapping[str, str]) -> tuple[Check, ...]:
    """Checks that each refuse one feature, in this order."""

    def check_of(feature: str, message: str) -> Check:
        def check(request: AdmittedRequest) -> None:
            if sends(feature)(request):
                raise Refusal(400, message)

        return check

    return tuple(check_of(feature, message) for feature, message in refusals.items())


def _streaming(change: Callable[[Events], Events]) -> Stages:
    def to_events(request: AdmittedRequest, message: Message) -> Events:
        return change(LENIENT.to_events(request, message))

    return replace(LENIENT, to_events=to_events)


def _but(events: Events, kind: str) -> Events:
    return tuple(event for event in events if event.type != kind)


def _changed(events: Events, kind: str, change: Callable[[dict[str, Any]], Any]) -> Events:
    """The events, with the data of one kind changed."""
    return tuple(
        Event(each.name, json.dumps(change(each.json or {}))) if each.type == kind else each
        for each in events
    )


def _without_usage(events: Events) -> Events:
    def change(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "message": {k: v for k, v in data["message"].items() if k != "usage"}}

    return _changed(events, "message_start", change)


def _with_null_reason(events: Events) -> Events:
    return _changed(
        events,
        "message_delta",
        lambda data: {**data, "delta": {**data["delta"], "stop_reason": None}},
    )


def _doubled_stop(events: Events) -> Events:
    return tuple(
        again
        for each in events
        for again in ([each, each] if each.type == "content_block_stop" else [each])
    )


def _only_thinking(request: AdmittedRequest, message: Message) -> Events:
    thought = {"type": "thinking", "thinking": "", "signature": request.signature("")}
    ended = {**message, "content": [thought], "stop_reason": "max_tokens"}
    return LENIENT.to_events(request, ended)


def _error_in_200(_request: AdmittedRequest, _message: Message) -> Events:
    return (Event("error", '{"message": "Busy", "code": "Throttling"}'),)


def _answering(status: int, message: str) -> Stages:
    return refusing(lambda _: True, message, status)


_REFUSED: Final = (
    ("adaptive_as_vendor", "adaptive", _STUDIO, 400),
    ("adaptive_known", "adaptive", "adaptive thinking is not supported on this model", 400),
    ("adaptive_quoted", "adaptive", "thinking.type 'adaptive' is not supported", 400),
    ("adaptive_other", "adaptive", "This model does not support adaptive thinking", 400),
    ("adaptive_422", "adaptive", "adaptive thinking is not supported on this model", 422),
    ("effort_known", "effort", f"output_config.effort: {_EXTRA}", 400),
    ("effort_vague", "effort", _INVALID, 400),
    ("effort_named", "effort", f"output_config: {_EXTRA}", 400),
    ("effort_supported", "effort", "This model does not support the effort parameter.", 400),
    ("context_known", "context_management", f"context_management: {_EXTRA}", 400),
    ("context_known_422", "context_management", f"context_management: {_EXTRA}", 422),
    ("context_vague", "context_management", _INVALID, 400),
    ("context_deeper", "context_management", f"context_management.edits: {_EXTRA}", 400),
    (
        "system_known",
        "system_turn",
        "messages.1.role: Input should be 'user' or 'assistant'",
        400,
    ),
    ("system_template", "system_turn", "System message must be at the beginning.", 400),
    (
        "system_variant",
        "system_turn",
        "messages[1].role: unknown variant `system`, expected `user` or `assistant`",
        422,
    ),
    ("system_variant_short", "system_turn", "unknown variant `system`", 400),
    ("display", "display", _INVALID, 400),
    ("deferred_tools", "deferred_tools", _INVALID, 400),
    ("deferred_tools_422", "deferred_tools", _INVALID, 422),
)


def _cases() -> dict[str, ClientCase]:
    found = {"accepts_all": ClientCase("Takes all that clients send.", LENIENT)}
    for name, feature, message, status in _REFUSED:
        for flat in (True, False):
            end = "_flat" if flat else "_documented"
            found[name + end] = ClientCase(
                f"Refuses {feature} with {status} “{message}”.",
                refusing(sends(feature), message, status, flat=flat),
            )
    further: tuple[tuple[str, str, Stages], ...] = (
        (
            "all_four",
            "Refuses adaptive thinking, effort, context management and system turns.",
            _refusing_all(
                _first(
                    {
                        "adaptive": _STUDIO,
                        "effort": _INVALID,
                        "context_management": _INVALID,
                        "system_turn": "System message must be at the beginning.",
                    }
                ),
                flat=True,
            ),
        ),
        (
            "all_four_known",
            "Refuses the same in words that are recognised.",
            _refusing_all(
                _first(
                    {
                        "adaptive": "adaptive thinking is not supported on this model",
                        "effort": f"output_config.effort: {_EXTRA}",
                        "context_management": f"context_management: {_EXTRA}",
                        "system_turn": "messages.1.role: Input should be 'user' or 'assistant'",
                    }
                ),
                flat=False,
            ),
        ),
        (
            "max_tokens_vendor",
            "Refuses more than 8,192 tokens in a vendor's words.",
            refusing(_asks_for_more_than(8192), "Range of max_tokens should be [1, 8192]"),
        ),
        (
            "max_tokens_known",
            "Refuses more than 8,192 tokens in words that are recognised.",
            refusing(
                _asks_for_more_than(8192),
                "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens "
                "for some-model",
                flat=False,
            ),
        ),
        ("thinking", "Refuses thinking.", refusing(_has_field("thinking"), f"thinking: {_EXTRA}")),
        ("metadata", "Refuses metadata.", refusing(_has_field("metadata"), f"metadata: {_EXTRA}")),
        ("tools", "Refuses tools.", refusing(_has_field("tools"), "tools are not supported")),
        (
            "tool_reference",
            "Takes tools that are deferred, and refuses the references by which they are loaded.",
            refusing(_has_reference, _INVALID),
        ),
        (
            "tool_reference_500",
            "Takes tools that are deferred, and fails on the references by which they are loaded.",
            refusing(_has_reference, "unsupported content[].type", 500),
        ),
        ("caching", "Refuses cache_control.", refusing(_marks, f"cache_control: {_EXTRA}")),
        (
            "beta_of_token_count",
            "Refuses the beta thinking-token-count.",
            refusing(_has_beta("thinking-token-count"), _INVALID),
        ),
        (
            "beta_interleaved",
            "Refuses the beta interleaved-thinking.",
            refusing(_has_beta("interleaved-thinking"), _INVALID),
        ),
        (
            "beta_of_claude_code",
            "Refuses the beta claude-code.",
            refusing(_has_beta("claude-code"), _INVALID),
        ),
        ("model_404", "Has no model.", _answering(404, "model: some-model")),
        ("key_401", "Refuses every key.", _answering(401, "Invalid API-key provided.")),
        (
            "no_message_stop",
            "Streams have no message_stop.",
            _streaming(lambda events: _but(events, "message_stop")),
        ),
        ("no_usage", "message_start has no usage.", _streaming(_without_usage)),
        ("null_stop_reason", "stop_reason stays null.", _streaming(_with_null_reason)),
        ("block_stop_twice", "Each block stops twice.", _streaming(_doubled_stop)),
        (
            "no_block_start",
            "Blocks do not start.",
            _streaming(lambda events: _but(events, "content_block_start")),
        ),
        ("only_thinking", "Thinks and says nothing.", replace(LENIENT, to_events=_only_thinking)),
        ("error_in_200", "Streams an error.", replace(LENIENT, to_events=_error_in_200)),
    )
    return found | {name: ClientCase(says, stages) for name, says, stages in further}


CLIENT_CASES: Final[Mapping[str, ClientCase]] = MappingProxyType(_cases())
"""The endpoints, by name."""
