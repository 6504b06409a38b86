"""Covering arrays hold every combination that is allowed, and those that ship are up to date."""

import json
import runpy
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.probing.company import arrays
from messages_conformance.probing.company.arrays import companies
from messages_conformance.probing.company.factors import (
    EXCLUDED,
    FACTORS,
    HIDING,
    PLAIN,
    Company,
    is_legal,
)

ANEW = "run: python scripts/make_arrays.py"
SCRIPT = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "make_arrays.py"))
WANTED: list[tuple[dict[str, tuple[str, ...]], int]] = SCRIPT["wanted"]()
_Setting = tuple[tuple[str, str], ...]
_Values = tuple[tuple[str, tuple[str, ...]], ...]


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    arrays._companies.cache_clear()
    arrays._shipped.cache_clear()
    yield
    arrays._companies.cache_clear()
    arrays._shipped.cache_clear()


def refuse_to_make(*_: Any) -> tuple[Company, ...]:
    pytest.fail("an array is made that should lie in the file")


def test_the_file_belongs_to_the_present_features_and_pages() -> None:
    document = json.loads(arrays.FILE.read_text())
    assert document["features"] == arrays.features(), ANEW
    assert set(document["arrays"]) == {arrays._key(*one) for one in WANTED}, ANEW


@pytest.mark.parametrize("strength", [2, 3])
def test_each_shipped_array_holds_all_that_is_allowed(
    strength: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "make", refuse_to_make)
    for values in (values for values, of in WANTED if of == strength):
        array = companies(values, strength)
        assert all(map(is_legal, array)), ANEW
        assert all(company[name] in values[name] for company in array for name in values), ANEW
        held = {held for company in array for held in combinations(company.items(), strength)}
        varied = {name: chosen for name, chosen in values.items() if len(chosen) > 1}
        if len(varied) > strength:
            asked = {
                one for one in settings(varied, values, strength) if not is_left_out(one, values)
            }
            assert asked <= held, ANEW


@pytest.mark.parametrize("strength", [2, 3])
def test_no_combination_stands_only_where_the_answer_shows_no_text(strength: int) -> None:
    """A system prompt beside a tool is never looked at if each time the answer is a forced call."""
    for values in (values for values, of in WANTED if of == strength):
        legible = [c for c in companies(values, strength) if not set(HIDING) & set(c.items())]
        held = {held for company in legible for held in combinations(company.items(), strength)}
        shown = {
            name: tuple(one for one in chosen if (name, one) not in HIDING)
            for name, chosen in values.items()
        }
        varied = {name: chosen for name, chosen in shown.items() if len(chosen) > 1}
        if len(varied) >= strength:
            assert set(settings(varied, shown, strength)) <= held, ANEW


def is_left_out(setting: _Setting, values: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether one value hides the texts of a request, and another is the plainest of several.

    The row of the hiding value asks for that, and for nothing else.
    """
    return any(
        value == legal[0] and len(legal) > 2
        for hiding in setting
        if hiding in HIDING
        for name, value in setting
        if (legal := legal_beside(hiding, name, values))
    )


def legal_beside(
    hiding: tuple[str, str], name: str, values: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """The values of a factor that may stand beside one that hides texts."""
    excluded = [set(pair) for pair in EXCLUDED]
    chosen = [one for one in values.get(name, ()) if (name, one) not in HIDING]
    return [one for one in chosen if {hiding, (name, one)} not in excluded]


def settings(
    varied: Mapping[str, tuple[str, ...]], values: Mapping[str, tuple[str, ...]], strength: int
) -> Iterator[_Setting]:
    """Every combination of so many values that some legal company holds."""
    bound = {name for pair in EXCLUDED for name, _ in pair}
    within = tuple((name, values.get(name, (PLAIN[name],))) for name in PLAIN if name in bound)
    for names in combinations([name for name in PLAIN if name in varied], strength):
        for chosen in product(*(varied[name] for name in names)):
            setting = tuple(zip(names, chosen, strict=True))
            if has_company(tuple(one for one in setting if one[0] in bound), within):
                yield setting


@cache
def has_company(setting: _Setting, within: _Values) -> bool:
    """Whether the other factors can have values beside which these are legal."""
    if any(set(pair) <= set(setting) for pair in EXCLUDED):
        return False
    given = dict(setting)
    free = next(((name, chosen) for name, chosen in within if name not in given), None)
    if free is None:
        return True
    name, chosen = free
    return any(has_company(tuple(sorted((*setting, (name, one)))), within) for one in chosen)


def test_an_array_that_does_not_lie_in_the_file_is_made() -> None:
    values = {"system": ("none", "string"), "stream": ("no", "yes"), "mark": ("none", "text")}
    made = companies(values, 2)
    held = {held for company in made for held in combinations(company.items(), 2)}
    assert set(settings(values, values, 2)) <= held
    assert all(set(company) == {factor.name for factor in FACTORS} for company in made)


def test_arrays_that_were_made_for_other_features_are_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = ({"system": "none"},)
    monkeypatch.setattr(arrays, "features", lambda: "others")
    monkeypatch.setattr(arrays, "make", lambda *_: made)
    assert companies(*WANTED[0]) == made


def test_what_lies_in_the_file_is_no_longer_than_what_is_made_unsought() -> None:
    whole = arrays.all_values()
    assert len(companies(whole, 2)) < len(arrays.make(whole, 2)), ANEW
