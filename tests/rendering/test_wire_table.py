"""Wire rules and clients in a report: counted by model, grouped by rule, never one by one."""

from dataclasses import replace

import pytest

from messages_conformance.rendering.headline import first_sentence
from messages_conformance.rendering.render import Format, render
from messages_conformance.rendering.wire_table import breaches, wire_table
from messages_conformance.report import Observation, TargetReport
from messages_conformance.rules.finding import Severity
from support import sample_reports
from support.sample_reports import REVISION, finding, observation

FORMATS: list[Format] = ["text", "markdown", "html"]


def seen(*observations: Observation) -> TargetReport:
    return replace(sample_reports.target(), observations=observations)


def rendered(target: TargetReport, format: Format) -> str:
    return render(sample_reports.report(target), format, width=140)


def many(number: int) -> TargetReport:
    """One rule broken often, with another message each time but for two."""
    said = ["usage is 0", *(f"usage is {value}" for value in range(number - 1))]
    found = [finding(position=place % 5, message=words) for place, words in enumerate(said)]
    return seen(observation(*found))


def test_an_exchange_counts_once_however_much_is_broken_in_it() -> None:
    assert observation(finding(), finding(rule="RS-MSG-1"), exchanges=9).share == "1 of 9"


def test_an_advisory_is_reported_and_fails_nothing() -> None:
    told = observation(finding(Severity.ADVISORY), exchanges=9)
    assert (told.share, told.verdict.name) == ("0 of 9", "kept")
    assert told.summary == "0 of 9 exchanges break a rule; advisory: RS-USE-1"


@pytest.mark.parametrize("format", FORMATS)
def test_a_rule_broken_600_times_is_listed_once(format: Format) -> None:
    target = many(600)
    (breach,) = breaches(target)
    assert (breach.extent, breach.example.message) == ("600 × in 5 exchanges, s-1", "usage is 0")
    # The page also names it among its problems, and in the sentence about the model.
    assert rendered(target, format).count("RS-USE-1") == (3 if format == "html" else 1)


def test_the_most_severe_rules_come_first_and_of_these_the_most_frequent() -> None:
    found = [
        finding(Severity.ADVISORY, rule="A"),
        finding(Severity.CONTRACT, rule="B"),
        finding(Severity.BREAKING, rule="C"),
        finding(Severity.BREAKING, rule="D"),
        finding(Severity.BREAKING, rule="D"),
    ]
    assert [breach.rule for breach in breaches(seen(observation(*found)))] == ["D", "C", "B", "A"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_model_has_its_share_for_every_row(format: Format) -> None:
    target = seen(
        observation(finding(), exchanges=74),
        observation(exchanges=0, model=REVISION.models[1]),
        observation(row="client/sdk", exchanges=73, figures="sdk 1: 73 fine"),
    )
    text = rendered(target, format)
    for words in ("1 of 74", "0 of 73", "sdk 1: 73 fine", "Plain answers"):
        assert words in text


def test_a_model_that_was_not_inspected_has_an_empty_place() -> None:
    drawn = wire_table(seen(observation()))
    assert drawn is not None
    assert [line.seen[0] is None for line in drawn.lines] == [False, True, True, True]


@pytest.mark.parametrize("format", FORMATS)
def test_without_inspections_there_is_no_section(format: Format) -> None:
    text = rendered(sample_reports.target(), format)
    assert "On the wire" not in text
    assert "Rules found broken" not in text


def test_the_first_sentence_counts_the_exchanges_that_are_broken() -> None:
    same = finding(Severity.BREAKING)
    target = seen(
        observation(same, finding(position=1), finding(Severity.ADVISORY, position=2)),
        observation(same, row="wire/tokens"),
        observation(same, row="client/sdk"),
    )
    told = "Wire rules are broken in 2 exchanges. A current client fails on 1 exchange."
    assert told in first_sentence(target)
    assert "broken in" not in first_sentence(seen(observation()))


def test_where_no_row_of_the_page_was_chosen_the_first_sentence_is_about_rules_alone() -> None:
    alone = replace(seen(observation()), rows=(), cells=())
    said = first_sentence(alone)
    assert said.startswith("Measured on 2026-02-01")
    assert said.endswith("No rule was found broken.")
