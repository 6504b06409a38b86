"""What changed between two revisions of a page."""

from dataclasses import replace

import pytest

from messages_conformance.claims import library
from messages_conformance.claims.changes import Change, Changes, change_of
from messages_conformance.claims.page import Lack, Model, Range
from messages_conformance.verdict import Claim
from support import small_project

EARLIER = small_project.revision("basic/a", "basic/b", "basic/c")


def later(**changes: object) -> Changes:
    """The page with its first row changed."""
    first, *others = EARLIER.rows
    return Changes(EARLIER, replace(EARLIER, rows=(replace(first, **changes), *others)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("supported", "supported", None),
        ("supported", "partial", Change.NARROWED),
        ("partial", "supported", Change.WIDENED),
        ("supported", "unsupported", Change.FLIPPED),
        ("unsupported", "supported", Change.FLIPPED),
        ("unsupported", "ignored", Change.FLIPPED),
        ("unsupported", "partial", Change.FLIPPED),
        ("unknown", "supported", Change.STATED),
        ("supported", "unknown", Change.WITHDRAWN),
    ],
)
def test_how_a_claim_changes(before: str, after: str, change: Change | None) -> None:
    assert change_of(Claim(before), Claim(after)) is change


def test_a_page_differs_in_nothing_from_itself() -> None:
    same = Changes(EARLIER, EARLIER)
    assert not any(same.changed(change) for change in Change)
    assert not any((same.gone, same.new, same.reworded, same.limits, same.for_some_models))
    assert not any((same.models_gone, same.models_new, same.models_changed))


def test_rows_come_and_go() -> None:
    changes = Changes(EARLIER, small_project.revision("basic/b", "basic/d"))
    assert [row.id for row in changes.gone] == ["basic/a", "basic/c"]
    assert [row.id for row in changes.new] == ["basic/d"]


def test_other_words_are_not_another_promise() -> None:
    changes = later(words="it is so")
    assert [row.id for row in changes.reworded] == ["basic/a"]
    assert not any(changes.changed(change) for change in Change)
    assert not later(words="  yes\n").reworded


def test_another_range_or_other_missing_parts_are_limits() -> None:
    assert [row.ranges for row in later(range=Range(0, 1)).limits] == [(None, Range(0, 1))]
    lacks = later(lacks=(Lack("x", "x"),))
    assert [row.id for row in lacks.limits] == ["basic/a"]
    narrowed = later(claim=Claim.PARTIAL, lacks=(Lack("x", "x"),))
    assert not narrowed.limits
    assert [row.id for row in narrowed.changed(Change.NARROWED)] == ["basic/a"]


def test_a_claim_may_change_for_some_models_only() -> None:
    changes = later(exceptions={"small-1": Claim.IGNORED})
    assert [row.id for row in changes.for_some_models] == ["basic/a"]
    ((one,),) = [row.models for row in changes.for_some_models]
    assert (one.before, one.after, one.models) == (Claim.SUPPORTED, Claim.IGNORED, ("small-1",))


def test_models_come_go_and_change() -> None:
    models = (replace(small_project.MODEL, sees=True), Model("small-9", "small", thinks=True))
    changes = Changes(
        EARLIER, replace(EARLIER, series=small_project.revision(models=models).series)
    )
    assert [model.id for model in changes.models_new] == ["small-9"]
    assert not changes.models_gone
    (changed,) = changes.models_changed
    assert (changed.field, changed.before, changed.after) == ("sees", None, True)


@pytest.fixture(scope="module")
def changes() -> Changes:
    return Changes(
        library.shipped("model-studio", "2025-11-13"),
        library.shipped("model-studio", "2026-09-02"),
    )


class TestModelStudio:
    def test_26_rows_are_gone_and_11_new(self, changes: Changes) -> None:
        assert (len(changes.gone), len(changes.new)) == (26, 11)

    def test_one_flipped_one_was_narrowed_and_none_is_invented(self, changes: Changes) -> None:
        assert {kind: [row.id for row in changes.changed(kind)] for kind in Change} == {
            Change.FLIPPED: ["content/image"],
            Change.NARROWED: ["basic/stop_sequences"],
            Change.WIDENED: [],
            Change.STATED: [],
            Change.WITHDRAWN: [],
        }

    def test_every_other_common_row_claims_the_same(self, changes: Changes) -> None:
        changed = {"content/image", "basic/stop_sequences", "basic/thinking", "basic/top_p"}
        assert {row.id for row in changes.reworded} == {
            row.id for row in changes.common if row.id not in changed and row.before != row.after
        } - {row.id for row in changes.common if row.before.words == row.after.words}
        assert len(changes.common) == 31

    def test_the_models_of_both(self, changes: Changes) -> None:
        gone = [model.id for model in changes.models_gone]
        assert gone == ["qwen3-max-2025-09-23", "qwen-turbo-latest"]
        assert len(changes.models_new) == 52
