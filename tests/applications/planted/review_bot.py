"""The twin of `review_bot.ts`: what the program in TypeScript sends, and leans on."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

VERDICT: Any = {
    "name": "give_verdict",
    "description": "Give the verdict on a change.",
    "input_schema": {
        "type": "object",
        "properties": {"accepted": {"type": "boolean"}},
        "required": ["accepted"],
    },
}


@step
async def gives_a_verdict(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=200,
        tools=[VERDICT],
        tool_choice={"type": "tool", "name": "give_verdict"},
        messages=[{"role": "user", "content": "Tell me the capital of Norway."}],
    )
    assert message.stop_reason == "tool_use"


@step
async def streams_a_comment(client: AsyncAnthropic, model: str) -> None:
    async with client.messages.stream(
        model=model,
        max_tokens=200,
        stop_sequences=["END"],
        messages=[{"role": "user", "content": "Repeat exactly: fine fine END never"}],
    ) as stream:
        message = await stream.get_final_message()
    assert message.stop_reason == "stop_sequence"
