"""A job that labels texts, many at a time, and cuts answers with stop sequences."""

from anthropic import AsyncAnthropic

from support.planted import step


@step
async def cuts_at_a_stop_sequence(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        stop_sequences=["delta"],
        messages=[{"role": "user", "content": "Repeat exactly: alpha beta gamma delta epsilon"}],
    )
    said = "".join(block.text for block in message.content if block.type == "text")
    assert "gamma" in said
    assert "epsilon" not in said


@step
async def tells_what_stopped_it(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=100,
        stop_sequences=["delta"],
        messages=[{"role": "user", "content": "Repeat exactly: alpha beta gamma delta epsilon"}],
    )
    assert message.stop_reason == "stop_sequence"
    assert message.stop_sequence == "delta"


@step
async def notices_a_cut_label(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=3,
        messages=[{"role": "user", "content": "Repeat exactly: alpha beta gamma delta epsilon"}],
    )
    assert message.stop_reason == "max_tokens"


@step
async def labels_without_chance(client: AsyncAnthropic, model: str) -> None:
    said = set()
    for _ in range(2):
        message = await client.messages.create(
            model=model,
            max_tokens=50,
            extra_headers={"anthropic-version": "2023-06-01"},
            extra_body={"temperature": 0.0},
            messages=[{"role": "user", "content": "What is the capital of Norway?"}],
        )
        said.add("".join(block.text for block in message.content if block.type == "text"))
    assert len(said) == 1
