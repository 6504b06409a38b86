"""Tools that several rows offer, and prompts that call for them: one answer serves them all."""

from typing import Any

from messages_conformance.probing.content import assistant, result, tool, user
from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import MANY_THOUGHTS, MANY_TOKENS, THINKING
from messages_conformance.protocol.exchange import Exchange

AUTO = {"type": "auto"}
"""The `tool_choice` that is the default."""

BELL_PROMPT = "Ring the church bell twice. Use the tool."
TOOLS_BY_NAME = [
    tool("open_garage_door", times="integer"),
    tool("ring_church_bell", strokes="integer"),
]
"""Tools that differ by name alone; only their schemas say what a call must be given."""

TWO_TOOLS_PROMPT = "Ring the church bell, and open the garage door. Use the tools."
_DESCRIPTIONS = {
    "tool_a": "Waters the lawn.",
    "tool_b": "Rings the church bell.",
    "tool_c": "Feeds the cat.",
    "tool_d": "Polishes the brass sign.",
    "tool_e": "Winds the tower clock.",
    "tool_f": "Sweeps the chimney.",
    "tool_g": "Paints the fence.",
    "tool_h": "Opens the garage door.",
}
FITTING_TOOLS = ["tool_b", "tool_h"]
"""The two of eight that `TWO_TOOLS_PROMPT` calls for; a guess picks both one time in 56."""


def tools_by_description(*, described: bool = True) -> list[dict[str, Any]]:
    """Tools that differ by description alone; without it, only by a meaningless name."""
    return [
        tool(name, description if described else None, times="integer")
        for name, description in _DESCRIPTIONS.items()
    ]


def two_calls_streamed(ask: Ask, *, roomy: bool = True) -> Question:
    """Ask for calls of two described tools, streamed, and with thinking where the model thinks.

    One answer to it shows most of what a stream may hold. With ``roomy`` thinking has a large
    budget, where the page says that answers may be that long.
    """
    thinking = dict(THINKING) if ask.model.thinks else {}
    if thinking and roomy and (ask.model.max_output or 0) >= MANY_TOKENS:
        thinking["thinking"] = {"type": "enabled", "budget_tokens": MANY_THOUGHTS}
        thinking["max_tokens"] = MANY_THOUGHTS + THINKING["max_tokens"]
    return ask.shared(TWO_TOOLS_PROMPT, tools=tools_by_description(), stream=True, **thinking)


def loop_after(called: Exchange, *, thought: bool = True) -> dict[str, Any]:
    """The next request of the tool loop after an answer to `two_calls_streamed`.

    The answer is sent back whole, or without its ``thought``, and then a result for each call.
    """
    blocks = (called.message or {}).get("content", ())
    kept = [block for block in blocks if thought or block.get("type") != "thinking"]
    done = [result(str(use.get("id")), "Done.") for use in called.tool_uses]
    return {
        "prompt": [user(TWO_TOOLS_PROMPT), assistant(*kept), user(*done)],
        "tools": tools_by_description(),
        **THINKING,
    }


def called_tools(exchange: Exchange) -> list[str]:
    """The names of the tools that an answer calls."""
    return [str(use.get("name")) for use in exchange.tool_uses]
