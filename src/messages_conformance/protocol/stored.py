"""Fields whose value may lie elsewhere, for example on the disk, and is read each time it is used.

A long run holds thousands of exchanges; the long ones of them are put on the disk
(`cassettes.spool`). Whoever reads ``exchange.body`` need not know where it lies.
"""

from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Stored(Protocol[T_co]):
    """A value that lies elsewhere."""

    def read(self) -> T_co:
        """Read the value."""


class StoredField(Generic[T]):
    """A field of a frozen dataclass that holds a value, or a `Stored` one that is read on access.

    It is a descriptor-typed field, see the documentation of `dataclasses`: the dataclass assigns
    what it was given through ``__set__``, and reads the default through ``__get__`` of the class.
    """

    def __init__(self, default: T) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> T: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> T:
        if instance is None:
            return self._default
        given: T | Stored[T] = vars(instance)[self._name]
        return given.read() if hasattr(given, "read") else given

    def __set__(self, instance: object, given: "T | Stored[T]") -> None:
        vars(instance)[self._name] = given


def as_given(instance: object, *names: str) -> dict[str, Any]:
    """Stored fields as they were given: what lies elsewhere is not read."""
    return {name: vars(instance)[name] for name in names}
