"""Suggestions for a name that is not known: the known names that are most like it."""

import difflib
from collections.abc import Iterable

_AT_MOST = 3
_SHORTEST_PART = 3
"""Fewer characters are part of too many names."""


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that are most like a name or a pattern, the most similar first."""
    meant = name.lower().strip("*?")
    lowered = {one.lower(): one for one in dict.fromkeys(known)}
    begun = [one for one in lowered if len(meant) >= _SHORTEST_PART and one.startswith(meant)]
    alike = [*begun, *difflib.get_close_matches(meant, lowered, n=_AT_MOST)]
    if not alike and len(meant) >= _SHORTEST_PART:
        alike = [one for one in lowered if meant in one]
    return tuple(lowered[one] for one in dict.fromkeys(alike))[:_AT_MOST]


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of an error message: ``; did you mean 'a' or 'b'?``.

    Where no name is similar, it is ``otherwise`` after a semicolon, or empty.
    """
    if found := near(name, known):
        return f"; did you mean {' or '.join(map(repr, found))}?"
    return f"; {otherwise}" if otherwise else ""
