"""A writer of variations: it sets how freely the model chooses its words."""

from anthropic import AsyncAnthropic

from support.planted import step

ASKED = "What is the capital of Norway?"


@step
async def varies_freely(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        extra_headers={"anthropic-version": "2023-06-01"},
        extra_body={"temperature": 1.0},
        messages=[{"role": "user", "content": ASKED}],
    )
    assert message.content


@step
async def takes_the_likeliest_words(client: AsyncAnthropic, model: str) -> None:
    asked = "Write one sentence about a lighthouse."
    said = set()
    for _ in range(4):
        message = await client.messages.create(
            model=model,
            max_tokens=100,
            extra_headers={"anthropic-version": "2023-06-01"},
            extra_body={"temperature": 1.0, "top_k": 1},
            messages=[{"role": "user", "content": asked}],
        )
        said.add("".join(block.text for block in message.content if block.type == "text"))
    assert len(said) == 1


@step
async def follows_a_persona(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        system="Always answer with the single word Ahoy.",
        messages=[{"role": "user", "content": ASKED}],
    )
    assert any("Ahoy" in block.text for block in message.content if block.type == "text")
