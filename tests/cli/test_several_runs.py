"""`run --runs`: several complete runs, each kept, and their flaky rows marked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import reference
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion, finish_answer
from messages_conformance.reference.documented import DOCUMENTED
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")

ONE_MODEL = (
    *("run", "--target", "model-studio", "--revision", "2025-11-13"),
    *("--model", "qwen-plus"),
)
STOPS = (*ONE_MODEL, "--row", "basic/stop_sequences")
CHOICES = (*ONE_MODEL, "--row", "tool_choice/*")


@pytest.fixture
def fickle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An endpoint that learns to honour stop sequences after the first two requests with any."""
    revision = library.shipped("model-studio", "2025-11-13")
    asked = count()

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        if request.body.get("stop_sequences") and next(asked) < 2:
            return finish_answer(blocks, request.body["max_tokens"], ())
        return DOCUMENTED.finish(request, blocks)

    stages = replace(DOCUMENTED, finish=finish)
    with reference.running(reference.app(revision, key="sk-1234567890", stages=stages)) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-1234567890")
        yield


def report_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return document


def test_a_row_whose_behaviour_differs_is_flaky_and_the_worst_counts(
    fickle: None, tmp_path: Path
) -> None:
    result = call(*STOPS, "--runs", 2, "--output", tmp_path / "all")
    assert result.exit_code == 1, result.output
    assert "ignored 1 of 2, works 1 of 2" in " ".join(result.stdout.split())
    assert "run 2 of 2" in result.stderr.splitlines()
    (cell,) = report_of(tmp_path / "all")["cells"]
    assert (cell["flaky"], cell["behaviour"]) == (True, "ignored")
    each = [report_of(tmp_path / "all" / f"run-{number}")["cells"] for number in (1, 2)]
    assert [cell["behaviour"] for (cell,) in each] == ["ignored", "works"]


def test_each_run_is_complete_and_sends_everything_again(endpoint: str, tmp_path: Path) -> None:
    result = call(*CHOICES, "--runs", 2, "--output", tmp_path / "all")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "all").iterdir()} == {
        *("run-1", "run-2", "report.html", "report.json", "report.md")
    }
    alone = call("report", *CHOICES[1:], "--cassettes", tmp_path / "all" / "run-2" / "cassettes")
    assert alone.exit_code == 0
    combined = call("combine", "--runs", tmp_path / "all" / "run-1", tmp_path / "all" / "run-2")
    assert combined.exit_code == 0
    recorded = [
        len(Tape.load(tmp_path / "all" / run / "cassettes", "model-studio", "qwen-plus").entries)
        for run in ("run-1", "run-2")
    ]
    assert recorded[0] == recorded[1] > 0


def test_several_runs_can_be_resumed(endpoint: str, tmp_path: Path) -> None:
    both = (*CHOICES, "--output", tmp_path / "all", "--runs", 2)
    planned = json.loads(call("plan", *CHOICES[1:], "--format", "json").stdout)
    expected = planned["expected"]["input_tokens"] + planned["expected"]["output_tokens"]
    costliest = max(
        request["upper_bound"]["input_tokens"] + request["upper_bound"]["output_tokens"]
        for request in planned["models"][0]["requests"]
    )
    stopped = call(*both, "--budget", expected + costliest)
    assert stopped.exit_code == 2
    assert report_of(tmp_path / "all" / "run-1")["cells"][0]["behaviour"] == "works"
    assert f"--output {tmp_path / 'all'} --resume" in stopped.stderr
    assert not (tmp_path / "all" / "report.json").exists()
    done = call(*both, "--resume")
    assert done.exit_code == 0, done.output
    again = call(*both, "--resume")
    assert again.stderr.count("nothing left to send") == 2
    assert len(report_of(tmp_path / "all")["runs"]) == 2


def test_without_a_folder_the_newest_is_named(endpoint: str) -> None:
    assert call(*CHOICES, "--runs", 2).exit_code == 0
    (folder,) = Path("runs").iterdir()
    assert f"the newest is {folder}" in refused(call(*CHOICES, "--runs", 2, "--resume"))


def test_a_folder_keeps_one_run_or_several(endpoint: str, tmp_path: Path) -> None:
    one, several = tmp_path / "one", tmp_path / "several"
    call(*CHOICES, "--output", one)
    call(*CHOICES, "--output", several, "--runs", 2)
    assert "contains a single run" in refused(
        call(*CHOICES, "--output", one, "--runs", 2, "--resume")
    )
    assert "contains several runs" in refused(call(*CHOICES, "--output", several, "--resume"))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--cassettes", "kept"), "name the folder of all runs with --output"),
        (("--shard", "1/2"), "--runs compares complete runs and cannot be used with --shard"),
        (("--runs", "0"), "0 is not in the range"),
    ],
)
def test_options_that_exclude_several_runs(option: tuple[str, str], message: str) -> None:
    assert message in refused(call(*CHOICES, "--runs", 2, *option))
