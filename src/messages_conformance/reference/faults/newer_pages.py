"""Faults of what Model Studio's page of September 2026 promises and the first one did not."""

import json
from dataclasses import replace

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion, finish_text
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED_2026,
    STRICT,
    Body,
    of_check,
    of_events,
    of_message,
    of_model_input,
    of_plain_message,
    of_request,
    of_stages,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import (
    objects,
    with_changes,
    without,
    without_blocks,
)
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Refusal
from messages_conformance.reference.stream import Events

_NEW = (DOCUMENTED_2026,)
_ANY = (DOCUMENTED_2026, STRICT)
"""Of what the genuine API has too."""


@of_model_input("basic/messages/role/system", endpoints=_NEW)
def system_turns_dropped(body: Body) -> Body:
    """Turns of the role `system` are dropped."""
    turns = [turn for turn in objects(body.get("messages")) if turn.get("role") != "system"]
    return {**body, "messages": turns}


@of_check("basic/messages/role/system", endpoints=_NEW)
def system_turns_unknown(request: AdmittedRequest) -> None:
    """A turn of the role `system` is refused: unknown variant `system` (QwenLM/Qwen#2244)."""
    if any(turn.get("role") == "system" for turn in objects(request.sent.get("messages"))):
        raise Refusal(400, "messages: unknown variant `system`, expected `user` or `assistant`")


@of_request("basic/thinking", endpoints=_NEW)
def thinks_only_when_asked(body: Body) -> Body:
    """The model does not think unless asked, where the page says that it does by default."""
    return {"thinking": {"type": "disabled"}, **body}


@of_stages("basic/max_tokens", endpoints=_NEW)
def thinking_not_counted(stages: Stages) -> Stages:
    """`max_tokens` leaves thinking out, with a model of which the page says that it counts."""

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        stops = request.body.get("stop_sequences") or []
        return finish_text(blocks, request.body["max_tokens"], stops)

    return replace(stages, finish=finish)


@of_request("content/video", endpoints=_NEW)
def videos_dropped(body: Body) -> Body:
    """Videos are dropped, and the model answers without them."""
    return without_blocks(body, "video")


@of_request("output_config/effort", endpoints=_ANY)
def effort_dropped(body: Body) -> Body:
    """`effort` is dropped, whatever it says."""
    config = body.get("output_config")
    if not isinstance(config, dict):
        return body
    return {**body, "output_config": without(config, "effort")}


@of_check("output_config/effort", endpoints=_NEW)
def effort_refused(request: AdmittedRequest) -> None:
    """`effort` is refused: "Request body format invalid"."""
    if "effort" in (request.sent.get("output_config") or {}):
        raise Refusal(400, "Request body format invalid")


@of_request(
    "output_config/format",
    endpoints=_ANY,
    side_effects=("refusal/open_answer_schema", "refusal/answer_schema_with_citations"),
)
def format_dropped(body: Body) -> Body:
    """The form of the answer is dropped, and the model answers in prose."""
    config = body.get("output_config")
    if not isinstance(config, dict):
        return body
    return {**body, "output_config": without(config, "format")}


@of_message("output_config/format", endpoints=_ANY)
def answers_are_some_json(request: AdmittedRequest, message: Message) -> Message:
    """The answer is JSON, but of another form than the schema."""
    if not (request.body.get("output_config") or {}).get("format"):
        return message
    text = {"type": "text", "text": json.dumps({"answer": "umber"})}
    return with_changes(message, content=[text])


@of_plain_message("response/thinking/signature", endpoints=_NEW, side_effects=("content/thinking",))
def signatures_left_out(_request: AdmittedRequest, message: Message) -> Message:
    """Thinking comes without any signature."""
    content = [
        without(block, "signature") if block["type"] == "thinking" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_streamed_message(
    "response/stop_reason",
    endpoints=_NEW,
    side_effects=("basic/stream", "basic/max_tokens"),
)
def streams_always_end_their_turn(_request: AdmittedRequest, message: Message) -> Message:
    """Every stream says `end_turn`, also one that calls a tool."""
    return with_changes(message, stop_reason="end_turn")


@of_message(
    "response/stop_sequence",
    endpoints=_NEW,
    side_effects=("basic/stop_sequences", "response/stop_reason"),
)
def another_sequence_named(request: AdmittedRequest, message: Message) -> Message:
    """`stop_sequence` is always the first of the request's, whichever was hit."""
    stops = request.body.get("stop_sequences") or [None]
    return with_changes(message, stop_sequence=stops[0])


def _without_figure(events: Events, kind: str, figure: str) -> Events:
    changed = []
    for event in events:
        data = event.json or {}
        holder = data.get("message", data)
        if event.type == kind and isinstance(holder.get("usage"), dict):
            holder = {**holder, "usage": without(holder["usage"], figure)}
            data = {**data, "message": holder} if "message" in data else holder
            event = Event(event.name, json.dumps(data, ensure_ascii=False))
        changed.append(event)
    return tuple(changed)


@of_events("response/stream/message_start/usage", endpoints=_NEW, side_effects=("basic/stream",))
def start_without_input_tokens(events: Events) -> Events:
    """message_start does not tell the input tokens."""
    return _without_figure(events, "message_start", "input_tokens")


@of_events(
    "response/stream/message_delta/usage",
    endpoints=_NEW,
    side_effects=("content/text/cache_control",),
)
def end_without_cached_tokens(events: Events) -> Events:
    """message_delta does not tell what was read from a cache."""
    return _without_figure(events, "message_delta", "cache_read_input_tokens")
