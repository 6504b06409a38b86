"""Rows about features in company are added to a page as it is read, and to no file."""

from dataclasses import replace

from messages_conformance.claims import library
from messages_conformance.claims.combinations import COMBINED, with_combinations
from messages_conformance.verdict import Claim


def test_a_page_with_the_features_has_the_rows_once() -> None:
    page = library.shipped("model-studio", "2025-11-13")
    derived = [row.id for row in page.rows if row.section == "combinations"]
    assert derived == ["combinations/pairs", "combinations/triples"]
    assert with_combinations(page) == page


def test_what_the_page_does_not_promise_is_left_out_of_the_combinations() -> None:
    page = library.shipped("model-studio", "2025-11-13")
    left_out = page.rows_by_id["combinations/pairs"].example
    assert left_out == [
        id for id in COMBINED if page.rows_by_id[id].claim not in (Claim.SUPPORTED, Claim.IGNORED)
    ]
    assert "basic/metadata" in left_out


def test_a_page_without_the_features_has_no_such_row() -> None:
    page = library.shipped("model-studio", "2025-11-13")
    bare = replace(page, sections=page.sections[:1], rows=page.rows[:1])
    assert with_combinations(bare) == bare
