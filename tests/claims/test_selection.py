"""Choosing targets, models, rows and revisions among all claims there are."""

from pathlib import Path

import pytest

from messages_conformance import memory, resources
from messages_conformance.cassettes.tape import Entry
from messages_conformance.claims import library
from messages_conformance.claims.selection import Chosen, Selection, choose
from messages_conformance.errors import ClaimsError
from support import small_project
from support.claims_files import MINIMAL, dated, write

OLD, NEW = "2025-01-31", "2025-11-02"


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Target a had a model and a row that its newest page lacks; target b has a page of its own."""
    folder, real = tmp_path / "shipped", resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: folder if name == "claims" else real(name)
    )
    monkeypatch.delenv(library.ENVIRONMENT, raising=False)
    monkeypatch.chdir(tmp_path)
    write(folder, dated(OLD, target="a", model="older"), f"a/{OLD}.toml")
    newest = dated(NEW, target="a").replace("basic/model", "basic/name")
    write(folder, newest, f"a/{NEW}.toml")
    write(folder, dated("2024-01-01", target="b", model="other"), "b/2024-01-01.toml")
    return folder


@pytest.fixture
def cassettes(tmp_path: Path) -> Path:
    (tmp_path / "cassettes").mkdir()
    return tmp_path / "cassettes"


def record(root: Path, target: str, model: str, revision: str) -> None:
    entry = Entry(small_project.exchange(small_project.request()), "basic/model", 0)
    small_project.cassette(root, entry, target=target, model=model, revision=revision)


def pages(chosen: tuple[Chosen, ...]) -> list[tuple[str, str]]:
    return [(c.revision.target.id, c.revision.date.isoformat()) for c in chosen]


def refused(selection: Selection, recordings: Path | None = None) -> str:
    with pytest.raises(ClaimsError) as caught:
        choose(selection, recordings)
    return str(caught.value)


class TestRevision:
    def test_without_models_the_newest_is_taken(self, claims: Path) -> None:
        assert pages(choose(Selection())) == [("b", "2024-01-01"), ("a", NEW)]

    @pytest.mark.parametrize(
        ("models", "date"),
        [(("older",), OLD), (("small",), NEW), (("small-2",), NEW), (("older", "big-1"), OLD)],
    )
    def test_the_newest_that_has_the_models(
        self, claims: Path, models: tuple[str, ...], date: str
    ) -> None:
        assert pages(choose(Selection(("a",), models))) == [("a", date)]

    def test_the_one_that_is_named(self, claims: Path) -> None:
        assert pages(choose(Selection(("a",), revision=OLD))) == [("a", OLD)]
        assert pages(choose(Selection(revision="2024-01-01"))) == [("b", "2024-01-01")]
        assert "no target has a revision '2024-01-02'; did you mean '2024-01-01'" in refused(
            Selection(revision="2024-01-02")
        )

    def test_the_one_that_is_recorded_for(self, claims: Path, cassettes: Path) -> None:
        record(cassettes, "a", "older", OLD)
        assert pages(choose(Selection(), cassettes)) == [("a", OLD)]
        assert pages(choose(Selection(("a",)), cassettes)) == [("a", OLD)]
        assert pages(choose(Selection(("a",), revision=NEW), cassettes)) == [("a", NEW)]

    def test_recordings_of_other_models_do_not_count(self, claims: Path, cassettes: Path) -> None:
        record(cassettes, "a", "older", OLD)
        assert pages(choose(Selection(("a",), ("small",)), cassettes)) == [("a", NEW)]

    def test_recordings_for_several_are_not_mixed(self, claims: Path, cassettes: Path) -> None:
        record(cassettes, "a", "older", OLD)
        record(cassettes, "a", "small", NEW)
        said = refused(Selection(("a",)), cassettes)
        assert f"for several revisions of its page ({OLD}: older; {NEW}: small)" in said
        assert "choose one with --revision" in said
        assert pages(choose(Selection(("a",), ("small",)), cassettes)) == [("a", NEW)]
        assert pages(choose(Selection(("a",), revision=OLD), cassettes)) == [("a", OLD)]

    def test_recordings_for_one_that_no_file_has(self, claims: Path, cassettes: Path) -> None:
        record(cassettes, "a", "older", "2025-06-06")
        said = refused(Selection(("a",)), cassettes)
        assert "are for revision 2025-06-06 of its page, which no claims file has" in said
        assert f"--revision: {OLD}, {NEW}" in said

    def test_a_damaged_recording_is_left_to_who_reads_it(
        self, claims: Path, cassettes: Path
    ) -> None:
        record(cassettes, "a", "older", OLD)
        (path,) = cassettes.rglob("*.yaml")
        path.with_name("other.yaml").write_text("version: [")
        assert pages(choose(Selection(), cassettes)) == [("a", OLD)]


class TestSeveralTargets:
    def test_each_name_has_to_be_of_one_of_them(self, claims: Path) -> None:
        chosen = choose(Selection(models=("small", "other")))
        assert [[m.id for m in c.models] for c in chosen] == [["other"], ["small"]]
        both = choose(Selection(("b", "a"), models=("small*",)))
        assert [c.revision.target.id for c in both] == ["b", "a"]

    def test_a_target_that_is_named_for_nothing_is_not_dropped(self, claims: Path) -> None:
        said = refused(Selection(("a", "b"), ("other",)))
        assert "target 'a' has nothing of what was chosen, though it is named" in said

    def test_rows_of_one_do_not_choose_all_of_another(self, claims: Path) -> None:
        chosen = choose(Selection(rows=("basic/name", "wire/*")))
        rows = {c.revision.target.id: [row.id for row in c.rows] for c in chosen}
        assert rows == {"a": ["basic/name"], "b": []}

    def test_only_targets_with_recordings(self, claims: Path, cassettes: Path) -> None:
        record(cassettes, "b", "other", "2024-01-01")
        assert pages(choose(Selection(), cassettes)) == [("b", "2024-01-01")]
        assert pages(choose(Selection(("a",)), cassettes)) == [("a", NEW)]
        assert choose(Selection(), cassettes / "empty") == ()


class TestNamesThatAreNotThere:
    @pytest.mark.parametrize(
        ("selection", "says"),
        [
            (Selection(("a",), ("smal",)), "no model 'smal' in target 'a'; did you mean 'small'"),
            (Selection(("a",), ("huge",)), "'huge' in target 'a'; it has small, small-2, big-1"),
            (Selection(("a",), (), ("bigones",)), "no series 'bigones' in target 'a'; did you mea"),
            (Selection(("a",), (), ("x",)), "it has small, Small Ones, big, Big Ones"),
            (Selection(("a",), rows=("basic/nam",)), "no row matches 'basic/nam' in target 'a'; "),
            (Selection(("a",), rows=("x*",)), "'messages-conformance rows --target a' lists them"),
            (Selection(("a",), rows=("basic/model",)), f"revision {OLD} has it: add --revision"),
            (Selection(models=("zzz",)), "no model 'zzz' in any of 2 targets; they have small, "),
        ],
    )
    def test_what_is_near_or_where_it_is(
        self, claims: Path, selection: Selection, says: str
    ) -> None:
        assert says in refused(selection)


def test_own_claims_are_chosen_from(claims: Path, tmp_path: Path) -> None:
    own = write(tmp_path, MINIMAL)
    assert pages(choose(Selection(("tiny",), claims=(own,)))) == [("tiny", "2026-01-02")]


def test_labels_that_are_remembered_are_those_of_the_files(
    claims: Path, cassettes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    record(cassettes, "a", "older", OLD)
    for _ in range(2):
        (found,) = choose(Selection(("a",)), cassettes)
        assert found.revision.date.isoformat() == OLD
    monkeypatch.setattr(memory, "recall", lambda *_: [["older", NEW, "more"]])
    (found,) = choose(Selection(("a",)), cassettes)
    assert found.revision.date.isoformat() == OLD


def test_labels_of_files_that_change_are_read_anew(
    claims: Path, cassettes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    record(cassettes, "a", "older", OLD)
    (before,) = choose(Selection(("a",)), cassettes)
    record(cassettes, "a", "older", NEW)
    (after,) = choose(Selection(("a",)), cassettes)
    assert [one.revision.date.isoformat() for one in (before, after)] == [OLD, NEW]
