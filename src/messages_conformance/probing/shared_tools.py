"""Tools that several rows offer, and prompts that call for them: one answer serves them all."""

import re
from typing import Any

from messages_conformance.probing.alphabets import TITLE
from messages_conformance.probing.content import assistant, result, tool, user
from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import THINKING
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.response.input_schema import problems

AUTO = {"type": "auto"}
"""The `tool_choice` that is the default."""

BELL_PROMPT = "Ring the church bell twice. Use the tool."
TOOLS_BY_NAME = [
    tool("open_garage_door", times="integer"),
    tool("ring_church_bell", strokes="integer"),
]
"""Tools that differ by name alone; only their schemas say what a call must be given."""

TWO_TOOLS_PROMPT = "Ring the church bell, and open the garage door. Use the tools."
_DESCRIPTIONS = {
    "tool_a": "Waters the lawn.",
    "tool_b": "Rings the church bell.",
    "tool_c": "Feeds the cat.",
    "tool_d": "Polishes the brass sign.",
    "tool_e": "Winds the tower clock.",
    "tool_f": "Sweeps the chimney.",
    "tool_g": "Paints the fence.",
    "tool_h": "Opens the garage door.",
}
FITTING_TOOLS = ["tool_b", "tool_h"]
"""The two of eight that `TWO_TOOLS_PROMPT` calls for; a guess picks both one time in 56."""

LENDING_PLAIN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "counter": {"type": "string", "enum": ["amber-7", "cobalt-3"]},
        "options": {
            "type": "object",
            "properties": {"page": {"type": "integer"}, "reserve": {"type": "boolean"}},
            "required": ["page", "reserve"],
        },
    },
    "required": ["title", "counter", "options"],
}
"""A schema whose choices and required properties no prompt suggests, with objects in objects."""
_RULED: dict[str, Any] = {
    "shelf": {"type": "string", "pattern": "^[K-N]-[0-9]{3}$"},
    "copies": {"type": "integer", "minimum": 12, "maximum": 15},
    "floor": {"type": "integer", "enum": [-2, 31]},
    "sealed": {"type": "boolean", "enum": [False]},
    "labels": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    "stamp": {"allOf": [{"enum": ["wren-4", "finch-6"]}]},
    "gate": {"oneOf": [{"const": "larch-2"}, {"const": "maple-9"}]},
    "due": {"anyOf": [{"$ref": "#/$defs/day"}, {"$ref": "#/$defs/week"}]},
}
_UNUSED: dict[str, Any] = {
    "back": {"type": "string", "format": "date", "examples": ["2031-05-07"]},
    "remark": {"title": "Remark", "type": ["string", "null"], "default": None, "maxLength": 80},
}
"""Properties that need not be given: servers have refused such keywords."""
LENDING: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Loan",
    "additionalProperties": False,
    **LENDING_PLAIN,
    "properties": {**LENDING_PLAIN["properties"], **_RULED, **_UNUSED},
    "required": [*LENDING_PLAIN["required"], *_RULED],
    "$defs": {
        "day": {
            "type": "object",
            "properties": {"weekday": {"$ref": "#/$defs/weekday"}},
            "required": ["weekday"],
        },
        "week": {
            "type": "object",
            "properties": {"number": {"type": "integer"}},
            "required": ["number"],
        },
        "weekday": {"enum": ["tue", "thu"]},
    },
}
"""The same with properties whose values only one keyword each tells, which no prompt suggests."""
RULES: dict[str, tuple[str, ...]] = {
    "shelf": ("pattern",),
    "copies": ("minimum", "maximum"),
    "floor": ("enum",),
    "sealed": ("enum",),
    "labels": ("minItems",),
    "stamp": ("allOf",),
    "gate": ("oneOf",),
    "due": ("anyOf", "$defs"),
}
"""The keywords that tell the values of these properties."""


def lending_without(property: str, keyword: str) -> dict[str, Any]:
    """`LENDING` without one keyword of one property."""
    if keyword == "$defs":
        return {name: value for name, value in LENDING.items() if name != keyword}
    inner = {n: v for n, v in LENDING["properties"][property].items() if n != keyword}
    return {**LENDING, "properties": {**LENDING["properties"], property: inner}}


def breaks_rules(given: object) -> list[str]:
    """Those properties of `RULES` whose values in an input are not as their keywords tell."""
    if not isinstance(given, dict):
        return []
    broken = {pointer.split("/")[1] for pointer, _ in problems(given, LENDING) if "/" in pointer}
    broken |= {name for name in RULES if name not in given}
    if not re.fullmatch("[K-N]-[0-9]{3}", str(given.get("shelf"))):
        broken.add("shelf")
    return [name for name in RULES if name in broken]


LENDING_PROMPT = f'Lend the book "{TITLE}" from page 0, and do not reserve it. Use the tool.'
LENDING_IN_WORDS = (
    f'{LENDING_PROMPT} The title is "{TITLE}", counter is amber-7, and options are page 0 and '
    "reserve false."
)
LENDING_OTHER_VALUES = f'Lend the book "{TITLE}" from page 7, and reserve it. Use the tool.'
"""The same with values that are neither 0 nor false."""
LENDING_FLAT = {
    "type": "object",
    "properties": {
        **{name: LENDING_PLAIN["properties"][name] for name in ("title", "counter")},
        **LENDING_PLAIN["properties"]["options"]["properties"],
    },
    "required": ["title", "counter", "page", "reserve"],
}
"""The same without an object in the object."""


def lending(prompt: str = LENDING_PROMPT, schema: object = LENDING) -> dict[str, Any]:
    """A call with a large input, as arguments of `Ask`."""
    lend = {"name": "lend_book", "input_schema": schema}
    return {"prompt": prompt, "tools": [lend], "max_tokens": 400}


def tools_by_description(*, described: bool = True) -> list[dict[str, Any]]:
    """Tools that differ by description alone; without it, only by a meaningless name."""
    return [
        tool(name, description if described else None, times="integer")
        for name, description in _DESCRIPTIONS.items()
    ]


def two_calls_streamed(ask: Ask) -> Question:
    """Ask for calls of two described tools, streamed, and with thinking where the model thinks.

    One answer to it shows most of what a stream may hold.
    """
    thinking = THINKING if ask.model.thinks else {}
    return ask.shared(TWO_TOOLS_PROMPT, tools=tools_by_description(), stream=True, **thinking)


def loop_after(called: Exchange, *, thought: bool = True) -> dict[str, Any]:
    """The next request of the tool loop after an answer to `two_calls_streamed`.

    The answer is sent back whole, or without its ``thought``, and then a result for each call.
    """
    blocks = (called.message or {}).get("content", ())
    kept = [block for block in blocks if thought or block.get("type") != "thinking"]
    done = [result(str(use.get("id")), "Done.") for use in called.tool_uses]
    return {
        "prompt": [user(TWO_TOOLS_PROMPT), assistant(*kept), user(*done)],
        "tools": tools_by_description(),
        **THINKING,
    }


def called_tools(exchange: Exchange) -> list[str]:
    """The names of the tools that an answer calls."""
    return [str(use.get("name")) for use in exchange.tool_uses]
