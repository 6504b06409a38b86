"""Rules ``ST-TOOL``: the JSON that the deltas of a tool call join to."""

from collections.abc import Iterable

from messages_conformance.protocol.json_text import breaks_off
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response.content import is_made_by_code
from messages_conformance.rules.response.input_schema import allows_properties
from messages_conformance.rules.stream.open_block import OpenBlock
from messages_conformance.rules.wording import shown


def take_input(block: OpenBlock, where: Where) -> Iterable[Finding]:
    """Put the input of a tool call into its block; readable input must be an object."""
    if block.input is None or block.input[1] is not None:
        return ()
    given = block.input[0]
    if isinstance(given, dict):
        block.block["input"] = given
        return ()
    said = f"the call's `partial_json` joins to {shown(given)}; expected an object"
    return (broken("ST-TOOL-1", where, said),)


def check_has_deltas(block: OpenBlock, request: RequestView, where: Where) -> Iterable[Finding]:
    """Check that the input of a client's tool came in deltas; in a cut message it may not."""
    if block.kind != "tool_use" or block.deltas or block.block.get("input"):
        return ()
    if is_made_by_code(block.block):
        return ()
    name = block.block.get("name")
    tool = request.tool_by_name.get(name) if isinstance(name, str) else None
    if tool is None or allows_properties(tool.get("input_schema")):
        rule, said = (
            "ST-TOOL-3",
            f"the call of {shown(name)} got no input_json_delta, so that its arguments are lost; "
            "expected its `input` in deltas",
        )
    else:
        rule, said = (
            "ST-TOOL-3w",
            f"the call of {shown(name)}, a tool without arguments, got no input_json_delta; the "
            'original API sends one with `""`',
        )
    return (broken(rule, where, said),)


def check_is_readable(block: OpenBlock, where: Where) -> Iterable[Finding]:
    """Check that the input of a tool call is JSON; a message that was cut may cut it too."""
    problem = block.input[1] if block.input else None
    if problem is None:
        return ()
    text = block.json
    if breaks_off(text, problem):
        rule, said = (
            "ST-TOOL-2",
            f"the call's JSON breaks off with {shown(text[-40:])}; expected a whole object",
        )
    else:
        rule, said = (
            "ST-TOOL-1",
            f"the call's `partial_json` joins to {shown(text)}, {_what_it_is(text, problem)}; "
            "expected an object",
        )
    return (broken(rule, where, said),)


def _what_it_is(text: str, problem: ValueError) -> str:
    end = getattr(problem, "pos", 0)
    if str(problem).startswith("Extra data") and text[end:].lstrip().startswith("{"):
        begins_empty = text[:end].strip() == "{}"
        return (
            "an empty object before the arguments"
            if begins_empty
            else "several objects in one call"
        )
    return f"which is not JSON ({problem})"
