"""Memos whose values take much memory: all together are kept up to a total weight.

A memo is a dictionary that an object keeps what it made in, and looks there first. Whoever makes a
value enters it through `BoundedMemos`, which drops the oldest values of all memos when they get too
heavy; a dropped value is made again when it is asked for.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T")
Memo = dict[str, Any]
_MISSING: Final = object()


class BoundedMemos:
    """Keeps the values of many memos within a total weight."""

    def __init__(self, most: int) -> None:
        """Keep values of that weight together; the newest is kept whatever its weight."""
        self._most = most
        self._held = 0
        self._kept: deque[tuple[Memo, str, int]] = deque()

    def get(self, memo: Memo, name: str, make: Callable[[], T], weigh: Callable[[], int]) -> T:
        """The value of that name in a memo; it is made if it is not there.

        An empty value has no weight and is not dropped.
        """
        value: Any = memo.get(name, _MISSING)
        if value is _MISSING:
            value = memo[name] = make()
            if value:
                self._keep(memo, name, weigh())
        return value  # type: ignore[no-any-return]

    def _keep(self, memo: Memo, name: str, weight: int) -> None:
        self._kept.append((memo, name, weight))
        self._held += weight
        while self._held > self._most and len(self._kept) > 1:
            oldest, name, weight = self._kept.popleft()
            self._held -= weight
            oldest.pop(name, None)
