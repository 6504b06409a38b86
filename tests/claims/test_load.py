"""Loading claims files, and choosing among the models and rows of one."""

from pathlib import Path

import pytest

from messages_conformance.claims import library, load
from messages_conformance.claims.page import Host, Lack, Model, Range, Revision
from messages_conformance.errors import ClaimsError
from messages_conformance.verdict import Claim
from support.claims_files import MINIMAL, write

FULL = (
    MINIMAL.replace(
        'api_version = "2023-06-01"\n',
        """api_version = "2023-06-01"
profile = "strict"
hosts = [
  { base_url = "https://{workspace}.eu.tiny.example:8080/v", region = "EU", plan = "paid" },
]
""",
    )
    .replace("date = 2026-01-02\n", 'date = 2026-01-02\ndate_is = "at_least"\n')
    .replace(
        '{ id = "small", thinks = true }',
        '{ id = "small", thinks = true, thinking_default = "always", sees = true, '
        'context = 4096, max_tokens_counts = "text", aliases = ["small-latest"] }',
    )
    .replace(
        'claim = "supported"\nwords = "Supported by some"',
        """claim = "partial"
lacks = [{ tag = "budget", words = "the budget is ignored" }]
range = { minimum = 0, maximum = 1, excludes_minimum = true }
words = "Supported by some\"""",
    )
)
"""The same with everything that may be left out."""


@pytest.fixture(scope="module")
def page() -> Revision:
    return library.shipped("model-studio", "2025-11-13")


@pytest.fixture
def tiny(tmp_path: Path) -> Revision:
    return load.load(write(tmp_path))


@pytest.fixture
def full(tmp_path: Path) -> Revision:
    return load.load(write(tmp_path, FULL))


class TestOptionalFields:
    def test_what_is_there_is_read(self, full: Revision) -> None:
        row = full.rows_by_id["basic/thinking"]
        assert full.target.profile == "strict"
        assert full.target.hosts == (
            Host("https://{workspace}.eu.tiny.example:8080/v", "EU", "paid"),
        )
        assert full.models[0] == Model(
            "small",
            "small",
            thinks=True,
            thinking_default="always",
            sees=True,
            context=4096,
            max_tokens_counts="text",
            aliases=("small-latest",),
        )
        assert (full.date_is, full.dated) == ("at_least", "2026-01-02 or later")
        assert row.lacks == (Lack("budget", "the budget is ignored"),)
        assert str(row.range) == "(0, 1]"

    def test_what_is_left_out_says_nothing(self, tiny: Revision) -> None:
        assert tiny.target.profile == "documented"
        assert (tiny.target.hosts, tiny.date_is, tiny.dated) == ((), "exact", "2026-01-02")
        assert tiny.models[0] == Model("small", "small", thinks=True)
        assert {row.lacks for row in tiny.rows} == {()}

    def test_a_model_answers_by_its_id_or_an_alias(self, full: Revision) -> None:
        names = ("small", "small-latest", "small-2", "")
        assert [full.models[0].is_named(name) for name in names] == [True, True, False, False]

    @pytest.mark.parametrize(
        ("netloc", "is_its"),
        [
            ("127.0.0.1:1", True),
            ("mine.eu.tiny.example:8080", True),
            ("mine.eu.tiny.example", False),
            ("a.b.eu.tiny.example:8080", False),
            ("mine.eu.tiny.example:8080.evil.example", False),
            ("mine-eu-tiny-example:8080", False),
        ],
    )
    def test_a_host_stands_for_every_workspace(
        self, full: Revision, netloc: str, is_its: bool
    ) -> None:
        assert full.target.is_at(netloc) is is_its

    @pytest.mark.parametrize(
        ("lacking", "admitted"),
        [(("budget",), True), (("budget", "text"), False), (("text",), False), ((), False)],
    )
    def test_a_row_admits_what_it_names_and_nothing_else(
        self, full: Revision, lacking: tuple[str, ...], admitted: bool
    ) -> None:
        assert full.rows_by_id["basic/thinking"].admits(lacking) is admitted


class TestUnreadableFiles:
    def test_bytes_that_are_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "binary.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ClaimsError, match="cannot be read as TOML"):
            load.load(path)

    def test_text_that_is_no_toml(self, tmp_path: Path) -> None:
        path = write(tmp_path, MINIMAL.replace("[target]", "[target", 1))
        with pytest.raises(ClaimsError, match=r"cannot be read as TOML.*\(at line 2,"):
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


class TestWithinAPage:
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
            (("huge",), (), []),
        ],
    )
    def test_models(
        self, tiny: Revision, models: tuple[str, ...], series: tuple[str, ...], chosen: list[str]
    ) -> None:
        assert [model.id for model in tiny.select_models(models, series)] == chosen

    @pytest.mark.parametrize(
        ("patterns", "count"),
        [
            ((), 57),
            (("basic/top_*",), 2),
            (("content/*",), 23),
            (("tools/*", "tools/name", "error/413"), 5),
            (("basics/*",), 0),
        ],
    )
    def test_rows(self, page: Revision, patterns: tuple[str, ...], count: int) -> None:
        rows = page.select_rows(patterns)
        assert len(rows) == count
        assert list(rows) == [row for row in page.rows if row in rows]


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        (Range(0, 2, excludes_maximum=True), "[0, 2)"),
        (Range(0, 1), "[0, 1]"),
        (Range(0, 1, excludes_minimum=True), "(0, 1]"),
        (Range(minimum=0.5), "[0.5, ∞)"),
        (Range(maximum=3), "(-∞, 3]"),
    ],
)
def test_a_range_reads_as_in_mathematics(bounds: Range, text: str) -> None:
    assert str(bounds) == text
