"""An assistant whose earlier turns hold calls of MCP servers and of code that the API ran."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step


@step
async def goes_on_after_a_server_of_mcp(client: AsyncAnthropic, model: str) -> None:
    asked: list[Any] = [
        {
            "type": "mcp_tool_use",
            "id": "mcptoolu_01badge",
            "name": "badges",
            "server_name": "office",
            "input": {"of": "Ida"},
        },
        {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_01badge",
            "is_error": False,
            "content": [{"type": "text", "text": "The badge of Ida is teal."}],
        },
        {"type": "text", "text": "I found it."},
    ]
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        extra_headers={"anthropic-beta": "mcp-client-2025-11-20"},
        messages=[
            {"role": "user", "content": "Look up the badge of Ida."},
            {"role": "assistant", "content": asked},
            {"role": "user", "content": "What color is the badge of Ida?"},
        ],
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")


@step
async def continues_a_conversation(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        system="The badge of Ida is teal.",
        messages=[{"role": "user", "content": "What color is the badge of Ida?"}],
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")
