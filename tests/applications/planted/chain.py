"""What a chain of LangChain sends: a system prompt, earlier turns, tools bound to the model."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

MULTIPLY: Any = {
    "name": "multiply",
    "description": "Multiply two numbers.",
    "input_schema": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
}


@step
async def binds_a_tool(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[MULTIPLY],
        tool_choice={"type": "any"},
        messages=[{"role": "user", "content": "Tell me the capital of Norway."}],
    )
    (call,) = [block for block in message.content if block.type == "tool_use"]
    assert call.name == "multiply"


@step
async def keeps_a_memory(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        system="Begin every answer with the word Ahoy.",
        messages=[
            {"role": "user", "content": "My name is Ida."},
            {"role": "assistant", "content": "Hello Ida."},
            {"role": "user", "content": "What is my name?"},
        ],
    )
    said = " ".join(block.text for block in message.content if block.type == "text")
    assert "Ida" in said
    assert said.startswith("Ahoy")


@step
async def takes_the_first_block(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=1000,
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    assert "Oslo" in message.content[0].text  # type: ignore[union-attr]
