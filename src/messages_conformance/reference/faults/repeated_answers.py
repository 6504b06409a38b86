"""Faults of answers that are not of their own: ids that repeat, answers served twice."""

from collections.abc import Callable
from dataclasses import replace

from messages_conformance.protocol.canonical import canonical
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import of_message, of_stages
from messages_conformance.reference.faults.edits import Block, contents, with_changes
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Response
from messages_conformance.reference.transcript import Transcript


@of_message("wire/message", rule="RS-MSG-7")
def one_id_for_all_messages(_request: AdmittedRequest, message: Message) -> Message:
    """Every message has the same id, so that clients that store messages by id overwrite them."""
    return with_changes(message, id="msg_0123456789abcdefghijklmn")


@of_message("wire/message", rule="RS-TOOL-10")
def call_ids_begin_anew(_request: AdmittedRequest, message: Message) -> Message:
    """The ids of tool calls count from 0 in each answer."""
    return _with_call_ids(message, lambda number, _: f"toolu_{number}")


@of_message("wire/message", rule="RS-TOOL-6")
def call_ids_of_the_request(request: AdmittedRequest, message: Message) -> Message:
    """A tool call gets the id of an earlier call in the request (Kimi, ids such as `Bash_210`)."""
    known = [
        block["id"]
        for content in contents(request.body)
        for block in content
        if block.get("type") == "tool_use"
    ]
    return _with_call_ids(message, lambda number, id: known[number] if number < len(known) else id)


@of_stages(
    "wire/message",
    rule="RS-MSG-8",
    side_effects=(
        *("wire/stream", "basic/temperature", "basic/top_p", "basic/top_k"),
        "content/tool_result/cache_control",
        "request/cache_ttl_1h",
    ),
)
def answers_are_replayed(stages: Stages) -> Stages:
    """A gateway answers a request that it has seen with the answer that it gave then."""
    given: dict[bytes, Response] = {}

    def to_json(request: AdmittedRequest, message: Message) -> Response:
        return given.setdefault(canonical(request.sent), stages.to_json(request, message))

    return replace(stages, to_json=to_json)


@of_stages("basic/temperature", side_effects=("basic/top_p", "basic/top_k"))
def equal_requests_get_equal_words(stages: Stages) -> Stages:
    """A cache answers an equal request with the words that it knows, under a fresh id (devised)."""
    known: dict[bytes, tuple[Block, ...]] = {}

    def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
        new = stages.generate(request, transcript)
        if any(block["type"] == "tool_use" for block in new):
            return new
        return known.setdefault(canonical(request.sent), new)

    return replace(stages, generate=generate)


def _with_call_ids(message: Message, id_of: Callable[[int, str], str]) -> Message:
    content: list[Block] = []
    number = 0
    for block in message["content"]:
        if block["type"] == "tool_use":
            content.append({**block, "id": id_of(number, block["id"])})
            number += 1
        else:
            content.append(block)
    return with_changes(message, content=content)
