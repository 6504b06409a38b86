"""Rules ``RS-TOOL``: tool calls, one by one and together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.stop_reasons import CUT
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView, is_run_by_server
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.response.input_schema import problems, requires_properties
from messages_conformance.rules.wording import LONGEST, one_of, seen, shown

ID: Final = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
"""What the id of a tool call matches."""

Block = dict[str, Any]


def check_tool_use(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check a call of a client's tool."""
    yield from _check_call(block, "toolu_", where, pointer)
    name, id = block.get("name"), block.get("id")
    if isinstance(id, str) and id in request.call_ids:
        yield broken(
            "RS-TOOL-6",
            where.at(f"{pointer}/id"),
            f"the call's `id` {shown(id)} is that of a call in the request; expected a new one, "
            "as the next request with both is refused",
        )
    if not (request.known and isinstance(name, str) and name):
        return
    at, offered = where.at(f"{pointer}/name"), sorted(request.client_tools)
    if is_run_by_server(request.tool_by_name.get(name)):
        yield broken(
            "RS-TOOL-2",
            at,
            f"the client is to run {shown(name)}, a tool of the server, which it cannot; expected "
            "a `server_tool_use` and its result",
        )
    elif name not in offered and not (request.has_toolsets and "toolset_name" in block):
        expected = one_of(offered) if offered else "no call: no tool is offered to the client"
        yield broken("RS-TOOL-2", at, f"the call names the tool {shown(name)}; expected {expected}")


