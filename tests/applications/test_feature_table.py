"""The table of features holds every row of every page, and is consistent in itself."""

import fnmatch
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from messages_conformance.applications.feature_table import (
    FEATURES,
    NO_FEATURES,
    TRIVIAL,
    feature_of,
)
from messages_conformance.probing import loader

ROOT = Path(__file__).parents[2]
SUITES = loader.load(ROOT / "suites")
PAGES = {
    row["id"]
    for path in (ROOT / "claims").glob("*/*.toml")
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["row"]
}
ROWS = sorted(PAGES | set(SUITES) | {loaded.inspection.row for loaded in SUITES.inspections})
REACHED = {row for feature in FEATURES.values() for row in feature.rows}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_reached_by_a_feature_or_is_none(row: str) -> None:
    excused = any(fnmatch.fnmatchcase(row, pattern) for pattern in NO_FEATURES)
    assert (row in REACHED) != excused, (
        "src/messages_conformance/applications/feature_table.py: name the row in a feature, or "
        "in NO_FEATURES with the reason; not in both"
    )


def test_every_row_that_a_feature_names_is_one() -> None:
    assert not REACHED - set(ROWS)


def test_every_pattern_of_no_feature_has_a_row() -> None:
    assert all(fnmatch.filter(ROWS, pattern) for pattern in NO_FEATURES)


def test_no_mark_shows_two_features() -> None:
    counted = Counter(mark for feature in FEATURES.values() for mark in feature.marks)
    assert not [mark for mark, count in counted.items() if count > 1]
    assert not set(counted) & TRIVIAL


def test_the_most_exact_mark_counts() -> None:
    exact, begun = feature_of("tool:web_search_20250305"), feature_of("body.thinking:adaptive")
    assert exact is not None
    assert exact.id == "tools/server"
    assert begun is not None
    assert begun.id == "basic/thinking/adaptive"
    assert feature_of("no:such_mark") is None


def test_every_feature_says_what_to_do_instead() -> None:
    for feature in FEATURES.values():
        assert re.fullmatch(r"[A-Z].*[^.]\.", feature.edit), feature.id
        assert feature.marks, feature.id
