"""An agent that looks up orders with tools, one call or several, and recovers from failures."""

from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step

LOOK_UP: dict[str, Any] = {
    "name": "look_up_order",
    "description": "Look up the status of an order by its number.",
    "input_schema": {
        "type": "object",
        "properties": {"number": {"type": "integer", "description": "The order's number."}},
        "required": ["number"],
    },
}
WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "description": "Get the weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


def history(result: dict[str, Any]) -> list[Any]:
    call = {"type": "tool_use", "id": "toolu_01order", "name": "look_up_order"}
    return [
        {"role": "user", "content": "Where is order 4711?"},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I will look it up."},
                {**call, "input": {"number": 4711}},
            ],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "toolu_01order", **result}],
        },
    ]


@step
async def calls_a_tool(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[WEATHER],  # type: ignore[list-item]
        messages=[{"role": "user", "content": "What is the weather in Oslo?"}],
    )
    assert message.stop_reason == "tool_use"
    (call,) = [block for block in message.content if block.type == "tool_use"]
    assert call.input == {"city": "Oslo"}


@step
async def goes_on_after_a_result(client: AsyncAnthropic, model: str) -> None:
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[LOOK_UP],  # type: ignore[list-item]
        messages=history({"content": "The order is in Hamburg."}),
    )
    assert any("Hamburg" in block.text for block in message.content if block.type == "text")


@step
async def is_told_that_a_call_failed(client: AsyncAnthropic, model: str) -> None:
    orders = {"toolu_01first": 4711, "toolu_02second": 4712}
    calls: list[Any] = [
        {"type": "tool_use", "id": id, "name": "look_up_order", "input": {"number": number}}
        for id, number in orders.items()
    ]
    results: list[Any] = [
        {"type": "tool_result", "tool_use_id": id, "content": "done", "is_error": id[-1] == "d"}
        for id in orders
    ]
    message = await client.messages.create(
        model=model,
        max_tokens=300,
        tools=[LOOK_UP],  # type: ignore[list-item]
        messages=[
            {"role": "user", "content": "Look up the orders 4711 and 4712."},
            {"role": "assistant", "content": [{"type": "text", "text": "I will."}, *calls]},
            {
                "role": "user",
                "content": [*results, {"type": "text", "text": "Which order failed?"}],
            },
        ],
    )
    said = " ".join(block.text for block in message.content if block.type == "text")
    assert "4712" in said
    assert "4711" not in said
