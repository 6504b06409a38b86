"""Faults in what a stream's events hold: blocks, deltas, stop reasons and usage.

How SDKs read each was measured with anthropic-sdk-python 2.12.0 and
@anthropic-ai/sdk 1.12.0.
"""

from collections.abc import Callable
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.faults.decorators import of_events
from messages_conformance.reference.faults.edits import without
from messages_conformance.reference.faults.stream_decorators import (
    CLIENT_ROW,
    SIDE_EFFECTS,
    event_of,
    from_mutation,
    of_stream_events,
)
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations import of_blocks, of_figures


@from_mutation(of_figures.no_usage_in_message_start)
def no_usage_in_message_start() -> None:
    """message_start has no `usage`.

    Source: Model Studio's Coding Plan, for a day; anomalyco/opencode#17312.
    """


@from_mutation(of_figures.content_null_in_message_start, "CL-READ-3", CLIENT_ROW)
def content_null_in_message_start() -> None:
    """message_start has `content: null`, so that Python raises an AttributeError."""


@from_mutation(of_figures.stop_reason_null)
def stop_reason_never_told() -> None:
    """message_delta has `stop_reason: null`."""


@from_mutation(of_figures.no_stop_sequence)
def no_stop_sequence_in_message_delta() -> None:
    """message_delta has no `stop_sequence` (Model Studio, Foggy-Navigator)."""


@from_mutation(of_blocks.text_null_in_block_start)
def text_null_in_block_start() -> None:
    """A text block starts with `text: null`, so that SDKs raise."""


@from_mutation(of_blocks.thinking_null_in_block_start)
def thinking_null_in_block_start() -> None:
    """A thinking block starts with `thinking: null`."""


@from_mutation(of_blocks.no_input_in_block_start)
def no_input_in_block_start() -> None:
    """A tool call starts without its empty `input` (llama.cpp build 11434, measured)."""


@of_stream_events("RS-BLK-1")
def no_block_in_block_start(events: Events) -> Events:
    """content_block_start has no block, so that clients crash.

    Source: MiniMax-M2#118, in 26 % of sessions.
    """
    return tuple(
        event_of(without(event.json or {}, "content_block"))
        if event.type == "content_block_start"
        else event
        for event in events
    )


@of_stream_events("ST-DELTA-1")
def thinking_in_a_text_block(events: Events) -> Events:
    """thinking_delta comes inside a text block, and SDKs drop it silently (litellm#33224)."""
    return tuple(of_blocks.thought_for_a_text.spoil(events))


@from_mutation(of_blocks.text_for_a_call)
def text_in_a_call() -> None:
    """text_delta comes inside a tool_use block (sglang#24293)."""


@of_stream_events("ST-DELTA-1")
def deltas_without_a_type(events: Events) -> Events:
    """Deltas have no `type` (Kimi, nashsu/llm_wiki#303)."""

    def bare(event: Event) -> Event:
        data = event.json or {}
        return event_of({**data, "delta": without(data["delta"], "type")})

    return tuple(bare(e) if e.type == "content_block_delta" else e for e in events)


@from_mutation(of_blocks.partial_json_an_object)
def partial_json_an_object() -> None:
    """`partial_json` is an object where a string is documented."""


@of_stream_events("ST-BLK-4")
def redacted_thinking_in_pieces(events: Events) -> Events:
    """A redacted thinking block has a delta, where the original API sends it whole."""
    start, *rest = events
    block = {"type": "redacted_thinking", "data": "bWFkZSB1cA=="}
    delta = {"type": "text_delta", "text": "bWFkZSB1cA=="}
    return (
        start,
        event_of({"type": "content_block_start", "index": 0, "content_block": block}),
        event_of({"type": "content_block_delta", "index": 0, "delta": delta}),
        event_of({"type": "content_block_stop", "index": 0}),
        *(
            event_of({**(e.json or {}), "index": (e.json or {})["index"] + 1})
            if e.type.startswith("content_block")
            else e
            for e in rest
        ),
    )


@from_mutation(of_blocks.thought_without_signature)
def no_signature_delta() -> None:
    """signature_delta is missing (ggml-org/llama.cpp#18551)."""


@from_mutation(of_blocks.input_truncated)
def json_never_closed() -> None:
    """The last piece of a call's JSON is lost, so that both SDKs give an empty object."""


@from_mutation(of_blocks.input_in_a_string)
def input_a_string_when_streamed() -> None:
    """The JSON of a streamed call is a string of JSON (cc-switch#2620)."""


@from_mutation(of_blocks.no_input_deltas)
def arguments_lost_in_streams() -> None:
    """A tool call gets no input_json_delta, so that all its arguments are lost (litellm#29491)."""


