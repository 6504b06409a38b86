"""Combining reports: lawful, and refused with a sentence where they contradict each other."""

import datetime
from dataclasses import replace
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.errors import CombineError
from messages_conformance.report import Cell, Observation, RecordingSummary, Report, TargetReport
from messages_conformance.report.json_format import from_document, to_document
from messages_conformance.report.merge_shards import merge, missing_shards
from messages_conformance.report.outcome import exit_code
from messages_conformance.verdict import Behaviour, Evidence, Kind
from support import sample_reports

FILES = tuple(f"acme/{model}/{suite}.yaml" for model in ("s-1", "l-1") for suite in ("a", "b"))
ROWS = ("wire/message", "wire/error")


def truth(kinds: list[Kind]) -> TargetReport:
    """What all machines together know."""
    slots = [
        (r.id, m.id) for r in sample_reports.REVISION.rows for m in sample_reports.REVISION.models
    ]
    target = sample_reports.target(dict(zip(slots, kinds, strict=True)))
    seen = tuple(
        sample_reports.observation(exchanges=number + 1, row=row, model=model)
        for row in ROWS
        for number, model in enumerate(target.models)
    )
    recordings = tuple(RecordingSummary(file, number, 10, 1) for number, file in enumerate(FILES))
    provenance = replace(target.provenance, recordings=recordings)
    return replace(target, observations=seen, provenance=provenance)


@st.composite
def parts(draw: st.DrawFn) -> tuple[Report, ...]:
    """Reports of one truth: each has some of it, and of some only that it was not measured."""
    whole = truth(draw(st.lists(st.sampled_from(Kind), min_size=12, max_size=12)))

    def part() -> Report:
        def partly(cell: Cell) -> Cell:
            silent = draw(st.sampled_from([None, None, Kind.UNMEASURED, Kind.UNCLEAR]))
            words = draw(st.sampled_from(["It was so.", "So it was."]))
            said = Behaviour(silent or cell.kind, words)
            return sample_reports.cell(cell.row, cell.model, behaviour=said)

        def looked(seen: Observation) -> Observation:
            if draw(st.booleans()):
                return seen
            return replace(seen, exchanges=0, evidence=Evidence.NONE, deferred=draw(st.booleans()))

        cells = [partly(cell) for cell in whole.cells if draw(st.booleans())]
        seen = [looked(one) for one in whole.observations if draw(st.booleans())]
        recordings = [one for one in whole.provenance.recordings if draw(st.booleans())]
        hosts = draw(st.sets(st.sampled_from(["a.example", "b.example"])))
        rows = {cell.row.id for cell in cells}
        target = replace(
            whole,
            rows=tuple(row for row in whole.rows if row.id in rows),
            cells=tuple(cells),
            observations=tuple(seen),
            provenance=replace(
                whole.provenance,
                recordings=tuple(recordings),
                hosts=tuple(sorted(hosts)),
                evidence=draw(st.sampled_from(Evidence)),
                recorded=draw(st.sampled_from([None, ("2026-01-01", "2026-03-01")])),
            ),
        )
        return replace(
            sample_reports.report(target),
            created=draw(st.sampled_from(["2026-02-02T08:00:00Z", "2026-02-03T08:00:00Z"])),
            shards=tuple(f"{n}/4" for n in range(1, 5) if draw(st.booleans())),
        )

    made = tuple(part() for _ in range(draw(st.integers(2, 3))))
    if draw(st.booleans()):  # as they come from files
        return tuple(from_document(to_document(report)) for report in made)
    return made


def unordered(report: Report) -> object:
    """A report as it is whatever the order of its rows."""
    document = to_document(report)
    for target in document["targets"]:
        target["rows"].sort(key=repr)
    for name in ("cells", "observations", "findings"):
        document[name].sort(key=repr)
    return document


@given(parts())
def test_the_grouping_does_not_matter(reports: tuple[Report, ...]) -> None:
    one, two, *three = reports
    for last in three:
        assert merge(merge(one, two), last) == merge(one, merge(two, last))


