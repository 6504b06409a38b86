"""Covering arrays: few companies that hold every pair, or every triple, of values."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from covertable import make, sorters

from messages_conformance.probing.company.model import EXCLUDED, FACTORS, PLAIN, Company


def companies(values: Mapping[str, tuple[str, ...]], strength: int) -> tuple[Company, ...]:
    """Companies that hold every legal combination of ``strength`` values, of those given.

    A factor that is not given stays plain.
    """
    return _made(tuple(values.items()), strength)


@lru_cache(64)
def _made(values: tuple[tuple[str, tuple[str, ...]], ...], strength: int) -> tuple[Company, ...]:
    given = {name: list(chosen) for name, chosen in values if len(chosen) > 1}
    if len(given) <= strength:
        return ()
    rows = make(
        given,
        strength=strength,
        sorter=sorters.hash,
        constraints=_constraints(given),
    )
    return tuple({**PLAIN, **dict(row)} for row in rows)


def _constraints(given: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """What is excluded, as conditions that every company keeps."""
    found: list[dict[str, Any]] = []
    for pair in EXCLUDED:
        # A factor that is left out has its plain value.
        if any(name not in given and value != PLAIN[name] for name, value in pair):
            continue
        avoided = [_unlike(name, value) for name, value in pair if name in given]
        if avoided:
            found.append({"operator": "or", "conditions": avoided})
    return found


def _unlike(name: str, value: str) -> dict[str, Any]:
    return {"operator": "ne", "left": name, "value": value}


def all_values() -> dict[str, tuple[str, ...]]:
    """All values of all factors."""
    return {factor.name: factor.values for factor in FACTORS}