@from_mutation(of_blocks.input_in_block_start)
def input_whole_in_block_start() -> None:
    """A tool call starts with its whole input and gets no deltas (ccrelay#119)."""


@from_mutation(of_blocks.no_signature_in_block_start)
def no_signature_in_block_start() -> None:
    """A thinking block starts without the key `signature`."""


@from_mutation(of_figures.stop_reason_taken_back)
def stop_reason_taken_back() -> None:
    """A second message_delta has `stop_reason: null`, which replaces the reason of the first."""


@from_mutation(of_figures.cache_counted_twice, side_effects=("endpoint/count_tokens",))
def cache_counted_twice_in_streams() -> None:
    """message_delta adds the cached tokens to `input_tokens` (litellm#24850)."""


@from_mutation(of_figures.no_input_tokens)
def no_input_tokens_in_streams() -> None:
    """A stream counts no input tokens at all (lobehub#18612)."""


@from_mutation(of_figures.output_tokens_null)
def output_tokens_null() -> None:
    """message_delta has `output_tokens: null`."""


@from_mutation(of_figures.output_tokens_shrink)
def output_tokens_shrink() -> None:
    """`output_tokens` of message_delta counts only the tokens since the last one."""


@from_mutation(of_figures.no_usage_in_message_delta)
def no_usage_in_message_delta() -> None:
    """message_delta has no `usage`, so that Python raises an AttributeError."""


@of_events("wire/stream", rule="ST-USE-3w", side_effects=SIDE_EFFECTS)
def input_tokens_estimated(events: Events) -> Events:
    """`input_tokens` of message_start is a wrong estimate.

    Source: Model Studio, 40 at the start and 299 at the end, 2026-10.
    """
    return _with_input_tokens_at_start(events, lambda tokens: tokens // 7 + 1)


@of_events("wire/stream", rule="ST-USE-3w", side_effects=SIDE_EFFECTS)
def input_tokens_zero_at_the_start(events: Events) -> Events:
    """`input_tokens` of message_start is 0 (sglang#20678, dynamo#7206)."""
    return _with_input_tokens_at_start(events, lambda _: 0)


@of_events("basic/stream", side_effects=("wire/tokens",))
def input_tokens_zero_in_streams(events: Events) -> Events:
    """`input_tokens` of a stream is 0 from start to end (DeepSeek)."""

    def zeroed(event: Event) -> Event:
        data = event.json or {}
        if event.type == "message_delta":
            return event_of({**data, "usage": {**data["usage"], "input_tokens": 0}})
        return event

    return tuple(map(zeroed, _with_input_tokens_at_start(events, lambda _: 0)))


def _begins_beyond_ascii(events: Events) -> bool:
    """Whether the first letter of a streamed answer is beyond ASCII."""
    texts = (((event.json or {}).get("delta") or {}).get("text") for event in events)
    first = next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
    return bool(first) and not first[0].isascii()


@of_events("basic/stream", side_effects=("wire/stream", CLIENT_ROW, *SIDE_EFFECTS))
def start_lost_before_half_a_letter(events: Events) -> Events:
    """message_start is lost where the first token is half a letter: llama.cpp, measured."""
    if not _begins_beyond_ascii(events):
        return events
    return tuple(event for event in events if event.type != "message_start")


@of_events("basic/stream", side_effects=SIDE_EFFECTS)
def first_delta_lost_before_half_a_letter(events: Events) -> Events:
    """The first delta is lost where it begins beyond ASCII: devised."""
    if not _begins_beyond_ascii(events):
        return events
    first = next(event for event in events if ((event.json or {}).get("delta") or {}).get("text"))
    return tuple(event for event in events if event is not first)


@of_events("basic/stream", side_effects=SIDE_EFFECTS)
def cut_stream_loses_its_end(events: Events) -> Events:
    """The last delta of an answer that `max_tokens` cuts is never sent (devised)."""
    if not any(_delta(event).get("stop_reason") == "max_tokens" for event in events):
        return events
    last = [event for event in events if _delta(event).get("text")][-1:]
    return tuple(event for event in events if event not in last)


def _delta(event: Event) -> dict[str, Any]:
    return (event.json or {}).get("delta") or {}


def _with_input_tokens_at_start(events: Events, change: Callable[[int], int]) -> Events:
    """The events with other input tokens in message_start."""
    first = events[0].json or {}
    usage = first["message"]["usage"]
    changed = {**usage, "input_tokens": change(usage["input_tokens"])}
    return (event_of({**first, "message": {**first["message"], "usage": changed}}), *events[1:])
