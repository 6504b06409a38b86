"""A property that is made once, like `functools.cached_property` but without its lock.

The lock takes longer than most of what is kept here. Where two threads ask at once, both make the
value.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as kept
else:

    class kept:  # noqa: N801 (it is used as a decorator)
        """Keeps what a method makes in the object's ``__dict__``, where it is found first."""

        def __init__(self, make: Callable[[Any], Any]) -> None:
            """Make the value by that method."""
            self._make = make
            self.__doc__ = make.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, owner: Any, kind: type | None = None) -> Any:
            """The value for an object."""
            if owner is None:
                return self
            value = owner.__dict__[self._name] = self._make(owner)
            return value


__all__ = ["kept"]