def check_input(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check a call's input against the ``input_schema`` of its tool."""
    name, given = block.get("name"), block.get("input")
    tool = request.tool_by_name.get(name) if isinstance(name, str) else None
    if tool is None or not isinstance(given, dict):
        return
    schema, is_strict = tool.get("input_schema"), tool.get("strict") is True
    if not given and requires_properties(schema) and not is_strict:
        needed = schema["required"] if isinstance(schema, dict) else ()
        yield broken(
            "RS-TOOL-9",
            where.at(f"{pointer}/input"),
            f"the call of {shown(name)} has no arguments; expected {_listed(needed)}, which the "
            "tool's `input_schema` requires",
        )
        return
    rule = "RS-TOOL-8" if is_strict else "RS-TOOL-7"
    for at, problem in problems(given, schema):
        yield broken(
            rule,
            where.at(f"{pointer}/input{at}"),
            f"the input does not match the tool's `input_schema`: {problem}; expected what the "
            "schema allows",
        )


def check_server_tool_use(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Check a call of a server's own tool."""
    yield from _check_call(block, "srvtoolu_", where, pointer)


def check_id_is_new(
    block: Block, content: Content, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check that a call's id is unique in its message."""
    id = block.get("id")
    called = block.get("type") in ("tool_use", "server_tool_use")
    if not called or not isinstance(id, str) or content.is_new_id(id):
        return ()
    said = (
        f"the call's `id` {shown(id)} is that of an earlier call in this message; expected a "
        "unique one"
    )
    return (broken("RS-TOOL-1", where.at(f"{pointer}/id"), said),)


def lacks_arguments(block: Block, request: RequestView) -> bool:
    """Whether a call has no argument that the ``input_schema`` of its tool requires."""
    name, given = block.get("name"), block.get("input")
    tool = request.tool_by_name.get(name) if isinstance(name, str) else None
    schema = (tool or {}).get("input_schema")
    if not isinstance(given, dict) or not isinstance(schema, dict):
        return False
    return requires_properties(schema) and any(
        isinstance(key, str) and key not in given for key in schema["required"]
    )


def check_is_made_once(
    block: Block, content: Content, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check that a message does not call a tool twice with the same arguments."""
    if block.get("type") != "tool_use" or content.is_new_call(block):
        return ()
    said = (
        f"the call of {shown(block.get('name'))} has the arguments of an earlier call in this "
        "message; expected each call once"
    )
    return (broken("RS-TOOL-11", where.at(pointer), said),)


def check_choice(
    content: Content, request: RequestView, reason: Any, where: Where
) -> Iterable[Finding]:
    """Check that the calls of a message follow ``tool_choice``; ``reason`` is why it stopped."""
    choice = request.tool_choice
    return _check_follows(choice, content, reason, where) if choice else ()


def _check_follows(
    choice: Mapping[str, Any], content: Content, reason: Any, where: Where
) -> Iterator[Finding]:
    kind, at = choice.get("type"), where.at("/content")
    name = choice.get("name")
    if kind == "tool" and isinstance(name, str) and content.is_served_by(name):
        # A tool of the server is the call; what follows its result is free.
        return
    if kind == "none" and content.calls:
        yield broken(
            "RS-TOOL-5", at, "a tool is called though `tool_choice` is none; expected no call"
        )
    forced = kind in ("any", "tool") and reason not in CUT
    others = sorted(called for called in content.called if called != name)
    if forced and not (content.calls or (kind == "any" and content.called_at_server)):
        yield broken(
            "RS-TOOL-5",
            at,
            f"no tool is called though `tool_choice` is {shown(kind)}; expected a call",
        )
    elif kind == "tool" and others:
        yield broken(
            "RS-TOOL-5",
            at,
            f"{one_of(others)} is called though `tool_choice` is a tool; expected "
            f"{seen(dict(choice), 'name')}",
        )
    elif forced and content.text_before_call:
        yield broken(
            "RS-TOOL-5",
            at,
            f"text comes before the call though `tool_choice` is {shown(kind)}; expected the "
            "call first",
        )
    if choice.get("disable_parallel_tool_use") is True and content.parallel_calls > 1:
        yield broken(
            "RS-TOOL-4",
            at,
            f"{content.parallel_calls} tools are called with `disable_parallel_tool_use`; expected "
            "one",
        )


def check_is_last(content: Content, where: Where) -> Iterable[Finding]:
    """Check that a model that calls a tool of the client says nothing more: it has no result."""
    if not content.text_after_call or content.served:
        return ()
    said = (
        "text follows a tool call; expected it before the call, as clients that show a message "
        "up to its calls lose it"
    )
    return (broken("RS-TOOL-12w", where.at("/content"), said),)


def check_id_of_other_message(id: str, before: str, where: Where) -> Finding:
    """The finding that a call has the id of a call in another message, which stands ``before``."""
    return broken(
        "RS-TOOL-10",
        where,
        f"the call's `id` {shown(id)} is that of a call in another message, {before}; expected a "
        "unique one",
    )


def _listed(names: Any) -> str:
    return one_of(names[:3]).replace(" or ", " and ") if names else "none"


def _check_call(block: Block, prefix: str, where: Where, pointer: str) -> Iterator[Finding]:
    id = block.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        yield broken(
            "RS-TOOL-1",
            where.at(f"{pointer}/id"),
            f"the call's `id` is {seen(block, 'id')}; expected a string of letters, digits, "
            "`_` and `-`",
        )
    elif not id.startswith(prefix):
        yield broken(
            "RS-TOOL-1w",
            where.at(f"{pointer}/id"),
            f"the call's `id` is {shown(id)}; in the original API it begins with `{prefix}`",
        )
    if not isinstance(block.get("name"), str) or not block["name"]:
        yield broken(
            "RS-TOOL-2",
            where.at(f"{pointer}/name"),
            f"the call's `name` is {seen(block, 'name')}; expected the name of a tool",
        )
    given = block.get("input")
    if not isinstance(given, dict):
        hint = ", not its JSON as text" if isinstance(given, str) and len(given) > LONGEST else ""
        yield broken(
            "RS-TOOL-3",
            where.at(f"{pointer}/input"),
            f"the call's `input` is {seen(block, 'input')}; expected an object{hint}",
        )
