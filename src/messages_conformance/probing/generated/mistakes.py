"""Mistakes: one change of a legal request that makes it illegal.

Each is tried where a request has room for it. Whether the changed request is illegal, and why, is
for `wrong` to say; a change that does no harm is tried elsewhere.
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

from messages_conformance.probing.content import text
from messages_conformance.probing.generated import malformed
from messages_conformance.probing.generated.doubtful import is_doubtful
from messages_conformance.probing.generated.draft import Body, Draft
from messages_conformance.probing.generated.places import Path, at, places, with_value, without
from messages_conformance.probing.generated.wrong import Wrong, what_is_wrong

Mistake: TypeAlias = Callable[[Random, Body], Body | None]
"""The body with a mistake; None where there is no room for it."""

_TRIES: Final = 200


def some_illegal(rng: Random, legal: Draft, version: str) -> tuple[Draft, tuple[Wrong, ...]]:
    """A request with one mistake, and what is wrong with it."""
    for _ in range(_TRIES):
        body = rng.choice(MISTAKES)(rng, legal.body)
        betas = legal.betas
        if body is None:
            continue
        if body == legal.body:
            betas = (*betas, "no-such-feature-2099-01-01")
        draft = Draft(body, betas)
        if is_doubtful(draft):
            continue
        if found := what_is_wrong(draft, version):
            return draft, found
    raise AssertionError("hardly any mistake fits into a request")


def assistant_first(_rng: Random, body: Body) -> Body | None:
    """The conversation begins with the assistant."""
    return {**body, "messages": [{"role": "assistant", "content": "Hello!"}, *body["messages"]]}


def system_first(_rng: Random, body: Body) -> Body | None:
    """The system prompt as the first message."""
    return {**body, "messages": [{"role": "system", "content": "Be kind."}, *body["messages"]]}


def unknown_role(rng: Random, body: Body) -> Body | None:
    """A role that other APIs have."""
    path: Path = ("messages", rng.randrange(len(body["messages"])), "role")
    return with_value(body, path, rng.choice(("tool", "function", "developer")))


def blank_prefill(_rng: Random, body: Body) -> Body | None:
    """A prefilled answer that ends in white space."""
    if body["messages"][-1]["role"] != "assistant":
        return None
    return with_value(body, ("messages", len(body["messages"]) - 1, "content"), "Well ")


def result_of_no_call(rng: Random, body: Body) -> Body | None:
    """A result whose id no call has."""
    found = [path for path, _ in places(body) if path[-1] == "tool_use_id"]
    return with_value(body, rng.choice(found), "toolu_01NoSuchCall") if found else None


def result_missing(rng: Random, body: Body) -> Body | None:
    """One call without a result."""
    found = [path for path, value in places(body) if _is(value, "tool_result")]
    return without(body, [rng.choice(found)]) if found else None


def result_twice(rng: Random, body: Body) -> Body | None:
    """Two results of one call."""
    found = [path for path, value in places(body) if _is(value, "tool_result")]
    if not found:
        return None
    path = rng.choice(found)
    content = [*at(body, path[:-1])]
    return with_value(body, path[:-1], [content[int(path[-1])], *content])


def text_first(rng: Random, body: Body) -> Body | None:
    """Text before the results of calls."""
    found = [path for path, value in places(body) if _is(value, "tool_result") and path[-1] == 0]
    if not found:
        return None
    path = rng.choice(found)[:-1]
    return with_value(body, path, [text("Here it is."), *at(body, path)])


def same_ids(rng: Random, body: Body) -> Body | None:
    """Two calls of one id, each with a result of that id."""
    calls = [path for path, value in places(body) if _is(value, "tool_use")]
    if len(calls) < 2:
        return None
    first, second = (at(body, path)["id"] for path in rng.sample(calls, 2))
    changed = copy.deepcopy(body)
    for _, value in places(changed):
        if isinstance(value, dict):
            for name in ("id", "tool_use_id"):
                if value.get(name) == second:
                    value[name] = first
    return changed


# -- of tools, sources, marks and thinking


def same_tool_names(rng: Random, body: Body) -> Body | None:
    """Two tools of one name."""
    tools = body.get("tools")
    return {**body, "tools": [*tools, rng.choice(tools)]} if tools else None


def schema_of_no_object(rng: Random, body: Body) -> Body | None:
    """A tool whose input is no object, or whose schema is none."""
    if not body.get("tools"):
        return None
    path: Path = ("tools", rng.randrange(len(body["tools"])), "input_schema")
    wrong: tuple[Body, ...] = (
        {"type": "string"},
        {"properties": {}},
        {"type": "object", "required": "name"},
        {"type": "object", "properties": {"a": {"type": "text"}}},
    )
    return with_value(body, path, rng.choice(wrong))


def unlike_example(rng: Random, body: Body) -> Body | None:
    """An example of a tool's input that its schema does not admit."""
    if not body.get("tools"):
        return None
    number = rng.randrange(len(body["tools"]))
    schema = body["tools"][number]["input_schema"]
    if not schema.get("required"):
        return None
    return with_value(body, ("tools", number, "input_examples"), [{}])


