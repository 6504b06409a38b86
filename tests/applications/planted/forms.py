"""A service that fills forms: it forces calls of a tool, and reads their inputs."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

FORM: Any = {
    "name": "save_person",
    "description": "Save a person's name and age.",
    "input_schema": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    },
}
GREETING: Any = {
    "name": "send_greeting",
    "description": "Send a greeting card.",
    "input_schema": {"type": "object", "properties": {"to": {"type": "string"}}},
}


@step
async def forces_one_tool(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[FORM, GREETING],
        tool_choice={"type": "tool", "name": "save_person"},
        messages=[{"role": "user", "content": "Tell me the capital of Norway."}],
    )
    assert [b.name for b in message.content if b.type == "tool_use"] == ["save_person"]


@step
async def forces_any_tool(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[FORM, GREETING],
        tool_choice={"type": "any"},
        messages=[{"role": "user", "content": "Tell me the capital of Norway."}],
    )
    assert [b for b in message.content if b.type == "tool_use"]


@step
async def forbids_tools(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[FORM, GREETING],
        tool_choice={"type": "none"},
        messages=[{"role": "user", "content": "Send a greeting card to Ida."}],
    )
    assert not [b for b in message.content if b.type == "tool_use"]
