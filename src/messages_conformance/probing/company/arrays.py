"""Covering arrays: few companies that hold every pair, or every triple, of values.

Those that pages and the planner ask for lie in a file beside this module, as short as a search of
some seconds finds them. It says for which features they were made; for others they are made when
asked for, without a search: the same each time. `scripts/make_arrays.py` writes the file.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from messages_conformance.probing.company.factors import (
    BY_NAME,
    EXCLUDED,
    FACTORS,
    HIDING,
    PLAIN,
    Company,
)

FILE: Final = Path(__file__).with_name("arrays.json")
Values: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values of some factors; a factor that is not given stays plain."""
_TRIES: Final = {1: 30}
"""Orders in which an array of single values is sought; the shortest is taken."""
_ITERATIONS: Final = 20_000
"""Steps after which the search for a shorter array begins anew."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
"""The file names a value by its place among those of its factor."""


def companies(values: Values, strength: int) -> tuple[Company, ...]:
    """Companies that hold every legal combination of ``strength`` values, of those given.

    A factor that is not given stays plain.
    """
    return _companies(tuple(values.items()), strength)


@lru_cache(64)
def _companies(
    values: tuple[tuple[str, tuple[str, ...]], ...], strength: int
) -> tuple[Company, ...]:
    kept = _shipped().get(_key(dict(values), strength))
    return make(dict(values), strength) if kept is None else tuple(map(_company, kept))


def make(values: Values, strength: int, seconds: float = 0) -> tuple[Company, ...]:
    """Make what `companies` returns, whatever the file holds.

    A combination that only stands where no text shows (`HIDING`) would never be looked at. So all
    the others are combined without those values, and each of these is combined by itself. With
    ``seconds`` a shorter array is sought for that long, which another run may not find again.
    """
    if sum(len(chosen) > 1 for chosen in values.values()) <= strength:
        return ()
    shown = {
        name: tuple(value for value in chosen if (name, value) not in HIDING)
        for name, chosen in values.items()
    }
    found = _covering(shown, strength, seconds)
    for name, value in HIDING:
        if value in values.get(name, ()):
            found += _covering(_beside(name, value, shown), strength - 1)
    return found


def _beside(hiding: str, value: str, shown: Values) -> dict[str, tuple[str, ...]]:
    """What is combined with a value that hides texts.

    The plainest of three values is left out: the row that asks for the hiding value alone has it.
    """
    legal = {
        name: tuple(one for one in chosen if not _excludes((hiding, value), (name, one)))
        for name, chosen in shown.items()
    }
    less_plain = {name: chosen[1:] if len(chosen) > 2 else chosen for name, chosen in legal.items()}
    return {**less_plain, hiding: (value,)}


def _excludes(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return (one, other) in EXCLUDED or (other, one) in EXCLUDED


def _covering(values: Values, strength: int, seconds: float = 0) -> tuple[Company, ...]:
    """Companies that hold every legal combination of so many values."""
    import covertable  # takes a while, and is seldom needed

    if not all(values.values()):
        return ()
    fixed = {**PLAIN, **{name: chosen[0] for name, chosen in values.items()}}
    given = {name: list(chosen) for name, chosen in values.items() if len(chosen) > 1}
    settled = {one for one in fixed.items() if one[0] not in given}
    if any(settled.issuperset(pair) for pair in EXCLUDED):
        return ()
    asked: dict[str, Any] = {
        "strength": min(strength, len(given)),
        "sorter": covertable.sorters.hash,
        "constraints": _constraints(given, fixed),
    }
    tries = (
        covertable.make(given, salt=str(salt), **asked) for salt in range(_TRIES.get(strength, 1))
    )
    rows = min(tries, key=len)
    if seconds:
        annealing = {"budget_ms": 1000 * seconds, "initial_iterations": _ITERATIONS}
        rows = covertable.Controller(given, **asked).optimize(rows, annealing)
    return tuple({**fixed, **dict(row)} for row in rows)


def to_file(arrays: Iterable[tuple[Values, int, Sequence[Company]]]) -> str:
    """The text of the file: what was made of which values, with which strength."""
    kept = {_key(values, strength): list(map(_line, array)) for values, strength, array in arrays}
    document = {"features": features(), "arrays": dict(sorted(kept.items()))}
    return json.dumps(document, indent=0) + "\n"


def features() -> str:
    """A digest of the features, their values, and what is excluded: what an array depends on."""
    said = [[(one.name, one.values, one.asked) for one in FACTORS], EXCLUDED, HIDING]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@cache
def _shipped() -> Mapping[str, Sequence[str]]:
    """The arrays of the file; none if they were made for other features."""
    document = json.loads(FILE.read_bytes())
    arrays: Mapping[str, Sequence[str]] = document["arrays"]
    return arrays if document["features"] == features() else {}


def _key(values: Values, strength: int) -> str:
    chosen = (
        "".join(_DIGITS[factor.values.index(value)] for value in values.get(factor.name, ()))
        for factor in FACTORS
    )
    return f"{strength}:{','.join(chosen)}"


def _line(company: Company) -> str:
    return "".join(_DIGITS[BY_NAME[name].values.index(company[name])] for name in PLAIN)


def _company(line: str) -> Company:
    places = zip(FACTORS, line, strict=True)
    return {factor.name: factor.values[_DIGITS.index(digit)] for factor, digit in places}


def _constraints(given: Mapping[str, Sequence[str]], fixed: Company) -> list[dict[str, Any]]:
    """What is excluded, as conditions that every company keeps; other factors have one value."""
    found: list[dict[str, Any]] = []
    for pair in EXCLUDED:
        if any(name not in given and value != fixed[name] for name, value in pair):
            continue
        avoided = [_unlike(name, value) for name, value in pair if name in given]
        if avoided:
            found.append({"operator": "or", "conditions": avoided})
    return found


def _unlike(name: str, value: str) -> dict[str, Any]:
    return {"operator": "ne", "left": name, "value": value}


def all_values() -> dict[str, tuple[str, ...]]:
    """All values of all factors that are asked of an endpoint."""
    return {factor.name: factor.asked for factor in FACTORS}
