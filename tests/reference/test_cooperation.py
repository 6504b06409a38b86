"""A model of some cooperation: it does as asked that often, and its endpoint stays correct."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.endpoint import IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys, Stages
from messages_conformance.reference.simulated_model import misbehaviour
from messages_conformance.reference.simulated_model.misbehaviour import MISBEHAVIOURS
from messages_conformance.reference.strict import STRICT
from messages_conformance.stats import interval

ENDPOINTS = {
    "documented": ("model-studio", "qwen-plus", DOCUMENTED),
    "strict": ("anthropic", "claude-sonnet-4-5", STRICT),
}
NEVER = Cooperation(0)
SEEDS = range(25)


def tool(name: str, description: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": description, "input_schema": schema}


TIDES = tool(
    "get_tides",
    "Tells when the tide is high in a harbour",
    harbour={"type": "string"},
    unit={"enum": ["metres", "feet"]},
    days={"type": "integer", "minimum": 1, "maximum": 5},
)
SHARES = tool("get_share", "Looks up the price of a share", ticker={"type": "string"})
ASKS_FOR_TIDES = "When is the tide high in Bergen? Use the tool."
PLAIN = "The parrot is called Figaro. The ship is called Aurora. What is the parrot called?"


class Uncooperative:
    """An endpoint with a model of some cooperation, asked one body at a time."""

    def __init__(self, cooperation: Cooperation, name: str = "documented", seed: int = 0) -> None:
        target, self.model, stages = ENDPOINTS[name]
        self.endpoint = _endpoint(target, cooperation.apply_to(stages), seed)

    async def ask(self, prompt: str, **fields: Any) -> dict[str, Any]:
        messages = [{"role": "user", "content": prompt}]
        body = {"model": self.model, "max_tokens": 500, "messages": messages, **fields}
        headers = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
        sent = IncomingRequest("POST", "/v1/messages", headers, json.dumps(body).encode())
        answer = await self.endpoint.respond(sent)
        assert answer.status == 200, answer.body
        return dict(json.loads(answer.body))

    def __call__(self, prompt: str, **fields: Any) -> dict[str, Any]:
        return asyncio.run(self.ask(prompt, **fields))


def _endpoint(target: str, stages: Stages, seed: int) -> ReferenceEndpoint:
    revision = library.shipped(target, "2025-11-13" if target == "model-studio" else None)
    return ReferenceEndpoint(revision, Keys("k"), seed, stages=stages, crowding=0)


def text(message: dict[str, Any]) -> str:
    return "".join(block.get("text", "") for block in message["content"])


def calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in message["content"] if block["type"] == "tool_use"]


@pytest.fixture(params=list(ENDPOINTS))
def endpoint(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- how often


def test_it_does_as_asked_as_often_as_configured() -> None:
    ask = Uncooperative(Cooperation(0.8))
    cooperative = sum("Figaro" in text(ask(PLAIN)) for _ in range(300))
    kept = sum("Figaro" in text(Uncooperative(NEVER, seed=seed)(PLAIN)) for seed in range(100))
    low, high = interval(cooperative, 300, 0.9999)
    # Some misbehaviours leave the answer in what they say.
    assert low <= 0.8 + 0.2 * kept / 100 <= high
    assert kept < 50


def test_full_cooperation_leaves_the_stages_as_they_are() -> None:
    assert Cooperation(1).apply_to(DOCUMENTED) is DOCUMENTED


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        Cooperation(share)


def test_equal_greedy_requests_get_the_same_misbehaviour(endpoint: str) -> None:
    ask = Uncooperative(Cooperation(0.5), endpoint)
    for greedy in ({"temperature": 0}, {"top_k": 1}, {"top_p": 0.01}):
        prompts = [f"{PLAIN} Question {i}." for i in range(12)]
        first = [text(ask(prompt, **greedy)) for prompt in prompts]
        assert [text(ask(prompt, **greedy)) for prompt in prompts] == first


def test_unless_greedy_answers_do_not_repeat() -> None:
    ask = Uncooperative(Cooperation(0.5, repeats=False))
    assert len({text(ask(PLAIN, temperature=0)) for _ in range(20)}) > 3


def test_sampled_requests_get_misbehaviours_of_their_own() -> None:
    ask = Uncooperative(Cooperation(0.5))
    assert len({text(ask(PLAIN)) for _ in range(20)}) > 3


def test_the_seed_determines_answers_whatever_is_in_flight() -> None:
    async def crowd(seed: int) -> list[str]:
        ask = Uncooperative(Cooperation(0.5), seed=seed)
        asked = (ask.ask(f"{PLAIN} Question {i // 2}.") for i in range(14))
        return sorted(map(text, await asyncio.gather(*asked)))

    assert asyncio.run(crowd(1)) == asyncio.run(crowd(1))
    assert asyncio.run(crowd(1)) != asyncio.run(crowd(2))


# -- what stays correct


def test_forced_calls_are_made_and_fit_their_schema(endpoint: str) -> None:
    for seed in SEEDS:
        ask = Uncooperative(NEVER, endpoint, seed)
        for choice in ({"type": "tool", "name": "get_tides"}, {"type": "any"}):
            message = ask(ASKS_FOR_TIDES, tools=[TIDES, SHARES], tool_choice=choice)
            offered = {one["name"]: one["input_schema"] for one in (TIDES, SHARES)}
            assert message["stop_reason"] == "tool_use"
            assert calls(message)
            for call in calls(message):
                assert call["name"] in (["get_tides"] if "name" in choice else offered)
                assert call["id"].startswith("toolu_")
                jsonschema.validate(call["input"], offered[call["name"]])


def test_a_forbidden_call_is_not_made(endpoint: str) -> None:
    for seed in SEEDS:
        ask = Uncooperative(NEVER, endpoint, seed)
        message = ask(ASKS_FOR_TIDES, tools=[TIDES, SHARES], tool_choice={"type": "none"})
        assert calls(message) == []


def test_answers_end_where_the_request_wants_them_to_end(endpoint: str) -> None:
    reasons = set()
    for seed in SEEDS:
        ask = Uncooperative(NEVER, endpoint, seed)
        message = ask(PLAIN, max_tokens=8, stop_sequences=["the", "Fig"])
        assert message["usage"]["output_tokens"] <= 8
        assert "the" not in text(message)
        assert "Fig" not in text(message)
        assert (message["stop_sequence"] is not None) == (message["stop_reason"] == "stop_sequence")
        reasons.add(message["stop_reason"])
    assert reasons >= {"max_tokens", "stop_sequence"}


def test_it_thinks_where_thinking_is_requested(endpoint: str) -> None:
    for seed in SEEDS:
        ask = Uncooperative(NEVER, endpoint, seed)
        message = ask(PLAIN, max_tokens=3000, thinking={"type": "enabled", "budget_tokens": 1024})
        kinds = [block["type"] for block in message["content"]]
        assert kinds[0] == "thinking"
        assert kinds.count("thinking") == 1
        assert message["content"][0]["signature"]


def test_the_prompt_costs_the_same_tokens(endpoint: str) -> None:
    fields = {"tools": [TIDES], "temperature": 0}
    costs = {
        Uncooperative(Cooperation(share), endpoint, seed)(PLAIN, **fields)["usage"]["input_tokens"]
        for share in (0, 1)
        for seed in SEEDS
    }
    assert len(costs) == 1


def test_structured_output_keeps_to_its_schema() -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "loud": {"type": "boolean"}},
        "required": ["name", "loud"],
        "additionalProperties": False,
    }
    for seed in SEEDS:
        ask = Uncooperative(NEVER, "strict", seed)
        message = ask(PLAIN, output_config={"format": {"type": "json_schema", "schema": schema}})
        jsonschema.validate(json.loads(text(message)), schema)


# -- the misbehaviours


def _shown() -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests that together give every misbehaviour something to change."""
    yield PLAIN, {}
    yield "Is the sky blue? Answer yes or no. The sky is blue.", {}
    yield ASKS_FOR_TIDES, {"tools": [TIDES, SHARES]}
    yield PLAIN, {"tools": [SHARES]}


