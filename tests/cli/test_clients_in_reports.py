"""`--client` adds rows to a report: of clients, of snippets, of conversations that move."""

from pathlib import Path

from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

SHIPPED = ("report", "--target", "llama.cpp", "--model", "smollm2-135m-instruct", "--details")
ROWS = ("--row", "client/claude-code*", "--row", "moved/*")


def test_the_rows_that_are_named_are_in_the_report() -> None:
    result = call(*SHIPPED, *ROWS, "--client", "claude-code", "--client", "moved")
    assert "client/claude-code@2.1.332: Claude Code 2.1.332" in result.stdout, result.stderr
    assert "reads: by its table" in result.stdout
    assert "moved/onward" in result.stdout
    assert "snippet/" not in result.stdout
    assert "client/claude-code@" not in call(*SHIPPED, *ROWS).stdout


def test_they_need_not_be_named_among_the_rows_as_well() -> None:
    result = call(*SHIPPED, "--row", "basic/model", "--client", "moved")
    assert "moved/onward" in result.stdout, result.stderr
    assert "basic/system" not in result.stdout


def test_an_unknown_client_is_refused_with_the_known_ones(project: ProjectOnDisk) -> None:
    project.record("small-1")
    assert "no client 'claude-cod' is known" in refused(call("report", "--client", "claude-cod"))


def test_a_saved_report_takes_no_new_rows(project: ProjectOnDisk, tmp_path: Path) -> None:
    project.record("small-1")
    call("report", "--output", tmp_path / "report.json")
    said = refused(call("report", "--from", tmp_path / "report.json", "--client", "claude-code"))
    assert "--from prints what was judged before" in said
