"""Features in company: what is lost together is shrunk to exactly the features that lose it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest

from messages_conformance.claims.combinations import COMBINED
from messages_conformance.probing.company import pairs
from messages_conformance.probing.company.arrays import all_values, companies
from messages_conformance.probing.company.factors import FACTORS, PLAIN, is_legal
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.pipeline import ParsedRequest, Stages
from messages_conformance.reference.response import Refusal
from messages_conformance.reference.transcript import Transcript
from messages_conformance.report.report import Cell
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint
from messages_conformance.verdict import Kind

Body = dict[str, Any]


def judged(stages: Callable[[Stages], Stages], name: str = "strict", seed: int = 0) -> Cell:
    clean = clean_endpoint(name)
    rows = tuple(row for row in clean.revision.rows if row.id == "combinations/pairs")
    small = replace(clean, revision=replace(clean.revision, rows=rows))
    result = run_suites(small, stages(clean.stages), shipped_suites(), seed=seed)
    (cell,) = result.cells
    return cell


def receiving(change: Callable[[Body], Body]) -> Callable[[Stages], Stages]:
    """An endpoint that changes what it receives."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        return replace(request, body=change(request.body))

    return lambda stages: replace(stages, receive=receive)


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def system_is_lost_with_tools(body: Body) -> Body:
    return without(body, "system") if body.get("tools") else body


def stops_are_lost_beyond_ascii(body: Body) -> Body:
    text = str(body.get("messages"))
    return body if text.isascii() else without(body, "stop_sequences")


def call_is_not_forced_in_streams(body: Body) -> Body:
    return without(body, "tool_choice") if body.get("stream") else body


def marks_are_lost_with_system(body: Body) -> Body:
    return _unmarked(body) if "system" in body else body


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unmarked(one) for name, one in value.items() if name != "cache_control"}
    return [_unmarked(one) for one in value] if isinstance(value, list) else value


def metadata_is_refused_with_thinking(stages: Stages) -> Stages:
    def check(request: AdmittedRequest) -> None:
        if "metadata" in request.body and "thinking" in request.body:
            raise Refusal(400, "thinking: not for this user")

    return replace(stages, checks=(check, *stages.checks))


def result_is_lost_with_metadata(body: Body) -> Body:
    return (
        _blocks_changed(body, lambda one: {**one, "content": "-"}) if "metadata" in body else body
    )


def _blocks_changed(body: Body, change: Callable[[Body], Body]) -> Body:
    """The body with every result of a call changed."""
    turns = [dict(turn) for turn in body.get("messages", [])]
    for turn in turns:
        if isinstance(turn["content"], list):
            turn["content"] = [
                change(block) if block["type"] == "tool_result" else block
                for block in turn["content"]
            ]
    return {**body, "messages": turns}


def limit_is_lost_in_streams(body: Body) -> Body:
    is_short = body.get("stream") and body.get("max_tokens", 0) < 20
    return {**body, "max_tokens": 200} if is_short else body


def stops_are_lost_after_a_turn(body: Body) -> Body:
    return without(body, "stop_sequences") if len(body.get("messages", [])) > 1 else body


def second_block_of_system_is_lost_beyond_ascii(body: Body) -> Body:
    system = body.get("system")
    if not isinstance(system, list) or str(body["messages"]).isascii():
        return body
    return {**body, "system": [system[0], *system[2:]]}


