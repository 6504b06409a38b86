"""Conversations of tool calls and results that only their ids, or only `is_error`, tell apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from messages_conformance.probing.content import assistant, call, result, text, tool, user
from messages_conformance.probing.shared_codes import ERROR_CODE
from messages_conformance.probing.shared_tools import AUTO

MANNER_WORD = "marmalade"
_MANNERS = {
    MANNER_WORD: f"Begin every answer with the word {MANNER_WORD}.",
    "tangerine": "Mention the word tangerine in every answer.",
    "gooseberry": "End every answer with the word gooseberry.",
}
MANNER_WORDS = tuple(_MANNERS)
"""What the blocks of the system prompt make every answer hold, one each, in their order."""

COUNTS = {
    ("boats", "Oslo"): "14",
    ("boats", "Cadiz"): "52",
    ("trucks", "Oslo"): "37",
    ("trucks", "Cadiz"): "81",
}
"""What the four results say, in the order that the model is asked for it."""
CALL_ORDER = (("trucks", "Oslo"), ("boats", "Cadiz"), ("boats", "Oslo"), ("trucks", "Cadiz"))
_RESULT_ORDER = (("boats", "Cadiz"), ("trucks", "Cadiz"), ("trucks", "Oslo"), ("boats", "Oslo"))
"""No result stands where its call does."""
COUNTS_BY_ORDER = [COUNTS[_RESULT_ORDER[CALL_ORDER.index(asked)]] for asked in COUNTS]
"""The answer of a model that gets the results matched to calls by their order."""


FOREIGN_IDS = {
    ("boats", "Oslo"): "call_Kq7Vw2mXz9RtB4nLcY8sD1fG",
    ("boats", "Cadiz"): "chatcmpl-tool-3f9c1d7be2a84605b7c1f0d2e6a9485c",
    ("trucks", "Oslo"): "toolu_vrtx_01Hn5pQ8rS2tU4vW6xY7zA9b",
    ("trucks", "Cadiz"): "chatcmpl-tool-3f9c1d7be2a84605b7c1f0d2e6a9485d",
}
"""Ids of calls as other endpoints make them, which an application that moves carries along.

Two are longer than the 40 characters that some vendors take, and alike up to there."""
_OWN_IDS = {asked: f"toolu_{asked[0]}{asked[1]}" for asked in COUNTS}


def four_results_with_manner(
    tool_choice: dict[str, str] = AUTO, *, left_out: str | None = None, foreign: bool = True
) -> dict[str, Any]:
    """The conversation of `four_results`, shared with other rows, as arguments of `Ask`.

    The model needs no further tool, though some are offered. The system prompt is a list of three
    blocks, each of which demands a manner of speaking that every answer shows; ``left_out`` is the
    word of `MANNER_WORDS` whose block holds other words. The ids of the calls are ``foreign``.
    """
    system = [
        text("Be careful with figures." if word == left_out else manner)
        for word, manner in _MANNERS.items()
    ]
    results = four_results(ids=FOREIGN_IDS if foreign else _OWN_IDS)
    return {**results, "system": system, "tool_choice": tool_choice}


def four_results(
    order: Sequence[tuple[str, str]] = _RESULT_ORDER,
    *,
    crossed: bool = False,
    ids: Mapping[tuple[str, str], str] = _OWN_IDS,
    more: str = "",
    beside: str = "",
) -> dict[str, Any]:
    """A conversation whose four tool results, in that order, only their ids tell apart.

    ``crossed`` gives each result the id of the one before it, and changes nothing else. ``more`` is
    said after the question, and ``beside`` in the first result.
    """
    named = [ids[asked] for asked in order]
    if crossed:
        named = [named[-1], *named[:-1]]
    questions = " ".join(f"How many {what} are in {port}?" for what, port in COUNTS)
    return {
        "prompt": [
            user("Count the boats and the trucks in Oslo and in Cadiz."),
            assistant(
                *(
                    call(ids[what, port], f"count_{what}", {"port": port})
                    for what, port in CALL_ORDER
                )
            ),
            user(
                *(
                    result(id, f"{COUNTS[asked]}{beside if asked == order[0] else ''}")
                    for id, asked in zip(named, order, strict=True)
                ),
                f"{questions} Answer with the four numbers only, in this order.{more}",
            ),
        ],
        "tools": [tool(f"count_{what}", port="string") for what in ("boats", "trucks")],
    }


_BELLS = 7
FAILED_BELLS = {"3", "6"}
"""The two bells whose calls failed; a guess picks both of seven one time in twenty-one."""


def two_failed_calls(
    *,
    is_error: bool = True,
    says: str = f"Rung by {ERROR_CODE}.",
    offered: bool = True,
    both: bool = True,
) -> dict[str, Any]:
    """A conversation that asks which calls failed, which nothing but ``is_error`` says.

    With ``both`` the others say that they did not, as many clients do. All results say the same:
    ``says``, which is asked for as well. The tool may be no longer ``offered``.
    """
    failed = {"is_error": True} if is_error else {}
    others = {"is_error": False} if is_error and both else {}
    numbers = [str(number) for number in range(1, _BELLS + 1)]
    return {
        "prompt": [
            user(f"Ring all {_BELLS} bells."),
            assistant(
                *(call(f"toolu_bell{number}", "ring", {"bell": number}) for number in numbers)
            ),
            user(
                *(
                    result(
                        f"toolu_bell{number}",
                        says,
                        **(failed if number in FAILED_BELLS else others),
                    )
                    for number in numbers
                ),
                "Which two calls failed? Answer with the numbers of their bells, then with what "
                "their results say.",
            ),
        ],
        "tools": [tool("ring", "Rings a bell.", bell="string")] if offered else None,
    }
