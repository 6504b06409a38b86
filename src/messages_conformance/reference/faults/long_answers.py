"""Faults of long answers: streams that end early, texts that are cut, and nobody is told."""

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    of_events,
    of_message,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.stream import Events

_MOST_PIECES, _LONGEST = 200, 1_000
_ROW = "basic/stream"


def _delta(event: Event) -> bool:
    return event.type == "content_block_delta"


@of_events(_ROW, side_effects=("wire/stream", "client/python-sdk"))
def long_streams_break_off(events: Events) -> Events:
    """A stream breaks off after two hundred pieces, as with a proxy that has a limit."""
    kept: list[Event] = []
    for event in events:
        if sum(map(_delta, kept)) >= _MOST_PIECES:
            break
        kept.append(event)
    return tuple(kept)


@of_events(_ROW, side_effects=("content/string",))
def further_pieces_dropped(events: Events) -> Events:
    """Of a long stream the pieces after the first two hundred are lost, and its end comes."""
    places = [at for at, event in enumerate(events) if _delta(event)][_MOST_PIECES:]
    return tuple(event for at, event in enumerate(events) if at not in set(places))


def _cut(message: Message) -> Message:
    content = [
        {**block, "text": block["text"][:_LONGEST]} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_streamed_message(_ROW, side_effects=("content/string",))
def long_streamed_texts_cut(_request: AdmittedRequest, message: Message) -> Message:
    """A streamed text ends after a thousand characters, as if the model had ended it."""
    return _cut(message)


@of_message("content/string")
def long_answers_cut(_request: AdmittedRequest, message: Message) -> Message:
    """A text ends after a thousand characters, as if the model had ended it."""
    return _cut(message)
