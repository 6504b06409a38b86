"""Videos in messages, which the original API does not have and newer pages of vendors do."""

from messages_conformance.probing import (
    Ask,
    Exchange,
    ProbeRun,
    coloured_avi,
    prove_by_effect,
    row,
    user,
)

COLOURS = ("green", "yellow", "blue", "red")
QUESTION = "Name the four colours that the video shows, one after another."


@row("content/video")
def video_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model sees a video: here four colours, a second each, which only the video shows.

    To fix: pass videos to a model that sees, or refuse them with 400.

    Instead: send single frames as images, in their order.
    """
    video = {
        "type": "video",
        "source": {"type": "base64", "media_type": "video/avi", "data": coloured_avi(COLOURS)},
    }

    def names_colours(exchange: Exchange) -> bool:
        found = [exchange.text.lower().find(colour) for colour in COLOURS]
        return -1 not in found and found == sorted(found)

    return prove_by_effect(
        ask,
        names_colours,
        ask([user(video, QUESTION)]),
        control=ask.control(QUESTION),
        shows="the model named the colours in the order of the video",
        lost="the video was accepted and did not reach the model",
    )
