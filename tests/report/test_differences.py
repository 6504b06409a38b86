"""Two reports are compared row by row: what is worse one way is better the other way."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from messages_conformance import schemas
from messages_conformance.rendering import differences as rendering
from messages_conformance.report.choose import choose
from messages_conformance.report.differences import Change, Comparison, compare
from messages_conformance.report.report import Report
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Claim, Evidence, Kind
from support import sample_reports
from support.sample_reports import finding, observation

SLOTS = [("basic/top_p", "s-1"), ("basic/metadata", "s-1"), ("content/image", "l-1")]
kinds = st.fixed_dictionaries({slot: st.sampled_from(Kind) for slot in SLOTS})


def report(kinds: dict[tuple[str, str], Kind]) -> Report:
    return sample_reports.report(sample_reports.target(kinds))


def changed(found: Comparison, change: Change) -> set[tuple[str, str]]:
    return {(one.row, one.model) for one in found.of(change)}


@given(kinds)
def test_a_report_does_not_differ_from_itself(kinds: dict[tuple[str, str], Kind]) -> None:
    found = compare(report(kinds), report(kinds))
    assert found.differences == ()
    assert found.same == found.compared > 0
    assert found.exit_code == 0


@given(kinds, kinds)
def test_what_is_worse_one_way_is_better_the_other(
    first: dict[tuple[str, str], Kind], second: dict[tuple[str, str], Kind]
) -> None:
    there, back = (
        compare(report(first), report(second)),
        compare(report(second), report(first)),
    )
    assert changed(there, Change.WORSE) == changed(back, Change.BETTER)
    assert changed(there, Change.OTHER) == changed(back, Change.OTHER)
    assert there.exit_code == (1 if changed(there, Change.WORSE) else 0)


@given(kinds, kinds)
def test_every_form_has_every_difference_and_json_keeps_its_schema(
    first: dict[tuple[str, str], Kind], second: dict[tuple[str, str], Kind]
) -> None:
    found = compare(report(first), report(second))
    document = rendering.to_document(found)
    assert schemas.complaint(document, "differences") is None
    assert len(document["differences"]) == len(found.differences)
    text, markdown = rendering.to_text(found), rendering.to_markdown(found)
    for one in found.differences:
        assert one.row in text
        assert f"`{one.row}`" in markdown


def test_what_stopped_working_is_worse_and_says_how() -> None:
    slot = ("basic/top_p", "s-1")
    found = compare(report({}), report({slot: Kind.IGNORED}))
    assert changed(found, Change.WORSE) == {slot}
    text = rendering.to_text(found)
    assert "✗ basic/top_p kept → silently ignored" in text
    assert text.splitlines()[-1].startswith("1 worse; ")


def test_what_was_not_judged_on_one_side_is_neither_better_nor_worse() -> None:
    slot = ("basic/top_p", "s-1")
    (one,) = compare(report({slot: Kind.UNCLEAR}), report({slot: Kind.BROKEN})).differences
    assert (one.change, one.why) == (Change.OTHER, "not judged before")


def test_where_only_the_page_changed_it_is_other_and_says_so() -> None:
    before = report({})
    (target,) = before.targets
    cells = tuple(
        replace(c, claim=Claim.UNKNOWN, verdict=replace(c.verdict, name="observed: works"))
        if c.row_id == "basic/top_p"
        else c
        for c in target.cells
    )
    found = compare(before, replace(before, targets=(replace(target, cells=cells),)))
    assert {one.change for one in found.differences} == {Change.OTHER}
    assert found.differences[0].why == "the page says nothing, and said supported"


def test_models_of_different_names_are_compared_where_each_side_has_one() -> None:
    whole = report({("basic/top_p", "s-1"): Kind.REFUSED})
    found = compare(choose(whole, ["s-1"]), choose(whole, ["s-2"]))
    (one,) = found.differences
    assert (one.change, one.model) == (Change.BETTER, "s-1 → s-2")


def test_models_that_only_one_side_has_are_new_or_gone() -> None:
    whole = report({})
    found = compare(choose(whole, ["s-*"]), choose(whole, ["s-1", "l-1"]))
    assert {one.model for one in found.of(Change.NEW)} == {"l-1"}
    assert {one.model for one in found.of(Change.GONE)} == {"s-2"}


def test_a_rule_that_is_newly_broken_is_worse() -> None:
    target = sample_reports.target({})
    clean, breaking = observation(), observation(finding(Severity.BREAKING, rule="RS-9"))
    with_seen = [
        sample_reports.report(replace(target, observations=(seen,))) for seen in (clean, breaking)
    ]
    (one,) = compare(*with_seen).differences
    assert (one.change, one.why) == (Change.WORSE, "newly broken: RS-9")


def test_reports_without_a_common_row_cannot_be_compared() -> None:
    whole = report({})
    left, right = choose(whole, rows=["basic/*"]), choose(whole, rows=["content/*"])
    assert compare(left, right).exit_code == 2


def test_versions_hosts_and_evidence_are_named_as_possible_reasons() -> None:
    before = report({})
    (target,) = before.targets
    elsewhere = replace(target.provenance, hosts=("b.example",), evidence=Evidence.SIMULATED)
    after = replace(before, suite_version="9.9", targets=(replace(target, provenance=elsewhere),))
    said = "; ".join(compare(before, after).circumstances)
    for part in ("suite: 0.1.0 → 9.9", "host: acme.example → b.example", "a simulation"):
        assert part in said
