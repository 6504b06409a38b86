"""Faults in the bytes of a stream: framing, event names, encoding, and delivery.

How SDKs read each was measured with anthropic-sdk-python 2.12.0 and
@anthropic-ai/sdk 1.12.0.
"""

from dataclasses import replace

from messages_conformance.reference.faults.decorators import of_streamed_response
from messages_conformance.reference.faults.response_edits import with_content_type
from messages_conformance.reference.faults.stream_decorators import (
    CLIENT_ROW,
    ROW,
    SIDE_EFFECTS,
    from_byte_mutation,
    from_mutation,
)
from messages_conformance.reference.response import Response
from messages_conformance.testing.mutations import of_bytes
from messages_conformance.testing.mutations import of_events as event_mutations


@of_streamed_response(ROW, rule="ST-HTTP-1", side_effects=SIDE_EFFECTS)
def stream_called_plain_text(response: Response) -> Response:
    """A stream is labelled `text/plain`, so that browsers buffer it."""
    return with_content_type(response, "text/plain")


@from_mutation(event_mutations.no_event_lines, "CL-READ-2", CLIENT_ROW)
def events_unnamed() -> None:
    """Events have no `event:` line, so that the Python SDK yields nothing (as OpenAI's streams)."""


@from_mutation(event_mutations.data_not_json)
def data_not_json() -> None:
    """The data of one event is plain text, so that both SDKs raise a JSON error."""


@from_mutation(event_mutations.done_unnamed)
def done_at_the_end() -> None:
    """OpenAI's `data: [DONE]` comes after message_stop."""


@from_mutation(event_mutations.done_named)
def done_as_a_named_event() -> None:
    """`event: done` with `[DONE]` comes last, so that both SDKs raise a JSON error."""


@from_mutation(event_mutations.name_differs_from_type)
def names_differ_from_types() -> None:
    """The name of an event differs from the type in its data."""


@from_byte_mutation(of_bytes.no_blank_lines)
def no_blank_lines() -> None:
    """No blank line separates events, so that both SDKs raise a JSON error."""


@from_byte_mutation(of_bytes.no_blank_line_at_the_end)
def no_blank_line_at_the_end() -> None:
    """No blank line ends the last event, so that the JavaScript SDK misses message_stop."""


@from_byte_mutation(of_bytes.invalid_utf8)
def invalid_utf8() -> None:
    """A multi-byte character is cut, so that the text is corrupted."""


@from_byte_mutation(of_bytes.byte_order_mark)
def byte_order_mark() -> None:
    """A byte order mark comes first, so that the Python SDK loses message_start."""


@from_byte_mutation(of_bytes.event_without_data)
def event_without_data() -> None:
    """A named event has no data."""


@from_byte_mutation(of_bytes.page_after_the_end)
def page_after_streams() -> None:
    """The page of a proxy follows the last event of a stream (devised)."""


@from_byte_mutation(of_bytes.nothing_at_all)
def streams_are_empty() -> None:
    """A stream has status 200 and no event (new-api#5411)."""


@of_streamed_response("wire/timing", rule="ST-INC-2")
def stream_in_one_blob(response: Response) -> Response:
    """All events of a stream arrive at the end.

    Source: Proxies that buffer; MiniMax's verifier measures packets.
    """
    return replace(response, chunks=(response.body,))


@of_streamed_response("wire/timing", rule="ST-INC-3")
def stream_held_back(response: Response) -> Response:
    """The first events arrive at once and all others at the end (gzip without flush)."""
    return replace(response, chunks=(*response.chunks[:3], b"".join(response.chunks[3:])))
