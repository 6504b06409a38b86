"""A page that names what is missing: kept where only that is missing, and said in the report."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Lack
from messages_conformance.judging.judge import judge_behaviour, make_report
from messages_conformance.probing import loader
from messages_conformance.probing.behaviours import ignored, partial, works
from messages_conformance.probing.driver import Batch, run_probe
from messages_conformance.probing.probe import Ask, Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report import Cell, Provenance, TargetReport
from messages_conformance.report.json_format import from_document, to_document
from messages_conformance.verdict import Behaviour, Claim, Evidence, Standing
from support import small_project

ROW = replace(
    small_project.row("basic/stop", Claim.PARTIAL),
    lacks=(Lack("stop_reason", "stop_reason stays end_turn"), Lack("stop_sequence", "it is null")),
)


def judged(behaviour: Behaviour) -> Cell:
    return judge_behaviour(small_project.MODEL, ROW, behaviour, Evidence.RECORDED)


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
    page = library.shipped("model-studio")
    row = page.rows_by_id["basic/stop_sequences"]
    behaviour = partial("it stops, but keeps the sequence", lacking=("text",))
    found = judge_behaviour(page.models[0], row, behaviour, Evidence.RECORDED)
    ground = Provenance(Evidence.RECORDED, (), (), None)
    report = make_report([TargetReport(page, ground, page.rows, page.models, (found,))])
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
        turns: Any = body["messages"]
        asked = str(turns[0]["content"])
        words = asked.partition("=====\n")[2].partition("\n=====")[0]
        if turns[-1]["role"] == "assistant":
            words = words.removeprefix(str(turns[-1]["content"]))
        stops = [words.find(stop) for stop in body.get("stop_sequences", ()) if stop in words]
        text = words[: min(stops, default=len(words))] or "Nothing."
        return small_project.exchange(step.question.request, small_project.message(text))

    ask = Ask(model, row, page.target, "x-api-key")
    seen = run_probe(probe, ask, lambda batch: map(answer, batch))
    assert seen.kind.value == "partial"
    assert seen.lacking == ("stop_reason", "stop_sequence")
    found = judge_behaviour(model, row, seen, Evidence.RECORDED)
    assert (found.verdict.name, found.verdict.standing) == ("kept", Standing.GOOD)


def test_an_alias_is_the_model_that_was_asked_for(tmp_path: Path) -> None:
    model = replace(small_project.MODEL, id="asked-for", aliases=("another-name",))
    probe = loader.load(resources.folder("suites"))["basic/model"].probe
    ask = Ask(model, small_project.row("basic/model"), small_project.TARGET, "x-api-key")

    def named(name: str) -> Behaviour:
        body = small_project.message().replace(b'"small-1"', f'"{name}"'.encode())

        def answer(batch: Batch) -> list[Exchange]:
            return [small_project.exchange(step.question.request, body) for step in batch]

        return run_probe(probe, ask, answer)

    assert named("asked-for").kind == named("another-name").kind
    assert named("stranger").summary == "asked for 'asked-for', and 'stranger' answered"
