"""Faults of streams that fail, or end before their time.

How SDKs read each was measured with anthropic-sdk-python 2.12.0 and
@anthropic-ai/sdk 1.12.0.
"""

from dataclasses import replace

from messages_conformance.reference.faults.decorators import (
    of_stages,
    of_streamed_response,
)
from messages_conformance.reference.faults.response_edits import with_content_type
from messages_conformance.reference.faults.stream_decorators import (
    ROW,
    SIDE_EFFECTS,
    event_of,
    from_mutation,
    of_stream_events,
)
from messages_conformance.reference.pipeline import ParsedRequest, Stages
from messages_conformance.reference.response import Response
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations import of_events as event_mutations


@from_mutation(event_mutations.error_without_envelope)
def stream_fails_in_flat_json() -> None:
    """A stream's error is flat JSON and no envelope (litellm#41826)."""


@of_stream_events("ER-2")
def stream_fails_with_a_foreign_type(events: Events) -> Events:
    """A stream's error has the type `internal_error` (vLLM, measured)."""
    start, *_ = events
    error = {"type": "internal_error", "message": "The engine is gone."}
    return start, event_of({"type": "error", "error": error})


@from_mutation(event_mutations.events_after_error)
def stream_goes_on_after_an_error() -> None:
    """Further events come after an error event."""


@of_stream_events("ST-ERR-1")
def stream_fails_under_another_name(events: Events) -> Events:
    """A stream's error event has another name, so that the Python SDK ends normally."""
    return tuple(event_mutations.error_under_another_name.spoil(events))


@of_streamed_response(ROW, rule="ST-ORD-11", side_effects=SIDE_EFFECTS)
def stream_breaks_off(response: Response) -> Response:
    """The connection is cut in the middle of a stream.

    Source: The Python SDK raises `httpx2.RemoteProtocolError`, no class of its own.
    """
    return replace(response, chunks=response.chunks[: len(response.chunks) // 2], cut=True)


@of_streamed_response(ROW, rule="ST-ORD-11", side_effects=SIDE_EFFECTS)
def stream_ends_early(response: Response) -> Response:
    """A stream ends before message_delta without an error (GLM after a tool result, pi#358)."""
    return replace(response, chunks=response.chunks[:-3])


@of_stages(
    ROW,
    rule="ST-REQ-1",
    side_effects=(
        "error/400",
        "wire/error",
    ),
)
def refusals_begin_a_stream(stages: Stages) -> Stages:
    """An invalid request for a stream gets status 200 and an error event."""

    def send(request: ParsedRequest | None, response: Response) -> Response:
        sent = stages.send(request, response)
        if request is None or request.body.get("stream") is not True or sent.status < 400:
            return sent
        body = b"event: error\ndata: " + sent.body + b"\n\n"
        return replace(with_content_type(sent, "text/event-stream"), status=200, chunks=(body,))

    return replace(stages, send=send)


@from_mutation(event_mutations.error_as_text)
def stream_fails_in_plain_text() -> None:
    """A stream's error is plain text, so that both SDKs raise a JSON error."""
