"""What a coding client sends: cached system blocks, marked tools, one call at a time."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

RULES = "Files are named in lower case. Tests are run with pytest. " * 150
READ: Any = {
    "name": "read_file",
    "description": "Read a file by its path.",
    "input_schema": {
        "type": "object",
        "properties": {"path": {"type": "string"}},
        "required": ["path"],
    },
    "cache_control": {"type": "ephemeral"},
}
MARK: Any = {"type": "ephemeral"}


@step
async def works_with_marked_tools(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[READ],
        metadata={"user_id": "device-1"},
        messages=[{"role": "user", "content": "Read the file setup.py with the tool."}],
    )
    assert [b for b in message.content if b.type == "tool_use"]


@step
async def keeps_to_the_rules(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        system=[{"type": "text", "text": RULES, "cache_control": MARK}],
        messages=[{"role": "user", "content": "What are tests run with?"}],
    )
    assert any("pytest" in block.text for block in message.content if block.type == "text")


@step
async def marks_the_newest_result(client: AsyncAnthropic, model: str) -> None:
    call: Any = {
        "type": "tool_use",
        "id": "toolu_01read",
        "name": "read_file",
        "input": {"path": "setup.py"},
    }
    result: Any = {
        "type": "tool_result",
        "tool_use_id": "toolu_01read",
        "content": [{"type": "text", "text": "The name of the package is otter."}],
        "cache_control": MARK,
    }
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[READ],
        messages=[
            {"role": "user", "content": "What is the name of the package?"},
            {"role": "assistant", "content": [call]},
            {"role": "user", "content": [result]},
        ],
    )
    assert any("otter" in block.text for block in message.content if block.type == "text")


@step
async def tries_betas(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        extra_headers={"anthropic-beta": "interleaved-thinking-2025-05-14"},
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    assert any("Oslo" in block.text for block in message.content if block.type == "text")
