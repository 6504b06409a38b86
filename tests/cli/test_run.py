"""`run`: what it sends, records and judges, and how it can end."""

import contextlib
import json
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.cli import run as run_module
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")

PAGE = ("--target", "model-studio", "--revision", "2025-11-13")
LIVE = ("run", *PAGE, "--model", "qwen-plus", "--row", "tool_choice/*")


def test_a_run_records_judges_and_writes_the_reports(endpoint: str, tmp_path: Path) -> None:
    result = call(*LIVE, "--output", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "Rehearsal" in result.stdout
    assert "qwen-plus: recorded 4 probes" in result.stderr
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {"cassettes", "report.html", "report.json", "report.md"}
    assert not any(
        endpoint in path.read_text() for path in (tmp_path / "run").rglob("*") if path.is_file()
    )
    judged = call("report", "--cassettes", tmp_path / "run" / "cassettes", *LIVE[1:])
    assert judged.exit_code == 0


def test_a_run_first_prints_its_cost(endpoint: str) -> None:
    first = call(*LIVE).stderr.splitlines()[0]
    assert re.fullmatch(
        r"1 model, about \d+ requests and [\d,]+ tokens; "
        r"the run never exceeds \d+ requests and [\d,]+ tokens",
        first,
    )


def test_a_run_stays_within_its_budget_and_can_be_resumed(endpoint: str, tmp_path: Path) -> None:
    of_run = (*PAGE, "--model", "qwen-plus", "--row", "basic/*")
    plan = json.loads(call("plan", *of_run, "--format", "json").stdout)["expected"]
    half = (plan["input_tokens"] + plan["output_tokens"]) // 2
    result = call("run", *of_run, "--output", tmp_path, "--budget", half)
    assert result.exit_code == 2
    assert f"stayed within its budget of {half:,} tokens" in result.stderr
    assert f"--output {tmp_path} --resume" in result.stderr
    cells = json.loads((tmp_path / "report.json").read_text())["cells"]
    left = [cell for cell in cells if cell["behaviour"] == "unmeasured"]
    assert 0 < len(left) < len(cells)
    assert {cell["summary"].partition(":")[0] for cell in left} == {"not completed"}
    plan = json.loads(call("plan", *of_run, "--output", tmp_path, "--format", "json").stdout)
    before = tape_size(tmp_path)
    assert plan["expected"]["requests"] > 0
    assert call("run", *of_run, "--output", tmp_path, "--resume").exit_code == 0
    assert tape_size(tmp_path) - before == plan["expected"]["requests"]
    again = call("run", *of_run, "--output", tmp_path, "--resume")
    assert "nothing left to send" in again.stderr


def tape_size(folder: Path) -> int:
    return len(Tape.load(folder / "cassettes", "model-studio", "qwen-plus").entries)


def test_the_shards_of_a_run_together_are_the_whole_run_and_send_nothing_twice(
    endpoint: str, tmp_path: Path
) -> None:
    models = ("--model", "qwen-plus", "--model", "qwen-flash")
    chosen = (*PAGE, *models, "--row", "tool*", "--row", "header/*")
    folders = [tmp_path / f"shard-{number}" for number in (1, 2, 3)]
    for number, folder in enumerate(folders, start=1):
        part = ("--shard", f"{number}/3", "--output", folder)
        assert call("run", *chosen, *part).exit_code == 0
    names = [
        path.relative_to(folder) for folder in folders for path in sorted(folder.rglob("*.yaml"))
    ]
    assert len(names) == len(set(names))
    whole = call("combine", *folders, "--output", tmp_path / "whole")
    assert whole.exit_code == 0, whole.output
    *parts, together = (
        json.loads((folder / "report.json").read_text())
        for folder in (*folders, tmp_path / "whole")
    )
    assert [part["shards"] for part in parts] == [["1/3"], ["2/3"], ["3/3"]]
    assert sum(len(part["cells"]) for part in parts) == len(together["cells"])
    assert {len({cell["model"] for cell in part["cells"]}) for part in parts} == {1, 2}
    assert "unmeasured" not in {cell["behaviour"] for cell in together["cells"]}


def test_a_run_judges_by_own_expectations(endpoint: str, tmp_path: Path) -> None:
    own = tmp_path / "known.toml"
    own.write_text(
        '[[deviation]]\nrow = "tool_choice/any"\nmodel = "qwen-plus"\n'
        'behaviour = "ignored"\nreason = "It was."\n'
    )
    result = call(*LIVE, "--expectations", own)
    assert result.exit_code == 1
    assert "remove it from the expectations" in result.stderr


def test_a_mistake_in_the_expectations_costs_no_run(endpoint: str, tmp_path: Path) -> None:
    own = tmp_path / "known.toml"
    own.write_text(
        '[[deviation]]\nrow = "no/such"\nmodel = "*"\nbehaviour = "ignored"\nreason = "x"\n'
    )
    assert "no row of target 'model-studio' matches" in refused(call(*LIVE, "--expectations", own))
    assert not Path("runs").exists()


def test_a_run_makes_a_folder_of_its_own_by_default(endpoint: str) -> None:
    assert call(*LIVE).exit_code == 0
    (folder,) = Path("runs").iterdir()
    assert folder.name.endswith("-127.0.0.1-" + folder.name.rpartition("-")[2])
    assert (folder / "report.json").is_file()


def test_an_interrupted_run_keeps_what_it_has_and_says_where(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupts = iter([signal.SIGINT])
    # A shell starts what runs in its background with this signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt_once(_: object) -> None:
        for interrupt in interrupts:
            signal.raise_signal(interrupt)

    @contextlib.contextmanager
    def interrupting(*_: object, **__: object) -> Iterator[Callable[[object], None]]:
        yield interrupt_once

    monkeypatch.setattr(run_module, "show_progress", interrupting)
    try:
        message = refused(call(*LIVE, "--output", tmp_path / "run"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert "interrupted" in message
    assert str(tmp_path / "run" / "cassettes") in message
    assert list((tmp_path / "run").rglob("*.yaml"))


def test_the_api_key_wins_and_the_run_says_so(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "wrong")
    result = call(*LIVE)
    assert result.exit_code == 0
    assert "using the API key" in result.stderr


def test_an_auth_token_goes_into_authorization(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", endpoint)
    assert call(*LIVE, "--output", tmp_path).exit_code == 0
    (cassette,) = tmp_path.rglob("tool_choice.yaml")
    assert "x-api-key" not in cassette.read_text()


@pytest.mark.parametrize(
    ("environment", "arguments", "message"),
    [
        ({}, ("--target", "world"), "set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"),
        ({"ANTHROPIC_API_KEY": "k"}, (), "name it with --target, one of: world"),
        (
            {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "localhost"},
            ("--target", "world"),
            "the base URL is malformed; set ANTHROPIC_BASE_URL",
        ),
        (
            {"ANTHROPIC_API_KEY": "k"},
            ("--target", "world", "--opt-in", "basic/stop"),
            "these need it: basic/huge",
        ),
        (
            {"ANTHROPIC_API_KEY": "k"},
            ("--target", "world", "--model", "big"),
            "no model 'big' in target 'world'; it has small-1, small-2",
        ),
        ({"ANTHROPIC_API_KEY": "k"}, ("--target", "world"), "refused the connection"),
    ],
)
def test_a_run_that_cannot_begin_says_why(
    project: ProjectOnDisk,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert message in refused(call("run", *arguments))
    assert not Path("runs").exists()


def test_the_shipped_cassettes_are_overwritten_only_with_the_option(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_cassettes, real = tmp_path / "shipped", resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: shipped_cassettes if name == "cassettes" else real(name)
    )
    assert "with --overwrite" in refused(call(*LIVE, "--cassettes", shipped_cassettes))
    assert call(*LIVE, "--cassettes", shipped_cassettes, "--overwrite").exit_code == 0
