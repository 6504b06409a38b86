"""Documents and search results with a code in each part, some of them in results of tools."""

from typing import Any

from messages_conformance.probing.content import (
    assistant,
    call,
    long_text,
    result,
    text,
    text_pdf,
    tool,
    user,
)
from messages_conformance.probing.shared_codes import FIRST_TEXT_CODE, STRING_CODE

_LONG = long_text("reading", 24)
IN_DOCUMENTS = {
    "the title of a document": "stoat-3918",
    "the context of a document": "puffin-2460",
    "the text of a document": STRING_CODE,
    "the page of a PDF": "sable-5093",
    "the first block of a document": "magpie-7153",
    "the second block of a document": FIRST_TEXT_CODE,
    "a document in a tool result": "teal-2875",
}
"""What only one part of four documents holds."""


def documents(*, left_out: str | None = None) -> dict[str, Any]:
    """A text, a PDF, a document of blocks and one in a tool result, as arguments of `Ask`.

    It is asked as agents ask: with a system prompt, streamed. The code of the text stands at its
    end, after some 1,500 characters. ``left_out`` is the part that says other words instead.
    """
    title, context, data, page, *blocks, found_in_file = (
        "Nothing here." if part == left_out else f"Its code is {code}."
        for part, code in IN_DOCUMENTS.items()
    )
    first = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": f"{_LONG}\n{data}"},
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
    read = call("toolu_manual01", "read_file", {"path": "manual.txt"})
    source = {"type": "text", "media_type": "text/plain", "data": found_in_file}
    found = result("toolu_manual01", [{"type": "document", "source": source}])
    asked = user(found, first, second, third, f"{question} Write nothing else.")
    return {
        "prompt": [user("Read the file manual.txt."), assistant(read), asked],
        "system": "You read files.",
        "tools": [tool("read_file", "Reads a file.", path="string")],
        "max_tokens": 120,
        "stream": True,
    }


IN_SEARCH_RESULTS = {
    "the title of a search result": "bittern-6120",
    "the source of a search result": "ermine-4407",
    "the text of a search result": STRING_CODE,
    "the second text of a search result": "plover-9316",
    "the text of a search result in a tool result": FIRST_TEXT_CODE,
}
"""What only one part of two search results holds."""


def search_result(title: str, *texts: str, source: str = "vault") -> dict[str, Any]:
    """A search result of these texts; ``source`` ends its address."""
    return {
        "type": "search_result",
        "source": f"https://example.com/{source}",
        "title": title,
        "content": [text(words) for words in texts],
    }


def search_results(*, left_out: str | None = None) -> dict[str, Any]:
    """A search result in a turn, and one in the result of a tool, as arguments of `Ask`.

    It is asked as agents ask: with a system prompt, streamed. The code of the first text stands at
    its end, after some 1,500 characters.
    """
    title, source, first, second, inner = (
        "nothing" if part == left_out else code for part, code in IN_SEARCH_RESULTS.items()
    )
    search = call("toolu_search01", "search", {"what": "garden"})
    garden = search_result("Garden", f"The garden code is {inner}.", source="garden")
    vault = search_result(
        f"Vault {title}",
        f"{_LONG}\nThe vault code is {first}.",
        f"The cellar code is {second}.",
        source=f"vault/{source}",
    )
    question = "List every code of these results, also those of titles and sources."
    found = user(result("toolu_search01", [garden]), vault, f"{question} Write nothing else.")
    return {
        "prompt": [user("Search for the garden."), assistant(search), found],
        "system": "You search.",
        "tools": [tool("search", "Searches.", what="string")],
        "max_tokens": 120,
        "stream": True,
    }
