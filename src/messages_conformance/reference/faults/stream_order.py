"""Faults in the order of a stream's events: missing, repeated, or out of sequence.

How SDKs read each was measured with anthropic-sdk-python 2.12.0 and
@anthropic-ai/sdk 1.12.0.
"""

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.faults.stream_decorators import (
    CLIENT_ROW,
    event_of,
    from_mutation,
    of_stream_events,
)
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations import of_order


@from_mutation(of_order.no_message_start)
def no_message_start() -> None:
    """message_start is missing (hermes-agent#72833)."""


@from_mutation(of_order.two_message_starts)
def two_message_starts() -> None:
    """message_start comes twice (litellm#32357)."""


@from_mutation(of_order.interleaved_blocks)
def interleaved_blocks() -> None:
    """A block starts before the one before it has stopped."""


@of_stream_events("ST-IDX-2", side_effects=("tool_choice/disable_parallel_tool_use",))
def a_block_start_per_token(events: Events) -> Events:
    """Each token has a content_block_start of its own (ggml-org/llama.cpp#18542)."""
    pieces: list[Event] = []
    index, start = -1, None
    for event in events:
        data = event.json or {}
        if event.type == "content_block_start":
            start = data
        elif event.type == "content_block_delta" and start is not None:
            index += 1
            pieces += [
                event_of({**start, "index": index}),
                event_of({**data, "index": index}),
                event_of({"type": "content_block_stop", "index": index}),
            ]
            index += index == 0  # According to the report, numbers were skipped too.
        elif event.type != "content_block_stop":
            pieces.append(event)
    return tuple(pieces)


@from_mutation(of_order.delta_for_a_closed_block, side_effects=("content/thinking",))
def delta_after_its_block() -> None:
    """A delta comes for a block that has stopped (litellm#13373)."""


@from_mutation(of_order.stop_of_another_block)
def stop_of_another_block() -> None:
    """A stop comes for a block that never started."""


@from_mutation(of_order.no_block_ever_stops)
def blocks_never_stop() -> None:
    """content_block_stop is missing."""


@from_mutation(of_order.block_after_message_delta)
def block_after_the_stop_reason() -> None:
    """A block comes after message_delta (litellm's tests hold content_after_stop_reason)."""


@from_mutation(of_order.no_message_delta)
def no_message_delta() -> None:
    """message_delta is missing, so that `stop_reason` stays null."""


@from_mutation(of_order.figures_after_message_stop)
def figures_after_message_stop() -> None:
    """Usage comes after message_stop, as in OpenAI's last chunk."""


@from_mutation(of_order.no_message_stop)
def no_message_stop() -> None:
    """message_stop is missing, so that the JavaScript SDK raises an error."""


@from_mutation(of_order.index_missing)
def index_missing() -> None:
    """Block events have no `index`: Python raises a TypeError, JavaScript loses the text."""


@from_mutation(of_order.index_from_one)
def index_from_one() -> None:
    """Blocks are numbered from 1: Python raises an IndexError, JavaScript loses the text."""


@from_mutation(of_order.index_never_counts, "CL-READ-1", CLIENT_ROW)
def index_never_counts() -> None:
    """Every block has index 0, so that both SDKs merge blocks."""


@of_stream_events("ST-ORD-10w")
def events_of_a_kind_of_their_own(events: Events) -> Events:
    """A whole `message` event comes between the others (Kimi, nashsu/llm_wiki#303)."""
    return (*events[:2], event_of({"type": "message", "role": "assistant"}), *events[2:])


# How clients that are not run here read these was measured with them (``healing/``).


@from_mutation(of_order.no_message_stop, "CL-READ-3", "client/typescript-sdk")
def no_end_for_the_typescript_sdk() -> None:
    """message_stop is missing: the TypeScript SDK raises an error."""


@from_mutation(of_order.block_stopped_twice, "CL-READ-3", "client/claude-code")
def a_block_stops_twice_for_claude_code() -> None:
    """A block stops twice: Claude Code gives the stream up, four times over."""


@of_stream_events("CL-READ-3", "client/opencode")
def no_stop_reason_for_opencode(events: Events) -> Events:
    """No message_delta comes: opencode sends the request again without end."""
    return tuple(event for event in events if event.type != "message_delta")


@of_stream_events("CL-READ-3", "client/ai-sdk")
def an_event_that_the_ai_sdk_does_not_know(events: Events) -> Events:
    """An event of an unknown type stands before the end: the AI SDK raises an error."""
    return (*events[:-1], event_of({"type": "content_note"}), *events[-1:])
