"""What a page says of limits, forms and ranges, the documented endpoint does."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.claims import library
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion, finish_answer
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.endpoint import IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys
from messages_conformance.selftest.dry_run import CleanEndpoint, run_suites, shipped_suites

STORY = "Tell me a short story about a heron."


def ask(target: str, revision: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Status and answer of the endpoint that is as a page says."""
    page = library.shipped(target, revision)
    endpoint = ReferenceEndpoint(page, Keys("k"), stages=DOCUMENTED, crowding=0)
    body = {"messages": [{"role": "user", "content": STORY}], **fields}
    headers = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    sent = IncomingRequest("POST", "/v1/messages", headers, json.dumps(body).encode())
    answer = asyncio.run(endpoint.respond(sent))
    return answer.status, json.loads(answer.body)


def newest(model: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    return ask("model-studio", "2026-09-02", model=model, **fields)


@pytest.mark.parametrize(
    ("model", "kinds"),
    [("kimi-k2.6", ["thinking", "text"]), ("qwen3.8-max", ["thinking"])],
)
def test_the_limit_leaves_thinking_out_where_the_page_says_so(model: str, kinds: list[str]) -> None:
    status, said = newest(model, max_tokens=4, thinking={"type": "enabled"})
    assert status == 200
    assert [block["type"] for block in said["content"]] == kinds
    assert said["stop_reason"] == "max_tokens"
    assert (said["usage"]["output_tokens"] > 4) == ("text" in kinds)


@pytest.mark.parametrize(("model", "status"), [("kimi-k2.6", 200), ("qwen3.8-max", 400)])
def test_a_budget_beyond_the_limit_is_refused_only_where_both_are_counted(
    model: str, status: int
) -> None:
    thinking = {"type": "enabled", "budget_tokens": 2048}
    assert newest(model, max_tokens=512, thinking=thinking)[0] == status


@pytest.mark.parametrize(
    ("model", "unasked"),
    [("qwen3.8-max", True), ("kimi-k2-thinking", True), ("kimi-k2.6", False)],
)
def test_models_think_unasked_where_the_page_says_so(model: str, unasked: bool) -> None:
    _, said = newest(model, max_tokens=400)
    assert (said["content"][0]["type"] == "thinking") == unasked


def test_adaptive_thinking_is_taken_where_the_page_names_it() -> None:
    adaptive = {"max_tokens": 400, "thinking": {"type": "adaptive"}}
    status, said = ask("minimax", "2026-06-25", model="MiniMax-M3", **adaptive)
    assert (status, said["content"][0]["type"]) == (200, "thinking")
    assert newest("kimi-k2.6", **adaptive)[0] == 400


@pytest.mark.parametrize(
    ("temperature", "status"), [(0, 200), (1.99, 200), (2, 400), (2.01, 400), (-0.01, 400)]
)
def test_a_maximum_that_a_range_excludes_is_refused(temperature: float, status: int) -> None:
    assert newest("kimi-k2.6", max_tokens=8, temperature=temperature)[0] == status


@pytest.mark.parametrize(("temperature", "status"), [(0, 400), (0.01, 200), (1, 200)])
def test_a_minimum_that_a_range_excludes_is_refused(temperature: float, status: int) -> None:
    said = ask("minimax", "2025-10-27", model="MiniMax-M2", max_tokens=8, temperature=temperature)
    assert said[0] == status


def test_a_page_that_says_less_of_stops_is_answered_with_less() -> None:
    _, whole = newest("kimi-k2.6", max_tokens=400, temperature=0)
    stop = whole["content"][0]["text"].split()[3]
    _, said = newest("kimi-k2.6", max_tokens=400, temperature=0, stop_sequences=[stop])
    assert stop not in said["content"][0]["text"]
    assert (said["stop_reason"], said["stop_sequence"]) == ("end_turn", None)


def test_a_limit_that_counts_thinking_against_the_page_is_found() -> None:
    """With a model of which the page says that only its text counts."""
    clean = CleanEndpoint.of("newest", "model-studio", "kimi-k2.6", "2026-09-02")

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        stops = request.body.get("stop_sequences") or []
        return finish_answer(blocks, request.body["max_tokens"], stops)

    result = run_suites(clean, replace(clean.stages, finish=finish), shipped_suites())
    assert {c.row_id: c.summary for c in result.cells if c.verdict.name == "partly kept"} == {
        "basic/max_tokens": (
            "thinking uses up max_tokens, and the page says that only the text counts"
        )
    }