def choice_of_nothing(rng: Random, body: Body) -> Body | None:
    """A call is demanded of a tool that is not there."""
    if body.get("tools"):
        return {**body, "tool_choice": {"type": "tool", "name": "no_such_tool"}}
    return {**body, "tool_choice": {"type": rng.choice(("any",))}}


def wrong_label(rng: Random, body: Body) -> Body | None:
    """A PNG that is labelled as something else, or is cut off at its beginning."""
    found = [path for path, value in places(body) if _is(value, "image")]
    if not found:
        return None
    source = (*rng.choice(found), "source")
    if rng.random() < 0.5:
        return with_value(body, (*source, "media_type"), rng.choice(("image/jpeg", "image/webp")))
    return with_value(body, (*source, "data"), "bm8gaW1hZ2U=")


def half_cited(rng: Random, body: Body) -> Body | None:
    """Citations are switched for one source of several."""
    kinds = ("document", "search_result")
    found = [path for path, value in places(body) if any(_is(value, kind) for kind in kinds)]
    if not found:
        return None
    path = rng.choice(found)
    cited = (at(body, path).get("citations") or {}).get("enabled") is True
    return with_value(body, (*path, "citations"), {"enabled": not cited})


def open_answer(_rng: Random, body: Body) -> Body | None:
    """The schema of an answer has an object that is not closed."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    form = {"type": "json_schema", "schema": schema}
    return {**body, "output_config": {"format": form}} if not body.get("tools") else None


def both_samplings(_rng: Random, body: Body) -> Body | None:
    """Temperature and nucleus at once."""
    return {**body, "temperature": 1, "top_p": 0.99}


def too_much_thought(rng: Random, body: Body) -> Body | None:
    """Thinking beside what it excludes, or more of it than there is room."""
    room = body["max_tokens"]
    thinking = {"type": "enabled", "budget_tokens": 1024}
    thought = {**body, "thinking": thinking, "max_tokens": max(room, 1040)}
    changes: list[Body] = [
        {**thought, "max_tokens": 1024},
        {**thought, "temperature": 0.5},
        {**thought, "top_k": 5},
        {**thought, "top_p": 0.5},
        {**body, "thinking": {"type": "disabled", "display": "omitted"}},
        {**body, "thinking": {"type": "enabled"}},
        {**body, "thinking": {"type": "maybe"}},
        thought,
    ]
    if body.get("tools"):
        changes.append({**thought, "tool_choice": {"type": "any"}})
    else:
        begun = {"role": "assistant", "content": "Well"}
        changes.append({**thought, "messages": [*body["messages"], begun]})
    return rng.choice(changes)


def too_many_marks(_rng: Random, body: Body) -> Body | None:
    """Five cache marks."""
    mark = {"cache_control": {"type": "ephemeral"}}
    return {**body, "system": [text(f"Part {n}.", **mark) for n in range(5)]}


def hour_after_minutes(_rng: Random, body: Body) -> Body | None:
    """A mark of an hour after one of five minutes."""
    marks = ({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"})
    return {**body, "system": [text("A part.", cache_control=mark) for mark in marks]}


def unknown_beta(_rng: Random, body: Body) -> Body | None:
    """A beta feature that does not exist: the body stays as it is."""
    return body


MISTAKES: Final[tuple[Mistake, ...]] = (
    malformed.wrong_type,
    malformed.wrong_type,
    malformed.wrong_type,
    malformed.missing,
    malformed.missing,
    malformed.unknown_field,
    malformed.unknown_field,
    malformed.unknown_value,
    malformed.unknown_value,
    malformed.out_of_range,
    malformed.out_of_range,
    malformed.nothing_there,
    malformed.empty_stop,
    malformed.malformed_name,
    malformed.too_long,
    assistant_first,
    system_first,
    unknown_role,
    blank_prefill,
    result_of_no_call,
    result_missing,
    result_twice,
    text_first,
    same_ids,
    same_tool_names,
    schema_of_no_object,
    unlike_example,
    choice_of_nothing,
    wrong_label,
    half_cited,
    open_answer,
    both_samplings,
    too_much_thought,
    too_many_marks,
    hour_after_minutes,
    unknown_beta,
)
"""What is drawn from; what fits many places is there several times."""


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, dict) and value.get("type") == kind
