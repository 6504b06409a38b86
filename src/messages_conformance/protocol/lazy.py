"""What an immutable value need not hold in memory: it is read, or made out, again when asked for.

A `Recalled` field is given as its value or as what it can be read from each time; a
`remembered` property is made out once, and forgotten when many others have been since. Neither
shows, but in the memory that is held and in the time it takes.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, Self, TypeVar, overload
from weakref import ref

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

REMEMBERED: Final = 32 * 1024 * 1024
"""Bytes, roughly, of all that is remembered together."""


class Source(Protocol[T_co]):
    """What a value is read from, each time anew."""

    def read(self) -> T_co:
        """Read the value."""


class Recalled(Generic[T]):
    """A field of a frozen dataclass that is given as its value, or as a `Source` of it."""

    def __init__(self, default: T) -> None:
        """Stand in for a field with that default."""
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> T: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> T:
        if instance is None:  # which is how a dataclass looks for the default
            return self._default
        given: T | Source[T] = vars(instance)[self._name]
        return given.read() if hasattr(given, "read") else given

    def __set__(self, instance: object, given: "T | Source[T]") -> None:
        vars(instance)[self._name] = given


class Weighty(Protocol):
    """What can tell how much is made out of it."""

    @property
    def weight(self) -> int:
        """Bytes, roughly, that are held of it when it has been made out."""


class remembered(Generic[T]):  # noqa: N801 (it is used as `functools.cached_property` is)
    """A property that is made out once, and anew after it was forgotten."""

    def __init__(self, make_out: Callable[[Any], T]) -> None:
        """Wrap a function of a `Weighty` value."""
        self._make_out = make_out
        self.__doc__ = make_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Weighty, owner: type) -> T: ...
    def __get__(self, instance: Weighty | None, owner: type) -> "Self | T":
        if instance is None:
            return self
        # Having no `__set__`, this is asked only while the value has nothing under the name.
        made = vars(instance)[self._name] = self._make_out(instance)
        if made:  # What is nothing takes no memory, and need not be forgotten.
            _memory.take(instance, self._name)
        return made


class _Memory:
    """What was made out last, of whichever values."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._last: deque[tuple[ref[Weighty], str, int]] = deque()

    def take(self, value: Weighty, name: str) -> None:
        """Note something that was made out just now, and forget the oldest where it is too much."""
        weight = value.weight
        self._held += weight
        self._last.append((ref(value), name, weight))
        while self._held > self._most and len(self._last) > 1:
            reference, name, weight = self._last.popleft()
            self._held -= weight
            if (forgotten := reference()) is not None:
                vars(forgotten).pop(name, None)


_memory = _Memory(REMEMBERED)
