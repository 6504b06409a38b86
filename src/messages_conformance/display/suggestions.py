"""What somebody may have meant who typed a name that is not known."""

import difflib
from collections.abc import Iterable

_AT_MOST = 3
_SHORTEST_PART = 3
"""Fewer characters are part of too many names to mean one of them."""


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names most like a name or a pattern of names, the likeliest first."""
    meant = name.lower().strip("*?")
    lowered = {one.lower(): one for one in dict.fromkeys(known)}
    alike = difflib.get_close_matches(meant, lowered, n=_AT_MOST)
    if not alike and len(meant) >= _SHORTEST_PART:
        alike = [one for one in lowered if meant in one][:_AT_MOST]
    return tuple(lowered[one] for one in alike)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a complaint: ``; did you mean 'a' or 'b'?``, or what to do where nothing is near.

    ``otherwise`` follows a semicolon, too; where it is empty nothing is added.
    """
    if found := near(name, known):
        return f"; did you mean {' or '.join(map(repr, found))}?"
    return f"; {otherwise}" if otherwise else ""
