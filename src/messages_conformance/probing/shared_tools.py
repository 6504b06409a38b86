"""Tools that several rows offer, and prompts that call for them: one answer serves them all."""

from typing import Any

from messages_conformance.probing.content import tool
from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import THINKING
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
    "tool_d": "Opens the garage door.",
    "tool_e": "Winds the tower clock.",
}
FITTING_TOOLS = ["tool_b", "tool_d"]
"""The two of five that `TWO_TOOLS_PROMPT` calls for; a guess picks both one time in twenty."""


def tools_by_description(*, described: bool = True) -> list[dict[str, Any]]:
    """Tools that differ by description alone; without it, only by a meaningless name."""
    return [
        tool(name, description if described else None, times="integer")
        for name, description in _DESCRIPTIONS.items()
    ]


def two_calls_streamed(ask: Ask) -> Question:
    """Ask for calls of two described tools, streamed, and with thinking where the model thinks.

    One answer to it shows most of what a stream may hold.
    """
    thinking = THINKING if ask.model.thinks else {}
    return ask.shared(TWO_TOOLS_PROMPT, tools=tools_by_description(), stream=True, **thinking)


def called_tools(exchange: Exchange) -> list[str]:
    """The names of the tools that an answer calls."""
    return [str(use.get("name")) for use in exchange.tool_uses]
