"""The instruction-follower that stands in for a model.

It reads English well enough to carry out plain instructions over a transcript, knows
nothing of who tests it, and answers a greedy request the same way every time.
"""

from collections.abc import Callable
from random import Random

from messages_conformance.reference.completion import Block
from messages_conformance.reference.simulated_model import calling, orders, recall, words
from messages_conformance.reference.simulated_model.count import arithmetic, count, listing
from messages_conformance.reference.simulated_model.invent import greet, invent
from messages_conformance.reference.simulated_model.repeat import repeat
from messages_conformance.reference.simulated_model.situation import Situation
from messages_conformance.reference.transcript import Transcript

Skill = Callable[[Situation], str | None]

_DICTATED: tuple[Skill, ...] = (recall.roll, count, listing, repeat)
"""Skills whose words are laid down by the request: no tool is needed for them."""

_ANSWERING: tuple[Skill, ...] = (
    recall.outcome,
    recall.which_tool,
    recall.from_results,
    recall.who_is_who,
    recall.past_words,
    arithmetic,
    recall.recall,
    recall.general,
    greet,
)
_MANNERS = ("{}", "Sure. {}", "Of course: {}", "{} I hope that helps.")
_UNSURE = (
    "I am not sure about that; could you tell me more?",
    "I do not know enough to say anything certain about that.",
    "That is hard to say without more to go on.",
)


def follow(transcript: Transcript, chance: Random, seed: int = 0) -> tuple[Block, ...]:
    """The blocks of an answer: thinking if wanted, then tool calls or text.

    Blocks lack ids and signatures, which are not the follower's to give. A ``seed`` other
    than 0 varies how an answer is worded that has but one right content.
    """
    situation = Situation(transcript, chance)
    dictated = _first(_DICTATED, situation)
    made_up = None if dictated else invent(situation)
    called = calling.calls(situation, busy=bool(dictated or made_up or greet(situation)))
    answer: list[Block] = [
        {"type": "tool_use", "name": name, "input": given} for name, given in called
    ]
    if not answer:
        answer = [{"type": "text", "text": _text(situation, dictated, made_up, seed)}]
    return (_thinking(situation, answer), *answer) if transcript.thinks else tuple(answer)


def _text(situation: Situation, dictated: str | None, made_up: str | None, seed: int) -> str:
    ordered = orders.fixed(situation) or orders.conditional(situation)
    if ordered:
        return orders.formed(situation, ordered, dictated_text=True)
    said = dictated or made_up
    if said is None:
        found = _first(_ANSWERING, situation)
        said = _mannered(found, seed) if found else _at_a_loss(situation)
    said = orders.formed(situation, said, dictated_text=dictated is not None)
    return _continued(situation, said)


def _first(skills: tuple[Skill, ...], situation: Situation) -> str | None:
    return next((said for skill in skills if (said := skill(situation))), None)


def _mannered(said: str, seed: int) -> str:
    return _MANNERS[seed % len(_MANNERS)].format(said)


def _at_a_loss(situation: Situation) -> str:
    """Answer what asks nothing that could be answered."""
    told = situation.text.strip()
    if "?" not in told and words.has(told, r"remember|note|keep in mind|memori[sz]e|is|are|was"):
        return f"Understood. {told}"
    return situation.chance.choice(_UNSURE)


def _continued(situation: Situation, said: str) -> str:
    """The rest of an answer whose beginning was put into one's mouth."""
    last = situation.transcript.pieces[-1]
    if last.speaker == "assistant" and last.kind == "text" and said.startswith(last.text):
        return said.removeprefix(last.text)
    return said


def _thinking(situation: Situation, answer: list[Block]) -> Block:
    wanted = " ".join(situation.text.split()[:40])
    plan = (
        "I should call " + " and ".join(block["name"] for block in answer)
        if answer[0]["type"] == "tool_use"
        else "I can answer that directly"
    )
    return {"type": "thinking", "thinking": f"The user says: {wanted} So {plan}."}
