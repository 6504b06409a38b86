"""Two documents with a code in each part: title, context, text, and blocks of content."""

from typing import Any

from messages_conformance.probing.content import text, user
from messages_conformance.probing.shared_codes import FIRST_TEXT_CODE, STRING_CODE

IN_DOCUMENTS = {
    "the title": "stoat-3918",
    "the context": "puffin-2460",
    "the text": STRING_CODE,
    "the first block of content": "magpie-7153",
    "the second block of content": FIRST_TEXT_CODE,
}
"""What only one part of two documents holds."""


def documents(*, left_out: str | None = None) -> dict[str, Any]:
    """Two documents, one a text and one of blocks, as arguments of `Ask`; without one part."""
    title, context, data, *blocks = (
        "Nothing here." if part == left_out else f"Its code is {code}."
        for part, code in IN_DOCUMENTS.items()
    )
    first = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": data},
        "title": title,
        "context": context,
    }
    second = {
        "type": "document",
        "source": {"type": "content", "content": [text(block) for block in blocks]},
    }
    question = "List every code of these documents, also those of titles and contexts."
    return {"prompt": [user(first, second, f"{question} Write nothing else.")], "max_tokens": 100}
