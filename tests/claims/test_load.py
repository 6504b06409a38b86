"""Loading claims files, what is said of bad ones, and choosing among models and rows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.claims import load
from messages_conformance.claims.page import Model, Range, Revision
from messages_conformance.errors import ClaimsError
from messages_conformance.verdict import Claim

MINIMAL = """
[target]
id = "tiny"
name = "Tiny"
base_url = "http://127.0.0.1:1"
auth = ["x-api-key"]
api_version = "2023-06-01"

[revision]
date = 2026-01-02
title = "Compatibility"
url = "https://tiny.example/compatibility"
note = "Made up."

[[section]]
id = "basic"
title = "Basic fields"

[[series]]
id = "small"
name = "Small Ones"
models = [{ id = "small", thinks = true }, { id = "small-2", thinks = false }]

[[series]]
id = "big"
name = "Big Ones"
models = [{ id = "big-1", thinks = false }]

[[row]]
id = "basic/model"
title = "model"
claim = "supported"
words = "Supported"
source = "the page"
basis = "quoted"

[[row]]
id = "basic/thinking"
title = "thinking"
claim = "supported"
words = "Supported by some"
source = "the page"
basis = "quoted"
exceptions = { small = "unsupported", small-2 = "ignored" }
"""
"""A whole claims file, to be spoilt one thing at a time."""


@pytest.fixture(scope="module")
def page() -> Revision:
    return load.load(resources.folder("claims") / "model-studio" / "2025-11-13.toml")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def to_file(text: str) -> Path:
        path = tmp_path / "tiny.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


@pytest.fixture
def tiny(write: Callable[[str], Path]) -> Revision:
    return load.load(write(MINIMAL))


class TestBadFiles:
    @pytest.mark.parametrize(
        ("good", "bad", "where", "says"),
        [
            ('name = "Tiny"', 'name = "Tiny"\nport = 1', "$.target:", "'port' was unexpected"),
            ('title = "model"\n', "", "$.row['basic/model']:", "'title' is a required property"),
            (
                'title = "model"\nclaim = "supported"',
                'title = "model"\nclaim = "partial"',
                "$.row['basic/model'].claim:",
                "'partial' is not one of",
            ),
            ('["x-api-key"]', '["cookie"]', "$.target.auth[0]:", "'cookie' is not one of"),
            (":1", ":1/", "$.target.base_url:", "does not match"),
            ("2026-01-02", '"2026-01-02"', "$.revision.date:", "'2026-01-02' is not a TOML date"),
            ("2026-01-02", "2026-01-02T03:04:05", "$.revision.date:", "is not a TOML date"),
            ("small-2 = ", "tall = ", "row 'basic/thinking'", "'tall'"),
            (
                'id = "basic"',
                'id = "other"',
                "row 'basic/model'",
                "[[section]] with the id 'basic'",
            ),
            ("basic/thinking", "basic/model", "row 'basic/model'", "stands twice"),
            ('"small-2",', '"small",', "model 'small'", "stands twice"),
            ('id = "big"', 'id = "small"', "series 'small'", "stands twice"),
            ("[target]", "[target", "(at line 2,", "cannot be read as TOML"),
        ],
    )
    def test_gets_one_sentence_naming_file_and_place(
        self, write: Callable[[str], Path], good: str, bad: str, where: str, says: str
    ) -> None:
        assert good in MINIMAL
        path = write(MINIMAL.replace(good, bad, 1))
        with pytest.raises(ClaimsError) as caught:
            load.load(path)
        sentence = str(caught.value)
        assert sentence.startswith(f"{path}: ")
        assert where in sentence
        assert says in sentence
        assert "\n" not in sentence

    def test_a_section_that_stands_twice(self, write: Callable[[str], Path]) -> None:
        path = write(MINIMAL + '\n[[section]]\nid = "basic"\ntitle = "Again"\n')
        with pytest.raises(ClaimsError, match="section 'basic' stands twice"):
            load.load(path)

    def test_bytes_that_are_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "binary.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ClaimsError, match="cannot be read as TOML"):
            load.load(path)

    def test_a_file_that_is_not_there_is_named_once(self, tmp_path: Path) -> None:
        path = tmp_path / "none.toml"
        with pytest.raises(ClaimsError) as caught:
            load.load(path)
        assert str(caught.value) == f"{path}: cannot be read: No such file or directory"


class TestClaimFor:
    def test_the_model_goes_before_the_series_and_the_series_before_the_row(
        self, tiny: Revision
    ) -> None:
        row = tiny.rows_by_id["basic/thinking"]
        assert {model.id: row.claim_for(model) for model in tiny.models} == {
            "small": Claim.UNSUPPORTED,
            "small-2": Claim.IGNORED,
            "big-1": Claim.SUPPORTED,
        }

    def test_an_id_that_is_both_means_the_series(self, tiny: Revision) -> None:
        row = tiny.rows_by_id["basic/thinking"]
        assert row.claim_for(Model("another", "small", thinks=True)) is Claim.UNSUPPORTED


class TestSelection:
    @pytest.mark.parametrize(
        ("models", "series", "chosen"),
        [
            ((), (), ["small", "small-2", "big-1"]),
            (("big-1", "small"), (), ["small", "big-1"]),
            (("small*",), (), ["small", "small-2"]),
            (("small",), (), ["small"]),
            ((), ("SMALL",), ["small", "small-2"]),
            ((), ("big ones",), ["big-1"]),
            (("small-2",), ("big", "Big Ones"), ["small-2", "big-1"]),
        ],
    )
    def test_models(
        self, tiny: Revision, models: tuple[str, ...], series: tuple[str, ...], chosen: list[str]
    ) -> None:
        assert [model.id for model in tiny.select_models(models, series)] == chosen

    @pytest.mark.parametrize(
        ("models", "series", "says"),
        [
            (("huge",), (), "no model 'huge' in target 'tiny'; it has small, small-2, big-1"),
            (("small", "huge*"), (), "no model 'huge*' in target 'tiny'"),
            ((), ("huge",), "no series 'huge' in target 'tiny'; it has small, big"),
        ],
    )
    def test_models_that_are_not_there(
        self, tiny: Revision, models: tuple[str, ...], series: tuple[str, ...], says: str
    ) -> None:
        with pytest.raises(ClaimsError, match=re.escape(says)):
            tiny.select_models(models, series)

    @pytest.mark.parametrize(
        ("patterns", "count"),
        [
            ((), 55),
            (("basic/top_*",), 2),
            (("content/*",), 23),
            (("tools/*", "tools/name", "error/413"), 5),
        ],
    )
    def test_rows(self, page: Revision, patterns: tuple[str, ...], count: int) -> None:
        rows = page.select_rows(patterns)
        assert len(rows) == count
        assert list(rows) == [row for row in page.rows if row in rows]

    def test_a_row_that_is_not_there(self, page: Revision) -> None:
        with pytest.raises(ClaimsError, match=r"'basics/\*'.*rows --target model-studio"):
            page.select_rows(("basic/model", "basics/*"))


class TestFind:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("a/2025-01-31.toml", "a/2025-11-02.toml", "b/2024-01-01.toml"):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
        return tmp_path

    def test_takes_the_newest_of_each_target_oldest_first(self, folder: Path) -> None:
        newest = (folder / "b/2024-01-01.toml", folder / "a/2025-11-02.toml")
        assert load.find(folder) == newest
        assert load.find(folder, "a") == newest[1:]

    def test_names_the_targets_there_are(self, folder: Path) -> None:
        with pytest.raises(ClaimsError, match=r"no target 'c' in .*; it has a, b"):
            load.find(folder, "c")
        with pytest.raises(ClaimsError, match="it has none"):
            load.find(folder / "a", "c")


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        (Range(0, 2, excludes_maximum=True), "[0, 2)"),
        (Range(0, 1), "[0, 1]"),
        (Range(minimum=0.5), "[0.5, ∞)"),
        (Range(maximum=3), "(-∞, 3]"),
    ],
)
def test_a_range_reads_as_in_mathematics(bounds: Range, text: str) -> None:
    assert str(bounds) == text
