"""Where claims files are found, and which comes first."""

import datetime
import os
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.errors import ClaimsError
from support.claims_files import dated, write


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The claims that ship: two revisions of one target, one of another; nothing else is known."""
    folder, real = tmp_path / "shipped", resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: folder if name == "claims" else real(name)
    )
    monkeypatch.delenv(library.ENVIRONMENT, raising=False)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for date in ("2025-01-31", "2025-11-02"):
        write(folder, dated(date, target="a"), f"a/{date}.toml")
    write(folder, dated("2024-01-01", target="b"), "b/2024-01-01.toml")
    return folder


def dates(there: library.Library, target: str) -> list[str]:
    return [file.date.isoformat() for file in there.of(target)]


def test_the_newest_revision_of_a_target_is_first(shipped: Path) -> None:
    there = library.known()
    assert there.targets == ("a", "b")
    assert dates(there, "a") == ["2025-11-02", "2025-01-31"]
    assert library.shipped("a").date == datetime.date(2025, 11, 2)
    assert library.shipped("a", "2025-01-31").date == datetime.date(2025, 1, 31)
    assert [page.target.id for page in library.newest_shipped()] == ["a", "b"]


def test_own_claims_come_before_those_shipped(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = write(tmp_path, dated("2023-01-01", target="a"), "mine.toml")
    folder = write(tmp_path, dated("2023-02-02", target="a"), "of/any/name.toml").parents[1]
    write(Path(), dated("2023-03-03", target="a"), "claims/a/2023-03-03.toml")
    monkeypatch.setenv(library.ENVIRONMENT, f"{folder}{os.pathsep}{named}")
    assert dates(library.known(), "a") == [
        *("2023-02-02", "2023-01-01", "2023-03-03"),
        *("2025-11-02", "2025-01-31"),
    ]
    monkeypatch.delenv(library.ENVIRONMENT)
    assert dates(library.known([named]), "a")[:2] == ["2023-01-01", "2023-03-03"]


def test_an_own_file_stands_for_the_shipped_one_of_its_date(shipped: Path) -> None:
    own = write(Path(), dated("2025-11-02", target="a", model="mine"), "claims/a/2025-11-02.toml")
    there = library.known()
    assert dates(there, "a") == ["2025-11-02", "2025-01-31"]
    assert there.of("a")[0].path == own
    assert library.read(there.of("a")[0]).models[0].id == "mine"


def test_in_a_checkout_its_claims_are_found_once(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("claims").symlink_to(shipped)
    assert dates(library.known(), "a") == ["2025-11-02", "2025-01-31"]


def test_a_folder_of_claims_of_something_else_is_left_alone(shipped: Path) -> None:
    write(Path(), "number = 1", "claims/2026/damage.toml")
    assert library.known().targets == ("a", "b")


def test_a_path_that_was_named_must_hold_claims(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, says in (
        (tmp_path / "empty", "holds no claims files"),
        (tmp_path / "none.toml", "cannot be read"),
        (write(tmp_path, "a = 1", "other.toml"), "'target' is missing"),
    ):
        with pytest.raises(ClaimsError, match=says):
            library.known([path])


def test_a_file_that_lies_about_itself_is_refused(shipped: Path) -> None:
    write(shipped, dated("2025-05-05", target="b"), "a/2026-06-06.toml")
    with pytest.raises(ClaimsError, match=r"is about target 'b' on 2025-05-05; move it to b/2025"):
        library.read(library.known().of("a")[0])


def test_a_name_that_is_no_date_is_refused(shipped: Path) -> None:
    write(shipped, dated("2025-05-05", target="a"), "a/2025-13-45.toml")
    with pytest.raises(ClaimsError, match=r"2025-13-45\.toml: is named by no date"):
        library.known()


def test_what_is_not_there_is_answered_with_what_is_near(shipped: Path) -> None:
    write(shipped, dated("2025-05-05", target="model-studio"), "model-studio/2025-05-05.toml")
    there = library.known()
    for target, date, says in (
        ("modelstudio", "", "no target 'modelstudio'; did you mean 'model-studio'\\?"),
        ("zzz", "", "no target 'zzz'; there are: a, b, model-studio"),
        ("a", "2025-11-01", "target 'a' has no revision '2025-11-01'; did you mean '2025-11-02'"),
        ("a", "x", "no revision 'x'; there are: 2025-01-31, 2025-11-02"),
    ):
        with pytest.raises(ClaimsError, match=says):
            there.get(target, date)
