"""Pictures of coloured bands, a question that only they answer, and which of them are lost."""

from typing import Any

from messages_conformance.probing.assertions import EFFECT_TEST
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
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

COLOURS = ("blue", "red", "yellow", "green")
COLOURS_QUESTION = "Name the four colours of the bands in the picture, from top to bottom."
PICTURES_QUESTION = (
    "Name the four colours of the bands in the two pictures, from top to bottom of the first, then "
    "of the second."
)


def _picture(kind: str, data: str) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}


PICTURE = _picture("image/png", banded_png(COLOURS))
UPPER = _picture("image/png", banded_png(COLOURS[:2]))
LOWER = _picture("image/gif", banded_gif(COLOURS[2:]))
"""The bands of the picture in two, of which the second is a GIF."""


def names_colours(exchange: Exchange) -> bool:
    """Whether an answer names the colours of the bands in their order."""
    found = [exchange.text.lower().find(colour) for colour in COLOURS]
    return -1 not in found and found == sorted(found)


def two_pictures(question: str = PICTURES_QUESTION) -> dict[str, Any]:
    """What two pictures show, with text before, between and after them, as arguments of `Ask`."""
    return {
        "prompt": [user("Look at this,", UPPER, "and at this.", LOWER, question)],
        "system": "You look at pictures.",
    }


def one_picture_is_lost(ask: Ask, behaviour: Behaviour, both: Exchange) -> ProbeRun:
    """One picture is seen, and of two one is lost: without it the request costs as many tokens."""
    again = yield [ask.shared(**two_pictures())] * (EFFECT_TEST.most - 1)
    answers = [both, *again]
    if any(not one.answered or names_colours(one) for one in answers):
        return behaviour
    one_each = yield [
        ask.shared([user(*blocks)], system=two_pictures()["system"])
        for blocks in (
            ("Look at this,", UPPER, "and at this.", PICTURES_QUESTION),
            ("Look at this,", "and at this.", LOWER, PICTURES_QUESTION),
        )
    ]
    # Where the first is kept, its tokens are those of it alone.
    lost = ("the second, a GIF", "the first")
    for name, alone in zip(lost, one_each, strict=True):
        if alone.answered and {one.prompt_tokens for one in answers} == {alone.prompt_tokens}:
            summary = (
                f"{behaviour.summary}; but of two pictures one is lost: {name}, costs no token"
            )
            return partial(summary, *answers, alone)
    return behaviour


def also_with_picture(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """A picture in a tool result is seen by a model that sees pictures: so agents read files."""
    if behaviour.kind is not Kind.WORKS or not ask.model.sees:
        return behaviour
    seen: Exchange = yield ask.shared(**two_pictures())
    if not names_colours(seen):
        return behaviour

    def history(*blocks: dict[str, Any]) -> list[Any]:
        return [
            user("Read the file bands.png."),
            assistant(call("toolu_read01", "read_file", {"path": "bands.png"})),
            user(result("toolu_read01", [text("Here it is."), *blocks]), PICTURES_QUESTION),
        ]

    tools = [tool("read_file", "Reads a file.", path="string")]
    tested = ask(history(UPPER, LOWER), tools=tools)
    answers: list[Exchange] = []
    while len(answers) < EFFECT_TEST.most:
        answers.append((yield tested))
        if names_colours(answers[-1]):
            return behaviour
    for left, lost in (((), "a picture"), ((UPPER,), "one of two pictures")):
        without: Exchange = yield ask.control(history(*left), tools=tools)
        if answers[0].prompt_tokens <= without.prompt_tokens:
            summary = f"{behaviour.summary}; but {lost} in a result does not reach the model"
            return partial(summary, *answers, without, seen)
    return behaviour
