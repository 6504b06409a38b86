"""A service that answers from documents, with citations and a cached prompt."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

COLOR = "The badge of Ida is teal."
MANUAL = "The pump runs at 40 bar. The valve is made of brass. " * 150


@step
async def answers_from_a_document(client: AsyncAnthropic, model: str) -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "The badge of Ida is teal."}
    content: list[Any] = [
        {"type": "document", "source": source},
        {"type": "text", "text": "What color is the badge of Ida?"},
    ]
    message = await client.messages.create(
        model=model, max_tokens=100, messages=[{"role": "user", "content": content}]
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")


@step
async def keeps_citations_in_the_history(client: AsyncAnthropic, model: str) -> None:
    source = {
        "type": "text",
        "media_type": "text/plain",
        "data": f"{COLOR} The badge of Ida is made of tin.",
    }
    cited: Any = {
        "type": "char_location",
        "cited_text": COLOR,
        "document_index": 0,
        "start_char_index": 0,
        "end_char_index": 25,
    }
    asked: Any = [
        {"type": "document", "source": source, "citations": {"enabled": True}},
        {"type": "text", "text": "What color is the badge of Ida?"},
    ]
    answered: Any = [{"type": "text", "text": "It is teal.", "citations": [cited]}]
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        messages=[
            {"role": "user", "content": asked},
            {"role": "assistant", "content": answered},
            {"role": "user", "content": "What is the badge of Ida made of?"},
        ],
    )
    assert any("tin" in block.text for block in message.content if block.type == "text")


@step
async def passes_search_results(client: AsyncAnthropic, model: str) -> None:
    content: list[Any] = [
        {
            "type": "search_result",
            "source": "https://example.com/badges",
            "title": "Badges",
            "content": [{"type": "text", "text": "The badge of Ida is teal."}],
        },
        {"type": "text", "text": "What color is the badge of Ida?"},
    ]
    message = await client.messages.create(
        model=model, max_tokens=100, messages=[{"role": "user", "content": content}]
    )
    assert any("teal" in block.text for block in message.content if block.type == "text")


@step
async def caches_the_manual(client: AsyncAnthropic, model: str) -> None:
    for _ in range(2):
        message = await client.messages.create(
            model=model,
            max_tokens=100,
            system=[{"type": "text", "text": MANUAL, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": "At what pressure does the pump run?"}],
        )
    assert any("40" in block.text for block in message.content if block.type == "text")
