"""Faults of limits: names of tools, system prompts and whole requests that are not that long.

Limits are those of other vendors' models and of servers before them: names of 64 characters,
bodies of 100 kB (Express).
"""

import json
from collections.abc import Callable

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_check,
    of_message,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import objects, with_changes
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Refusal, invalid

_LONGEST_NAME = 64
_LARGEST = 102_400


def _name_is_long(name: object) -> bool:
    return isinstance(name, str) and len(name) > _LONGEST_NAME


@of_check("tool_choice/tool")
def long_names_of_tools_refused(request: AdmittedRequest) -> None:
    """A tool's name of more than 64 characters is refused, as by OpenAI's API."""
    for at, tool in enumerate(objects(request.body.get("tools"))):
        if _name_is_long(tool.get("name")):
            raise invalid(f"tools.{at}.custom.name", "String should have at most 64 characters")


def _renamed(message: Message, change: Callable[[str], str]) -> Message:
    content = [
        {**block, "name": change(block["name"])} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_message("tool_choice/tool")
def long_names_of_calls_cut(_request: AdmittedRequest, message: Message) -> Message:
    """A tool's name comes cut after 64 characters, as it must be for OpenAI's API."""
    return _renamed(message, lambda name: name[:_LONGEST_NAME])


@of_message("tool_choice/tool")
def long_names_of_calls_lowered(_request: AdmittedRequest, message: Message) -> Message:
    """A tool's name of more than 64 characters comes in lower case (devised)."""
    return _renamed(message, lambda name: name.lower() if _name_is_long(name) else name)


def _size(body: Body) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())


@of_request("content/string")
def bodies_beyond_100_kb_refused(body: Body) -> Body:
    """A body of more than 100 kB gets 413, as by Express unless it is told otherwise."""
    if _size(body) > _LARGEST:
        raise Refusal(413, "request entity too large")
    return body


@of_request("content/string")
def bodies_beyond_100_kb_invalid(body: Body) -> Body:
    """A body of more than 100 kB is refused as invalid (devised)."""
    if _size(body) > _LARGEST:
        raise invalid("messages", "the request is too long")
    return body


def _system_text(body: Body) -> str:
    system = body.get("system")
    if isinstance(system, str):
        return system
    return "\n".join(str(block.get("text")) for block in objects(system))


def _cut_system(body: Body, longest: int) -> Body:
    return {**body, "system": _system_text(body)[:longest]} if body.get("system") else body


@of_model_input("basic/system", side_effects=("request/cache_ttl_1h",))
def systems_cut_after_1000(body: Body) -> Body:
    """The system prompt is cut after 1,000 characters (devised)."""
    return _cut_system(body, 1_000)


@of_model_input("basic/system", side_effects=("request/cache_ttl_1h",))
def systems_cut_after_4000(body: Body) -> Body:
    """The system prompt is cut after 4,000 characters (devised)."""
    return _cut_system(body, 4_000)


@of_check("basic/system")
def systems_beyond_1000_refused(request: AdmittedRequest) -> None:
    """A system prompt of more than 1,000 characters is refused (devised)."""
    if len(_system_text(request.body)) > 1_000:
        raise invalid("system", "at most 1000 characters")


@of_check("basic/system")
def systems_beyond_4000_refused(request: AdmittedRequest) -> None:
    """A system prompt of more than 4,000 characters is refused (devised)."""
    if len(_system_text(request.body)) > 4_000:
        raise invalid("system", "at most 4000 characters")
