import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from messages_conformance import reference, resources
from messages_conformance.claims import library

# A pytest run within this process forgets what it was the first to import, and two copies of a
# module do not know each other's classes: so all of them are imported here.
from messages_conformance.pytest_plugin import items as items
from support import project_on_disk
from support.project_on_disk import Shelf

PLAIN = "def test_plain():\n    assert True\n"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A project whose tests a pytest of its own runs, in this process."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # What the outer run was told is not what the inner one is to do.
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return project_on_disk.put_up(pytester.path, monkeypatch)


def run(pytester: pytest.Pytester, *arguments: str | Path) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:hypothesispytest", *arguments)


def test_each_probe_is_a_test_for_each_model(project: Shelf, pytester: pytest.Pytester) -> None:
    project.record("small-1")
    result = run(pytester, "suites", "--collect-only", "-q")
    assert result.outlines[:6] == [
        f"suites/test_basic.py::{probe}[{model}]"
        for probe in ("temperature", "stop", "huge")
        for model in ("small-1", "small-2")
    ]


def test_a_verdict_passes_fails_or_skips(project: Shelf, pytester: pytest.Pytester) -> None:
    project.record("small-1")
    result = run(pytester, "suites", "-v", "-rs", "--model", "small-1")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*::temperature[[]small-1] PASSED*",
            "*::stop[[]small-1] FAILED*",
            "*::huge[[]small-1] SKIPPED*",
            "SKIPPED*unmeasured: not opted in: sends very much",
        ]
    )


