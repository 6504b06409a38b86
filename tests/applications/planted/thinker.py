"""A chat that shows the model's thinking, and sends it back with the history."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

THINKING: Any = {"type": "enabled", "budget_tokens": 1024}


@step
async def shows_thinking(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=2048,
        thinking=THINKING,
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    assert message.content[0].type == "thinking"


@step
async def sends_thinking_back(client: AsyncAnthropic, model: str) -> None:
    asked: Any = {"role": "user", "content": "What is the capital of Norway?"}
    first = await client.messages.create(
        model=model, max_tokens=2048, thinking=THINKING, messages=[asked]
    )
    answered: Any = {"role": "assistant", "content": [b.model_dump() for b in first.content]}
    second = await client.messages.create(
        model=model,
        max_tokens=2048,
        thinking=THINKING,
        messages=[asked, answered, {"role": "user", "content": "And of Italy?"}],
    )
    assert second.stop_reason == "end_turn"


@step
async def stores_signatures(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=2048,
        thinking=THINKING,
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    for block in message.content:
        if block.type == "thinking":
            assert len(block.signature) > 8


@step
async def turns_thinking_off(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        thinking={"type": "disabled"},
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    assert [block.type for block in message.content] == ["text"]
