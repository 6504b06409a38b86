"""Faults that only a rule names: marks, placeholders, failures and blocks where none belong."""

from dataclasses import replace
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_model_input,
    of_plain_message,
    of_plain_response,
    of_refusal,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.faults.stream_decorators import event_of, of_stream_events
from messages_conformance.reference.faults.tools import choice_type_of
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Refusal, Response, refusal_response
from messages_conformance.reference.stream import Events

_ROW = "wire/message"


def _with_texts(message: Message, **changes: Any) -> Message:
    content = [{**b, **changes} if b["type"] == "text" else b for b in message["content"]]
    return with_changes(message, content=content)


def _forbids_calls(request: AdmittedRequest) -> bool:
    return bool(choice_type_of(request.body) == "none")


@of_plain_response(_ROW, rule="RS-HTTP-2")
def mark_before_messages(response: Response) -> Response:
    """A byte order mark comes before the JSON of a message."""
    return replace(response, chunks=(b"\xef\xbb\xbf", *response.chunks))


@of_plain_message(_ROW, rule="RS-BLK-8w")
def failures_as_texts(request: AdmittedRequest, message: Message) -> Message:
    """An answer that may call no tool is the failure of a gateway, with status 200."""
    return (
        _with_texts(message, text="Provider returned error") if _forbids_calls(request) else message
    )


@of_plain_message(_ROW, rule="RS-BLK-11")
def blocks_of_responses(request: AdmittedRequest, message: Message) -> Message:
    """Where no tool may be called, a text has the type `output_text`, as in OpenAI's Responses."""
    return _with_texts(message, type="output_text") if _forbids_calls(request) else message


@of_plain_message(_ROW, rule="RS-BLK-12w")
def blocks_printed_as_text(request: AdmittedRequest, message: Message) -> Message:
    """Where no tool may be called, a text is its block, as a library of Python prints it."""
    return (
        _with_texts(message, text="[TextBlock(text='Once')]")
        if _forbids_calls(request)
        else message
    )


@of_plain_message(_ROW, rule="CT-4")
def citations_without_fields(request: AdmittedRequest, message: Message) -> Message:
    """Where no tool may be called, a text has a citation that lacks most of its fields."""
    cited = [{"type": "char_location", "cited_text": "Once"}]
    return _with_texts(message, citations=cited) if _forbids_calls(request) else message


@of_plain_message(_ROW, rule="CT-4w")
def citations_of_an_unknown_type(request: AdmittedRequest, message: Message) -> Message:
    """Where no tool may be called, a text has a citation of an undocumented type (devised)."""
    cited = [{"type": "url_citation", "cited_text": "Once"}]
    return _with_texts(message, citations=cited) if _forbids_calls(request) else message


@of_plain_message(_ROW, rule="RS-USE-7")
def texts_emptied(request: AdmittedRequest, message: Message) -> Message:
    """Where no tool may be called, the text of an answer is lost, and charged (devised)."""
    if not _forbids_calls(request):
        return message
    charged = {**message["usage"], "output_tokens": 200}
    return _with_texts(with_changes(message, usage=charged), text="")


@of_plain_message(_ROW, rule="RS-STOP-9")
def ends_said_to_be_limits(_request: AdmittedRequest, message: Message) -> Message:
    """An answer that ended by itself says `max_tokens` (devised)."""
    ended = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_reason="max_tokens") if ended else message


def _going_on(message: Message) -> Message:
    """The message with a text after its calls."""
    said = {"type": "text", "text": "I will wait for the result."}
    has_calls = any(block["type"] == "tool_use" for block in message["content"])
    return with_changes(message, content=[*message["content"], said]) if has_calls else message


@of_message("tools/input_schema")
def text_follows_calls(_request: AdmittedRequest, message: Message) -> Message:
    """After a tool call comes a text, as of parsers that let a model go on."""
    return _going_on(message)


@of_plain_message(_ROW, rule="RS-TOOL-12w")
def text_follows_forced_calls(request: AdmittedRequest, message: Message) -> Message:
    """After a forced call comes a text, as of parsers that let a model go on."""
    return _going_on(message) if choice_type_of(request.body) in ("any", "tool") else message


@of_plain_message(_ROW, rule="RS-THK-8")
def signatures_made_up(_request: AdmittedRequest, message: Message) -> Message:
    """The signature of a thinking block is a placeholder, as translations from Gemini have it."""
    content = [
        {**b, "signature": "skip_thought_signature_validator"} if b["type"] == "thinking" else b
        for b in message["content"]
    ]
    return with_changes(message, content=content)


@of_model_input(_ROW, rule="TH-17", side_effects=("basic/thinking", "content/tool_use/id"))
def thinks_unasked_with_tools(body: Body) -> Body:
    """The model thinks unasked where tools are on offer (devised)."""
    asked = body.get("thinking") or not body.get("tools")
    return body if asked else {**body, "thinking": {"type": "enabled", "budget_tokens": 1024}}


@of_stream_events("ST-MSG-4w")
def reasons_come_late(events: Events) -> Events:
    """A message_delta without a stop reason comes before the one that has it."""

    def twice(event: Event) -> tuple[Event, ...]:
        if event.type != "message_delta":
            return (event,)
        data = event.json or {}
        early = {**data, "delta": {**data["delta"], "stop_reason": None}}
        return (event_of(early), event)

    return tuple(one for event in events for one in twice(event))


@of_stream_events("ST-TOOL-3w")
def calls_without_arguments_come_bare(events: Events) -> Events:
    """A streamed call of a tool without arguments has no input_json_delta (devised)."""

    def is_empty(event: Event) -> bool:
        delta = (event.json or {}).get("delta") or {}
        return delta.get("type") == "input_json_delta" and delta.get("partial_json") in ("", "{}")

    return tuple(event for event in events if not is_empty(event))


@of_refusal("wire/error", 400, rule="ER-9", side_effects=("basic/mcp_servers",))
def refusals_say_one_sentence(_refusal: Refusal, response: Response) -> Response:
    """Every refusal of an invalid request says the same, whatever is wrong."""
    same = refusal_response(Refusal(400, "Bad Request"), "req_011CSameSentence")
    return replace(response, chunks=same.chunks)


@of_refusal(
    "wire/error",
    400,
    rule="ER-8",
    side_effects=(
        "basic/top_p",
        "error/400",
        "refusal/temperature_with_top_p",
        "refusal/top_p_beyond_range",
        "refusal/top_p_with_thinking",
    ),
)
def refusals_of_a_network(refusal: Refusal, response: Response) -> Response:
    """A refusal of `top_p` is the page of a network before the API (Cloudflare)."""
    if "top_p" not in refusal.message:
        return response
    page = (
        b"<!DOCTYPE html><title>520: Web server is returning an unknown error | Cloudflare</title>"
    )
    headers = (("content-type", "text/html"), ("server", "cloudflare"))
    return replace(response, status=520, headers=headers, chunks=(page,))
