"""An error without the documented envelope, in a few words: what it says, then what it is."""

import json
import re
from typing import Any, Final

from messages_conformance.rules.error_shape import Shape, classify, message_of

_WORDS: Final = {
    Shape.OPENAI: "OpenAI's error object",
    Shape.FLAT: "a flat object",
    Shape.ENVELOPE: "an error whose type or message is no string",
}
"""Shapes that take other words here than in a finding."""
_MEANINGS: Final = (
    # llama.cpp parses what the model writes, and calls its parsers by names such as "peg-native".
    (
        re.compile(r"model produced output that does not match the expected"),
        "the server cannot read what its own model wrote",
    ),
)
"""What messages mean that only the authors of a server understand."""
_DEEPEST: Final = 5
"""Gateways behind each other that pass an error on."""
_LONGEST: Final = 4096
"""Bytes of a page or a text that are read."""
_QUOTED: Final = (Shape.TEXT, Shape.HTML, Shape.OTHER, Shape.BROKEN_OFF, Shape.DAMAGED)
"""Shapes that are quoted where they have no message."""


def describe_foreign(status: int, body: bytes) -> tuple[str, str]:
    """Say what an error without the documented envelope says, and in which form it came.

    The first is empty where it says nothing. The message of a server behind is taken out of the
    text in which a gateway passes it on.
    """
    shape, document = classify(body)
    said = _innermost(message_of(document)) if document is not None else ""
    if not said and shape in _QUOTED:
        said = body[:_LONGEST].decode(errors="replace")
        if shape is Shape.HTML:
            said = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", said, flags=re.DOTALL).strip()
    meant = next((words for pattern, words in _MEANINGS if pattern.search(said)), "")
    if meant and status >= 500:
        said = f"{meant}: {said}"
    return said, _WORDS.get(shape, shape.value)


def is_about_the_answer(status: int | None, body: bytes) -> bool:
    """Whether a server failed at what its own model wrote, so that nothing that was sent is the
    reason."""
    return (status or 0) >= 500 and any(
        pattern.search(body[:_LONGEST].decode(errors="replace")) for pattern, _ in _MEANINGS
    )


def _innermost(message: str) -> str:
    """The message of the error that stands as JSON at the end of another's; else the message."""
    for _ in range(_DEEPEST):
        at = message.find("{")
        inner = message_of(_json(message[at:])) if at >= 0 else ""
        if not inner:
            break
        message = inner
    return message


def _json(text: str) -> Any:
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