def stream_is_lost_with_four_tools(body: Body) -> Body:
    return without(body, "stream") if len(body.get("tools", ())) >= 4 else body


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        (receiving(system_is_lost_with_tools), "the system prompt is lost with a tool"),
        (
            receiving(stops_are_lost_beyond_ascii),
            "the answer goes on beyond its stop sequence (a stop sequence) with letters beyond "
            "ASCII",
        ),
        (
            receiving(call_is_not_forced_in_streams),
            "the forced call is not made (a forced call) with a stream",
        ),
        (receiving(marks_are_lost_with_system), "nothing is cached with a system prompt"),
        (
            metadata_is_refused_with_thinking,
            "the request is not answered with thinking and a user's id",
        ),
        (receiving(result_is_lost_with_metadata), "the tool result is lost with a user's id"),
        (
            receiving(limit_is_lost_in_streams),
            "max_tokens does not cut the answer (a tight max_tokens) with a stream",
        ),
        (
            receiving(stops_are_lost_after_a_turn),
            "the answer goes on beyond its stop sequence (a stop sequence) with an earlier turn",
        ),
        (
            receiving(second_block_of_system_is_lost_beyond_ascii),
            "the second block of the system prompt is lost with letters beyond ASCII",
        ),
        (
            receiving(stream_is_lost_with_four_tools),
            "the answer is not a stream (a stream) with four tools",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
@pytest.mark.parametrize("cooperation", [1.0, 0.8])
@pytest.mark.parametrize("seed", range(2))
def test_a_fault_of_two_features_is_shrunk_to_exactly_these(
    stages: Callable[[Stages], Stages], said: str, cooperation: float, seed: int
) -> None:
    cell = judged(lambda clean: stages(Cooperation(cooperation).apply_to(clean)), seed=seed)
    assert cell.kind is Kind.PARTIAL
    losses = cell.summary.removesuffix("; alone, each of these works").split("; ")
    assert said in losses
    # One fault may show in two ways, as a stop sequence does, but never in other company. A model
    # that does not cooperate may show for once what the fault does elsewhere.
    company = said.rpartition(" with ")[2]
    others = [loss for loss in losses if not loss.endswith(f" with {company}")]
    assert all(loss.endswith("not every time") and cooperation < 1 for loss in others), others


@pytest.mark.parametrize("name", CLEAN_ENDPOINTS)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cooperation", [1.0, 0.8])
def test_a_clean_endpoint_is_not_accused_however_the_model_behaves(
    name: str, seed: int, cooperation: float
) -> None:
    cell = judged(Cooperation(cooperation).apply_to, name, seed)
    assert cell.kind in (Kind.WORKS, Kind.UNCLEAR), cell.summary


def test_words_that_cost_tokens_and_that_a_weak_model_overlooks_accuse_nobody() -> None:
    def overlooks_the_system_beside_tools(stages: Stages) -> Stages:
        def generate(request: AdmittedRequest, _: Transcript) -> tuple[Body, ...]:
            return stages.generate(
                request, stages.render(system_is_lost_with_tools(dict(request.body)))
            )

        return replace(stages, generate=generate)

    cell = judged(overlooks_the_system_beside_tools)
    assert cell.kind is Kind.UNCLEAR
    assert cell.summary == (
        "the system prompt is lost with a tool; but a weak model may explain that, and nothing "
        "seen shows otherwise"
    )


def test_a_weak_model_that_calls_a_tool_in_place_of_an_answer_accuses_nobody() -> None:
    def calls_beside_four_tools(stages: Stages) -> Stages:
        def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Body, ...]:
            tools = request.body.get("tools", ())
            if len(tools) < 4 or "tool_choice" in request.body:
                return stages.generate(request, transcript)
            name, given = tools[2]["name"], {"number": "three"}
            return ({"type": "tool_use", "id": "toolu_01Weak", "name": name, "input": given},)

        return replace(stages, generate=generate)

    assert judged(calls_beside_four_tools).kind is Kind.WORKS


def test_a_weak_model_that_never_comes_to_its_stop_sequence_accuses_nobody() -> None:
    def says_little_beside_tools(stages: Stages) -> Stages:
        def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Body, ...]:
            said = stages.generate(request, transcript)
            weak = "tools" in request.body and "tool_choice" not in request.body
            thoughts = [block for block in said if block["type"] == "thinking"]
            return (*thoughts, {"type": "text", "text": "I am not sure at all."}) if weak else said

        return replace(stages, generate=generate)

    assert judged(says_little_beside_tools).kind is Kind.UNCLEAR


