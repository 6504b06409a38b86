"""How findings show the values they are about."""

import json
from collections.abc import Iterable
from typing import Any

LONGEST = 60
"""Characters of a value that a finding shows."""


def shown(value: Any) -> str:
    """A value as short JSON in backquotes; an object or an array is only named."""
    if isinstance(value, str):
        value = value[: LONGEST + 1]
    elif isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    # A lone surrogate, which half an emoji leaves behind, can only be shown escaped.
    text = json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace").decode()
    return f"`{text[:LONGEST]}…`" if len(text) > LONGEST else f"`{text}`"


def seen(holder: dict[str, Any], key: str) -> str:
    """The value under a key, or ``missing``."""
    return shown(holder[key]) if key in holder else "missing"


def one_of(values: Any) -> str:
    """A choice of values: ``a, b or c``."""
    *most, last = map(shown, values)
    return f"{', '.join(most)} or {last}" if most else last


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer to a path in a document (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def short(text: str) -> str:
    """A message from a library, cut to three times `LONGEST`."""
    return text if len(text) <= 3 * LONGEST else f"{text[: 3 * LONGEST]}…"
