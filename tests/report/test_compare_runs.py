"""Several runs compared: what differs is marked, nothing is averaged, the worst counts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance import cli, schemas
from messages_conformance.errors import CombineError
from messages_conformance.judging.expectations import Deviation, Expectations
from messages_conformance.rendering import matrix
from messages_conformance.rendering.render import Format, render
from messages_conformance.report import Cell, Observation, Report, TargetReport
from messages_conformance.report.compare_runs import compare
from messages_conformance.report.json_format import from_document, to_document
from messages_conformance.report.merge_shards import merge
from messages_conformance.report.outcome import Outcome, exit_code, outcome
from messages_conformance.report.repeats import describe_results
from messages_conformance.verdict import Behaviour, Kind, Samples, Standing
from support import project_on_disk, sample_reports
from support.project_on_disk import ProjectOnDisk

TOP_P = ("basic/top_p", "s-1")
FORMATS: tuple[Format, ...] = ("text", "markdown", "html")
SILENT = (Kind.UNCLEAR, Kind.UNMEASURED)


def run(day: int, kind: Kind | Behaviour, *seen: Observation) -> Report:
    """One day's run, in which one cell came out so."""
    target = replace(sample_reports.target({TOP_P: kind}), observations=seen)
    return replace(sample_reports.report(target), created=f"2026-03-{day:02}T08:00:00+00:00")


def runs(*kinds: Kind) -> list[Report]:
    return [run(day, kind) for day, kind in enumerate(kinds, start=1)]


def of(report: Report, row: str = TOP_P[0], model: str = TOP_P[1]) -> Cell:
    return report.targets[0].by_row_and_model[row, model]


def ways(cell: Cell | Observation) -> dict[Kind, int]:
    return {way.kind: way.times for way in cell.runs}


# -- what counts


def test_a_flaky_cell_is_marked_and_shows_its_worst_result() -> None:
    cell = of(compare(runs(*[Kind.WORKS] * 4, Kind.IGNORED)))
    assert cell.flaky
    assert (cell.kind, cell.verdict.name) == (Kind.IGNORED, "silently ignored")
    assert describe_results(cell.runs) == "works 4 of 5, ignored 1 of 5"


def test_a_cell_with_one_result_is_not_marked() -> None:
    report = compare(runs(Kind.WORKS, Kind.WORKS, Kind.WORKS))
    assert not any(judged.flaky for judged in report.targets[0].judged)
    assert ways(of(report)) == {Kind.WORKS: 3}
    assert exit_code(report) == 0


@pytest.mark.parametrize("silent", SILENT)
def test_an_open_run_does_not_make_a_cell_flaky(silent: Kind) -> None:
    cell = of(compare(runs(silent, Kind.WORKS, Kind.WORKS)))
    assert (cell.flaky, cell.kind) == (False, Kind.WORKS)
    assert ways(cell) == {Kind.WORKS: 2, silent: 1}
    assert describe_results(of(compare(runs(Kind.WORKS, silent, Kind.BROKEN))).runs) == (
        f"broken 1 of 3, works 1 of 3, {silent} 1 of 3"
    )


def test_a_cell_that_is_open_in_every_run_stays_open() -> None:
    cell = of(compare(runs(Kind.UNMEASURED, Kind.UNCLEAR)))
    assert (cell.flaky, cell.kind, cell.verdict.standing) == (False, Kind.UNCLEAR, Standing.OPEN)


def test_the_worst_result_is_the_worst_standing_not_the_worst_behaviour() -> None:
    # A refusal is honest where nothing is promised, and dropping the field is not.
    unsupported = ("basic/metadata", "s-1")
    days = [
        replace(
            sample_reports.report(sample_reports.target({unsupported: kind})),
            created=f"2026-0{day}",
        )
        for day, kind in enumerate((Kind.REFUSED, Kind.IGNORED, Kind.WORKS), start=1)
    ]
    cell = of(compare(days), *unsupported)
    assert (cell.kind, cell.verdict.standing) == (Kind.IGNORED, Standing.WARNING)


kinds = st.lists(st.sampled_from(Kind), min_size=2, max_size=4)


@given(kinds)
@settings(deadline=None, max_examples=25)
def test_the_order_of_the_runs_does_not_matter(seen: list[Kind]) -> None:
    days = runs(*seen)
    assert len({json.dumps(to_document(compare(order))) for order in permutations(days)}) == 1


@given(kinds)
@settings(deadline=None, max_examples=25)
def test_a_cell_is_red_where_any_run_was_and_flaky_only_where_two_runs_differ(
    seen: list[Kind],
) -> None:
    days = runs(*seen)
    cell = of(compare(days))
    judged = {kind for kind in seen if kind not in SILENT}
    assert cell.flaky == (len(judged) > 1)
    assert cell.verdict in {of(day).verdict for day in days}
    assert sum(ways(cell).values()) == len(seen)
    red = [of(day).verdict.standing is Standing.BAD for day in days]
    assert (cell.verdict.standing is Standing.BAD) == any(red)
    assert exit_code(compare(days)) == max(map(exit_code, days))


