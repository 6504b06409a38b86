"""Conversations with a canary in every place: requests that serve many rows at once.

A model that is asked for all codes shows in one answer which places reach it. Only a place
whose code it does not tell has to be put to the test by itself. Marked further and further
down, the same conversation shows place by place what is cached. Two smaller ones hold calls and
results that are alike but for what ties them together.
"""

from collections.abc import Sequence
from typing import Any

from messages_conformance.probing.content import (
    assistant,
    call,
    long_text,
    result,
    text,
    tool,
    user,
)
from messages_conformance.probing.shared_tools import AUTO

SYSTEM = "lynx-5528"
STRING = "quokka-4711"
FIRST_TEXT, SECOND_TEXT = "walrus-0815", "heron-2210"
INPUT = "otter-6642"
RESULT_STRING, RESULT_BLOCKS = "badger-9071", "falcon-3184"
NAME = "unlock_with_marmalade"
"""What the model can only know from the place that the name says."""

MARKED = ("tools", "text", "tool_use", "tool_result")
"""The places a mark may stand, in the order of the prompt."""
BEFORE_STOP, STOP = FIRST_TEXT, SECOND_TEXT
"""Two codes that follow each other; before the latter a model that lists them all is stopped."""

_ASKED = (
    "List every code that stands anywhere above, and the names of the tools that were called. "
    "Write nothing else."
)
_FIRST, _SECOND = "toolu_first01", "toolu_second01"


def conversation(marks: int = 1) -> dict[str, Any]:
    """The fields of the request, as `Ask` takes them, with its first so many places marked.

    A mark ends a prefix that is to be cached: with ``cache_control`` on the tool, and then on
    the last text, call and result of their kind.
    """

    def mark(place: str) -> dict[str, Any]:
        marked = place in MARKED[:marks]
        return {"cache_control": {"type": "ephemeral"}} if marked else {}

    def code(place: str, value: str) -> str:
        return f"The {place} code is {value}."

    return {
        "prompt": [
            user(code("vault", STRING)),
            assistant("Noted."),
            user(
                text(code("garden", FIRST_TEXT)),
                text(f"{code('cellar', SECOND_TEXT)} {_padding('cellar')}", **mark("text")),
                "Unlock the attic and the tower, too.",
            ),
            assistant(
                call(_FIRST, NAME, {"door": "attic", "code": INPUT}),
                call(_SECOND, NAME, {"door": _padding("tower")}, **mark("tool_use")),
            ),
            user(
                result(_FIRST, code("attic", RESULT_STRING)),
                result(
                    _SECOND,
                    [text(f"{code('tower', RESULT_BLOCKS)} {_padding('spire')}")],
                    **mark("tool_result"),
                ),
                _ASKED,
            ),
        ],
        "system": code("harbour", SYSTEM),
        "tools": [{**tool(NAME, long_text("keeper"), door="string"), **mark("tools")}],
        "max_tokens": 120,
    }


def marked_further() -> list[dict[str, Any]]:
    """The fields of requests, each with a place more marked than the one before; the last twice.

    Asked in this order, each reads from a cache what the one before it had kept there. The second
    is stopped before `STOP`, which makes no difference to what is kept.
    """
    first, second, *others = (conversation(number) for number in range(1, len(MARKED) + 1))
    return [first, {**second, "stop_sequences": [STOP]}, *others, others[-1]]


def stopped() -> list[dict[str, Any]]:
    """The fields of two requests for all codes; the second is to be stopped before `STOP`.

    They are to be asked in this order, as those that are `marked_further` are.
    """
    return marked_further()[:2]


def _padding(title: str) -> str:
    """Some hundred tokens, so that a place more in a cache shows in its figures."""
    return long_text(title, 25)


MANNER = "Begin every answer with the word marmalade."
MANNERED = "marmalade"
COUNTS = {
    ("boats", "Oslo"): "14",
    ("boats", "Cadiz"): "52",
    ("trucks", "Oslo"): "37",
    ("trucks", "Cadiz"): "81",
}
"""What was counted, in the order it is asked for."""
CALLED = (("trucks", "Oslo"), ("boats", "Cadiz"), ("boats", "Oslo"), ("trucks", "Cadiz"))
_ANSWERED = (("boats", "Cadiz"), ("trucks", "Cadiz"), ("trucks", "Oslo"), ("boats", "Oslo"))
"""The order of the results; none stands where its call does."""
BY_ORDER = [COUNTS[_ANSWERED[CALLED.index(asked)]] for asked in COUNTS]
"""The answer where results are matched to calls by their order."""


def harbours(choice: dict[str, str] = AUTO) -> dict[str, Any]:
    """The fields of a request that asks for four results, which only their ids tell apart.

    No tool is needed any more, though some are offered, and ``choice`` says how. The system
    prompt is a list of blocks, and asks for a manner that every answer shows.
    """
    return {**counted(), "system": [text(MANNER)], "tool_choice": choice}


def counted(order: Sequence[tuple[str, str]] = _ANSWERED) -> dict[str, Any]:
    """The same without anything that it shares with other rows; results come in that order."""
    asked = " ".join(f"How many {what} are in {port}?" for what, port in COUNTS)
    return {
        "prompt": [
            user("Count the boats and the trucks in Oslo and in Cadiz."),
            assistant(
                *(
                    call(f"toolu_{what}{port}", f"count_{what}", {"port": port})
                    for what, port in CALLED
                )
            ),
            user(
                *(result(f"toolu_{what}{port}", COUNTS[what, port]) for what, port in order),
                f"{asked} Answer with the four numbers only, in this order.",
            ),
        ],
        "tools": [tool(f"count_{what}", port="string") for what in ("boats", "trucks")],
    }


BELLS = 7
FAILED = {"3", "6"}
"""The two bells whose calls failed; of seven, two are guessed one time in twenty-one."""


def bells(*, marked: bool = True) -> dict[str, Any]:
    """The fields of a request that asks which calls failed, which only ``is_error`` tells."""
    failed = {"is_error": True} if marked else {}
    numbers = [str(number) for number in range(1, BELLS + 1)]
    return {
        "prompt": [
            user(f"Ring all {BELLS} bells."),
            assistant(
                *(call(f"toolu_bell{number}", "ring", {"bell": number}) for number in numbers)
            ),
            user(
                *(
                    result(f"toolu_bell{number}", "Done.", **(failed if number in FAILED else {}))
                    for number in numbers
                ),
                "Which two calls failed? Answer with the numbers of their bells only.",
            ),
        ],
        "tools": [tool("ring", "Rings a bell.", bell="string")],
    }
