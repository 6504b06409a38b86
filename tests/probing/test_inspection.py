"""Inspections check all exchanges of a model, and are pytest items like probes."""

from pathlib import Path

import pytest

from messages_conformance.cassettes.tape import Entry, Tape
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import SuiteError
from messages_conformance.judging import judge
from messages_conformance.probing.inspection import (
    Inspection,
    InspectionResult,
    inspected_row,
)

# As in the tests of the plugin: a pytest run within this process would import it first.
from messages_conformance.pytest_plugin import items as items
from messages_conformance.report import Observation
from messages_conformance.verdict import Evidence, Kind
from support import project_on_disk, small_project

SUITE = '''
from messages_conformance.probing import Finding, Where, check_each, inspected_row
from messages_conformance.rules.finding import Rule, Severity

RULE = Rule("RS-1", Severity.{severity}, "It is so.", "me")

@inspected_row("wire/message")
def messages(exchanges):
    """Answers.

    They say hello.
    """
    def check(exchange):
        if exchange.text != "Hello.":
            yield Finding(RULE, Where(pointer="/content/0"), f"it says {{exchange.text!r}}")
    return check_each(check, (e for e in exchanges if e.status == 200))
'''


def inspection(folder: Path, severity: str = "CONTRACT") -> Inspection:
    ((_, one),) = small_project.suites_of(folder, wire=SUITE.format(severity=severity)).inspections
    return one


def observed(root: Path, *texts: str, severity: str = "CONTRACT") -> Observation:
    entries = [
        Entry(
            small_project.exchange(small_project.request(text), small_project.message(text)),
            "basic/stop",
            0,
        )
        for text in texts
    ]
    if entries:
        small_project.cassette(root / "tapes", *entries)
    tape = Tape.load(root / "tapes", small_project.TARGET.id, small_project.MODEL.id)
    return judge.inspect_model(small_project.MODEL, inspection(root / "suites", severity), tape)


def test_everything_recorded_is_checked_and_findings_keep_their_place(tmp_path: Path) -> None:
    seen = observed(tmp_path, "Hello.", "Bye.")
    assert (seen.title, seen.share, seen.kind) == ("Answers", "1 of 2", Kind.BROKEN)
    (finding,) = seen.findings
    assert str(finding.exchange) == "world/small-1/basic.yaml#1"
    assert (finding.where, finding.message) == ("/content/0", "it says 'Bye.'")


def test_an_advisory_breaks_nothing(tmp_path: Path) -> None:
    assert observed(tmp_path, "Bye.", severity="ADVISORY").kind is Kind.WORKS


def test_without_a_recording_nothing_is_said(tmp_path: Path) -> None:
    seen = observed(tmp_path)
    assert (seen.kind, seen.share, seen.evidence) == (Kind.UNMEASURED, "none", Evidence.NONE)


def test_two_inspections_of_a_row_are_refused(tmp_path: Path) -> None:
    suite = SUITE.format(severity="ADVISORY")
    with pytest.raises(SuiteError, match="messages is for row 'wire/message', and so is"):
        small_project.suites_of(tmp_path, one=suite, other=suite)


def test_a_row_of_a_page_cannot_be_inspected() -> None:
    with pytest.raises(ValueError, match="begin its id with one of wire/, client/"):
        inspected_row("basic/temperature")(lambda _: InspectionResult(0))


@pytest.mark.parametrize(
    ("patterns", "inspects"),
    [((), True), (("wire/*",), True), (("basic/*", "wire/error"), True), (("basic/*",), False)],
)
def test_patterns_choose_inspected_rows_like_any_others(
    patterns: tuple[str, ...], inspects: bool
) -> None:
    chosen = Chosen(small_project.revision(), (small_project.MODEL,), (), patterns)
    assert chosen.inspects("wire/error") is inspects


def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> pytest.RunResult:
    """A pytest run over a project whose one model says other things than hello."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    project = project_on_disk.install(pytester.path, monkeypatch)
    project.record("small-1")
    (project.root / "suites" / "test_wire.py").write_text(SUITE.format(severity="CONTRACT"))
    return pytester.runpytest_inprocess("-p", "no:hypothesispytest", "suites", *arguments)


def test_an_inspection_is_a_test_for_each_model(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(pytester, monkeypatch, "--mc-row", "wire/*", "-rs")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "broken: 2 of 3 exchanges break a rule (RS-1)",
            "row       wire/message (Answers)",
            "evidence  recorded",
            "  RS-1  contract, 2 ×",
            "  it says '1 2 3 4'",
            "  first at world/small-1/basic.yaml#1, /content/0",
            "They say hello.",
            "SKIPPED*unmeasured: no such exchange was recorded",
        ]
    )


def test_rows_of_the_page_alone_are_chosen_without_inspections(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(pytester, monkeypatch, "--mc-row", "basic/temperature", "--mc-model", "small-1")
    result.assert_outcomes(passed=1)