def test_a_failure_tells_claim_behaviour_place_exchange_and_mending(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    result = run(pytester, "suites/test_basic.py::stop[small-1]")
    result.stdout.fnmatch_lines(
        [
            "silently ignored: the same text",
            "row       basic/stop (stop_sequences)",
            "claim     supported: Stops there",
            "seen      ignored: the same text",
            "evidence  recorded, world/small-1/basic.yaml#1, world/small-1/basic.yaml#2",
            "  POST /v1/messages",
            '*"stop_sequences": [[]"3"]*',
            "  → HTTP 200",
            "It stops.",
            "FAILED suites/test_basic.py::stop[[]small-1] - Failed: silently ignored: the s*",
        ]
    )
    result.stdout.no_fnmatch_line("*items.py*")


def test_models_series_and_rows_are_chosen(project: Shelf, pytester: pytest.Pytester) -> None:
    project.record("small-1", stops=True)
    project.record("small-2")
    run(pytester, "suites", "--model", "small-1", "--row", "basic/s*").assert_outcomes(passed=1)
    run(pytester, "suites", "--series", "small", "--row", "basic/s*").assert_outcomes(
        passed=1, failed=1
    )


def test_accepted_deviations_are_expected_failures_and_strict(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.accept()
    project.record("small-1")
    result = run(pytester, "suites", "-rx", "--model", "small-1")
    result.assert_outcomes(passed=1, xfailed=1, skipped=1)
    result.stdout.fnmatch_lines(["XFAIL*We never stop.*"])
    assert result.ret == 0
    project.record("small-1", stops=True)
    result = run(pytester, "suites", "--model", "small-1")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*remove it from the expectations*"])


def test_a_vendors_own_deviations_count_and_are_told_in_junit(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    terms = "link = 'https://example.com/7?a=1&b=<2>'\nexpires = 2999-12-31\n"
    (pytester.path / "own.toml").write_text(f"{project_on_disk.ACCEPTED}{terms}")
    result = run(
        *(pytester, "suites", "--model", "small-1", "--expectations", "own.toml"),
        *("--junitxml", "junit.xml", "--report", "report.xml"),
    )
    result.assert_outcomes(passed=1, xfailed=1, skipped=1)
    case = ET.parse(pytester.path / "junit.xml").find(".//testcase[@name='stop[small-1]']")
    assert case is not None
    told = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert told["accepted"] == "We never stop."
    assert told["link"] == "https://example.com/7?a=1&b=<2>"
    assert told["expires"] == "2999-12-31"
    skipped = case.find("skipped")
    assert skipped is not None
    assert "We never stop. (until 2999-12-31)" in (skipped.get("message") or "")
    own = ET.parse(pytester.path / "report.xml").getroot()
    assert (own.get("tests"), own.get("failures"), own.get("skipped")) == ("3", "0", "2")


def test_shards_together_are_all_tests_and_each_once(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    every = run(pytester, "suites", "--collect-only", "-q").outlines[:6]
    parts = [
        [
            line
            for line in run(pytester, "suites", "--collect-only", "-q", "--shard", shard).outlines
            if "::" in line
        ]
        for shard in ("1/2", "2/2")
    ]
    assert all(parts)
    assert sorted(parts[0] + parts[1]) == sorted(every)
    run(pytester, "suites", "--shard", "1/2", "--report", "part.json")
    assert json.loads((pytester.path / "part.json").read_text())["shards"] == ["1/2"]


def test_other_tests_are_left_alone(project: Shelf, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_plain=PLAIN)
    (pytester.path / "elsewhere").mkdir()
    copied = pytester.path / "elsewhere" / "test_copied.py"
    copied.write_text(project_on_disk.SUITE + PLAIN)
    result = run(pytester, "test_plain.py", copied)
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("=*messages-conformance*")


def test_a_checkout_stands_for_the_suites_installed_from_it(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    checkout = project_on_disk.lay_out(pytester.path / "checkout")
    project.record("small-1")
    suite = checkout.root / "suites" / "test_basic.py"
    run(pytester, suite, "--model", "small-1").assert_outcomes(passed=1, failed=1, skipped=1)
    suite.write_text(project_on_disk.SUITE + "# changed\n")
    result = run(pytester, suite)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*differs from the suite that is installed*"])


def test_the_summary_counts_what_was_found_and_on_what_ground(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    result = run(pytester, "suites", "--model", "small-1")
    result.stdout.fnmatch_lines(
        ["world, without evidence: 1 unmeasured", "world, recorded: 1 kept, 1 silently ignored"],
    )


def test_junit_names_the_cell_and_its_verdict(project: Shelf, pytester: pytest.Pytester) -> None:
    project.record("small-1")
    run(pytester, "suites", "--model", "small-1", "--junitxml", "junit.xml")
    document = ET.parse(pytester.path / "junit.xml")
    case = document.find(".//testcase[@name='stop[small-1]']")
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


def test_reports_are_written_by_their_suffixes(project: Shelf, pytester: pytest.Pytester) -> None:
    project.record("small-1")
    run(pytester, "suites", "--report", "new/report.json", "--report", "new/report.html")
    cells = json.loads((pytester.path / "new" / "report.json").read_text())["cells"]
    assert len(cells) == 6
    assert (pytester.path / "new" / "report.html").read_text().startswith("<!")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--report", "report.pdf"), "end it in .json, .md, .html, .txt"),
        (("--target", "mars"), "no target 'mars'"),
        (("--model", "big"), "no model 'big'"),
        (("--row", "nope"), "no row matches 'nope'"),
        (("--shard", "3/2"), "'3/2' is no shard; write N/M"),
        (("--shard", "1/9"), "use at most 2 shards"),
        (("--expectations", "gone.toml"), "gone.toml: cannot be read"),
        (("--live", "--target", "world"), "set ANTHROPIC_API_KEY"),
        (("--live", "--target", "world", "--resume"), "name its recordings with --cassettes"),
        (("--live", "--resume", "--overwrite"), "choose one"),
        (("--live", "--target", "world", "--shard", "1/9"), "set ANTHROPIC_API_KEY"),
        (("--report", "suites/test_basic.py/report.md"), "report.md"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    project: Shelf,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    project.record("small-1")
    result = run(pytester, "suites", *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{said}*"])
    assert "Traceback" not in str(result.stdout) + str(result.stderr)


def test_a_damaged_cassette_fails_in_one_sentence(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    project.record("small-1")
    (path,) = project.cassettes.rglob("*.yaml")
    path.write_text("version: [")
    result = run(pytester, "suites", "--model", "small-1", "--row", "basic/stop")
    result.stdout.fnmatch_lines(["*basic.yaml: is not a usable cassette*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_a_report_without_a_suite_is_not_silently_missing(
    project: Shelf, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_plain=PLAIN)
    result = run(pytester, "test_plain.py", "--report", "report.md")
    result.stdout.fnmatch_lines(["no suite was run, so no report is written"])


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
            *("--live", "--target", "model-studio", "--mc-revision", "2025-11-13"),
            *("--model", "qwen-plus", "--shard", "2/3"),
            *("--row", "tool*", "--row", "header/*", "--report", "report.json"),
        )
    result.assert_outcomes(passed=4)
    (folder,) = (pytester.path / "runs").iterdir()
    assert [path.name for path in (folder / "cassettes").rglob("*.yaml")] == ["tools.yaml"]
    report = json.loads((pytester.path / "report.json").read_text())
    assert {cell["row"].partition("/")[0] for cell in report["cells"]} == {"tools"}
    assert report["shards"] == ["2/3"]


def test_a_live_session_goes_at_a_pace_and_can_be_gone_on_with(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = library.shipped("model-studio", "2025-11-13")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    page = ("--target", "model-studio", "--mc-revision", "2025-11-13")
    chosen = ("--live", *page, "--model", "qwen-plus", "--row", "basic/*")
    kept = ("--cassettes", "kept")
    with reference.running(reference.app(revision, key="sk-the-key-of-this-test")) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)

        def session(*more: str) -> pytest.RunResult:
            return pytester.runpytest_subprocess(resources.folder("suites"), *chosen, *kept, *more)

        first = session("--concurrency", "1", "--requests-per-minute", "6000", "--budget", "700")
        first.stdout.fnmatch_lines(
            ["1 model, about * requests and * tokens; at most * and 700 tokens, *"],
        )
        first.stdout.fnmatch_lines(["the run kept to its budget of 700 tokens: *: go on with*"])
        assert first.parseoutcomes().get("skipped", 0) > 0
        refused = session()
        assert refused.ret == pytest.ExitCode.USAGE_ERROR
        session("--resume").assert_outcomes(passed=rows_of(first))
        session("--resume").stdout.fnmatch_lines(["there is nothing left to send*"])
        session("--overwrite").stdout.fnmatch_lines(["1 model, about * requests and *"])


def rows_of(result: pytest.RunResult) -> int:
    """How many rows there are."""
    outcomes = result.parseoutcomes()
    return outcomes.get("passed", 0) + outcomes.get("skipped", 0)


@pytest.mark.parametrize("number", ["0", "-1", "many", "9" * 30])
def test_a_pace_is_a_whole_number(pytester: pytest.Pytester, number: str) -> None:
    result = pytester.runpytest_subprocess("--live", "--concurrency", number)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is no whole number above 0*"])


def test_no_more_may_be_in_flight_than_the_command_allows(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")
    result = pytester.runpytest_subprocess(
        resources.folder("suites"), "--live", "--target", "model-studio", "--concurrency", "33"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--concurrency is 32 at most, not 33*"])


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
            "--live",
            *("--target", "model-studio", "--mc-revision", "2025-11-13"),
            *("--model", "qwen-plus", "--row", "tool_choice/*"),
            *("-n", "2", "--report", "report.json", "--junitxml", "j.xml"),
        )
    result.assert_outcomes(passed=4)
    (folder,) = (pytester.path / "runs").iterdir()
    assert [path.name for path in (folder / "cassettes").rglob("*.yaml")] == ["tool_choice.yaml"]
    cells = json.loads((pytester.path / "report.json").read_text())["cells"]
    assert {cell["evidence"] for cell in cells} == {"simulated"}
    names = {case.get("name") for case in ET.parse(pytester.path / "j.xml").iter("testcase")}
    assert "any_calls_some_tool[qwen-plus]" in names
