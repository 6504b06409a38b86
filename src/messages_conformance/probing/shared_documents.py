"""Three documents with a code in each part: title, context, text, blocks of content, and a PDF."""

from typing import Any

from messages_conformance.probing.content import text, text_pdf, user
from messages_conformance.probing.shared_codes import FIRST_TEXT_CODE, STRING_CODE

IN_DOCUMENTS = {
    "the title of a document": "stoat-3918",
    "the context of a document": "puffin-2460",
    "the text of a document": STRING_CODE,
    "the page of a PDF": "sable-5093",
    "the first block of a document": "magpie-7153",
    "the second block of a document": FIRST_TEXT_CODE,
}
"""What only one part of three documents holds."""


def documents(*, left_out: str | None = None) -> dict[str, Any]:
    """A text, a PDF and a document of blocks, as arguments of `Ask`; without one part."""
    title, context, data, page, *blocks = (
        "Nothing here." if part == left_out else f"Its code is {code}."
        for part, code in IN_DOCUMENTS.items()
    )
    first = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": data},
        "title": title,
        "context": context,
    }
    pdf = {"type": "base64", "media_type": "application/pdf", "data": text_pdf(page)}
    second = {"type": "document", "source": pdf}
    third = {
        "type": "document",
        "source": {"type": "content", "content": [text(block) for block in blocks]},
    }
    question = "List every code of these documents, also those of titles and contexts."
    asked = user(first, second, third, f"{question} Write nothing else.")
    return {"prompt": [asked], "max_tokens": 120}
