"""How findings speak of what they saw."""

import json
from collections.abc import Iterable
from typing import Any

LONGEST = 60
"""Characters of a value that a finding shows."""


def shown(value: Any) -> str:
    """A value as short JSON between backquotes, whatever is in it."""
    if isinstance(value, str):
        value = value[: LONGEST + 1]
    elif isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    # A lone surrogate, as half an emoji leaves one behind, can be shown only escaped.
    text = json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace").decode()
    return f"`{text[:LONGEST]}…`" if len(text) > LONGEST else f"`{text}`"


def seen(holder: dict[str, Any], key: str) -> str:
    """What stands under a key, or that nothing does."""
    return shown(holder[key]) if key in holder else "missing"


def one_of(values: Any) -> str:
    """A few values to choose from, in a sentence."""
    *most, last = map(shown, values)
    return f"{', '.join(most)} or {last}" if most else last


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a way into a document (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def short(text: str) -> str:
    """A sentence of someone else's, no longer than a finding may be."""
    return text if len(text) <= 3 * LONGEST else f"{text[: 3 * LONGEST]}…"