def test_a_row_that_one_run_did_not_choose_counts_the_other_runs() -> None:
    first, last = runs(Kind.WORKS, Kind.WORKS)
    (target,) = last.targets
    fewer = replace(target, cells=tuple(c for c in target.cells if c.row_id != TOP_P[0]))
    report = compare([first, replace(last, targets=(fewer,))])
    assert ways(of(report)) == {Kind.WORKS: 1}
    assert ways(of(report, "content/image")) == {Kind.WORKS: 2}


# -- where it lies


def test_every_place_names_its_run() -> None:
    finding = sample_reports.finding()
    report = compare(
        [
            run(2, Kind.IGNORED, sample_reports.observation(finding, exchanges=7)),
            run(1, Kind.WORKS, sample_reports.observation(exchanges=5)),
        ]
    )
    cell = of(report)
    assert [str(place) for place in cell.places] == ["run-2/acme/s-1/basic.yaml#0"]
    assert [shown.place for shown in cell.excerpts] == list(cell.places)
    (seen,) = report.targets[0].observations
    assert str(seen.findings[0].exchange) == "run-2/acme/s-1/basic.yaml#0"
    recordings = report.targets[0].provenance.recordings
    assert [one.cassette for one in recordings] == [
        "run-1/acme/s-1/basic.yaml",
        "run-2/acme/s-1/basic.yaml",
    ]
    assert report.targets[0].provenance.requests == 24
    assert [(one.id, one.created[:10]) for one in report.runs] == [
        ("run-1", "2026-03-01"),
        ("run-2", "2026-03-02"),
    ]


def test_an_inspected_row_covers_the_exchanges_of_all_runs() -> None:
    finding = sample_reports.finding()
    days = [
        run(1, Kind.WORKS, sample_reports.observation(exchanges=5, figures="p50 1 s")),
        run(2, Kind.WORKS, sample_reports.observation(finding, exchanges=7, figures="p50 2 s")),
        run(3, Kind.WORKS, sample_reports.observation(exchanges=0)),
    ]
    (seen,) = compare(days).targets[0].observations
    assert (seen.exchanges, seen.broken, seen.kind) == (12, 1, Kind.BROKEN)
    assert seen.flaky
    assert ways(seen) == {Kind.BROKEN: 1, Kind.WORKS: 1, Kind.UNMEASURED: 1}
    assert seen.figures == "p50 1 s; p50 2 s"


# -- what is refused


def other(report: Report, **changes: object) -> Report:
    (target,) = report.targets
    return replace(report, targets=(replace(target, **changes),))  # type: ignore[arg-type]


ONE, TWO = runs(Kind.WORKS, Kind.WORKS)


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([ONE], "name two or more"),
        ([ONE, TWO, ONE], "one run is named twice"),
        ([compare([ONE, TWO]), ONE], "is of several runs already"),
        ([ONE, replace(TWO, shards=("1/2",))], "lacks shard 2/2; combine the shards"),
        ([ONE, replace(TWO, suite_version="9")], "different versions of the suite, 0.1.0 and 9"),
        (
            [
                ONE,
                other(
                    TWO,
                    provenance=replace(TWO.targets[0].provenance, hosts=("elsewhere.example:443",)),
                ),
            ],
            "answered by different hosts, acme.example and elsewhere.example",
        ),
        (
            [ONE, other(TWO, revision=replace(TWO.targets[0].revision, title="Another"))],
            "different claims for the same revision of target 'acme'",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    reports: Sequence[Report], said: str
) -> None:
    for order in (reports, reports[::-1]):
        with pytest.raises(CombineError) as refusal:
            compare(order)
        assert said in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_a_local_endpoint_may_change_its_port() -> None:
    days = [
        other(day, provenance=replace(day.targets[0].provenance, hosts=(f"127.0.0.1:{port}",)))
        for day, port in ((ONE, 8000), (TWO, 9000))
    ]
    assert compare(days).targets[0].provenance.hosts == ("127.0.0.1:8000", "127.0.0.1:9000")


def test_a_report_of_several_runs_cannot_be_merged_with_one_run() -> None:
    with pytest.raises(CombineError, match="combine the shards of each run first"):
        merge(compare([ONE, TWO]), ONE)


# -- how it is shown

FLAKY = compare(
    [
        run(1, Kind.WORKS, sample_reports.observation()),
        run(2, Kind.WORKS, sample_reports.observation()),
        run(3, Kind.IGNORED, sample_reports.observation(sample_reports.finding())),
    ]
)


