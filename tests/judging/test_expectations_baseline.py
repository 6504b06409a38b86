"""The first expectations file: it accepts what falls short today, and nothing else."""

import datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.judging.expectations import Deviation, Expectations, apply_expectations
from messages_conformance.judging.expectations_baseline import (
    ACCEPTED_DAYS,
    UNEXPLAINED,
    baseline,
    to_toml,
)
from messages_conformance.judging.expectations_file import Scope, read_file
from messages_conformance.report import Report, TargetReport
from messages_conformance.report.outcome import Outcome, exit_code, outcome
from messages_conformance.verdict import Behaviour, Kind
from support import sample_reports

TODAY = datetime.date(2026, 11, 24)
LATER = TODAY + datetime.timedelta(days=ACCEPTED_DAYS)
KINDS = st.sampled_from(Kind)
WORDS = st.text() | st.text(alphabet='\n\r\t"\\\x00\x7f\u2028\ufffe#[]=')


def applied(target: TargetReport, expected: Expectations) -> TargetReport:
    return apply_expectations(sample_reports.report(target), {"acme": expected}, TODAY).targets[0]


def passes(report: Report) -> bool:
    return not any(outcome(j) is Outcome.FAILED for t in report.targets for j in t.judged)


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from([row.id for row in sample_reports.REVISION.rows]),
            st.sampled_from([model.id for model in sample_reports.REVISION.models]),
        ),
        st.builds(Behaviour, KINDS, WORDS),
    ),
    WORDS.filter(str.strip),
)
def test_what_is_written_is_read_back_and_accepts_exactly_what_fell_short(
    tmp_path_factory: object, kinds: dict[tuple[str, str], Behaviour], reason: str
) -> None:
    target = sample_reports.target(kinds)
    before = Expectations((Deviation("basic/top_p", "s-1", Kind.REFUSED, reason),))
    target = applied(target, before)
    made = baseline(target, before, TODAY)
    path = tmp_path_factory.mktemp("known") / "known.toml"  # type: ignore[attr-defined]
    path.write_text(to_toml(target, made, TODAY), encoding="utf-8")
    assert read_file(path, [Scope(target.revision)]) == ("acme", Expectations(made))
    report = sample_reports.report(applied(target, Expectations(made)))
    assert passes(report)
    fixed = sample_reports.report(applied(sample_reports.target(), Expectations(made)))
    assert exit_code(fixed) == (1 if made else 0)


def test_a_row_that_all_models_fail_alike_is_one_deviation_and_others_are_one_each() -> None:
    everyone = {("basic/top_p", model.id): Kind.REFUSED for model in sample_reports.REVISION.models}
    target = applied(
        sample_reports.target({**everyone, ("content/image", "l-1"): Kind.BROKEN}), Expectations()
    )
    assert baseline(target, Expectations(), TODAY) == (
        Deviation("basic/top_p", "*", "wrongly refused", UNEXPLAINED, "", LATER),
        Deviation("content/image", "l-1", "broken", UNEXPLAINED, "", LATER),
    )


def test_what_was_explained_stays_so_and_what_is_gone_goes() -> None:
    holding = Deviation("basic/top_p", "s-*", Kind.REFUSED, "Holds.", "https://acme.example/1")
    gone = Deviation("basic/metadata", "l-*", Kind.IGNORED, "Is gone.")
    expired = Deviation("content/image", "*", Kind.BROKEN, "Still so.", "", TODAY.replace(day=1))
    pending = Deviation("basic/top_p", "l-1", Kind.BROKEN, "Seldom measured.")
    before = Expectations((holding, gone, expired, pending))
    kinds = {
        ("basic/top_p", "s-1"): Kind.REFUSED,
        ("basic/top_p", "s-2"): Kind.REFUSED,
        ("basic/top_p", "l-1"): Kind.UNMEASURED,
        ("content/image", "l-2"): Kind.BROKEN,
    }
    target = applied(sample_reports.target(kinds), before)
    assert baseline(target, before, TODAY) == (
        holding,
        pending,
        Deviation("content/image", "l-2", "broken", "Still so.", "", LATER),
    )


def test_what_was_seen_stands_beside_each_and_cannot_leave_its_comment(tmp_path: Path) -> None:
    nasty = Behaviour(Kind.BROKEN, "HTTP 500\n[[deviation]]\nrow = '*'\x7f")
    target = sample_reports.target({("basic/top_p", "s-1"): nasty})
    text = to_toml(target, baseline(target, Expectations(), TODAY), TODAY)
    assert "# broken: HTTP 500 [[deviation]] row = '*'\\x7f\n" in text
    assert text.startswith("# Known deviations of Acme, as of 2026-11-24.\n")