def test_an_answer_shorter_than_its_limit_need_not_say_that_it_was_cut() -> None:
    def curt_after_an_earlier_turn(stages: Stages) -> Stages:
        def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Body, ...]:
            is_curt = len(request.body["messages"]) > 1 and request.body["max_tokens"] < 10
            said = stages.generate(request, transcript)
            return ({"type": "text", "text": "No."},) if is_curt else said

        return replace(stages, generate=generate)

    assert judged(curt_after_an_earlier_turn).kind is Kind.WORKS


def test_a_canned_answer_shows_nothing_of_company() -> None:
    def canned(stages: Stages) -> Stages:
        said = ({"type": "text", "text": "This is a mock answer."},)
        return replace(stages, generate=lambda *_: said)

    cell = judged(canned)
    assert cell.kind is Kind.UNCLEAR
    assert "too little shows whether anything is lost" in cell.summary


def test_a_stop_sequence_that_is_not_named_is_lost_where_the_model_comes_to_it() -> None:
    def unnamed_beside_tools(stages: Stages) -> Stages:
        def compose(request: AdmittedRequest, *rest: Any) -> Body:
            message = stages.compose(request, *rest)
            return {**message, "stop_sequence": None} if request.body.get("tools") else message

        return replace(stages, compose=compose)

    cell = judged(unnamed_beside_tools)
    assert cell.kind is Kind.PARTIAL
    assert "the stop sequence that ended the answer is not named with a tool" in cell.summary


def test_what_is_refused_alone_is_no_matter_of_company() -> None:
    def no_tools(stages: Stages) -> Stages:
        def check(request: AdmittedRequest) -> None:
            if "tools" in request.body:
                raise Refusal(400, "tools: Extra inputs are not permitted")

        return replace(stages, checks=(check, *stages.checks))

    assert judged(no_tools).kind is Kind.WORKS


def test_a_loss_is_told_even_if_there_is_no_room_to_shrink_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairs, "_SHARE", 10)
    cell = judged(receiving(system_is_lost_with_tools))
    assert cell.kind is Kind.PARTIAL
    assert "the system prompt is lost with" in cell.summary
    assert "of which some may not matter" in cell.summary


def test_of_a_refusal_that_could_not_be_shrunk_nobody_is_accused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def a_turn_is_refused_with_thinking_in_streams(stages: Stages) -> Stages:
        def check(request: AdmittedRequest) -> None:
            if {"thinking", "stream"} <= set(request.body) and len(request.body["messages"]) > 1:
                raise Refusal(400, "thinking: not today")

        return replace(stages, checks=(check, *stages.checks))

    monkeypatch.setattr(pairs, "_SHARE", 10)
    cell = judged(a_turn_is_refused_with_thinking_in_streams)
    assert cell.kind is Kind.UNCLEAR
    assert "would need more requests than this row may send" in cell.summary


def test_what_could_not_be_asked_again_is_not_called_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_SHARE", 0)
    cell = judged(receiving(system_is_lost_with_tools))
    assert cell.kind is Kind.UNCLEAR
    assert cell.summary.startswith("something was not seen in company")


def test_every_legal_pair_is_in_some_request_and_there_are_few() -> None:
    array = companies(all_values(), 2)
    assert len(array) <= 16
    for first, second in combinations(FACTORS, 2):
        for values in product(first.asked, second.asked):
            pair = {first.name: values[0], second.name: values[1]}
            is_plain = PLAIN.items() & pair.items()  # Then a row that asks for the other has it.
            if is_legal({**PLAIN, **pair, "tools": pair.get("tools", "one")}) and not is_plain:
                assert any(pair.items() <= company.items() for company in array), pair
    assert all(map(is_legal, array))


def test_each_factor_names_a_row_that_the_claims_know_of() -> None:
    assert {factor.row for factor in FACTORS if factor.row} == set(COMBINED)
