"""A gateway that reckons what every answer cost, and counts tokens before it asks."""

from anthropic import AsyncAnthropic

from support.planted import step

LONG = "The pump runs at 40 bar. The valve is made of brass. " * 300


@step
async def reckons_the_cost(client: AsyncAnthropic, model: str) -> None:
    totals = set()
    for _ in range(2):
        message = await client.messages.create(
            model=model,
            max_tokens=100,
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": LONG, "cache_control": {"type": "ephemeral"}},
                        {"type": "text", "text": "What is the valve made of?"},
                    ],
                }
            ],
        )
        usage = message.usage
        written, read = usage.cache_creation_input_tokens, usage.cache_read_input_tokens
        totals.add(usage.input_tokens + (written or 0) + (read or 0))
    assert len(totals) == 1


@step
async def counts_before_it_asks(client: AsyncAnthropic, model: str) -> None:
    counted = await client.messages.count_tokens(
        model=model, messages=[{"role": "user", "content": "What is the capital of Norway?"}]
    )
    assert counted.input_tokens > 0


@step
async def lists_what_there_is(client: AsyncAnthropic, model: str) -> None:
    models = await client.models.list()
    assert models.data


@step
async def tells_users_apart(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        metadata={"user_id": "user-17"},
        messages=[{"role": "user", "content": "What is the capital of Norway?"}],
    )
    assert "Oslo" in message.content[0].text  # type: ignore[union-attr]
