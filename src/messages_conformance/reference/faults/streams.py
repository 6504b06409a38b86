"""Sins of streams: events in the wrong order, of the wrong shape, missing, or all at the end.

What an SDK makes of each was measured with anthropic-sdk-python 2.12.0 and
@anthropic-ai/sdk 1.12.0.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.faults import decorators
from messages_conformance.reference.faults.decorators import Decorator, Fault, of_stages
from messages_conformance.reference.faults.edits import without
from messages_conformance.reference.faults.error_bodies import labelled
from messages_conformance.reference.pipeline import Heard, Stages
from messages_conformance.reference.response import Answer
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations import (
    of_blocks,
    of_bytes,
    of_events,
    of_figures,
    of_order,
)
from messages_conformance.testing.mutations.edits import make_event
from messages_conformance.testing.mutations.mutation import Mutation

_CLIENT = "client/python-sdk"
_ROW, _ALSO = "wire/stream", ("basic/stream", "basic/thinking/display")


def of_stream_events(rule: str, row: str = _ROW) -> Decorator:
    """Make a function from a stream's events to others a fault, found under a wire rule."""
    return decorators.of_events(row, rule=rule, also=_ALSO)


def as_in(mutation: Mutation, rule: str = "", row: str = _ROW) -> Decorator:
    """Make a fault of a mutation; the function under it says where that was met.

    It is found under the mutation's own rule unless another is named, with its row.
    """

    def decorate(function: Callable[[], None]) -> Fault:
        def put(events: Events) -> Events:
            return tuple(mutation.spoil(events))

        put.__name__, put.__doc__ = function.__name__, function.__doc__
        return of_stream_events(rule or mutation.rule, row)(put)

    return decorate


def in_bytes_as_in(mutation: Mutation) -> Decorator:
    """Make a fault of a mutation of a stream's bytes; the function under it says where met."""

    def decorate(function: Callable[[], None]) -> Fault:
        def put(answer: Answer) -> Answer:
            return replace(answer, chunks=(mutation.spoil(answer.body),))

        put.__name__, put.__doc__ = function.__name__, function.__doc__
        return decorators.of_stream(_ROW, rule=mutation.rule, also=_ALSO)(put)

    return decorate


# -- bytes


@decorators.of_stream(_ROW, rule="ST-HTTP-1", also=_ALSO)
def stream_called_plain_text(answer: Answer) -> Answer:
    """A stream under `text/plain`: browsers buffer it, SDKs do not mind."""
    return labelled(answer, "text/plain")


@as_in(of_events.no_event_lines, "CL-READ-2", _CLIENT)
def events_unnamed() -> None:
    """Only `data:` lines, as OpenAI's streams have: the Python SDK yields nothing, silently."""


@as_in(of_events.data_not_json)
def data_not_json() -> None:
    """A line of plain text among the events: both SDKs raise a JSON error."""


@as_in(of_events.done_unnamed)
def done_at_the_end() -> None:
    """OpenAI's `data: [DONE]` after message_stop, as translations forget it there."""


@as_in(of_events.done_named)
def done_as_a_named_event() -> None:
    """`event: done` with `[DONE]`: both SDKs raise a JSON error after the whole answer."""


@as_in(of_events.name_differs_from_type)
def names_differ_from_types() -> None:
    """An event's name is another than its data's type: SDKs look at one of the two."""


@in_bytes_as_in(of_bytes.no_blank_lines)
def no_blank_lines() -> None:
    """No blank line between events: both SDKs raise a JSON error."""


@in_bytes_as_in(of_bytes.no_blank_line_at_the_end)
def no_blank_line_at_the_end() -> None:
    """The last event is never dispatched: the JavaScript SDK misses message_stop."""


@in_bytes_as_in(of_bytes.invalid_utf8)
def invalid_utf8() -> None:
    """A multi-byte character cut by a proxy: what SDKs read is not what was said."""


@in_bytes_as_in(of_bytes.byte_order_mark)
def byte_order_mark() -> None:
    """A byte order mark before the first event: the Python SDK loses message_start."""