def test_it_is_saved_and_read_back() -> None:
    document = to_document(FLAKY)
    assert schemas.complaint(document, "report") is None
    assert from_document(document) == FLAKY
    (flaky,) = [cell for cell in document["cells"] if cell.get("flaky")]
    assert flaky["runs"] == [
        {"behaviour": "works", "verdict": "kept", "standing": "good", "times": 2},
        {"behaviour": "ignored", "verdict": "silently ignored", "standing": "bad", "times": 1},
    ]


def test_a_report_of_one_run_does_not_mention_runs() -> None:
    told = json.dumps(to_document(ONE))
    assert '"runs"' not in told
    assert '"flaky"' not in told


@pytest.mark.parametrize("format", FORMATS)
def test_every_rendering_marks_a_flaky_cell_and_says_how_often(format: Format) -> None:
    shown = render(FLAKY, format, width=200)
    plain = shown.replace("\\", "")
    assert "Flaky: results that differ from run to run" in plain
    assert "works 2 of 3, ignored 1 of 3" in plain
    assert "works 2 of 3, broken 1 of 3" in plain
    assert "3 runs since 2026-03-01" in plain
    assert "1 of them flaky" in plain
    assert {"text": "(R,F)", "markdown": "*(recorded, flaky)*", "html": "<small>flaky</small>"}[
        format
    ] in shown
    steady = render(compare([ONE, TWO]), format, width=200)
    assert "flaky" not in steady
    assert "flips" not in steady


@pytest.mark.parametrize("format", FORMATS)
def test_what_falls_short_in_one_run_and_is_unclear_in_others_says_so(format: Format) -> None:
    report = compare(runs(Kind.UNCLEAR, Kind.IGNORED, Kind.UNCLEAR))
    shown = render(report, format, width=200)
    assert "runs: ignored 1 of 3, unclear 2 of 3" in shown
    assert "flaky" not in shown


def test_flaky_models_have_a_column_of_their_own() -> None:
    # As red as its sister in every run, but once in another way.
    both = {TOP_P: Kind.BROKEN, (TOP_P[0], "s-2"): Kind.BROKEN}
    days = [
        replace(sample_reports.report(sample_reports.target(kinds)), created=f"2026-03-0{day}")
        for day, kinds in enumerate((both, {**both, TOP_P: Kind.REFUSED}), start=1)
    ]
    report = compare(days)
    assert of(report).verdict == of(report, model="s-2").verdict
    small = [column for column in matrix.columns(report.targets[0]) if column.series == "Small"]
    assert [[model.id for model in column.models] for column in small] == [["s-1"], ["s-2"]]


def test_junit_and_summary_report_flaky_cells() -> None:
    junit = render(FLAKY, "junit")
    assert "flaky: works 2 of 3, ignored 1 of 3" in junit
    summary = render(FLAKY, "summary").replace("\\", "")
    assert "2 flaky" in summary.splitlines()[0]
    assert "works 2 of 3, ignored 1 of 3" in summary


# -- samples


def sampled(seen: int, of: int, kind: Kind = Kind.WORKS) -> TargetReport:
    saw = Behaviour(kind, "It was so.", (sample_reports.exchange(),), Samples(seen, of))
    return sample_reports.target({TOP_P: saw})


@pytest.mark.parametrize("kind", [Kind.WORKS, Kind.IGNORED, Kind.UNCLEAR])
@pytest.mark.parametrize("format", FORMATS)
def test_samples_are_shown_with_their_interval_whatever_the_result(
    format: Format, kind: Kind
) -> None:
    report = sample_reports.report(sampled(4, 5, kind))
    shown = render(report, format, width=200).replace("\\", "")
    assert "Results that rest on samples" in shown
    assert "4 of 5 samples, 95 % interval 28 to 99 %" in shown


def test_junit_reports_the_interval() -> None:
    junit = render(sample_reports.report(sampled(4, 5)), "junit")
    assert "4 of 5 samples, 95 % interval 28 to 99 %" in junit


def test_the_document_has_the_interval() -> None:
    report = sample_reports.report(sampled(4, 5))
    document = to_document(report)
    (samples,) = [cell["samples"] for cell in document["cells"] if "samples" in cell]
    assert samples == {
        "seen": 4,
        "of": 5,
        "interval": {"low": 0.2836, "high": 0.9949, "confidence": 0.95},
    }
    assert from_document(document) == report


def test_impossible_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4 samples"):
        Samples(5, 4)
    assert Samples(0, 0).interval == (0.0, 1.0)


