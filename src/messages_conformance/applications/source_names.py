"""Names of a file of source, and the literals that they stand for.

A literal may name others, which name others: a few lines can stand for a list without end. So a
file gets a number of values that its names may stand for altogether.
"""

from typing import Any, Final

from messages_conformance.applications.marks import UNREAD

LONGEST_PATH: Final = 100
"""Steps of an access like ``message.content[0].text``; nobody writes more."""
_MOST: Final = 100_000
"""Values that the names of a file stand for, counted each time that one is used."""


class Names:
    """What names stand for: a literal where one is assigned once, else `UNREAD`."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[Any, int]] = {}
        self._left = _MOST

    def assign(self, name: str, value: Any) -> None:
        """Note what is assigned to a name."""
        unknown = UNREAD, 1
        self._values[name] = unknown if name in self._values else (value, _size(value))

    def get(self, name: str) -> Any:
        """What a name stands for."""
        value, size = self._values.get(name, (UNREAD, 1))
        self._left -= size
        return value if self._left >= 0 else UNREAD


def _size(value: Any) -> int:
    """How many values a value holds; the count stops where that is too many."""
    count, waiting = 0, [value]
    while waiting and count < _MOST:
        one = waiting.pop()
        count += 1
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return count