@in_bytes_as_in(of_bytes.event_without_data)
def event_without_data() -> None:
    """A named event without data, as some keep-alives are."""


@in_bytes_as_in(of_bytes.nothing_at_all)
def streams_are_empty() -> None:
    """200 and not one event: a relay's empty answer to a trailing system turn (new-api#5411)."""


# -- order


@as_in(of_order.no_message_start)
def no_message_start() -> None:
    """Blocks come unannounced: "Unexpected event order" (hermes-agent#72833)."""


@as_in(of_order.two_message_starts)
def two_message_starts() -> None:
    """LiteLLM sent message_start twice (litellm#32357)."""


@as_in(of_order.interleaved_blocks)
def interleaved_blocks() -> None:
    """The second of two parallel calls starts before the first has stopped."""


@of_stream_events("ST-IDX-2")
def a_block_start_per_token(events: Events) -> Events:
    """llama.cpp once sent a content_block_start for each token (ggml-org/llama.cpp#18542)."""
    pieces: list[Event] = []
    index, start = -1, None
    for event in events:
        data = event.json or {}
        if event.type == "content_block_start":
            start = data
        elif event.type == "content_block_delta" and start is not None:
            index += 1
            pieces += [
                _event({**start, "index": index}),
                _event({**data, "index": index}),
                _event({"type": "content_block_stop", "index": index}),
            ]
            index += index == 0  # As it was told, numbers were skipped too.
        elif event.type != "content_block_stop":
            pieces.append(event)
    return tuple(pieces)


@as_in(of_order.delta_for_a_closed_block)
def delta_after_its_block() -> None:
    """A delta for a block that has stopped: "Content block not found" (litellm#13373)."""


@as_in(of_order.stop_of_another_block)
def stop_of_another_block() -> None:
    """A stop for a block that never began: SDKs pass over it, and the block stays open."""


@as_in(of_order.no_block_ever_stops)
def blocks_never_stop() -> None:
    """Blocks without content_block_stop: a client that renders by block waits for ever."""


@as_in(of_order.block_after_message_delta)
def block_after_the_stop_reason() -> None:
    """Content after the stop reason (litellm's tests hold a case of content_after_stop_reason)."""


@as_in(of_order.no_message_delta)
def no_message_delta() -> None:
    """No message_delta: SDKs return a message whose stop_reason is null, without an error."""


@as_in(of_order.figures_after_message_stop)
def figures_after_message_stop() -> None:
    """Usage trails behind message_stop, as OpenAI's last chunk does."""


@as_in(of_order.no_message_stop)
def no_message_stop() -> None:
    """The stream just ends: fine in Python, an error in JavaScript."""


@as_in(of_order.index_missing)
def index_missing() -> None:
    """Block events without `index`: Python raises a TypeError, JavaScript loses the text."""


@as_in(of_order.index_from_one)
def index_from_one() -> None:
    """Blocks numbered from 1: Python raises an IndexError, JavaScript loses the text."""


@as_in(of_order.index_never_counts, "CL-READ-1", _CLIENT)
def index_never_counts() -> None:
    """Every block has index 0: both SDKs merge what belongs to several blocks."""


# -- what events hold


@as_in(of_figures.no_usage_in_message_start)
def no_usage_in_message_start() -> None:
    """Model Studio's Coding Plan left `usage` out for a day (anomalyco/opencode#17312)."""


@as_in(of_figures.content_null_in_message_start, "CL-READ-3", _CLIENT)
def content_null_in_message_start() -> None:
    """`content: null` in message_start: Python raises an AttributeError."""


@as_in(of_figures.stop_reason_null)
def stop_reason_never_told() -> None:
    """message_delta with `stop_reason: null`: the message has none, and nobody raises."""


@as_in(of_figures.no_stop_sequence)
def no_stop_sequence_in_message_delta() -> None:
    """Model Studio's message_delta carries the stop reason alone (Foggy-Navigator)."""


