"""Requests with exactly one mistake in them, and the plain one that they are compared with."""

from typing import Any

from messages_conformance.probing.assertions import prove_refused
from messages_conformance.probing.content import tool
from messages_conformance.probing.probe import Ask, ProbeRun, Question

HELLO = "Say hello."
FEW = 4
"""The length of an answer that nobody reads, in tokens."""
CLOCK = tool("get_time", "Tells the time in a city.", city="string")


def plain_request(ask: Ask) -> Question:
    """The request without a mistake that most of these are compared with."""
    return ask.control(HELLO, max_tokens=FEW)


def refuses_field(ask: Ask, **fields: Any) -> ProbeRun:
    """A field of an otherwise plain request is wrong."""
    return prove_refused(plain_request(ask), ask.invalid(HELLO, **{"max_tokens": FEW, **fields}))


def refuses_turns(ask: Ask, *messages: dict[str, Any], **fields: Any) -> ProbeRun:
    """The conversation of an otherwise plain request is wrong."""
    return prove_refused(plain_request(ask), ask.invalid([*messages], max_tokens=FEW, **fields))
