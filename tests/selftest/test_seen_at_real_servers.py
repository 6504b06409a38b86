"""What was once said wrongly of real servers, in small: each deviation, and what is right of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion
from messages_conformance.reference.pipeline import Message, ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response, invalid, json_response
from messages_conformance.reference.transcript import Transcript
from messages_conformance.report.report import Cell, Observation
from messages_conformance.selftest.dry_run import DryRunResult, run_suites, shipped_suites
from messages_conformance.selftest.run import clean_endpoint
from messages_conformance.verdict import Kind, Standing

Change = Callable[[Stages], Stages]
OWN_WORDS = (
    "The tide went out at noon and left a row of shells along the pier where two old men sat "
    "folding a net and spoke of the winter when the harbour froze from wall to wall"
)


def judged(change: Change, name: str = "strict") -> DryRunResult:
    clean = clean_endpoint(name)
    return run_suites(clean, change(clean.stages), shipped_suites())


def cell_of(result: DryRunResult, row: str) -> Cell | Observation:
    (found,) = (one for one in result.judged if one.row_id == row)
    return found


def talks_before_calls(stages: Stages) -> Stages:
    """A forced call comes after many words, so that a small limit cuts it off."""

    def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
        said = stages.generate(request, transcript)
        forced = transcript.choice in ("any", "tool")
        return ({"type": "text", "text": OWN_WORDS * 2}, *said) if forced else said

    return replace(stages, generate=generate)


def refuses_thinking(stages: Stages) -> Stages:
    """Thinking itself is refused."""

    def check(request: AdmittedRequest) -> None:
        if (request.body.get("thinking") or {}).get("type") == "enabled":
            raise invalid("thinking", "Extra inputs are not permitted")

    return replace(stages, checks=(check, *stages.checks))


def answers_oddly_what_no_client_sends(stages: Stages) -> Stages:
    """A request without a model, or whose `stream` is a string, gets a few words."""

    def send(request: ParsedRequest | None, response: Response) -> Response:
        body = request.body if request else {}
        if "messages" in body and ("model" not in body or isinstance(body.get("stream"), str)):
            return Response(200, (("content-type", "text/plain"),), (b"ok",))
        return stages.send(request, response)

    return replace(stages, send=send)


def never_thinks(stages: Stages) -> Stages:
    """The model does not think, whatever is asked."""

    def render(body: dict[str, Any]) -> Transcript:
        return replace(stages.render(body), thinks=False)

    return replace(stages, render=render)


def answers_as(name: Callable[[str], str]) -> Change:
    """Messages name the model otherwise."""

    def change(stages: Stages) -> Stages:
        def compose(*given: Any) -> Message:
            message = stages.compose(*given)
            return {**message, "model": name(message["model"])}

        return replace(stages, compose=compose)

    return change


def exceeds_the_limit(stages: Stages) -> Stages:
    """Three times as many tokens come as are allowed."""

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        allowed = {**request.body, "max_tokens": 3 * request.body["max_tokens"]}
        return stages.finish(replace(request, body=allowed), blocks)

    return replace(stages, finish=finish)


def dictates_nothing(stages: Stages) -> Stages:
    """The model says words of its own, always the same, and heeds nothing."""

    def generate(_request: AdmittedRequest, _transcript: Transcript) -> tuple[Block, ...]:
        return ({"type": "text", "text": OWN_WORDS},)

    return replace(stages, generate=generate)


def without_stops(stages: Stages) -> Stages:
    """Stop sequences are dropped."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        kept = {name: one for name, one in request.body.items() if name != "stop_sequences"}
        return stages.receive(replace(request, body=kept))

    return replace(stages, receive=receive)


def reads_no_api_key(stages: Stages) -> Stages:
    """`x-api-key` is not read, and errors have an envelope of their own."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        kept = {name: one for name, one in request.headers.items() if name != "x-api-key"}
        return stages.receive(replace(request, headers=kept))

    def refuse(refusal: Refusal, request_id: str) -> Response:
        told = json.loads(stages.refuse(refusal, request_id).body)["error"]["message"]
        return json_response({"detail": told}, refusal.status)

    return replace(stages, receive=receive, refuse=refuse)


@pytest.mark.parametrize("row", ["tool_choice/any", "tool_choice/tool"])
def test_a_forced_call_has_room(row: str) -> None:
    assert cell_of(judged(talks_before_calls), row).verdict.standing is not Standing.BAD


def test_what_is_refused_for_another_reason_is_not_measured() -> None:
    result = judged(refuses_thinking)
    for row in ("prefill_with_thinking", "altered_thinking", "forced_call_with_thinking"):
        assert cell_of(result, f"refusal/{row}").verdict.name == Kind.UNMEASURED


def test_a_client_is_not_held_back_by_what_it_never_sends() -> None:
    client = cell_of(judged(answers_oddly_what_no_client_sends), "client/python-sdk")
    assert client.verdict.standing is Standing.GOOD


def test_a_model_that_never_thinks_ignores_how_thoughts_are_displayed() -> None:
    found = {c.row_id: c.kind for c in judged(never_thinks).cells}
    assert found["basic/thinking/display"] is Kind.IGNORED
    assert found["basic/thinking"] is Kind.IGNORED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (lambda model: f"gateway/{model}", Kind.PARTIAL),
        (lambda model: f"gateway,{model}", Kind.PARTIAL),
        (lambda model: f"{model}-character", Kind.BROKEN),
    ],
)
def test_a_provider_before_the_name_is_no_other_model(
    name: Callable[[str], str], kind: Kind
) -> None:
    found = {c.row_id: c.kind for c in judged(answers_as(name)).cells}
    assert found["basic/model"] is kind


def test_a_limit_that_is_exceeded_counts_for_its_row() -> None:
    row = cell_of(judged(exceeds_the_limit), "basic/max_tokens")
    assert (row.verdict.standing, "tokens were allowed" in row.summary) == (Standing.BAD, True)


def test_a_model_that_dictates_nothing_is_stopped_in_its_own_words() -> None:
    kept = cell_of(judged(dictates_nothing), "basic/stop_sequences")
    assert kept.verdict.standing is Standing.GOOD
    lost = cell_of(judged(lambda stages: without_stops(dictates_nothing(stages))), kept.row_id)
    assert lost.verdict.standing is Standing.BAD


def test_that_a_header_is_not_read_is_said_before_the_form_of_the_refusal() -> None:
    row = cell_of(judged(reads_no_api_key, "documented"), "header/x-api-key")
    assert row.verdict.standing is Standing.BAD
    assert row.summary.startswith("access is denied: HTTP 401: ")
