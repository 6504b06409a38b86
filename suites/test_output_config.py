"""The page's `output_config`: how hard the model thinks, and the form of its answer."""

import json
from typing import Any

from messages_conformance.probing import (
    DICTATION,
    Ask,
    Behaviour,
    Exchange,
    ProbeRun,
    Question,
    attribute,
    broken,
    describe,
    dictation_streams,
    ignored,
    partial,
    problems_of_input,
    prove_validated,
    row,
    tool,
    unclear,
    works,
)

HELLO = "Say hello."


@row("output_config/effort")
def effort_is_read(ask: Ask) -> ProbeRun:
    """`effort` says how hard the model thinks; a level that does not exist is refused.

    How hard a model thought cannot be seen for certain. The proof that the field is read is that a
    malformed level is refused. To fix: refuse levels that the model does not have, with 400.

    Instead: set `thinking.budget_tokens`, and read `usage.output_tokens` to see what was spent.
    """
    return prove_validated(
        ask(HELLO, output_config={"effort": "high"}),
        ask.invalid(HELLO, output_config={"effort": "no-such-level"}),
        "effort",
    )


SCHEMA = {
    "type": "object",
    "properties": {
        "paint": {"type": "string", "enum": ["umber-4", "ochre-9"]},
        "coats": {"type": "integer"},
    },
    "required": ["paint", "coats"],
    "additionalProperties": False,
}
"""A form that no prompt suggests."""
PAINT = "Choose a paint for a fence, and say how often it must be painted."
AS_JSON = f"{PAINT} Answer as JSON."
COMPANY: dict[str, Any] = {
    "tools": [tool("file_report", "Files a report. Never call it unasked.", number="string")],
    "stream": True,
}
"""What often stands beside the form, and changes no answer."""


@row("output_config/format")
def answers_keep_to_the_schema(ask: Ask) -> ProbeRun:
    """With `format` of type `json_schema`, the answer is JSON that keeps to the schema.

    The schema has property names and a choice that the prompt does not suggest. It holds in a
    stream, and where tools are on offer, as well. To fix: constrain generation to the schema,
    whatever the prompt says; refuse the field if you cannot.

    Instead: force a call of a tool whose `input_schema` is the form, and check its input.

    Instead, if partial: ask for JSON in the prompt, and check the answer against the schema.
    """
    form: dict[str, Any] = {"format": {"type": "json_schema", "schema": SCHEMA}}

    def asking(prompt: str, **company: Any) -> dict[str, Any]:
        return {"prompt": prompt, "output_config": form, "max_tokens": 200, **company}

    together = ask.shared(**asking(AS_JSON, **COMPANY))
    in_company: Exchange = yield together
    named = in_company
    if not named.answered or fault_of(named):
        named = yield ask(**asking(AS_JSON))
    unnamed: Exchange = yield ask.invalid(**asking(PAINT))
    for _ in range(2):
        if fault_of(named) != "schema":
            break
        named = yield ask(**asking(AS_JSON))
    if not unnamed.answered and not unnamed.refused:
        return broken(f"without the word JSON in the prompt: {describe(unnamed)}", unnamed, named)
    lacking = [
        tag for tag in (fault_of(named), "" if unnamed.answered else "json_in_prompt") if tag
    ]
    if named.stop_reason == "max_tokens":
        return unclear("the answer was cut before it ended", named)
    if "json" in lacking:
        return ignored(f"the answer is no JSON: {describe(named)}", named)
    if not lacking and fault_of(unnamed):
        return partial(
            "the answer keeps to the schema only where the prompt asks for JSON", unnamed
        )
    if lacking:
        said = {
            "schema": "the answer is JSON, and not of the schema",
            "json_in_prompt": "a prompt without the word JSON is refused",
        }
        summary = "; ".join(said[tag] for tag in lacking)
        return partial(summary, named, unnamed, lacking=tuple(lacking))
    behaviour = works(
        "the answer is JSON of the schema, also where the prompt asks for none", named
    )
    alone = ask(**asking(AS_JSON))
    return (yield from also_in_a_stream(ask, behaviour, in_company, together, alone))


def also_in_a_stream(
    ask: Ask, behaviour: Behaviour, first: Exchange, together: Question, alone: Question
) -> ProbeRun:
    """What works, or `partial` where the form is lost in a stream with a tool on offer.

    Where streams lose what is dictated as well, that is the trouble of their own row.
    """

    def lacks_form(exchange: Exchange) -> bool:
        return not exchange.tool_uses and (not exchange.answered or bool(fault_of(exchange)))

    if not lacks_form(first) or first.status is None:
        return behaviour
    attribution = yield from attribute(lacks_form, first, together, alone)
    if not attribution.to_endpoint:
        return behaviour
    any_stream: Exchange = yield ask.shared(**DICTATION, stream=True)
    if not any_stream.answered or (yield from dictation_streams(ask)):
        return behaviour
    summary = f"{behaviour.summary}; but never in a stream where a tool is on offer: "
    return partial(f"{summary}{describe(first)}", *attribution.exchanges)


def fault_of(exchange: Exchange) -> str:
    """The tag of what is wrong with an answer in JSON; empty where nothing is."""
    try:
        value = json.loads(exchange.text)
    except ValueError:
        return "json"
    return "schema" if problems_of_input(value, SCHEMA) else ""
