"""A chat window that shows an answer while it comes."""

from anthropic import AsyncAnthropic

from support.planted import step

ASKED = "Repeat exactly: alpha beta gamma delta epsilon"


@step
async def merges_the_stream(client: AsyncAnthropic, model: str) -> None:
    async with client.messages.stream(
        model=model, max_tokens=100, messages=[{"role": "user", "content": ASKED}]
    ) as stream:
        message = await stream.get_final_message()
    assert message.stop_reason == "end_turn"
    assert "epsilon" in message.content[-1].text  # type: ignore[union-attr]


@step
async def shows_text_as_it_comes(client: AsyncAnthropic, model: str) -> None:
    async with client.messages.stream(
        model=model, max_tokens=100, messages=[{"role": "user", "content": ASKED}]
    ) as stream:
        shown = [text async for text in stream.text_stream]
    assert "epsilon" in "".join(shown)


@step
async def reads_the_events_itself(client: AsyncAnthropic, model: str) -> None:
    said = ""
    events = await client.messages.create(
        model=model, max_tokens=100, stream=True, messages=[{"role": "user", "content": ASKED}]
    )
    async for event in events:
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            said += event.delta.text
    assert "epsilon" in said
