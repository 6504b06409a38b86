"""A live session: pytest records from an endpoint, then judges the recordings."""

import json
import xml.etree.ElementTree as ET

import pytest

from messages_conformance import reference, resources
from messages_conformance.claims import library


def test_a_live_shard_records_only_what_it_judges(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = library.shipped("model-studio", "2025-11-13")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    with reference.running(reference.app(revision, key="sk-the-key-of-this-test")) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        result = pytester.runpytest_subprocess(
            resources.folder("suites"),
            *(
                "--mc-live",
                "--mc-target",
                "model-studio",
                "--mc-revision",
                "2025-11-13",
                "--mc-model",
                "qwen-plus",
                "--mc-shard",
                "2/3",
            ),
            *("--mc-row", "tool*", "--mc-row", "header/*", "--mc-report", "report.json"),
        )
    result.assert_outcomes(passed=4)
    (folder,) = (pytester.path / "runs").iterdir()
    assert [path.name for path in (folder / "cassettes").rglob("*.yaml")] == ["tools.yaml"]
    report = json.loads((pytester.path / "report.json").read_text())
    assert {cell["row"].partition("/")[0] for cell in report["cells"]} == {"tools"}
    assert report["shards"] == ["2/3"]


def test_a_live_session_keeps_its_limits_and_can_be_resumed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = library.shipped("model-studio", "2025-11-13")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    chosen = (
        "--mc-live",
        "--mc-target",
        "model-studio",
        "--mc-revision",
        "2025-11-13",
        "--mc-model",
        "qwen-plus",
        "--mc-row",
        "basic/[mt]*",
    )
    kept = ("--mc-cassettes", "kept")
    with reference.running(reference.app(revision, key="sk-the-key-of-this-test")) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)

        def session(*more: str) -> pytest.RunResult:
            return pytester.runpytest_subprocess(resources.folder("suites"), *chosen, *kept, *more)

        first = session(
            "--mc-concurrency", "1", "--mc-requests-per-minute", "6000", "--mc-budget", "700"
        )
        first.stdout.fnmatch_lines(
            ["1 model, about * requests and * tokens; the run never exceeds * and 700 tokens"],
        )
        first.stdout.fnmatch_lines(
            ["the run stayed within its budget of 700 tokens *: continue with --mc-resume *"]
        )
        assert first.parseoutcomes().get("skipped", 0) > 0
        refused = session()
        assert refused.ret == pytest.ExitCode.USAGE_ERROR
        session("--mc-resume").assert_outcomes(passed=rows_of(first))
        session("--mc-resume").stdout.fnmatch_lines(["there is nothing left to send*"])
        session("--mc-overwrite").stdout.fnmatch_lines(["1 model, about * requests and *"])


def rows_of(result: pytest.RunResult) -> int:
    """How many rows there are."""
    outcomes = result.parseoutcomes()
    return outcomes.get("passed", 0) + outcomes.get("skipped", 0)


@pytest.mark.parametrize("number", ["0", "-1", "many", "9" * 30])
def test_a_pace_is_a_whole_number(pytester: pytest.Pytester, number: str) -> None:
    result = pytester.runpytest_subprocess("--mc-live", "--mc-concurrency", number)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is not a whole number above 0*"])


def test_no_more_may_be_in_flight_than_the_command_allows(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    result = pytester.runpytest_subprocess(
        resources.folder("suites"),
        "--mc-live",
        "--mc-target",
        "model-studio",
        "--mc-revision",
        "2025-11-13",
        "--mc-concurrency",
        "33",
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mc-concurrency is at most 32, not 33*"])


def test_live_records_once_and_xdists_workers_only_judge(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real suites against the reference endpoint in the place of Model Studio."""
    revision = library.shipped("model-studio", "2025-11-13")
    suites = resources.folder("suites")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    with reference.running(reference.app(revision, key="sk-the-key-of-this-test")) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        result = pytester.runpytest_subprocess(
            suites,
            "--mc-live",
            *(
                "--mc-target",
                "model-studio",
                "--mc-revision",
                "2025-11-13",
                "--mc-model",
                "qwen-plus",
                "--mc-row",
                "tool_choice/*",
            ),
            *("-n", "2", "--mc-report", "report.json", "--junitxml", "j.xml"),
        )
    result.assert_outcomes(passed=4)
    (folder,) = (pytester.path / "runs").iterdir()
    assert [path.name for path in (folder / "cassettes").rglob("*.yaml")] == ["tool_choice.yaml"]
    cells = json.loads((pytester.path / "report.json").read_text())["cells"]
    assert {cell["evidence"] for cell in cells} == {"simulated"}
    names = {case.get("name") for case in ET.parse(pytester.path / "j.xml").iter("testcase")}
    assert "tool_choice/any[qwen-plus]" in names
