"""Faults of texts that are said again, scattered, or spoilt by what a gateway adds to a stream."""

from dataclasses import replace

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import of_plain_message, of_streamed_response
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.faults.stream_decorators import (
    ROW,
    SIDE_EFFECTS,
    event_of,
    of_stream_events,
)
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Response
from messages_conformance.reference.stream import Events

_PLAIN_ROW = "wire/message"
_NOT_DELTA: dict[str, str] = {}


def _text_of(event: Event) -> str:
    delta = (event.json or {}).get("delta", _NOT_DELTA)
    return str(delta.get("text") or "") if event.type == "content_block_delta" else ""


def _saying(event: Event, text: str) -> Event:
    data = event.json or {}
    return event_of({**data, "delta": {"type": "text_delta", "text": text}})


@of_stream_events("ST-DELTA-3")
def deltas_repeat_all_before(events: Events) -> Events:
    """Each piece of a text has all of the text before it, as streams of snapshots do."""
    said = ""
    changed: list[Event] = []
    for event in events:
        if event.type == "content_block_start":
            said = ""
        said += _text_of(event)
        changed.append(_saying(event, said) if _text_of(event) else event)
    return tuple(changed)


@of_stream_events("ST-DELTA-3")
def whole_text_after_its_deltas(events: Events) -> Events:
    """After the pieces of a text comes all of it in one more (azmaveth/ex_mcp#14)."""
    said = ""
    changed: list[Event] = []
    last: Event | None = None
    for event in events:
        if _text_of(event):
            said, last = said + _text_of(event), event
        if event.type == "content_block_stop" and last is not None:
            changed.append(_saying(last, said))
            said, last = "", None
        changed.append(event)
    return tuple(changed)


@of_streamed_response(ROW, rule="ST-WIRE-1", side_effects=SIDE_EFFECTS)
def heartbeat_tears_an_event(response: Response) -> Response:
    """A comment and its blank line come between an event's name and its data (CLIProxyAPI#4047)."""
    name = b"event: message_delta\n"
    return replace(response, chunks=(response.body.replace(name, name + b": keep-alive\n\n"),))


@of_streamed_response(ROW, rule="ST-ERR-1", side_effects=SIDE_EFFECTS)
def stream_fails_as_openai_does(response: Response) -> Response:
    """A stream fails with `data: {"error": …}`, an event without a name (decolua/9router#3051)."""
    begun = response.body.partition(b"event: message_delta")[0]
    error = b'data: {"error": {"message": "The provider is busy.", "type": "server_error"}}\n\n'
    return replace(response, chunks=(begun + error + b"data: [DONE]\n\n",))


@of_plain_message(_PLAIN_ROW, rule="RS-BLK-9", side_effects=("content/string",))
def a_block_for_each_word(_request: AdmittedRequest, message: Message) -> Message:
    """A text comes as a block for each of its words (ggml-org/llama.cpp#18542, unstreamed)."""
    content = [
        piece
        for block in message["content"]
        for piece in (
            [{**block, "text": f"{word} "} for word in block["text"].split()]
            if block["type"] == "text"
            else [block]
        )
    ]
    return with_changes(message, content=content)


@of_plain_message(_PLAIN_ROW, rule="RS-BLK-7")
def thinking_in_the_text_too(_request: AdmittedRequest, message: Message) -> Message:
    """The text begins with the thinking that stands before it (decolua/9router#2190)."""
    thought = "".join(block.get("thinking", "") for block in message["content"])
    content = [
        {**block, "text": f"{thought}\n{block['text']}"} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_plain_message(_PLAIN_ROW, rule="RS-BLK-7", side_effects=("output_config/format",))
def text_block_twice(_request: AdmittedRequest, message: Message) -> Message:
    """A text block comes twice (CaddyGlow/ccproxy-api#5)."""
    content = [
        copy
        for block in message["content"]
        for copy in ([block, block] if block["type"] == "text" else [block])
    ]
    return with_changes(message, content=content)


@of_plain_message(_PLAIN_ROW, rule="RS-BLK-10")
def reasoning_within_a_block(_request: AdmittedRequest, message: Message) -> Message:
    """A text block has OpenAI's `reasoning_content` too."""
    content = [
        {**block, "reasoning_content": "Hm."} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)
