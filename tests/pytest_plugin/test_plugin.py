"""A session that judges recordings: its tests, their outcomes, the summary, the reports."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from messages_conformance import memory
from messages_conformance.cassettes.tape import Tape
from support import project_on_disk
from support.inner_pytest import Run
from support.project_on_disk import ProjectOnDisk

PLAIN = "def test_plain():\n    assert True\n"


def test_each_row_is_a_test_for_each_model(project: ProjectOnDisk, run: Run) -> None:
    project.record("small-1")
    result = run("suites", "--collect-only", "-q")
    assert result.outlines[:6] == [
        f"suites/test_basic.py::basic/{row}[{model}]"
        for row in ("temperature", "stop", "huge")
        for model in ("small-1", "small-2")
    ]


def test_a_verdict_passes_fails_or_skips(project: ProjectOnDisk, run: Run) -> None:
    project.record("small-1")
    result = run("suites", "-v", "-rs", "--mc-model", "small-1")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*::basic/temperature[[]small-1] PASSED*",
            "*::basic/stop[[]small-1] FAILED*",
            "*::basic/huge[[]small-1] SKIPPED*",
            "SKIPPED*unmeasured: not opted in: sends very much",
        ]
    )


def test_what_a_report_remembered_is_not_judged_again(
    project: ProjectOnDisk, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.record("small-1")
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    first = run("suites", "--mc-report", "report.json").parseoutcomes()
    assert (tmp_path / "memory" / "judged").exists()
    assert first["passed"]
    monkeypatch.setattr(Tape, "load", None)
    assert run("suites").parseoutcomes() == first


def test_a_failure_shows_claim_behaviour_place_exchange_and_fix(
    project: ProjectOnDisk, run: Run
) -> None:
    project.record("small-1")
    result = run("suites/test_basic.py::basic/stop[small-1]")
    result.stdout.fnmatch_lines(
        [
            "silently ignored: the same text",
            "row       basic/stop (stop_sequences)",
            "claim     supported: Stops there",
            "seen      ignored: the same text",
            "evidence  recorded, world/small-1/basic.yaml#1, world/small-1/basic.yaml#2",
            "  asked: POST /v1/messages",
            '*"stop_sequences": [[]"3"]*',
            "  → HTTP 200",
            "It stops.",
            "FAILED suites/test_basic.py::basic/stop[[]small-1] - Failed: silently ignored:*",
        ]
    )
    result.stdout.no_fnmatch_line("*items.py*")


def test_models_series_and_rows_are_chosen(project: ProjectOnDisk, run: Run) -> None:
    project.record("small-1", stops=True)
    project.record("small-2")
    run("suites", "--mc-model", "small-1", "--mc-row", "basic/s*").assert_outcomes(passed=1)
    run("suites", "--mc-series", "small", "--mc-row", "basic/s*").assert_outcomes(
        passed=1, failed=1
    )


def test_accepted_deviations_are_expected_failures_and_strict(
    project: ProjectOnDisk, run: Run
) -> None:
    project.accept()
    project.record("small-1")
    result = run("suites", "-rx", "--mc-model", "small-1")
    result.assert_outcomes(passed=1, xfailed=1, skipped=1)
    result.stdout.fnmatch_lines(["XFAIL*We never stop.*"])
    assert result.ret == 0
    project.record("small-1", stops=True)
    result = run("suites", "--mc-model", "small-1")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*remove it from the expectations*"])


def test_your_own_deviations_count_and_are_properties_in_junit(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    terms = "link = 'https://example.com/7?a=1&b=<2>'\nexpires = 2999-12-31\n"
    (pytester.path / "own.toml").write_text(f"{project_on_disk.ACCEPTED}{terms}")
    result = run(
        *("suites", "--mc-model", "small-1", "--mc-expectations", "own.toml"),
        *("--junitxml", "junit.xml", "--mc-report", "report.xml"),
    )
    result.assert_outcomes(passed=1, xfailed=1, skipped=1)
    case = ET.parse(pytester.path / "junit.xml").find(".//testcase[@name='basic/stop[small-1]']")
    assert case is not None
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties["accepted"] == "We never stop."
    assert properties["link"] == "https://example.com/7?a=1&b=<2>"
    assert properties["expires"] == "2999-12-31"
    skipped = case.find("skipped")
    assert skipped is not None
    assert "We never stop. (until 2999-12-31)" in (skipped.get("message") or "")
    own = ET.parse(pytester.path / "report.xml").getroot()
    assert (own.get("tests"), own.get("failures"), own.get("skipped")) == ("3", "0", "2")


def test_shards_together_are_all_tests_and_each_once(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    every = run("suites", "--collect-only", "-q").outlines[:6]
    parts = [
        [
            line
            for line in run("suites", "--collect-only", "-q", "--mc-shard", shard).outlines
            if "::" in line
        ]
        for shard in ("1/2", "2/2")
    ]
    assert all(parts)
    assert sorted(parts[0] + parts[1]) == sorted(every)
    run("suites", "--mc-shard", "1/2", "--mc-report", "part.json")
    assert json.loads((pytester.path / "part.json").read_text())["shards"] == ["1/2"]


def test_other_tests_are_left_alone(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_plain=PLAIN)
    (pytester.path / "elsewhere").mkdir()
    copied = pytester.path / "elsewhere" / "test_copied.py"
    copied.write_text(project_on_disk.SUITE + PLAIN)
    result = run("test_plain.py", copied)
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("=*messages-conformance*")


def test_the_suites_of_a_checkout_are_those_that_are_installed_from_it(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    checkout = project_on_disk.write_project(pytester.path / "checkout")
    (checkout.root / "src" / "messages_conformance").mkdir(parents=True)
    project.record("small-1")
    suite = checkout.root / "suites" / "test_basic.py"
    run(suite, "--mc-model", "small-1").assert_outcomes(passed=1, failed=1, skipped=1)
    suite.write_text(project_on_disk.SUITE + "# changed\n")
    result = run(suite)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*differs from the suite that is installed*"])


def test_the_summary_counts_verdicts_by_target_and_evidence(
    project: ProjectOnDisk, run: Run
) -> None:
    project.record("small-1")
    result = run("suites", "--mc-model", "small-1")
    result.stdout.fnmatch_lines(
        ["world, without evidence: 1 unmeasured", "world, recorded: 1 kept, 1 silently ignored"],
    )


def test_junit_names_the_cell_and_its_verdict(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    run("suites", "--mc-model", "small-1", "--junitxml", "junit.xml")
    document = ET.parse(pytester.path / "junit.xml")
    case = document.find(".//testcase[@name='basic/stop[small-1]']")
    assert case is not None
    assert case.get("classname") == "suites.test_basic"
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties == {
        "target": "world",
        "revision": "2025-11-13",
        "model": "small-1",
        "row": "basic/stop",
        "claim": "supported",
        "behaviour": "ignored",
        "verdict": "silently ignored",
        "evidence": "recorded",
        "summary": "the same text",
    }
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("Failed: silently ignored: the same text")


def test_reports_are_written_by_their_suffixes(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    run("suites", "--mc-report", "new/report.json", "--mc-report", "new/report.html")
    cells = json.loads((pytester.path / "new" / "report.json").read_text())["cells"]
    assert len(cells) == 6
    assert (pytester.path / "new" / "report.html").read_text().startswith("<!")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--mc-report", "report.pdf"), "end it in .json, .md, .html, .txt"),
        (("--mc-target", "mars"), "no target 'mars'"),
        (("--mc-model", "big"), "no model 'big'"),
        (("--mc-row", "nope"), "no row matches 'nope'"),
        (("--mc-shard", "3/2"), "'3/2' is no shard; write N/M"),
        (("--mc-shard", "1/9"), "use at most 2 shards"),
        (("--mc-expectations", "gone.toml"), "gone.toml: cannot be read"),
        (("--mc-live", "--mc-target", "world"), "set ANTHROPIC_API_KEY"),
        (
            ("--mc-live", "--mc-target", "world", "--mc-resume"),
            "name its recordings with --mc-cassettes",
        ),
        (("--mc-live", "--mc-resume", "--mc-overwrite"), "choose one"),
        (("--mc-live", "--mc-target", "world", "--mc-shard", "1/9"), "set ANTHROPIC_API_KEY"),
        (("--mc-report", "suites/test_basic.py/report.md"), "report.md"),
    ],
)
def test_a_mistake_is_reported_in_one_sentence(
    project: ProjectOnDisk,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    project.record("small-1")
    result = run("suites", *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{message}*"])
    assert "Traceback" not in str(result.stdout) + str(result.stderr)


def test_a_damaged_cassette_fails_in_one_sentence(project: ProjectOnDisk, run: Run) -> None:
    project.record("small-1")
    (path,) = project.cassettes.rglob("*.yaml")
    path.write_text("version: [")
    result = run("suites", "--mc-model", "small-1", "--mc-row", "basic/stop")
    result.stdout.fnmatch_lines(["*basic.yaml: is not a usable cassette*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_a_report_without_a_suite_is_not_silently_missing(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_plain=PLAIN)
    result = run("test_plain.py", "--mc-report", "report.md")
    result.stdout.fnmatch_lines(["no suite was run, so no report is written"])
