"""`diff`: reports, runs, folders of cassettes and models, compared."""

import json
import shutil
from pathlib import Path

import pytest

from messages_conformance import schemas
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


@pytest.fixture
def saved(project: ProjectOnDisk, tmp_path: Path) -> tuple[Path, Path]:
    """Two reports: in the second, the model stops where it is told to."""
    paths = tmp_path / "before.json", tmp_path / "after.json"
    for path, stops in zip(paths, (False, True), strict=True):
        project.record("small-1", stops=stops)
        call("report", "--model", "small-1", "--output", path)
    return paths


def test_what_differs_is_printed_and_worse_exits_with_1(saved: tuple[Path, Path]) -> None:
    before, after = saved
    better = call("diff", before, after)
    assert better.exit_code == 0
    assert "✓ basic/stop silently ignored → kept" in " ".join(better.stdout.split())
    assert "basic/temperature" not in better.stdout
    worse = call("diff", after, before)
    assert worse.exit_code == 1
    assert worse.stdout.splitlines()[-1].startswith("1 worse; ")


def test_markdown_and_json_say_the_same(saved: tuple[Path, Path]) -> None:
    markdown = call("diff", *saved, "--format", "markdown")
    assert markdown.stdout.startswith("### 1 better")
    document = json.loads(call("diff", *saved, "--format", "json").stdout)
    assert schemas.complaint(document, "differences") is None
    assert document["counts"]["better"] == 1


def test_a_report_is_compared_with_recordings_and_models_with_each_other(
    project: ProjectOnDisk, saved: tuple[Path, Path]
) -> None:
    assert call("diff", saved[1], "world@small-1").exit_code == 0
    project.record("small-2")
    assert "small-1 → small-2" in call("diff", "world@small-1", "world@small-2").stdout


def test_only_chosen_rows_are_compared(saved: tuple[Path, Path]) -> None:
    only = call("diff", *saved, "--row", "basic/temperature")
    assert only.stdout.startswith("no difference")


def test_unknown_names_are_met_with_the_nearest_ones(saved: tuple[Path, Path]) -> None:
    assert "did you mean 'small-1'" in refused(call("diff", f"{saved[0]}@small1", saved[1]))
    assert "did you mean 'world'" in refused(call("diff", "wrld", saved[1]))


def test_a_saved_report_is_printed_in_part(saved: tuple[Path, Path]) -> None:
    part = call("report", "--from", saved[0], "--row", "basic/temperature", "--format", "json")
    assert {cell["row"] for cell in json.loads(part.stdout)["cells"]} == {"basic/temperature"}
    said = refused(call("report", "--from", saved[0], "--row", "basic/temperatur"))
    assert "did you mean 'basic/temperature'" in said


def test_recordings_of_two_runs_are_judged_anew_by_the_same_suite(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    runs = tmp_path / "monday", tmp_path / "tuesday"
    for run, stops in zip(runs, (True, False), strict=True):
        project.record("small-1", stops=stops)
        shutil.copytree(project.cassettes, run / "cassettes")
        call("report", "--model", "small-1", "--output", run / "report.json")
        saved = json.loads((run / "report.json").read_text())
        saved["suite_version"] = f"of {run.name}"
        (run / "report.json").write_text(json.dumps(saved))
    plain = call("diff", *runs)
    assert "suite: of monday → of tuesday" in plain.stdout
    again = call("diff", *runs, "--again")
    assert again.exit_code == 1
    assert "suite:" not in again.stdout
    assert "kept → silently ignored" in " ".join(again.stdout.split())
