"""A page that names what is missing: kept where only that is missing, and said in the report."""

from dataclasses import replace
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Lack
from messages_conformance.judging.judge import cell
from messages_conformance.judging.judge import report_of as whole
from messages_conformance.probing import loader
from messages_conformance.probing.probe import Ask, Step, drive, ignored, partial, works
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report import Cell, Provenance, TargetReport
from messages_conformance.report.to_json import from_document, to_document
from messages_conformance.verdict import Behaviour, Claim, Evidence, Standing
from support import small_project

ROW = replace(
    small_project.row("basic/stop", Claim.PARTIAL),
    lacks=(Lack("stop_reason", "stop_reason stays end_turn"), Lack("stop_sequence", "it is null")),
)


def judged(behaviour: Behaviour) -> Cell:
    return cell(small_project.MODEL, ROW, behaviour, Evidence.RECORDED)


@pytest.mark.parametrize(
    ("lacking", "name", "standing"),
    [
        (("stop_reason",), "kept", Standing.GOOD),
        (("stop_sequence", "stop_reason"), "kept", Standing.GOOD),
        (("stop_reason", "text"), "partly kept", Standing.BAD),
        (("text",), "partly kept", Standing.BAD),
        ((), "partly kept", Standing.BAD),
    ],
)
def test_only_what_the_page_names_may_be_missing(
    lacking: tuple[str, ...], name: str, standing: Standing
) -> None:
    found = judged(partial("it stops, but says end_turn", lacking=lacking))
    assert (found.verdict.name, found.verdict.standing) == (name, standing)
    assert found.summary == (
        "it stops, but says end_turn "
        "(missing, as the page says: stop_reason stays end_turn; it is null)"
    )


def test_the_other_behaviours_are_judged_as_of_a_promise() -> None:
    assert judged(works("it stops")).verdict.name == "bonus"
    assert judged(ignored("it runs on")).verdict.name == "silently ignored"
    assert judged(works("it stops")).summary == "it stops"


def test_a_saved_report_holds_what_is_missing() -> None:
    page = replace(small_project.revision("basic/stop"), rows=(small_project.row("basic/stop"),))
    found = cell(
        small_project.MODEL, page.rows[0], partial("x", lacking=("text",)), Evidence.RECORDED
    )
    ground = Provenance(Evidence.RECORDED, (), (), None)
    report = whole([TargetReport(page, ground, page.rows, page.models, (found,))])
    document = to_document(report)
    assert document["cells"][0]["lacking"] == ["text"]
    assert from_document(document) == report


def test_the_probe_of_stop_sequences_says_what_is_missing() -> None:
    page = library.shipped("model-studio")
    row = page.rows_by_id["basic/stop_sequences"]
    model = page.select_models(("qwen-plus",), ())[0]
    probe = loader.load(resources.folder("suites"))["basic/stop_sequences"].probe
    assert row.claim is Claim.PARTIAL

    def answer(step: Step) -> Exchange:
        body = step.question.request.body
        assert isinstance(body, dict)
        said = str(body["messages"])
        words = said.partition("'content': '")[2] if "stop_sequences" in body else said
        stop = next(iter(body.get("stop_sequences", ["\0"])))
        text = words[words.rfind(":") + 2 :].rstrip("'}]").partition(stop)[0]
        return small_project.exchange(step.question.request, small_project.message(text))

    walk = drive(probe, Ask(model, row, page.target, "x-api-key"))
    try:
        steps = next(walk)
        while True:
            steps = walk.send(tuple(map(answer, steps)))
    except StopIteration as end:
        seen: Behaviour = end.value
    assert (seen.kind.value, seen.lacking) == ("partial", ("stop_reason", "stop_sequence"))
    found = cell(model, row, seen, Evidence.RECORDED)
    assert (found.verdict.name, found.verdict.standing) == ("kept", Standing.GOOD)


def test_an_alias_is_the_model_that_was_asked_for(tmp_path: Path) -> None:
    model = replace(small_project.MODEL, id="asked-for", aliases=("another-name",))
    probe = loader.load(resources.folder("suites"))["basic/model"].probe
    ask = Ask(model, small_project.row("basic/model"), small_project.TARGET, "x-api-key")

    def named(name: str) -> Behaviour:
        walk = drive(probe, ask)
        try:
            steps = next(walk)
            while True:
                body = small_project.message().replace(b'"small-1"', f'"{name}"'.encode())
                steps = walk.send(
                    tuple(small_project.exchange(step.question.request, body) for step in steps)
                )
        except StopIteration as end:
            behaviour: Behaviour = end.value
            return behaviour

    assert named("asked-for").kind == named("another-name").kind
    assert named("stranger").summary == "asked for 'asked-for', and 'stranger' answered"
