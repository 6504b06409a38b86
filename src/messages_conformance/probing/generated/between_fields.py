"""Mistakes between the fields of a request, or in what no schema can state.

The body keeps to the published schema. Facts are those of `rules.catalogue` (RQ, TH, CT, HD); what
the wire rules find in requests is not repeated here.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import jsonschema

from messages_conformance.probing.generated.draft import Body
from messages_conformance.rules.response import input_schema

Mistake = tuple[str, str]
"""The kind, and what is wrong."""

_MOST_OUTPUT: Final = 1_000_000
"""Tokens; no model writes more."""
_SIGNATURES: Final = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_UNSUPPORTED: Final = frozenset({"minimum", "maximum", "minLength", "maxLength", "multipleOf"})
"""Keywords that the schema of an answer may not have."""
_THOUGHTS: Final = ("thinking", "redacted_thinking")


def mistakes(body: Body, betas: Iterable[str]) -> Iterator[Mistake]:
    """What is wrong between the fields of a body that keeps to the schema."""
    yield from _sizes(body)
    yield from _turns(body)
    yield from _tools(body)
    yield from _sources(body)
    yield from _answer_format(body)
    for name in betas:
        if name.endswith("-2099-01-01"):
            yield "unknown beta", f"the beta feature `{name}` does not exist"


def _sizes(body: Body) -> Iterator[Mistake]:
    if body["max_tokens"] > _MOST_OUTPUT:
        yield "max_tokens_too_large", f"`max_tokens` is {body['max_tokens']}"
    if body.get("temperature") is not None and body.get("top_p") is not None:
        yield "temperature_with_top_p", "`temperature` and `top_p` are both set"


def _turns(body: Body) -> Iterator[Mistake]:
    messages = body["messages"]
    if messages[0]["role"] == "assistant":
        yield "assistant_first", "the conversation begins with the assistant"
    if messages[0]["role"] == "system":
        yield "system_role_first", "the conversation begins with the role `system`"
    for at, message in enumerate(messages):
        if any(_is_blank(block) for block in _blocks(message["content"])):
            yield "blank_text", f"text of messages.{at} is only white space"
    given = body.get("system")
    if isinstance(given, list) and any(map(_is_blank, given)):
        yield "blank_text", "text of system is only white space"
    last = messages[-1]
    said = (_blocks(last["content"]) or [{}])[-1].get("text")
    if last["role"] == "assistant" and isinstance(said, str) and said != said.rstrip():
        yield "prefill_ending_in_blank", "the prefilled answer ends in white space"
    thinks = (body.get("thinking") or {}).get("type") == "enabled"
    if thinks and _begins_without_thought(merged_turns(messages)):
        yield "call_without_thought", "thinking is enabled, and the last calls come without it"


def _begins_without_thought(turns: list[tuple[str, list[Body]]]) -> bool:
    """Whether the chain of calls that ends in results begins without a thought."""
    at, first = len(turns) - 1, None
    while at > 0 and _has(turns[at], "tool_result") and _has(turns[at - 1], "tool_use"):
        first, at = turns[at - 1], at - 2
    return first is not None and first[1][0].get("type") not in _THOUGHTS


def _has(turn: tuple[str, list[Body]], kind: str) -> bool:
    return any(block.get("type") == kind for block in turn[1])


def merged_turns(messages: list[Body]) -> list[tuple[str, list[Body]]]:
    """The turns, consecutive messages of one role merged (rule RQ-13)."""
    turns: list[tuple[str, list[Body]]] = []
    for message in messages:
        if turns and turns[-1][0] == message["role"]:
            turns[-1][1].extend(_blocks(message["content"]))
        else:
            turns.append((message["role"], [*_blocks(message["content"])]))
    return turns


def _tools(body: Body) -> Iterator[Mistake]:
    tools = body.get("tools") or []
    names = [tool.get("name") for tool in tools]
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        yield "duplicate_tool_names", f"two tools are called `{twice[0]}`"
    for at, tool in enumerate(tools):
        if "input_schema" not in tool:
            continue
        try:
            jsonschema.Draft202012Validator.check_schema(tool["input_schema"])
        except jsonschema.SchemaError:
            yield "invalid_schema", f"tools.{at}.input_schema is no JSON Schema"
            continue
        examples = tool.get("input_examples", [])
        if any(input_schema.problems(one, tool["input_schema"]) for one in examples):
            yield "example_unlike_schema", f"an example of tools.{at} does not match its schema"
    choice = body.get("tool_choice") or {}
    if choice.get("type") in ("any", "tool") and not tools:
        yield "choice_without_tools", "`tool_choice` demands a call of no tool"
    elif choice.get("type") == "tool" and choice["name"] not in names:
        yield "choice_of_unknown_tool", "`tool_choice` names a tool that is not offered"


def _sources(body: Body) -> Iterator[Mistake]:
    every = [*all_blocks(body)]
    for block in every:
        source = block.get("source")
        if block["type"] == "image" and isinstance(source, dict) and source["type"] == "base64":
            yield from _picture(source)
        if block["type"] == "tool_result" and isinstance(block.get("content"), list):
            kinds = {inner["type"] for inner in block["content"]}
            if "search_result" in kinds and len(kinds) > 1:
                yield "mixed search results", "a result mixes search results with other blocks"
    cited = {is_cited(one) for one in every if one["type"] in ("document", "search_result")}
    if len(cited) > 1:
        yield "some sources cited", "citations are enabled for some sources, not for all"


def _picture(source: Body) -> Iterator[Mistake]:
    try:
        begin = base64.b64decode(source["data"], validate=True)[:8]
    except (binascii.Error, ValueError):
        begin = b""
    kinds = [kind for kind, sign in _SIGNATURES.items() if begin.startswith(sign)]
    if not kinds:
        yield "image_undecodable", "the data of an image are none"
    elif source["media_type"] not in kinds:
        yield "image_mislabelled", f"a {kinds[0]} is labelled as {source['media_type']}"


def _answer_format(body: Body) -> Iterator[Mistake]:
    form = (body.get("output_config") or {}).get("format")
    if not form:
        return
    if any(map(is_cited, all_blocks(body))):
        yield "answer_schema_with_citations", "the answer has a schema, and is to cite sources"
    if is_open(form["schema"]):
        yield "open_answer_schema", "the schema of the answer has an object that is not closed"
    elif any(_UNSUPPORTED & set(part) for part in _schemas_in(form["schema"])):
        yield "open_answer_schema", "the schema of the answer has keywords it may not have"


def is_open(schema: Any) -> bool:
    """Whether a schema has an object that admits fields which it does not name."""
    return any(
        part.get("type") == "object" and part.get("additionalProperties") is not False
        for part in _schemas_in(schema)
    )


def _schemas_in(schema: Any) -> Iterator[Body]:
    """A schema and those in it, as far as it is one."""
    if not isinstance(schema, dict):
        return
    yield schema
    named, either = schema.get("properties"), schema.get("anyOf")
    for inner in (
        *(named.values() if isinstance(named, dict) else ()),
        *(either if isinstance(either, list) else ()),
        schema.get("items"),
    ):
        yield from _schemas_in(inner)


def all_blocks(body: Body) -> Iterator[Body]:
    """All blocks of the messages, and those that they hold as their content."""
    for message in body["messages"]:
        for block in _blocks(message["content"]):
            yield block
            inner = block.get("content")
            if isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, dict))


def is_cited(block: Body) -> bool:
    """Whether citations are enabled for a source."""
    asked = block.get("citations")
    return isinstance(asked, dict) and asked.get("enabled") is True


def _is_blank(block: Body) -> bool:
    said = block.get("text") if block.get("type") == "text" else None
    return isinstance(said, str) and not said.strip()


def _blocks(content: Any) -> list[Body]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
