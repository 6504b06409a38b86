"""Shards judged on several machines and combined, through the command line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from messages_conformance import cli
from messages_conformance.cassettes import journal, tape
from messages_conformance.cassettes.tape import Entry
from support import project_on_disk, small_project
from support.project_on_disk import ProjectOnDisk

INSPECTION = '''
from messages_conformance.probing import check_each, inspected_row

@inspected_row("wire/message")
def messages(exchanges):
    """Plain answers."""
    return check_each(lambda exchange: (), exchanges)
'''
ROW = """
[[section]]
id = "tools"
title = "Tools"

[[row]]
id = "tools/name"
title = "name"
claim = "supported"
words = "Yes"
source = "the page"
basis = "quoted"
"""
TOOLS = '''
from messages_conformance.probing import row, works

@row("tools/name")
def name(ask):
    """It is taken."""
    answer = yield ask("Hi.", tools=[])
    return works("taken", answer)
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectOnDisk:
    """Two models with two sections each, all recorded, and a row that looks at all of it."""
    monkeypatch.chdir(tmp_path)
    project = project_on_disk.install(tmp_path / "project", monkeypatch)
    (project.root / "suites" / "test_wire.py").write_text(INSPECTION)
    (project.root / "suites" / "test_tools.py").write_text(TOOLS)
    claims = project.root / "claims" / "world" / "2025-11-13.toml"
    claims.write_text(claims.read_text() + ROW)
    for model in ("small-1", "small-2"):
        project.record(model, stops=True)
        asked = small_project.request(model=model, tools=[])
        entry = Entry(small_project.exchange(asked), "tools/name", 0)
        small_project.cassette(project.cassettes, entry, model=model, suite="tools")
    return project


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def machine(project: ProjectOnDisk, shard: str, of: int) -> Path:
    """What one machine makes: the report of its shard, and the cassettes of that."""
    folder = Path(f"machine-{shard}")
    report = folder / "report.json"
    result = call("report", "--shard", f"{shard}/{of}", "--output", report)
    assert result.exit_code in (0, 2), result.output
    document = json.loads(report.read_text())
    files = {cell["row"].partition("/")[0] + ".yaml": cell["model"] for cell in document["cells"]}
    for cell in document["cells"]:
        name = f"world/{cell['model']}/{cell['row'].partition('/')[0]}.yaml"
        (folder / "cassettes" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.cassettes / name, folder / "cassettes" / name)
    assert files
    kept = {p.relative_to(folder / "cassettes").as_posix() for p in folder.rglob("*.yaml")}
    for target in document["targets"]:
        recordings = target["provenance"]["recordings"]
        target["provenance"]["recordings"] = [r for r in recordings if r["cassette"] in kept]
    report.write_text(json.dumps(document))
    return folder


def judged(document: dict[str, Any]) -> object:
    """What a report says, whenever it was made."""
    return [
        document[name] for name in ("suite_version", "targets", "cells", "observations", "findings")
    ]


@pytest.mark.parametrize("of", [2, 3, 4])
def test_merged_shards_are_the_whole_run(project: ProjectOnDisk, of: int) -> None:
    whole = json.loads(call("report", "--format", "json").stdout)
    machines = [machine(project, str(number), of) for number in range(1, of + 1)]
    result = call("combine", *reversed(machines), "--output", "out", "--format", "json")
    assert result.exit_code == 0, result.output
    assert judged(json.loads(result.stdout)) == judged(whole)
    for path in project.cassettes.rglob("*.yaml"):
        copy = Path("out/cassettes") / path.relative_to(project.cassettes)
        assert copy.read_bytes() == path.read_bytes()
    again = json.loads(call("report", "--cassettes", "out/cassettes", "--format", "json").stdout)
    assert judged(again) == judged(whole)
    assert {path.name for path in Path("out").iterdir()} == {
        "cassettes",
        "report.html",
        "report.json",
        "report.md",
    }


def test_a_shard_leaves_what_looks_at_all_of_a_split_model(project: ProjectOnDisk) -> None:
    document = json.loads(call("report", "--shard", "1/4", "--format", "json").stdout)
    (seen,) = document["observations"]
    assert (seen["behaviour"], seen["deferred"]) == ("unmeasured", True)
    assert "'combine' inspects all of them" in seen["summary"]


def test_a_missing_shard_is_reported_and_does_not_pass(project: ProjectOnDisk) -> None:
    machines = [machine(project, number, 3) for number in ("1", "3")]
    result = call("combine", *machines)
    assert result.exit_code == 2
    assert "shard 2/3 is missing; combine all shards of the run" in result.stderr
    assert "only shard 1/3, 3/3; missing: 2/3" in result.stdout


def test_reports_alone_leave_to_the_recordings_what_only_they_can_show(
    project: ProjectOnDisk,
) -> None:
    machines = [machine(project, str(number), 4) / "report.json" for number in range(1, 5)]
    document = json.loads(call("combine", *machines, "--format", "json").stdout)
    assert {seen["behaviour"] for seen in document["observations"]} == {"unmeasured"}
    whole = json.loads(call("report", "--format", "json").stdout)
    assert document["cells"] == whole["cells"]


def test_known_deviations_are_matched_again_after_merging(project: ProjectOnDisk) -> None:
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    Path("known.toml").write_text(project_on_disk.ACCEPTED)
    result = call("combine", *machines, "--expectations", "known.toml")
    assert result.exit_code == 1
    assert "remove it from the expectations" in result.stderr


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def test_recordings_that_differ_under_one_name_are_refused(project: ProjectOnDisk) -> None:
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    (first, *_) = sorted((machines[0] / "cassettes").rglob("*.yaml"))
    other = machines[1] / first.relative_to(machines[0])
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text(first.read_text() + "\n")
    message = refused(call("combine", *machines, "--output", "out"))
    assert str(first) in message
    assert "different recordings under one name" in message
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"suite_version": "0"}, "by different versions of the suite, 0 and 1"),
        ({"revision": "2024-01-01"}, "for different revisions of the page"),
    ],
)
def test_recordings_of_another_time_are_refused(
    project: ProjectOnDisk, facts: dict[str, str], message: str
) -> None:
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    entry = Entry(small_project.exchange(small_project.request(tools=[])), "tools/name", 0)
    small_project.cassette(machines[0] / "cassettes", entry, suite="tools", **facts)
    assert message in refused(call("combine", *machines))


def test_a_folder_that_holds_other_recordings_is_not_written_to(project: ProjectOnDisk) -> None:
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    assert call("combine", machines[0], "--output", "out").exit_code == 2
    assert "other recordings already" in refused(call("combine", *machines, "--output", "out"))


def test_combining_can_be_repeated_after_it_was_killed(project: ProjectOnDisk) -> None:
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    assert call("combine", *machines, "--output", "out").exit_code == 0
    complete = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    for name in ("report.json", "report.md", "report.html"):
        (Path("out") / name).unlink()
    assert call("combine", *machines, "--output", "out").exit_code == 0
    again = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    assert again.keys() == complete.keys()
    assert all(again[path] == complete[path] for path in again if "cassettes" in path.parts)


def test_journals_of_killed_runs_are_taken_in(project: ProjectOnDisk) -> None:
    whole = json.loads(call("report", "--format", "json").stdout)
    machines = [machine(project, str(number), 2) for number in (1, 2)]
    for folder in machines:
        for cassette in sorted((folder / "cassettes").rglob("*.yaml")):
            lines = [
                journal.to_line(found.label, found.suite, found.step, found.entry)
                for found in tape._read(cassette, cassette.name)
            ]
            with (cassette.parent / "journal.jsonl").open("ab") as file:
                file.write(b"".join(lines))
            cassette.unlink()
    result = call("combine", *machines, "--output", "out", "--format", "json")
    assert result.exit_code == 0, result.output
    kept = json.loads(call("report", "--cassettes", "out/cassettes", "--format", "json").stdout)
    for document in (json.loads(result.stdout), kept):
        assert [cell["behaviour"] for cell in document["cells"]] == [
            cell["behaviour"] for cell in whole["cells"]
        ]


@pytest.mark.parametrize("name", ["empty", "empty/none.json", "project/claims"])
def test_what_is_no_run_is_named(project: ProjectOnDisk, name: str) -> None:
    Path("empty").mkdir()
    Path("empty/none.json").write_text("[")
    assert name in refused(call("combine", name))


def test_more_shards_than_there_is_work_are_refused(project: ProjectOnDisk) -> None:
    assert "use at most 4 shards" in refused(call("report", "--shard", "1/5"))
    assert "write N/M" in refused(call("report", "--shard", "5/1"))
