"""Tools that several rows offer, and what is asked with them: one answer serves them all."""

from typing import Any

from messages_conformance.probing.content import tool
from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import THINKING
from messages_conformance.protocol.exchange import Exchange

BELL = "Ring the church bell twice. Use the tool."
NAMED = [tool("open_garage_door", times="integer"), tool("ring_church_bell", strokes="integer")]
"""Tools that differ by name alone, and whose schemas alone say what a call is given."""
AUTO = {"type": "auto"}

BOTH = "Ring the church bell, and open the garage door. Use the tools."
_PURPOSES = {
    "tool_a": "Waters the lawn.",
    "tool_b": "Rings the church bell.",
    "tool_c": "Feeds the cat.",
    "tool_d": "Opens the garage door.",
    "tool_e": "Winds the tower clock.",
}
FITTING = ["tool_b", "tool_d"]
"""Of five, these two are called by luck one time in twenty."""


def described(*, purposes: bool = True) -> list[dict[str, Any]]:
    """Tools that differ by description alone; or not at all, but for a meaningless name."""
    return [
        tool(name, purpose if purposes else None, times="integer")
        for name, purpose in _PURPOSES.items()
    ]


def called_in_a_stream(ask: Ask) -> Question:
    """For two of the tools that differ by description alone, streamed, and thought over if may be.

    One answer to it shows most of what a stream may hold.
    """
    thinking = THINKING if ask.model.thinks else {}
    return ask.invalid(BOTH, tools=described(), stream=True, **thinking)


def called(exchange: Exchange) -> list[str]:
    """The names of the tools an answer calls."""
    return [str(use.get("name")) for use in exchange.tool_uses]
