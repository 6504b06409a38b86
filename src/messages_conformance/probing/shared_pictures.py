"""Pictures of coloured bands, and a question that only they answer."""

from typing import Any

from messages_conformance.probing.content import banded_gif, banded_png, user
from messages_conformance.protocol.exchange import Exchange

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