@as_in(of_blocks.text_null_in_block_start)
def text_null_in_block_start() -> None:
    """`text: null` where a block starts: an SDK adds to nothing and raises."""


@as_in(of_blocks.thinking_null_in_block_start)
def thinking_null_in_block_start() -> None:
    """`thinking: null` where a block starts."""


@as_in(of_blocks.no_input_in_block_start)
def no_input_in_block_start() -> None:
    """llama.cpp starts a call without its empty input (build 11434, measured)."""


@of_stream_events("RS-BLK-1")
def no_block_in_block_start(events: Events) -> Events:
    """MiniMax: content_block_start without a block, a crash in 26 % of sessions (M2#118)."""
    return tuple(
        _event(without(event.json or {}, "content_block"))
        if event.type == "content_block_start"
        else event
        for event in events
    )


@of_stream_events("ST-DELTA-1")
def thinking_in_a_text_block(events: Events) -> Events:
    """LiteLLM: thinking_delta inside a text block (litellm#33224); SDKs drop it silently."""
    return tuple(of_blocks.thought_for_a_text.spoil(events))


@as_in(of_blocks.text_for_a_call)
def text_in_a_call() -> None:
    """SGLang: text_delta on an open tool_use block (sglang#24293)."""


@of_stream_events("ST-DELTA-1")
def deltas_without_a_type(events: Events) -> Events:
    """Kimi: a bare `text` in a delta, without its type (nashsu/llm_wiki#303)."""

    def bare(event: Event) -> Event:
        data = event.json or {}
        return _event({**data, "delta": without(data["delta"], "type")})

    return tuple(bare(e) if e.type == "content_block_delta" else e for e in events)


@as_in(of_blocks.partial_json_an_object)
def partial_json_an_object() -> None:
    """The input as an object where its text is due."""


@of_stream_events("ST-BLK-4")
def redacted_thinking_in_pieces(events: Events) -> Events:
    """A redacted block with a delta: the original API sends such blocks whole."""
    start, *rest = events
    block = {"type": "redacted_thinking", "data": "bWFkZSB1cA=="}
    delta = {"type": "text_delta", "text": "bWFkZSB1cA=="}
    return (
        start,
        _event({"type": "content_block_start", "index": 0, "content_block": block}),
        _event({"type": "content_block_delta", "index": 0, "delta": delta}),
        _event({"type": "content_block_stop", "index": 0}),
        *(
            _event({**(e.json or {}), "index": (e.json or {})["index"] + 1})
            if e.type.startswith("content_block")
            else e
            for e in rest
        ),
    )


@as_in(of_blocks.thought_without_signature)
def no_signature_delta() -> None:
    """llama.cpp once left the signature out (ggml-org/llama.cpp#18551)."""


@as_in(of_blocks.input_truncated)
def json_never_closed() -> None:
    """The last piece of a call's JSON is lost: both SDKs give an empty object, silently."""


@as_in(of_blocks.input_in_a_string)
def input_a_string_when_streamed() -> None:
    """The JSON of a call holds a string of JSON (cc-switch#2620)."""


@as_in(of_figures.output_tokens_null)
def output_tokens_null() -> None:
    """`output_tokens: null` in message_delta."""


@as_in(of_figures.output_tokens_shrink)
def output_tokens_shrink() -> None:
    """message_delta tells the tokens since the last one, and not those of the whole answer."""


@as_in(of_figures.no_usage_in_message_delta)
def no_usage_in_message_delta() -> None:
    """No usage at the end: Python raises an AttributeError on `usage` of None."""


