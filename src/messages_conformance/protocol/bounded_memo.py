"""Memos whose values take much memory: all together are kept up to a total weight.

A memo is a dictionary that an object keeps what it made in, and looks there first. Whoever makes a
value enters it through `BoundedMemos`, which drops the oldest values of all memos when they get too
heavy; a dropped value is made again when it is asked for. A memo belongs to its object alone: when
nobody has the object any more, its values go at once.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar, overload
from weakref import ref

T = TypeVar("T")
_MISSING: Final = object()


class Memo(dict[str, Any]):
    """What an object made so far, by name."""

    __slots__ = ("__weakref__",)


class Remembering(Protocol):
    """What has a memo, and knows how heavy the values are that it makes."""

    @property
    def memo(self) -> Memo:
        """What was made so far, by name."""

    @property
    def weight(self) -> int:
        """Bytes of memory, roughly, of a value."""


Owner = TypeVar("Owner", bound=Remembering)


class BoundedMemos:
    """Keeps the values of many memos within a total weight."""

    def __init__(self, most: int) -> None:
        """Keep values of that weight together; the newest is kept whatever its weight."""
        self._most = most
        self._held = 0
        self._kept: deque[tuple[ref[Memo], str, int]] = deque()

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
        self._kept.append((ref(memo), name, weight))
        self._held += weight
        while self._held > self._most and len(self._kept) > 1:
            oldest, name, weight = self._kept.popleft()
            self._held -= weight
            if (of_living := oldest()) is not None:
                of_living.pop(name, None)


class Remembered(Generic[Owner, T]):
    """A property that is made once, and again if it was dropped. It is looked up very often."""

    def __init__(self, memos: BoundedMemos, make: Callable[[Owner], T]) -> None:
        """Make the value by a function of the object that has it."""
        self._memos = memos
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> "Remembered[Owner, T]": ...

    @overload
    def __get__(self, owner: Owner, kind: type | None = None) -> T: ...

    def __get__(self, owner: Owner | None, kind: type | None = None) -> "T | Remembered[Owner, T]":
        """The value for an object."""
        if owner is None:
            return self
        memo = owner.memo
        if self._name in memo:
            return memo[self._name]  # type: ignore[no-any-return]
        return self._memos.get(memo, self._name, lambda: self._make(owner), lambda: owner.weight)