def test_every_misbehaviour_occurs(monkeypatch: pytest.MonkeyPatch) -> None:
    met: set[str] = set()

    def watched(shown: misbehaviour.Misbehaviour) -> misbehaviour.Misbehaviour:
        def watching(draft: misbehaviour.AnswerDraft) -> misbehaviour.Blocks | None:
            blocks = shown(draft)
            if blocks is not None and blocks != draft.cooperative:
                met.add(shown.__name__)
            return blocks

        return watching

    monkeypatch.setattr(
        "messages_conformance.reference.cooperation.MISBEHAVIOURS",
        tuple(map(watched, MISBEHAVIOURS)),
    )
    for seed in range(40):
        ask = Uncooperative(NEVER, seed=seed)
        for prompt, fields in _shown():
            ask(prompt, **fields)
    assert met == {one.__name__ for one in MISBEHAVIOURS}


def only(monkeypatch: pytest.MonkeyPatch, chosen: misbehaviour.Misbehaviour) -> Uncooperative:
    monkeypatch.setattr("messages_conformance.reference.cooperation.MISBEHAVIOURS", (chosen,))
    return Uncooperative(NEVER)


def test_free_to_choose_it_calls_the_wrong_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = only(monkeypatch, misbehaviour.calls_another)
    (call,) = calls(ask(ASKS_FOR_TIDES, tools=[TIDES, SHARES]))
    assert call["name"] == "get_share"


