"""A drawn request as a probe: clean endpoints are not accused, and what fails is made small."""

from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.probing.company.exploration import explore
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.wrong import how_many_wrong
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.pipeline import ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response, invalid, json_response
from messages_conformance.report.report import Cell
from messages_conformance.selftest.dry_run import DryRunResult, run_suites, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint
from messages_conformance.verdict import Claim, Kind, Standing

BARE = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 16,
    "messages": [{"role": "user", "content": "Hi."}],
}


def explored(name: str, *, seed: int, draws: int, stages: Stages | None = None) -> DryRunResult:
    clean = clean_endpoint(name)
    found = explore(clean.revision, clean.model, shipped_suites(), seed=seed, draws=draws, free=1)
    return run_suites(clean, stages or clean.stages, found.suites, seed=seed, asked=found.revision)


def failures(result: DryRunResult) -> list[Cell]:
    return [cell for cell in result.cells if cell.verdict.standing is Standing.BAD]


def smallest(result: DryRunResult, cell: Cell) -> dict[str, Any]:
    (found,) = (one for one in result.exchanges if one.place == cell.places[0])
    body: dict[str, Any] = found.request.body
    return body


@pytest.mark.parametrize("cooperation", [1.0, 0.8])
@pytest.mark.parametrize("name", CLEAN_ENDPOINTS)
def test_a_clean_endpoint_is_not_accused(name: str, cooperation: float) -> None:
    stages = Cooperation(cooperation).apply_to(clean_endpoint(name).stages)
    result = explored(name, seed=4, draws=40, stages=stages)
    assert len(result.cells) == 40
    assert [one.summary for one in result.judged if one.verdict.standing is Standing.BAD] == []


def with_check(check: Any) -> Stages:
    stages = clean_endpoint("strict").stages
    return replace(stages, checks=(*stages.checks, check))


def three_stops_in_a_stream(request: AdmittedRequest) -> None:
    if len(request.body.get("stop_sequences") or ()) >= 3 and request.body.get("stream"):
        raise invalid("stop_sequences", "at most two in a stream")


def test_a_legal_request_that_is_refused_is_shrunk() -> None:
    result = explored("strict", seed=1, draws=12, stages=with_check(three_stops_in_a_stream))
    cells = failures(result)
    assert cells
    stops = ["~~0~~", "~~1~~", "~~2~~"]
    for cell in cells:
        assert smallest(result, cell) == {**BARE, "stop_sequences": stops, "stream": True}
        assert cell.kind is Kind.REFUSED
        assert cell.summary == (
            "a legal request (stop_sequences of 3, a stream) is refused: HTTP 400 "
            "invalid_request_error: stop_sequences: at most two in a stream"
        )


def korean_in_a_stream(request: AdmittedRequest) -> None:
    if request.body.get("stream") and "안녕" in str(request.body["messages"]):
        raise Refusal(500, "Internal server error")


def test_the_letters_on_which_an_endpoint_breaks_are_named_and_little_else_is_left() -> None:
    result = explored("strict", seed=1, draws=30, stages=with_check(korean_in_a_stream))
    cells = failures(result)
    assert cells
    for cell in cells:
        assert "letters beyond ASCII" in cell.summary
        turns = smallest(result, cell)["messages"]
        assert turns[0]["role"] == "user"
        assert "안녕" in str(turns[-1]["content"])
        assert sum(len(turn["content"]) for turn in turns) < 20


def test_a_mistake_that_is_accepted_is_shrunk() -> None:
    stages = clean_endpoint("strict").stages

    def receive(request: ParsedRequest) -> ParsedRequest:
        body = request.body
        heat = body.get("temperature")
        if body.get("tools") and isinstance(heat, int | float) and heat > 1:
            return replace(request, body={**body, "temperature": 1})
        return request

    # A seed that draws such a request; another number may be needed where the drawing changes.
    result = explored("strict", seed=2, draws=60, stages=replace(stages, receive=receive))
    (cell,) = failures(result)
    assert cell.kind is Kind.IGNORED
    found = smallest(result, cell)
    tool = {"name": "tool_0", "input_schema": {"type": "object"}}
    assert found == {**BARE, "temperature": 3, "tools": [tool]}


def failed_results_with_metadata(request: AdmittedRequest) -> None:
    said = str(request.body["messages"])
    if "metadata" in request.body and "'is_error': True" in said:
        raise Refusal(500, "Internal server error")


def test_a_request_that_breaks_the_endpoint_is_shrunk() -> None:
    result = explored("strict", seed=1, draws=30, stages=with_check(failed_results_with_metadata))
    cells = failures(result)
    assert cells
    for cell in cells:
        body = smallest(result, cell)
        assert cell.kind is Kind.BROKEN
        assert set(body) - set(BARE) == {"metadata", "tools"}
        assert len(body["messages"]) == 3


def test_a_refusal_without_a_word_on_the_mistake_is_held_against_who_promises_more() -> None:
    stages = clean_endpoint("strict").stages

    def refuse(refusal: Refusal, request_id: str) -> Any:
        silent = Refusal(refusal.status, "Bad Request") if refusal.status == 400 else refusal
        return stages.refuse(silent, request_id)

    result = explored("strict", seed=2, draws=12, stages=replace(stages, refuse=refuse))
    assert {cell.kind for cell in failures(result)} == {Kind.PARTIAL}
    assert all("without a word on what is wrong" in one.summary for one in failures(result))


def test_of_a_refusal_in_a_foreign_form_the_mistake_is_named_and_no_other_is_added() -> None:
    stages = clean_endpoint("strict").stages

    def refuse(refusal: Refusal, _: str) -> Response:
        return json_response({"error": {"message": refusal.message}}, refusal.status)

    result = explored("strict", seed=2, draws=12, stages=replace(stages, refuse=refuse))
    assert failures(result)
    for cell in failures(result):
        assert cell.kind is Kind.BROKEN
        assert ") is refused in another form than documented: HTTP 400: " in cell.summary
        assert "; its mistake: " in cell.summary
        draft = Draft(smallest(result, cell))
        assert how_many_wrong(draft, "2023-06-01") <= 1


def test_forms_that_differ_are_told() -> None:
    stages = clean_endpoint("strict").stages

    def compose(request: AdmittedRequest, *others: Any) -> dict[str, Any]:
        message = stages.compose(request, *others)
        counted = message["usage"]["input_tokens"] + (7 if request.body.get("stream") else 0)
        return {**message, "usage": {**message["usage"], "input_tokens": counted}}

    result = explored("strict", seed=5, draws=12, stages=replace(stages, compose=compose))
    assert any("input tokens whole, and" in cell.summary for cell in failures(result))


def test_a_page_that_promises_nothing_of_it_is_only_observed() -> None:
    kinds = {(cell.claim, cell.kind) for cell in explored("documented", seed=4, draws=60).cells}
    assert (Claim.UNKNOWN, Kind.IGNORED) in kinds
    assert (Claim.SUPPORTED, Kind.WORKS) in kinds
