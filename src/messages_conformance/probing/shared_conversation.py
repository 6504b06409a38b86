"""Conversations that serve many rows at once, with a code (a canary) in every place.

A model that is asked for all codes shows in one answer which places reach it. Only a place whose
code it does not repeat has to be tested alone. With one cache breakpoint more each time, the same
conversation shows place by place what is cached.
"""

from collections.abc import Callable
from typing import Any

from messages_conformance.probing.content import (
    CACHE_CONTROL,
    assistant,
    call,
    long_text,
    result,
    text,
    user,
)
from messages_conformance.probing.shared_codes import (
    CALLED_TOOL,
    CODES,
    INNER_TEXT_CODE,
    SECOND_TEXT_CODE,
)

BREAKPOINTS = ("tools", "text", "tool_use", "tool_result")
"""The places of cache breakpoints, in the order of the prompt."""
CODE_BEFORE_STOP, STOP_CODE = INNER_TEXT_CODE, SECOND_TEXT_CODE
"""Two codes that follow each other: a model that lists all codes is stopped before the second."""
_NEVER_SAID = ("qzx-0001", "QUOKKA-4711", "walrus-0815\t", "qzx-0004")
"""Stop sequences before the one that matters: an endpoint may take only the first few.

Two are like codes that come earlier, and differ by case or by a blank at the end."""

_ALL_CODES_PROMPT = (
    "List every code that stands anywhere above, also in the descriptions and schemas of tools, "
    "and the names of the tools that were called. Write nothing else."
)
_FIRST_CALL, _SECOND_CALL, _THIRD_CALL = "toolu_first01", "toolu_second01", "toolu_third01"
_OLDER_CALL = "toolu_older01"
_SMALL_TALK = 4
"""Exchanges of small talk on each side of the middle, so that a history cut to the last turns, or
to the first and the last, loses something."""
_CUT_AFTER = 40
"""Tokens of an answer that is cut in the middle."""
_LONG = 70
"""Lines of a long result, and of a long system prompt: more characters than 4,096."""


def conversation(
    breakpoints: int = 1, *, left_out: str | None = None, long_system: bool = True
) -> dict[str, Any]:
    """The conversation that asks for all codes, as arguments of `Ask`.

    ``breakpoints`` says how many of `BREAKPOINTS` carry ``cache_control``: the tool first, then
    the last text, call and result. ``left_out`` names a place of `CODES` that holds other words
    instead. One code stands at the end of a long text, one in the middle, and one before many
    turns of small talk. Some are names of properties, whose values are null, 0, false or empty.
    """

    def cached(place: str) -> dict[str, Any]:
        return CACHE_CONTROL if place in BREAKPOINTS[:breakpoints] else {}

    def code(place: str, where: str) -> str:
        return "Nothing here." if place == left_out else f"The {where} code is {CODES[place]}."

    def bare(place: str) -> str:
        return "none" if place == left_out else CODES[place]

    called = "unlock" if left_out == "name" else CALLED_TOOL
    attic = {
        "door": "attic",
        "code": bare("input"),
        "spare": {"code": bare("inner input"), "others": ["none", bare("list input")]},
        "left": {
            bare("input of null"): None,
            bare("input of 0"): 0,
            bare("input of false"): False,
            bare("empty input"): "",
        },
        "word": bare("input beyond ASCII"),
    }
    tower = f"{_padding('tower')} {code('long input', 'turret')}"
    return {
        "prompt": [
            user(code("string", "vault")),
            assistant(code("reply", "pantry")),
            user("Go on."),
            assistant(call(_OLDER_CALL, called, {"door": "shed"})),
            user(result(_OLDER_CALL, code("older result", "shed"))),
            assistant("I do."),
            *_small_talk(called, code),
            user(
                text(code("first text", "garden")),
                text(
                    f"{long_text('cellar', 13)} {code('inner text', 'crypt')} "
                    f"{long_text('vestry', 13)} {code('second text', 'cellar')}",
                    **cached("text"),
                ),
                f"{code('third text', 'stable')} Unlock the attic, the gate and the tower, too.",
            ),
            assistant(
                code("text before calls", "porch"),
                code("second text before calls", "gallery"),
                call(_FIRST_CALL, called, attic),
                call(_THIRD_CALL, called, {"door": "gate"}),
                call(_SECOND_CALL, called, {"door": tower}, **cached("tool_use")),
                code("text after calls", "terrace"),
            ),
            user(
                result(_FIRST_CALL, code("string result", "attic")),
                result(_THIRD_CALL, code("result beyond ASCII", "gate")),
                result(
                    _SECOND_CALL,
                    [
                        text(
                            f"{_padding('spire')} {code('block result', 'tower')} "
                            f"{_padding('steeple')}"
                        ),
                        text(code("second block result", "belfry")),
                    ],
                    **cached("tool_result"),
                ),
                _ALL_CODES_PROMPT,
            ),
        ],
        "system": "\n\n".join(
            (
                code("system", "harbour"),
                *([long_text("quay", _LONG)] if long_system else []),
                code("system beyond ASCII", "pier"),
            )
        ),
        "tools": [{**_unlocking(called, code, bare), **cached("tools")}],
        "max_tokens": 700,
    }


