"""`report`: what it judges, shows, writes and exits with."""

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from support import project_on_disk
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


def test_report_judges_the_shipped_recordings(project: ProjectOnDisk) -> None:
    project.record("small-1")
    result = call("report")
    assert result.exit_code == 1
    assert "silently ignored" in result.stdout
    assert "\x1b" not in result.stdout


def test_report_judges_only_what_is_chosen(project: ProjectOnDisk) -> None:
    project.record("small-1")
    project.record("small-2")
    chosen = ("--model", "small-2", "--row", "basic/t*", "--series", "SMALL")
    result = call("report", *chosen[:4], "--format", "json")
    document = json.loads(result.stdout)
    assert [(cell["model"], cell["row"]) for cell in document["cells"]] == [
        ("small-2", "basic/temperature")
    ]
    assert result.exit_code == 0
    both = json.loads(call("report", *chosen[2:], "--format", "json").stdout)
    assert {cell["model"] for cell in both["cells"]} == {"small-1", "small-2"}


def test_report_needs_no_network(project: ProjectOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a report must not reach for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket.socket, "connect_ex", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    project.record("small-1", stops=True)
    assert call("report", "--format", "html").exit_code == 0


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("r.json", "{"), ("r.md", "#"), ("r.html", "<!"), ("r.txt", "messages"), ("r.xml", "<?xml")],
)
def test_the_suffix_decides_the_format_of_a_file(
    project: ProjectOnDisk, tmp_path: Path, name: str, beginning: str
) -> None:
    project.record("small-1")
    output = tmp_path / "new" / "folder" / name
    result = call("report", "--output", output)
    assert (result.exit_code, result.stdout) == (1, "")
    assert output.read_text().lower().startswith(beginning)
    assert [path.name for path in output.parent.iterdir()] == [name]


def test_the_format_option_wins_over_the_suffix(project: ProjectOnDisk, tmp_path: Path) -> None:
    project.record("small-1")
    call("report", "--output", tmp_path / "report.txt", "--format", "json")
    assert json.loads((tmp_path / "report.txt").read_text())["cells"]


