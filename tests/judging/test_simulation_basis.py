"""What a cell of a simulation of the observed service says that it rests on."""

from dataclasses import dataclass
from typing import Any

import pytest

from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.judging.simulation_basis import NOBODY, basis
from messages_conformance.verdict import Kind


@dataclass(frozen=True)
class Named:
    id: str


@dataclass(frozen=True)
class Seen:
    """As much of a cell as its basis depends on."""

    row: Named
    model: Named
    kind: Kind


PLAYED = "max-tokens-leaves-thinking-out"


def report(id: str = PLAYED, **changes: Any) -> FieldReport:
    usual: dict[str, Any] = {
        "row": "basic/max_tokens",
        "date": "2026-08-22",
        "summary": "It leaves thinking out.",
        "source": "a/b",
        "grade": "A-",
        "host": "acme.example",
        "models": ("qwen3.7-plus",),
        "behaviour": Kind.PARTIAL,
    }
    return FieldReport(id=id, **{**usual, **changes})


def said(
    *reports: FieldReport,
    row: str = "basic/max_tokens",
    model: str = "qwen3.7-plus",
    kind: Kind = Kind.PARTIAL,
) -> str:
    cell: Any = Seen(Named(row), Named(model), kind)
    return basis(cell, reports)


def test_a_cell_that_does_what_its_model_was_seen_to_do_names_date_and_host() -> None:
    assert said(report()) == (
        f"as observed on 2026-08-22, host acme.example, with qwen3.7-plus ({PLAYED})"
    )


def test_what_was_seen_of_another_model_is_assumed_of_this_one() -> None:
    assert said(report(), model="qwen-plus").startswith("assumed for this model: others did so on")


def test_a_model_that_does_otherwise_than_others_were_seen_to_says_so() -> None:
    found = said(report(), model="qwen-plus", kind=Kind.WORKS)
    assert found.startswith("assumed for this model: others did otherwise on 2026-08-22")


def test_what_is_played_on_purpose_and_judged_otherwise_says_both() -> None:
    found = said(report(), kind=Kind.WORKS)
    assert found.startswith("as observed on 2026-08-22")
    assert found.endswith(", where the report comes to: partial")


def test_a_cell_unlike_what_its_own_model_was_seen_to_do_is_no_observation() -> None:
    seen = report("system-prompt-read", row="basic/system", behaviour=Kind.WORKS)
    found = said(seen, row="basic/system", kind=Kind.IGNORED)
    assert found.startswith("assumed: otherwise than observed")


@pytest.mark.parametrize(
    "undecided",
    [
        pytest.param(report(behaviour=None), id="decides nothing"),
        pytest.param(report("max-tokens-kept-qwen38"), id="is not played"),
    ],
)
def test_a_report_that_proves_nothing_here_backs_no_cell(undecided: FieldReport) -> None:
    assert said(undecided) == "assumed: no report of that month and host decides it"


def test_what_nobody_reported_says_so() -> None:
    assert said(row="basic/top_k") == NOBODY


def test_a_row_that_hosts_contradict_each_other_about_is_assumed() -> None:
    seen = report(row="header/x-api-key", behaviour=Kind.WORKS)
    found = said(seen, row="header/x-api-key", kind=Kind.WORKS)
    assert found.startswith("assumed: hosts contradict each other")