@decorators.of_events("wire/stream", rule="ST-USE-3w", also=_ALSO)
def input_tokens_estimated(events: Events) -> Events:
    """Model Studio: 40 input tokens at the start, 299 at the end (2026-10); a context bar lies."""
    return _starting_with(events, lambda tokens: tokens // 7 + 1)


@decorators.of_events("wire/stream", rule="ST-USE-3w", also=_ALSO)
def input_tokens_zero_at_the_start(events: Events) -> Events:
    """SGLang and Dynamo: 0 input tokens in message_start (sglang#20678, dynamo#7206)."""
    return _starting_with(events, lambda _: 0)


@decorators.of_events("basic/stream", also=("wire/tokens",))
def input_tokens_zero_in_streams(events: Events) -> Events:
    """DeepSeek: usage of a stream is all zeros, and stays so."""

    def zeroed(event: Event) -> Event:
        data = event.json or {}
        if event.type == "message_delta":
            return _event({**data, "usage": {**data["usage"], "input_tokens": 0}})
        return event

    return tuple(map(zeroed, _starting_with(events, lambda _: 0)))


# -- how streams fail


@as_in(of_events.error_without_envelope)
def stream_fails_in_flat_json() -> None:
    """A stream's failure is no `event: error` in the envelope (litellm#41826)."""


@as_in(of_events.events_after_error)
def stream_goes_on_after_an_error() -> None:
    """An error event, and then the rest as if nothing had happened."""


@of_stream_events("ST-ERR-1")
def stream_fails_under_another_name(events: Events) -> Events:
    """An error that is not named `error`: the Python SDK ends normally, stop_reason null."""
    return tuple(of_events.error_under_another_name.spoil(events))


@decorators.of_stream(_ROW, rule="ST-ORD-11", also=_ALSO)
def stream_breaks_off(answer: Answer) -> Answer:
    """The connection is cut in the middle: `httpx2.RemoteProtocolError`, no class of the SDK."""
    return replace(answer, chunks=answer.chunks[: len(answer.chunks) // 2], cut=True)


@decorators.of_stream(_ROW, rule="ST-ORD-11", also=_ALSO)
def stream_ends_early(answer: Answer) -> Answer:
    """GLM stalls after a tool result, and then ends without a word (pi#358)."""
    return replace(answer, chunks=answer.chunks[:-3])


@decorators.of_stream("wire/timing", rule="ST-INC-2")
def stream_in_one_blob(answer: Answer) -> Answer:
    """A proxy buffers: all events arrive at the end (MiniMax's verifier measures packets)."""
    return replace(answer, chunks=(answer.body,))


@decorators.of_stream("wire/timing", rule="ST-INC-3")
def stream_held_back(answer: Answer) -> Answer:
    """The first events come at once and all others at the end, as after gzip without flush."""
    return replace(answer, chunks=(*answer.chunks[:3], b"".join(answer.chunks[3:])))


@of_stages(
    _ROW,
    rule="ST-REQ-1",
    also=(
        "error/400",
        "wire/error",
    ),
)
def refusals_begin_a_stream(stages: Stages) -> Stages:
    """A bad request for a stream is told in a stream with status 200: 0 events, no error."""

    def send(heard: Heard | None, answer: Answer) -> Answer:
        sent = stages.send(heard, answer)
        if heard is None or heard.body.get("stream") is not True or sent.status < 400:
            return sent
        body = b"event: error\ndata: " + sent.body + b"\n\n"
        return replace(labelled(sent, "text/event-stream"), status=200, chunks=(body,))

    return replace(stages, send=send)


@as_in(of_events.error_as_text)
def stream_fails_in_plain_text() -> None:
    """`Internal Server Error` as an event's data: a JSON error in both SDKs."""


@of_stream_events("ST-ORD-10w")
def events_of_a_kind_of_their_own(events: Events) -> Events:
    """Kimi sends a whole `message` event among the others (nashsu/llm_wiki#303)."""
    return (*events[:2], _event({"type": "message", "role": "assistant"}), *events[2:])


def _starting_with(events: Events, change: Callable[[int], int]) -> Events:
    """The events with other input tokens told in message_start."""
    first = events[0].json or {}
    usage = first["message"]["usage"]
    changed = {**usage, "input_tokens": change(usage["input_tokens"])}
    return (_event({**first, "message": {**first["message"], "usage": changed}}), *events[1:])


def _event(data: dict[str, Any]) -> Event:
    return make_event(**data)
