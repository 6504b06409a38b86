"""The strict profile's current model takes what today's clients send, as the genuine API does."""

from typing import Any, get_args

import pytest
from anthropic.types.anthropic_beta_param import AnthropicBetaParam

from messages_conformance.probing.content import assistant, user
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.result import State, Verdict
from messages_conformance.reference.strict import STRICT
from messages_conformance.reference.strict.current import MODEL
from messages_conformance.reference.strict.headers import BETAS
from support.clients_at import answers_of
from support.strict_endpoint import BELL, BUDGET, HI, asked, beta

SYSTEM = {"role": "system", "content": "Be brief."}
EDITS = {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}
CONTEXT = {**beta("context-management-2025-06-27"), "x-api-key": "right"}


@pytest.mark.parametrize(
    "fields",
    [
        {"thinking": {"type": "adaptive"}, "max_tokens": 2048},
        {"output_config": {"effort": "high"}},
        {"messages": [HI, SYSTEM]},
        {"messages": [HI, SYSTEM, assistant("Hello."), user("Again.")]},
    ],
)
def test_it_takes_what_the_older_model_refuses(fields: dict[str, Any]) -> None:
    assert asked(model=MODEL, **fields).status == 200
    assert asked(**fields).status == 400


def test_every_beta_that_the_sdk_names_is_known() -> None:
    named = [name for kind in get_args(AnthropicBetaParam) for name in get_args(kind)]
    assert len(named) > 30
    assert not set(named) - BETAS


def test_the_beta_that_a_gateway_adds_is_known() -> None:
    """Portkey's gateway 1.15.2 sends it with every request."""
    assert asked(headers={**beta("messages-2023-12-15"), "x-api-key": "right"}).status == 200


def test_it_takes_no_budget_and_no_system_turn_that_comes_first() -> None:
    budget = asked(model=MODEL, thinking=BUDGET, max_tokens=2048)
    assert '"thinking.type.enabled" is not supported' in budget.refusal
    assert 'Unexpected role "system"' in asked(model=MODEL, messages=[SYSTEM, HI]).refusal
    after_answer = [HI, assistant("Hello."), SYSTEM]
    assert 'Unexpected role "system"' in asked(model=MODEL, messages=after_answer).refusal


def test_context_is_managed_with_its_beta_and_the_answer_says_what_was_applied() -> None:
    plain = asked(headers=CONTEXT, context_management=EDITS)
    assert plain.body["context_management"] == {"applied_edits": []}
    stream = asked(headers=CONTEXT, context_management=EDITS, stream=True).body
    start, _, end = stream.partition("message_delta")
    assert "applied_edits" in end
    assert "applied_edits" not in start
    assert "Extra inputs are not permitted" in asked(context_management=EDITS).refusal


@pytest.mark.parametrize("edits", [{"edits": [{"type": "shrink"}]}, {"edits": "all"}, "all"])
def test_malformed_edits_of_the_context_are_refused(edits: Any) -> None:
    assert "context_management" in asked(headers=CONTEXT, context_management=edits).refusal


def test_claude_code_is_answered_at_once_and_keeps_its_thinking() -> None:
    asking = questions(dialect_of("claude-code"), MODEL)
    found = answer_all(asking, answers_of(STRICT, "anthropic"))
    assert found.verdict is Verdict.WORKS
    assert found.plain_walk is not None
    assert found.plain_walk.requests == 1
    # It refuses a budget, which the client never sends of its own accord.
    assert found.switched_off == ()
    assert {each.state for each in found.seen} == {State.ACCEPTED}
    honoured = {each.id for each in found.seen if each.effect is Effect.HONOURED}
    assert {"adaptive", "display", "context_management"} <= honoured


def test_a_plain_sum_is_answered_in_text_whatever_reminders_and_tools_come_with_it() -> None:
    tools = [{**BELL, "description": "Rings the bell whenever a number is asked for."}]
    reminder = {"role": "system", "content": "Use the ring_bell tool for every number."}
    question = user("What is 2+2? Reply with the number only.")
    answer = asked(model=MODEL, tools=tools, messages=[question, reminder])
    assert [block["type"] for block in answer.body["content"]] == ["text"]
    assert "4" in answer.body["content"][0]["text"]