def _small_talk(called: str, code: Callable[[str, str], str]) -> list[dict[str, Any]]:
    """Many turns that say little, with three calls, two codes in the middle, and one at the end."""
    doors = {
        "toolu_loft01": f"{long_text('loft', _LONG)}\n{code('long result', 'loft')}",
        "toolu_barn01": "Open.",
        "toolu_mill01": "Open.",
    }
    nothing = [user("Go on."), assistant("I do.")] * _SMALL_TALK
    looked = [
        turn
        for id, found in doors.items()
        for turn in (
            user("Go on."),
            assistant(call(id, called, {"door": id})),
            user(result(id, found)),
            assistant("I do."),
        )
    ]
    middle = [user(code("middle turn", "meadow")), assistant(code("middle reply", "orchard"))]
    last = [*nothing[:-1], assistant(code("last reply", "cloister"))]
    return [*nothing, *middle, *looked, *last]


def _unlocking(
    name: str, code: Callable[[str, str], str], bare: Callable[[str], str]
) -> dict[str, Any]:
    """A tool with a long description, and a schema with a code in each keyword that holds text."""
    return {
        "name": name,
        "description": f"{long_text('keeper')} {code('long description', 'keeper')}",
        "input_schema": {
            "type": "object",
            "properties": {
                "door": {
                    "type": "string",
                    "description": f"{long_text('lintel', 8)} {code('property', 'door')}",
                },
                "code": {
                    "type": "string",
                    "default": bare("default"),
                    "examples": [bare("example")],
                },
                "spare": {
                    "type": "object",
                    "properties": {
                        "code": {"type": "string", "description": code("inner property", "spare")},
                        "kind": {"type": "string", "enum": ["plain", bare("inner choice")]},
                        "others": {
                            "type": "array",
                            "items": {"type": "string", "description": code("item", "list")},
                        },
                        "parts": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "label": {
                                        "type": "string",
                                        "description": code("deep property", "rack"),
                                    }
                                },
                            },
                        },
                    },
                    "additionalProperties": {
                        "type": "string",
                        "description": code("further properties", "loose"),
                    },
                },
                "hour": {
                    "title": code("title", "bell"),
                    "anyOf": [
                        {"type": "string", "description": code("first alternative", "noon")},
                        {"type": "integer"},
                        {"type": "string", "description": code("alternative", "hour")},
                    ],
                },
                "mode": {"const": bare("only value")},
                "key": {"$ref": "#/$defs/key"},
            },
            "required": ["door"],
            "$defs": {"key": {"type": "string", "description": code("reference", "key")}},
        },
    }


def breakpoint_chain() -> list[dict[str, Any]]:
    """The conversation with one to four breakpoints, then with four again, as arguments of `Ask`.

    Asked in this order, each request reads from the cache what the one before wrote. Nothing else
    about them makes a difference to what is cached: the second also has stop sequences, `STOP_CODE`
    the last; the third is cut in the middle, and the others after one token.
    """
    first, second, third, fourth = (
        conversation(breakpoints) for breakpoints in range(1, len(BREAKPOINTS) + 1)
    )
    stopped = {**second, "stop_sequences": [*_NEVER_SAID, STOP_CODE]}
    cut, shortest = {**third, "max_tokens": _CUT_AFTER}, {**fourth, "max_tokens": 1}
    return [first, stopped, cut, shortest, shortest]


def stopped_conversation() -> list[dict[str, Any]]:
    """The conversation, and again to be stopped before `STOP_CODE`, as arguments of `Ask`.

    They begin the `breakpoint_chain`, so ask them in this order.
    """
    return breakpoint_chain()[:2]


def _padding(title: str) -> str:
    """Some hundred tokens, so that one cached place more is seen in the token counts."""
    return long_text(title, 25)
