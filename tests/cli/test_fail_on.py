"""What else than broken promises makes a run fail, where somebody wants that."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from messages_conformance.cli import main
from messages_conformance.report import json_format
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Kind
from support import sample_reports

MODEL = sample_reports.REVISION.models[0].id


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A report with an unclear cell, a warning and an advisory, and no broken promise."""
    kinds = {("basic/top_p", MODEL): Kind.UNCLEAR, ("basic/metadata", MODEL): Kind.IGNORED}
    seen = sample_reports.observation(sample_reports.finding(Severity.ADVISORY))
    target = replace(sample_reports.target(kinds), observations=(seen,))
    file = tmp_path / "report.json"
    file.write_text(json_format.to_json(sample_reports.report(target)))
    return file


def report(saved: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["report", "--from", str(saved), *options])
    return result.exit_code, result.stderr


def test_by_default_only_broken_promises_and_rules_fail(saved: Path) -> None:
    assert report(saved)[0] == 0


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("unclear", "--fail-on unclear: 1 unclear cell"),
        ("warning", "--fail-on warning: 1 warning"),
        ("advisory", "--fail-on advisory: 1 advisory"),
    ],
)
def test_each_can_be_made_a_failure_and_says_so(saved: Path, what: str, said: str) -> None:
    code, stderr = report(saved, "--fail-on", what)
    assert code == 1
    assert said in stderr


def test_an_unknown_one_is_wrong_usage(saved: Path) -> None:
    assert report(saved, "--fail-on", "everything")[0] == 2