def test_a_saved_report_is_shown_again_and_exits_as_it_did(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record("small-1")
    saved = tmp_path / "saved.json"
    call("report", "--row", "basic/stop", "--output", saved)
    again = call("report", "--from", saved, "--format", "json")
    assert (again.exit_code, again.stdout) == (1, saved.read_text())
    project.accept()
    assert call("report", "--from", saved).exit_code == 1
    own = project.root / "expectations" / "world.toml"
    assert call("report", "--from", saved, "--expectations", own).exit_code == 0


def test_a_saved_report_keeps_the_deviations_it_was_made_with(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record("small-1")
    own, saved = tmp_path / "known.toml", tmp_path / "saved.json"
    own.write_text(project_on_disk.ACCEPTED)
    assert call("report", "--expectations", own, "--output", saved).exit_code == 0
    (cell,) = [c for c in json.loads(saved.read_text())["cells"] if "known" in c]
    assert cell["known"] == {"state": "accepted", "reason": "We never stop."}
    assert call("report", "--from", saved).exit_code == 0


def test_an_accepted_deviation_is_shown_but_does_not_fail(project: ProjectOnDisk) -> None:
    project.record("small-1")
    project.accept()
    result = call("report", "--details")
    assert result.exit_code == 0
    assert "silently ignored" in result.stdout
    assert "✗ silently ignored (R,A)" in result.stdout
    assert "Accepted known deviations" in result.stdout
    assert "We never stop." in result.stdout
    assert "accepted: 1 known deviation" in result.stderr


def test_an_accepted_deviation_that_is_gone_fails(project: ProjectOnDisk) -> None:
    project.record("small-1", stops=True)
    project.accept()
    result = call("report")
    assert result.exit_code == 1
    assert "remove it from the expectations" in result.stderr


def test_a_first_expectations_file_makes_the_next_report_pass(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record("small-1")
    known = tmp_path / "known.toml"
    result = call("report", "--write-expectations", known)
    assert result.exit_code == 1
    assert "1 known deviation; fill in the reasons" in result.stderr
    assert 'verdict = "silently ignored"' in known.read_text()
    assert call("report", "--expectations", known).exit_code == 0
    before = known.read_text()
    assert "exists already" in refused(call("report", "--write-expectations", known))
    assert known.read_text() == before


def test_your_own_file_replaces_the_shipped_one_and_must_be_valid(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record("small-1")
    project.accept()
    own = tmp_path / "own.toml"
    own.write_text("target = 'world'\ndeviation = []\n")
    assert call("report", "--expectations", own).exit_code == 1
    own.write_text(project_on_disk.ACCEPTED.replace("basic/stop", "basic/stopp"))
    assert "no row of target 'world' matches 'basic/stopp'" in refused(
        call("report", "--expectations", own)
    )
    own.write_text(f"target = 'mars'\n{project_on_disk.ACCEPTED}")
    assert "'mars', which is not judged here; judged: world" in refused(
        call("report", "--expectations", own)
    )
    assert "gone.toml: cannot be read" in refused(call("report", "--expectations", "gone.toml"))


def test_a_deviation_past_its_date_fails_and_says_since_when(project: ProjectOnDisk) -> None:
    project.record("small-1")
    project.accept(f"{project_on_disk.ACCEPTED}expires = 2020-01-31\n")
    result = call("report")
    assert result.exit_code == 1
    assert "was accepted until 2020-01-31" in result.stderr
    assert "Outdated known deviations: these fail" in result.stdout


def test_the_formats_for_ci_have_the_same_exit_code(project: ProjectOnDisk) -> None:
    project.record("small-1")
    for form, beginning in (("summary", "## ✗"), ("junit", "<?xml")):
        result = call("report", "--format", form)
        assert (result.exit_code, result.stdout[: len(beginning)]) == (1, beginning)


def test_without_recordings_it_says_how_to_make_some(project: ProjectOnDisk) -> None:
    message = refused(call("report"))
    assert str(project.cassettes) in message
    assert "messages-conformance run" in message


@pytest.mark.parametrize("has_more", [True, False])
@pytest.mark.parametrize("command", ["report", "combine"])
def test_an_answer_that_was_cut_off_by_a_kill_is_not_passed_over_silently(
    command: str, has_more: bool, project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record()
    run = tmp_path / "run"
    assert call("report", "--output", run / "report.json").exit_code == 1
    if has_more:
        shutil.copytree(project.cassettes, run / "cassettes")
    journal = run / "cassettes" / "world" / "small-1" / "journal.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text('{"requests": [')
    given = (
        ("combine", run) if command == "combine" else ("report", "--cassettes", journal.parents[2])
    )
    done = call(*given)
    assert done.exit_code == (1 if has_more or command == "combine" else 2)
    assert f"{journal}: ends within a line" in done.stderr


def test_recordings_of_other_rows_are_no_judgement(project: ProjectOnDisk) -> None:
    project.record("small-1")
    assert call("report", "--row", "basic/huge").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "mars"), "no target 'mars'"),
        (("--model", "big-1"), "no model 'big-1' in target 'world'; it has small-1, small-2"),
        (("--series", "big"), "no series 'big'"),
        (("--row", "basic/nope"), "no row matches 'basic/nope'"),
        (("--output", "report.pdf"), "end it in .json, .md, .html, .txt, .xml, .csv"),
        (("--from", "claims.json"), "claims.json: this is not a report"),
        (("--from", "r.json"), "r.json: is not JSON"),
        (("--from", "r.json", "--revision", "2025-11-13"), "--from prints what was judged before"),
        (("--output", "r.json/report.md"), "r.json"),
    ],
)
def test_a_mistake_is_reported_in_one_sentence(
    project: ProjectOnDisk, arguments: tuple[str, ...], message: str
) -> None:
    project.record("small-1")
    Path("claims.json").write_text("[]")
    Path("r.json").write_text("{")
    assert message in refused(call("report", *arguments))


def test_a_damaged_cassette_is_named(project: ProjectOnDisk) -> None:
    project.record("small-1")
    (path,) = project.cassettes.rglob("*.yaml")
    path.write_text("version: [")
    assert str(path) in refused(call("report"))


def test_a_malformed_expectations_file_is_named(project: ProjectOnDisk) -> None:
    project.record("small-1")
    project.accept("[[deviation]]\nrow = '*'")
    assert "world.toml" in refused(call("report"))


def test_the_terminal_gets_problems_first_and_ends_with_what_it_comes_to(
    project: ProjectOnDisk,
) -> None:
    project.record("small-1")
    result = call("report", "--model", "small-1")
    lines = result.stdout.splitlines()
    problem, matrix, end = (
        next(number for number, line in enumerate(lines) if part in line)
        for part in ("Problems: 1 row", "All 3 rows", "World: Measured")
    )
    assert problem < matrix < end
    assert "1 cell as claimed, 1 falls short" in " ".join(lines[end:])
    assert "│ POST" not in result.stdout
    assert "--details" in result.stderr.splitlines()[-1]


def test_details_have_the_exchanges_and_quiet_only_the_end(project: ProjectOnDisk) -> None:
    project.record("small-1")
    assert "│ asked: POST" in call("report", "--details").stdout
    quiet = call("report", "-q").stdout
    assert quiet.splitlines()[1].startswith("World: Measured")
    assert "basic/stop" not in quiet
    assert "choose one" in refused(call("report", "-q", "-v"))


def test_a_problem_on_the_terminal_comes_with_its_fix_and_what_a_caller_does(
    project: ProjectOnDisk,
) -> None:
    project.record("small-1")
    problems = call("report").stdout.partition("All 3 rows")[0]
    assert "To fix: " in problems
    assert "Instead: " in problems


def test_what_ships_is_told_in_some_thirty_lines_a_target() -> None:
    said = call("report").stdout
    assert len(said.splitlines()) <= 35 * 5
    page, _, rehearsal = said.partition("A rehearsal on the project's own simulation")
    for part in ("The page of 2025-11-13 promises", "now supported", "What users reported"):
        assert part in page
    assert "nothing about the vendor" in rehearsal


def test_measured_targets_share_one_matrix_whose_columns_are_named() -> None:
    said = " ".join(call("report").stdout.split())
    assert said.count("side by side") == 1
    heads = said.partition("from the left: ")[2].partition("HTTP header")[0]
    columns = heads.split(" · ")
    assert len(columns) == 6
    assert {one.split()[0] for one in columns} == {
        "vllm",
        "claude-code-router",
        "litellm",
        "llama.cpp",
    }
    (signs,) = re.findall(r"(\S+) x-api-key", said.partition("HTTP header")[2])
    assert len(signs) == len(columns)
