"""The simulated model: a program that follows plain English instructions.

It reads a transcript and answers it. It knows nothing of the probes, and answers a greedy
request the same way every time.
"""

from collections.abc import Callable
from random import Random

from messages_conformance.reference.completion import Block
from messages_conformance.reference.simulated_model import (
    english,
    instructions,
    question_answering,
    tool_calls,
)
from messages_conformance.reference.simulated_model.counting import (
    calculate,
    count,
    is_plain_sum,
    list_series,
)
from messages_conformance.reference.simulated_model.dictation import say_dictated
from messages_conformance.reference.simulated_model.invention import greet, invent
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.transcript import Transcript

Skill = Callable[[Prompt], str | None]

_DICTATED: tuple[Skill, ...] = (question_answering.list_codes, count, list_series, say_dictated)
"""Skills whose words the request dictates, so that no tool is needed."""

_ANSWERING: tuple[Skill, ...] = (
    question_answering.report_tool_outcome,
    question_answering.name_called_tools,
    question_answering.answer_from_tool_results,
    question_answering.say_who_is_who,
    question_answering.quote_earlier_turn,
    calculate,
    question_answering.answer_from_facts,
    question_answering.answer_from_general_knowledge,
    greet,
)
_MANNERS = ("{}", "Sure. {}", "Of course: {}", "{} I hope that helps.")
_UNSURE = (
    "I am not sure about that; could you tell me more?",
    "I do not know enough to say anything certain about that.",
    "That is hard to say without more to go on.",
)


def generate(transcript: Transcript, rng: Random, seed: int = 0) -> tuple[Block, ...]:
    """The blocks of an answer: thinking if wanted, then tool calls or text.

    Blocks lack ids and signatures, which the endpoint adds. A ``seed`` other than 0 varies the
    wording of an answer that has only one correct content.
    """
    prompt = Prompt(transcript, rng)
    dictated = _first(_DICTATED, prompt)
    made_up = None if dictated else invent(prompt)
    calls = tool_calls.choose_calls(prompt, busy=bool(dictated or made_up or greet(prompt)))
    if transcript.choice == "auto" and is_plain_sum(prompt):
        calls = ()
    answer: list[Block] = [
        {"type": "tool_use", "name": name, "input": given} for name, given in calls
    ]
    if answer and (before := instructions.said_before_calls(prompt)):
        answer.insert(0, {"type": "text", "text": before})
    if not answer:
        answer = [{"type": "text", "text": _text(prompt, dictated, made_up, seed)}]
    return (_thinking(prompt, answer), *answer) if transcript.thinks else tuple(answer)


def _text(prompt: Prompt, dictated: str | None, made_up: str | None, seed: int) -> str:
    ordered = instructions.fixed_answer(prompt) or instructions.conditional_answer(prompt)
    if ordered:
        return instructions.apply_format(prompt, ordered, dictated_text=True)
    said = dictated or made_up
    if said is None:
        found = _first(_ANSWERING, prompt)
        said = _with_manner(found, seed) if found else _admit_ignorance(prompt)
    said = instructions.apply_format(prompt, said, dictated_text=dictated is not None)
    return _continue_prefill(prompt, said)


def _first(skills: tuple[Skill, ...], prompt: Prompt) -> str | None:
    return next((said for skill in skills if (said := skill(prompt))), None)


def _with_manner(said: str, seed: int) -> str:
    return _MANNERS[seed % len(_MANNERS)].format(said)


def _admit_ignorance(prompt: Prompt) -> str:
    """Acknowledge a statement; say of anything else that the answer is not known."""
    text = prompt.text.strip()
    if "?" not in text and english.has(text, r"remember|note|keep in mind|memori[sz]e|is|are|was"):
        return f"Understood. {text}"
    return prompt.rng.choice(_UNSURE)


def _continue_prefill(prompt: Prompt, said: str) -> str:
    """The rest of an answer whose beginning the request prefilled."""
    last = prompt.transcript.pieces[-1]
    if last.speaker == "assistant" and last.kind == "text" and said.startswith(last.text):
        return said.removeprefix(last.text)
    return said


def _thinking(prompt: Prompt, answer: list[Block]) -> Block:
    wanted = " ".join(prompt.text.split()[:40])
    names = [block["name"] for block in answer if block["type"] == "tool_use"]
    plan = f"I should call {' and '.join(names)}" if names else "I can answer that directly"
    return {"type": "thinking", "thinking": f"The user says: {wanted} So {plan}."}
