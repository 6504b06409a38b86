"""A fault by its name, as a report shows it beside what looks like it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault that the reference endpoint can be given: ``serve --fault NAME``."""

    name: str
    says: str
    """What the endpoint does wrong, and where that was met."""


def merge_faults(*known: Iterable[NamedFault]) -> tuple[NamedFault, ...]:
    """The faults of several reports, sorted by name."""
    by_name = {one.name: one for some in known for one in some}
    return tuple(by_name[name] for name in sorted(by_name))
