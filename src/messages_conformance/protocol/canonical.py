"""JSON as bytes that are equal where its values are, and their digest.

A request of 33 MB is asked of every model, so long texts in it are hashed once.
"""

import hashlib
import json
import re
import secrets
from functools import lru_cache
from typing import Any, Final

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:
    """Serialise JSON so that equal values give equal bytes: sorted keys, no spaces, UTF-8.

    A lone surrogate, which UTF-8 does not have, is escaped.
    """
    text = _CANONICAL.encode(value)
    # Within JSON a surrogate stands in a string only, where an escape means the same.
    return text.encode(errors="backslashreplace")


_LONG: Final = 1024 * 1024
"""Characters of a text that is hashed apart from the JSON around it."""
_MARK: Final = secrets.token_hex(16)
_PLACE: Final = re.compile(rb'"%s-([0-9]+)"' % _MARK.encode())
"""Where a long text was; nobody outside of this process knows how it looks."""


def _holds_long(value: Any) -> bool:
    """Whether there is a long text in it: hardly ever, so this is what takes time."""
    parts = [value]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            if len(part) > _LONG:
                return True
        elif isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return False


def _without_long(value: Any, long: list[str]) -> Any:
    """The value with a mark in place of each long text, which is added to the list."""
    if isinstance(value, dict):
        return {name: _without_long(each, long) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_long(each, long) for each in value]
    if isinstance(value, str) and len(value) > _LONG:
        long.append(value)
        return f"{_MARK}-{len(long) - 1}"
    return value


@lru_cache(maxsize=2)
def _hashed(before: bytes, text: str) -> "hashlib._Hash":
    """The state of the hash after a long text; to be copied, not changed."""
    state = hashlib.sha256(before)
    _hash_text(state, text)
    return state


def _hash_text(state: "hashlib._Hash", text: str) -> None:
    """Hash a long text as canonical JSON, a slice at a time, so that it is not copied whole."""
    state.update(b'"')
    for start in range(0, len(text), _LONG):
        # JSON escapes each character by itself, so slices give the same bytes.
        state.update(canonical(text[start : start + _LONG])[1:-1])
    state.update(b'"')


def canonical_digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal.

    A request of 33 MB is asked of every model, so what precedes and is its long text is hashed
    once.
    """
    if not _holds_long(value):
        return hashlib.sha256(canonical(value)).hexdigest()
    long: list[str] = []
    try:
        outline = canonical(_without_long(value, long))
    except RecursionError:  # nested deeper than is walked here, but perhaps not too deep for JSON
        return hashlib.sha256(canonical(value)).hexdigest()
    first, *others = _PLACE.split(outline)
    # Canonical JSON sorts its keys, so the texts are told apart by their numbers.
    hashed = _hashed(first, long[int(others[0])]).copy()
    for at in range(1, len(others) - 1, 2):
        hashed.update(others[at])
        _hash_text(hashed, long[int(others[at + 1])])
    hashed.update(others[-1])
    return hashed.hexdigest()