def test_instructed_to_call_it_answers_with_text(monkeypatch: pytest.MonkeyPatch) -> None:
    message = only(monkeypatch, misbehaviour.calls_nothing)(ASKS_FOR_TIDES, tools=[TIDES])
    assert (calls(message), message["stop_reason"]) == ([], "end_turn")
    assert text(message)


def test_it_calls_a_tool_that_nothing_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    (call,) = calls(only(monkeypatch, misbehaviour.calls_needlessly)(PLAIN, tools=[SHARES]))
    assert call["name"] == "get_share"


def test_it_states_another_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    said = text(only(monkeypatch, misbehaviour.mixes_up)(PLAIN))
    assert said == "The ship is called Aurora."


def test_it_says_no_for_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = only(monkeypatch, misbehaviour.contradicts)
    assert text(ask("Reply with only the word YES.")) == "NO"


def test_it_misspells_and_leaves_words_out(monkeypatch: pytest.MonkeyPatch) -> None:
    dictated = "Repeat exactly: magpie lantern harbour violin"
    misspelt = text(only(monkeypatch, misbehaviour.misspells)(dictated)).split()
    assert len(misspelt) == 4
    assert misspelt != dictated.split()[2:]
    kept = text(only(monkeypatch, misbehaviour.leaves_words_out)(dictated)).split()
    assert 0 < len(kept) < 4
    assert set(kept) < set(dictated.split())


def test_over_http_it_is_the_same_model() -> None:
    target, model, stages = ENDPOINTS["documented"]
    revision = library.shipped(target, "2025-11-13" if target == "model-studio" else None)
    stages = Cooperation(0.5).apply_to(stages)
    app = reference.app(revision, key="k", seed=3, stages=stages)
    direct = Uncooperative(Cooperation(0.5), seed=3)
    with TestClient(app) as client:
        for i in range(6):
            prompt = f"{PLAIN} Question {i}."
            body = {
                "model": model,
                "max_tokens": 500,
                "messages": [{"role": "user", "content": prompt}],
            }
            answered = client.post("/v1/messages", json=body, headers={"x-api-key": "k"}).json()
            assert answered == direct(prompt)
