"""An assistant whose earlier turns hold what the original's own tools found."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step


@step
async def goes_on_after_a_search(client: AsyncAnthropic, model: str) -> None:
    searched: list[Any] = [
        {
            "type": "server_tool_use",
            "id": "srvtoolu_01badge",
            "name": "web_search",
            "input": {"query": "badges"},
        },
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_01badge",
            "content": [
                {
                    "type": "web_search_result",
                    "url": "https://example.com/badges",
                    "title": "The badge of Ida is teal",
                    "encrypted_content": "c3R1ZmY=",
                }
            ],
        },
        {"type": "text", "text": "I found it."},
    ]
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        messages=[
            {"role": "user", "content": "Look up the badge of Ida."},
            {"role": "assistant", "content": searched},
            {"role": "user", "content": "What color is the badge of Ida?"},
        ],
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")


@step
async def summarises_without_a_search(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        messages=[
            {"role": "user", "content": "The badge of Ida is teal."},
            {"role": "assistant", "content": "I see."},
            {"role": "user", "content": "What color is the badge of Ida?"},
        ],
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")
