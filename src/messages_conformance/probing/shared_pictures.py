"""Pictures of coloured bands, a question that only they answer, and which of them are lost."""

import re
from typing import Any

from messages_conformance.probing.assertions import EFFECT_TEST
from messages_conformance.probing.attribution import attribute
from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.content import (
    assistant,
    banded_gif,
    banded_png,
    call,
    result,
    text,
    tool,
    user,
)
from messages_conformance.probing.probe import Ask, ProbeRun
from messages_conformance.probing.shared_losses import also_in_company
from messages_conformance.probing.token_costs import costs_no_token
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

COLOURS = ("blue", "red", "yellow", "green")
COLOURS_QUESTION = "Name the four colours of the bands in the picture, from top to bottom."
PICTURES_QUESTION = (
    "Name the four colours of the bands in the two pictures, from top to bottom of the first, then "
    "of the second."
)


THREE_QUESTION = (
    "Name the two colours of each of the three images, from top to bottom, in their order."
)


def _picture(kind: str, data: str) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}


PICTURE = _picture("image/png", banded_png(COLOURS))
UPPER = _picture("image/png", banded_png(COLOURS[:2]))
LOWER = _picture("image/gif", banded_gif(COLOURS[2:]))
"""The bands of the picture in two, of which the second is a GIF."""
MIDDLE = _picture("image/png", banded_png(COLOURS[1:3]))
"""A picture that begins with the colour that the upper one ends with."""


def names_colours(exchange: Exchange) -> bool:
    """Whether an answer names the colours of the bands in their order."""
    found = [exchange.text.lower().find(colour) for colour in COLOURS]
    return -1 not in found and found == sorted(found)


def names_all_three(exchange: Exchange) -> bool:
    """Whether an answer names the colours of the upper, the middle and the lower picture."""
    named = re.findall("|".join(COLOURS), exchange.text.lower())
    return named == [*COLOURS[:2], *COLOURS[1:3], *COLOURS[2:]]


PICTURES_WORD = "gooseberry"
"""What every answer to `two_pictures` ends with, as its system prompt demands."""


def two_pictures(
    question: str = PICTURES_QUESTION,
    *,
    demand: bool = True,
    gif: bool = True,
    left_out: int | None = None,
) -> dict[str, Any]:
    """What two pictures show, with text before, between and after them, as arguments of `Ask`.

    It is asked as agents ask: with a system prompt and a tool, streamed. Without a ``demand`` the
    system prompt says other words. The second is a ``gif``, or a PNG. ``left_out`` is the number of
    a picture that is not sent, 1 or 2.
    """
    second = LOWER if gif else _picture("image/png", banded_png(COLOURS[2:]))
    ending = f"End every answer with the word {PICTURES_WORD}."
    first = () if left_out == 1 else (UPPER,)
    last = () if left_out == 2 else (second,)
    return {
        "prompt": [user("Look at this,", *first, "and at this.", *last, question)],
        "system": ending if demand else "You look at pictures.",
        "tools": [tool("pay_invoice", "Pays an invoice. Never call it unasked.", number="string")],
        "stream": True,
    }


def also_with_system(ask: Ask, behaviour: Behaviour, both: Exchange) -> ProbeRun:
    """What works, or `partial` where the system prompt is lost beside pictures alone."""
    tested = two_pictures()
    company = yield from also_in_company(
        behaviour,
        both,
        ask.shared(**tested),
        without=ask.shared(**two_pictures(demand=False)),
        is_shown=lambda answer: PICTURES_WORD in answer.text.lower(),
        plays_along=names_colours,
        company_is="beside pictures",
        what="the system prompt",
    )
    if company is behaviour:
        return behaviour
    alone: Exchange = yield ask.control("What is the largest planet?", system=tested["system"])
    return company if PICTURES_WORD in alone.text.lower() else behaviour


def one_picture_is_lost(ask: Ask, behaviour: Behaviour, both: Exchange) -> ProbeRun:
    """One picture is seen, and of two one is lost: without it the request costs as many tokens."""
    again = yield [ask.shared(**two_pictures())] * (EFFECT_TEST.most - 1)
    answers = [both, *again]
    if any(not one.answered or names_colours(one) for one in answers):
        return behaviour
    one_each = yield [ask.shared(**two_pictures(left_out=number)) for number in (2, 1)]
    # Where the first is kept, its tokens are those of it alone.
    lost = ("the second, a GIF", "the first")
    for name, alone in zip(lost, one_each, strict=True):
        if alone.answered and {one.prompt_tokens for one in answers} == {alone.prompt_tokens}:
            summary = (
                f"{behaviour.summary}; but of two pictures one is lost: {name}, costs no token"
            )
            return partial(summary, *answers, alone)
    return (yield from _gif_is_lost(ask, behaviour, both))


def _gif_is_lost(ask: Ask, behaviour: Behaviour, both: Exchange) -> ProbeRun:
    """What works, or `partial` where a GIF is never seen, and the same bands as a PNG are."""
    attribution = yield from attribute(
        lambda answer: answer.answered and not names_colours(answer),
        both,
        ask.shared(**two_pictures()),
        ask.shared(**two_pictures(gif=False)),
    )
    if not attribution.to_endpoint or not all(one.answered for one in attribution.without):
        return behaviour
    summary = f"{behaviour.summary}; but a GIF is never seen, the same as a PNG is"
    return partial(summary, *attribution.exchanges)


def also_with_picture(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """Pictures in a tool result are seen by a model that sees pictures: so agents read files.

    So is a picture of an earlier turn, though nothing else stands in that turn.
    """
    if behaviour.kind is not Kind.WORKS or not ask.model.sees:
        return behaviour
    seen: Exchange = yield ask.shared(**two_pictures())
    if not names_colours(seen):
        return behaviour

    def history(earlier: dict[str, Any] | None, *found: dict[str, Any]) -> list[Any]:
        return [
            user(earlier or "This is my picture."),
            assistant("I see it."),
            user("Now read the file bands.png."),
            assistant(call("toolu_read01", "read_file", {"path": "bands.png"})),
            user(result("toolu_read01", [text("Here it is."), *found])),
            assistant("I have read it."),
            user(THREE_QUESTION),
        ]

    tools = [tool("read_file", "Reads a file.", path="string")]
    tested = ask(history(UPPER, MIDDLE, LOWER), tools=tools)
    answers: list[Exchange] = []
    while len(answers) < EFFECT_TEST.most:
        answers.append((yield tested))
        if names_all_three(answers[-1]):
            return behaviour
    for left, lost in (
        (history(UPPER), "a picture in a result"),
        (history(UPPER, MIDDLE), "one of two pictures in a result"),
        (history(None, MIDDLE, LOWER), "a picture of an earlier turn"),
    ):
        shorter = ask.control(left, tools=tools)
        without: Exchange = yield shorter
        if without.answered and (yield from costs_no_token(answers[0], without, shorter)):
            summary = f"{behaviour.summary}; but {lost} does not reach the model"
            return partial(summary, *answers, without, seen)
    return behaviour