# -- on the command line


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectOnDisk:
    monkeypatch.chdir(tmp_path)
    return project_on_disk.install(tmp_path / "project", monkeypatch)


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def recorded(project: ProjectOnDisk, day: str, *, stops: bool) -> Path:
    """What one day's run leaves: its cassettes and its report."""
    for model in ("small-1", "small-2"):
        project.record(model, stops=stops)
    folder = Path(day)
    folder.mkdir()
    (project.cassettes).rename(folder / "cassettes")
    report = folder / "report.json"
    call("report", "--cassettes", folder / "cassettes", "--output", report)
    # Two reports of one second would be told apart by what they hold.
    document = json.loads(report.read_text())
    report.write_text(json.dumps({**document, "created": f"2026-03-0{day}T08:00:00+00:00"}))
    return folder


@pytest.fixture
def days(project: ProjectOnDisk) -> list[Path]:
    return [recorded(project, str(day), stops=day != 2) for day in (1, 2, 3)]


def test_runs_of_several_days_are_one_report(days: list[Path]) -> None:
    result = call("combine", "--runs", *reversed(days), "--output", "all", "--format", "json")
    assert result.exit_code == 1, result.output
    document = json.loads(result.stdout)
    stops = [cell for cell in document["cells"] if cell["row"] == "basic/stop"]
    assert [(cell["verdict"], cell["flaky"]) for cell in stops] == [("silently ignored", True)] * 2
    assert stops[0]["exchanges"][0]["cassette"] == "run-2/world/small-1/basic.yaml"
    saved = json.loads(Path("all/report.json").read_text())
    assert saved["cells"] == document["cells"]
    for number, day in enumerate(days, start=1):
        kept = Path(f"all/run-{number}")
        assert (kept / "report.json").exists()
        for path in (day / "cassettes").rglob("*.yaml"):
            copy = kept / path.relative_to(day)
            assert copy.read_bytes() == path.read_bytes()
    again = call("report", "--from", "all/report.json", "--format", "markdown")
    assert "works 2 of 3, ignored 1 of 3" in again.stdout


def test_each_run_kept_can_be_judged_again(days: list[Path]) -> None:
    call("combine", "--runs", *days, "--output", "all")
    judged = call("report", "--cassettes", "all/run-2/cassettes", "--format", "json")
    cells = json.loads(judged.stdout)["cells"]
    assert {c["verdict"] for c in cells if c["row"] == "basic/stop"} == {"silently ignored"}


def test_runs_that_are_there_already_stay(days: list[Path]) -> None:
    assert call("combine", "--runs", *days[:2], "--output", "all").exit_code == 1
    before = {path: path.stat().st_mtime_ns for path in Path("all").rglob("*.yaml")}
    runs_there = [Path("all/run-1"), Path("all/run-2")]
    assert call("combine", "--runs", *runs_there, days[2], "--output", "all").exit_code == 1
    after = {path: path.stat().st_mtime_ns for path in Path("all").rglob("*.yaml")}
    assert before.items() <= after.items()
    assert len(json.loads(Path("all/report.json").read_text())["runs"]) == 3


def test_another_run_is_not_overwritten(days: list[Path]) -> None:
    call("combine", "--runs", *days[:2], "--output", "all")
    result = call("combine", "--runs", *days[1:], "--output", "all")
    assert result.exit_code == 2
    assert "run-1: contains another run; name another folder with --output" in result.stderr


def test_without_the_option_whole_runs_contradict_each_other(days: list[Path]) -> None:
    result = call("combine", *days)
    assert result.exit_code == 2
    assert "--runs" in result.stderr


def test_a_known_deviation_that_comes_and_goes_still_occurs(
    project: ProjectOnDisk, days: list[Path]
) -> None:
    project.accept(project_on_disk.ACCEPTED.replace("small-1", "small-*"))
    result = call("combine", "--runs", *days, "--format", "json")
    assert result.exit_code == 0, result.output
    cells = [c for c in json.loads(result.stdout)["cells"] if c["row"] == "basic/stop"]
    assert all(cell["flaky"] and cell["known"]["state"] == "accepted" for cell in cells)
    # A run in which it does not occur says by itself that it is gone.
    assert call("combine", "--runs", days[0], days[2]).exit_code == 1


def test_an_accepted_flaky_cell_that_was_once_worse_fails_and_says_how_often() -> None:
    days = runs(Kind.WORKS, Kind.IGNORED, Kind.BROKEN, Kind.IGNORED)
    cell = of(compare(days))
    expected = Expectations((Deviation("basic/top_p", "s-1", Kind.IGNORED, "It is known."),))
    known = expected.match(cell, sample_reports.REVISION.date)
    assert known is not None
    assert "it is 'broken' now (ignored 2 of 4, broken 1 of 4, works 1 of 4)" in known.objection
    assert outcome(replace(cell, known=known)) is Outcome.FAILED