@given(parts())
def test_the_order_does_not_matter_but_for_the_order_of_rows(reports: tuple[Report, ...]) -> None:
    combined = [unordered(reduce(merge, order)) for order in permutations(reports)]
    assert all(one == combined[0] for one in combined)


@given(parts())
def test_merging_a_part_again_adds_nothing(reports: tuple[Report, ...]) -> None:
    whole = reduce(merge, reports)
    assert merge(reports[0], reports[0]) == merge(merge(reports[0], reports[0]), reports[0])
    for report in reports:
        assert unordered(merge(whole, report)) == unordered(whole)


@given(parts())
def test_nothing_is_lost_and_nothing_is_added(reports: tuple[Report, ...]) -> None:
    (whole,) = reduce(merge, reports).targets
    each = [target for report in reports for target in report.targets]
    assert {(c.row.id, c.model.id) for c in whole.cells} == {
        (c.row.id, c.model.id) for target in each for c in target.cells
    }
    assert len(whole.by_row_and_model) == len(whole.cells)
    said = {Kind.UNCLEAR, Kind.UNMEASURED}
    for target in each:
        for cell in target.cells:
            kind = whole.by_row_and_model[cell.row.id, cell.model.id].kind
            assert kind == cell.kind or cell.kind in said
    assert set(whole.provenance.recordings) == {
        one for target in each for one in target.provenance.recordings
    }


def of(*targets: TargetReport, **changes: str) -> Report:
    return replace(sample_reports.report(*targets), **changes)  # type: ignore[arg-type]


def other_page(judged: TargetReport, **changes: object) -> TargetReport:
    return replace(judged, revision=replace(judged.revision, **changes))  # type: ignore[arg-type]


PLAIN = sample_reports.target()


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (of(PLAIN, suite_version="9"), "different versions of the suite, 0.1.0 and 9; judge all"),
        (
            of(other_page(PLAIN, date=datetime.date(2026, 5, 1))),
            "target 'acme' was judged against different revisions of its page, "
            "2026-01-31 and 2026-05-01",
        ),
        (
            of(other_page(PLAIN, title="Another")),
            "different claims for the same revision of target 'acme'",
        ),
        (
            of(other_page(PLAIN, rows=(replace(PLAIN.rows[0], words="No"), *PLAIN.rows[1:]))),
            "different claims for the same revision of target 'acme' (row basic/top_p)",
        ),
        (
            of(sample_reports.target({("basic/top_p", "s-1"): Kind.REFUSED})),
            "row basic/top_p for s-1 came out differently, kept and wrongly refused",
        ),
        (
            of(
                replace(
                    PLAIN,
                    provenance=replace(
                        PLAIN.provenance,
                        recordings=(RecordingSummary("acme/s-1/basic.yaml", 1, 1, 1),),
                    ),
                )
            ),
            "different recordings that are both called acme/s-1/basic.yaml",
        ),
        (
            of(replace(PLAIN, observations=(sample_reports.observation(exchanges=3),))),
            "row wire/message for s-1 was inspected in different exchanges",
        ),
        (
            replace(of(PLAIN), shards=("1/3",)),
            "shards of different splits, into 2 and into 3; combine those of one",
        ),
    ],
)
def test_contradictory_reports_are_refused_in_one_sentence(right: Report, said: str) -> None:
    seen = replace(PLAIN, observations=(sample_reports.observation(exchanges=12),))
    left = replace(of(seen), shards=("1/2",))
    for one, two in ((left, right), (right, left)):
        with pytest.raises(CombineError) as refusal:
            merge(one, two)
        assert said in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_different_targets_stay_apart() -> None:
    other = other_page(PLAIN, target=replace(PLAIN.revision.target, id="other"))
    combined = merge(of(PLAIN), of(other))
    assert [target.revision.target.id for target in combined.targets] == ["acme", "other"]
    assert exit_code(combined) == 0


def test_missing_shards_are_named() -> None:
    first, last = (replace(of(PLAIN), shards=(shard,)) for shard in ("10/11", "2/11"))
    combined = merge(first, last)
    assert combined.shards == ("2/11", "10/11")
    assert missing_shards(combined) == tuple(f"{n}/11" for n in range(1, 12) if n not in (2, 10))
    assert not missing_shards(of(PLAIN))
