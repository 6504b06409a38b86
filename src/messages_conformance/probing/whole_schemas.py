"""Whether a whole schema shapes a call: required properties, choices, and what keywords say.

What a call lacks may be the model's fault. It is blamed on the endpoint only where token counts
show that something never reached the model, or where values come changed in one way alone.
"""

import json
import re

from messages_conformance.probing.alphabets import TITLE, mistake_in
from messages_conformance.probing.attribution import attribute
from messages_conformance.probing.behaviours import describe, partial, unclear
from messages_conformance.probing.lending import (
    BRANCH,
    FEWER_REQUIRED,
    LENDING,
    LENDING_FLAT,
    LENDING_IN_WORDS,
    LENDING_OTHER_VALUES,
    LENDING_PLAIN,
    LOST,
    breaks_rules,
    lending,
    without_keyword,
)
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.response.input_schema import problems
from messages_conformance.verdict import Behaviour


def whole_schema_counts(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """Required properties, choices and inner objects reach the model, and its values the client.

    What a call lacks may be the model's fault. It is blamed on the endpoint only where token counts
    show that a keyword never reached the model, or where a value comes unless it is 0 or false.
    """
    tested = ask.shared(**lending())
    first: Exchange = yield tested
    if not first.answered and first.status is not None:
        return (yield from plain_schema_is_taken(ask, behaviour, first))
    if (title := title_in(first)) and (mistake := mistake_in(title, TITLE)):
        summary = f"{behaviour.summary}; but {TITLE!r} comes as {title!r}: {mistake}"
        others = yield [tested] * 2
        if all(title_in(other) == title for other in others):
            return partial(summary, first, *others, *behaviour.exchanges)
    complaint = complaint_about(first)
    if complaint is None:
        every = yield from every_property_is_required(ask, behaviour, first)
        return every or (yield from each_rule_counts(ask, behaviour, first))
    said = f"{behaviour.summary}; but the call breaks its schema: {complaint}"
    keyword = "enum" if "enum" in complaint else "required"
    without = yield from keyword_costs_nothing(ask, keyword, first)
    if without is not None:
        cost = f"{keyword!r} costs no token, so it never reaches the model"
        return partial(f"{said}; {cost}", first, without, *behaviour.exchanges)
    unread = yield from property_costs_nothing(ask, first)
    if unread is not None:
        cost = f"the property {unread[0]!r} costs no token, so it never reaches the model"
        return partial(f"{said}; {cost}", first, unread[1], *behaviour.exchanges)
    falsy = yield [tested, *[ask.control(**lending(LENDING_IN_WORDS))] * 3]
    truthy = yield [ask.control(**lending(LENDING_OTHER_VALUES))] * 3
    if all(complaint_about(one) == complaint for one in falsy) and not any(
        complaint_about(one) or not one.tool_uses for one in truthy
    ):
        lost = "each time the right value is 0 or false, and never for others"
        return partial(f"{said}, {lost}", first, *falsy, *truthy, *behaviour.exchanges)
    if not all(complaint_about(one) for one in (*falsy, *truthy)):
        return behaviour
    letters = [choice_in_other_letters(one) for one in (first, *falsy, *truthy)]
    if letters[0] and len(set(letters)) == 1:
        changed = f"a choice always comes as {letters[0]!r}, in other letters than in the schema"
        return partial(f"{said}; {changed}", first, *falsy, *truthy, *behaviour.exchanges)
    flat = yield [ask.control(**lending(schema=LENDING_FLAT))] * 2
    if all(inner_values(one) == {} for one in (first, *falsy, *truthy)) and all(
        one.tool_uses and not problems(one.tool_uses[0].get("input"), LENDING_FLAT) for one in flat
    ):
        lost = "an object within the input is always empty; the same values come outside of it"
        return partial(f"{said}; {lost}", first, *falsy, *truthy, *flat, *behaviour.exchanges)
    return unclear(
        f"{said}, as do all of {len(falsy) + len(truthy)} others, even if the prompt names each "
        "value; a weak model may explain that",
        first,
        *falsy,
        *truthy,
        *behaviour.exchanges,
    )


def every_property_is_required(
    ask: Ask, behaviour: Behaviour, called: Exchange
) -> ProbePart[Behaviour | None]:
    """A call gives what it need not, and the schema costs as if all of it were required.

    None where it does not.
    """
    inputs = [use.get("input") for use in called.tool_uses]
    given = inputs[0] if inputs and isinstance(inputs[0], dict) else {}
    if not called.prompt_tokens or not LENDING["properties"].keys() <= given.keys():
        return None
    every = {**LENDING, "required": [*LENDING["properties"]]}
    required: Exchange = yield ask.control(**lending(schema=every))
    if required.prompt_tokens != called.prompt_tokens:
        return None
    summary = (
        f"{behaviour.summary}; but all properties are given, and cost the same "
        f"{called.prompt_tokens} tokens as if all were required"
    )
    return partial(summary, called, required, *behaviour.exchanges)


def plain_schema_is_taken(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """A schema is refused, or breaks something, that is taken without its less usual keywords."""
    plain, again = yield [
        ask.shared(**lending(schema=LENDING_PLAIN)),
        ask.shared(**lending()),
    ]
    if not plain.answered or again.status != first.status:
        return behaviour
    keywords = ", ".join(sorted(_keywords(LENDING) - _keywords(LENDING_PLAIN)))
    summary = f"{behaviour.summary}; but a schema with {keywords}: {describe(first)}"
    return partial(summary, first, again, plain, *behaviour.exchanges)


def _keywords(schema: object) -> set[str]:
    """The keywords in a schema, those of its properties too."""
    if isinstance(schema, list):
        return {name for one in schema for name in _keywords(one)}
    if not isinstance(schema, dict):
        return set()
    inner = [
        one
        for name, value in schema.items()
        for one in (value.values() if name in ("properties", "$defs") else [value])
    ]
    return {*schema, *_keywords(inner)}


MOST_LEFT_OUT = 8
"""Schemas that are asked for to see what a keyword costs; more of them say nothing new."""


def each_rule_counts(ask: Ask, behaviour: Behaviour, called: Exchange) -> ProbeRun:
    """Each keyword that tells the value of a property reaches the model.

    A value that breaks one is a model's fault as well. It is blamed on the endpoint only where the
    keyword costs no token.
    """
    inputs = [use.get("input") for use in called.tool_uses]
    broken_rules = breaks_rules(inputs[0]) if inputs else []
    for name in broken_rules:
        if choice_written(called, name):
            return (yield from choices_come_as_strings(ask, behaviour, called, name))
    if "branch" in broken_rules and only_letters(str(branch_of(called))) == only_letters(BRANCH):
        return (yield from choices_come_in_other_letters(ask, behaviour, called))
    lost = [(name, *one) for name in broken_rules for one in LOST[name].items()]
    for name, keyword, schema in lost[:MOST_LEFT_OUT]:
        without: Exchange = yield ask.control(**lending(schema=schema))
        if called.prompt_tokens and called.prompt_tokens == without.prompt_tokens:
            summary = (
                f"{behaviour.summary}; but the call's {name!r} is not as its schema says, whose "
                f"{keyword} costs no token, so it never reaches the model"
            )
            return partial(summary, called, without, *behaviour.exchanges)
    return behaviour


def branch_of(called: Exchange) -> object:
    """What a call gives for the branch, which stands in the prompt as well."""
    inputs = [use.get("input") for use in called.tool_uses]
    return inputs[0].get("branch") if inputs and isinstance(inputs[0], dict) else None


def choices_come_in_other_letters(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """A choice comes in other letters than prompt and schema have, and not where it is free."""
    tested = ask.shared(**lending())
    control = ask.control(**lending(schema=LOST["branch"]["`enum`"]))
    came = branch_of(first)
    attribution = yield from attribute(lambda one: branch_of(one) == came, first, tested, control)
    if not attribution.to_endpoint or not all(one.tool_uses for one in attribution.without):
        return behaviour
    summary = f"{behaviour.summary}; but the choice {BRANCH!r} of a schema always comes as {came!r}"
    return partial(summary, *attribution.exchanges)


def choice_in_other_letters(called: Exchange) -> str | None:
    """What a call gives for a choice whose letters alone are right, not their case nor signs."""
    inputs = [use.get("input") for use in called.tool_uses]
    given = inputs[0].get("counter") if inputs and isinstance(inputs[0], dict) else None
    choices = LENDING["properties"]["counter"]["enum"]
    alike = isinstance(given, str) and only_letters(given) in map(only_letters, choices)
    return given if isinstance(given, str) and alike and given not in choices else None


def only_letters(words: str) -> str:
    """Letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", words).lower()


def choice_written(called: Exchange, name: str) -> str | None:
    """A choice that is no string and comes as one: ``"31"`` for 31; None for any other value."""
    inputs = [use.get("input") for use in called.tool_uses]
    given = inputs[0].get(name) if inputs and isinstance(inputs[0], dict) else None
    schema = LENDING["properties"][name]
    choices = [json.dumps(one) for one in schema.get("enum", [schema.get("const")])]
    return given if isinstance(given, str) and given.lower() in choices else None


def choices_come_as_strings(ask: Ask, behaviour: Behaviour, first: Exchange, name: str) -> ProbeRun:
    """Choices that are no strings always come as strings, and other values of their type do not."""
    tested = ask.shared(**lending())
    (free,) = LOST[name].values()
    control = ask.control(**lending(schema=free))

    def is_odd(answer: Exchange) -> bool:
        inputs = [use.get("input") for use in answer.tool_uses]
        return bool(inputs) and isinstance(inputs[0], dict) and isinstance(inputs[0].get(name), str)

    attribution = yield from attribute(is_odd, first, tested, control)
    if not attribution.to_endpoint or not all(one.tool_uses for one in attribution.without):
        return behaviour
    written = choice_written(first, name)
    summary = f"{behaviour.summary}; but choices that are no strings come as strings: {written!r}"
    return partial(summary, *attribution.exchanges)


def inner_values(exchange: Exchange) -> object:
    """What the call gives for the object within its input; None where there is no such call."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    return inputs[0].get("options") if inputs and isinstance(inputs[0], dict) else None


def keyword_costs_nothing(ask: Ask, keyword: str, asked: Exchange) -> ProbePart[Exchange | None]:
    """The answer without a keyword, of all depths or of the inner ones, that costs as much.

    None where it costs tokens.
    """
    partly = FEWER_REQUIRED if keyword == "required" else ()
    for schema in (without_keyword(keyword), inner_without_keyword(keyword), *partly):
        without: Exchange = yield ask.control(**lending(schema=schema))
        if asked.prompt_tokens and asked.prompt_tokens == without.prompt_tokens:
            return without
    return None


def property_costs_nothing(ask: Ask, asked: Exchange) -> ProbePart[tuple[str, Exchange] | None]:
    """A property that the call lacks and that costs no token, and the answer without it."""
    given = asked.tool_uses[0].get("input")
    missing = [name for name in LENDING_PLAIN["properties"] if name not in (given or {})]
    for name in missing[:1]:
        schema = {
            **LENDING,
            "properties": {n: one for n, one in LENDING["properties"].items() if n != name},
            "required": [one for one in LENDING["required"] if one != name],
        }
        without: Exchange = yield ask.control(**lending(schema=schema))
        if asked.prompt_tokens and asked.prompt_tokens == without.prompt_tokens:
            return name, without
    return None


def inner_without_keyword(keyword: str) -> object:
    """The schema without a keyword in its properties, which keeps its own."""
    inner = without_keyword(keyword, LENDING["properties"])
    return {**LENDING, "properties": inner}


def title_in(exchange: Exchange) -> str | None:
    """The title in the call's input; None where there is none."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    title = inputs[0].get("title") if inputs and isinstance(inputs[0], dict) else None
    return title if isinstance(title, str) else None


def complaint_about(exchange: Exchange) -> str | None:
    """How the call's input breaks `LENDING`; None where it does not, or nothing was called."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    if not inputs or exchange.stop_reason == "max_tokens":
        return None
    found = problems(inputs[0], LENDING_PLAIN)
    return f"{found[0][1]} (at {found[0][0] or 'the root'})" if found else None
