"""Faults that accept invalid tools: definitions, choices, and incomplete calls and results."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    accepts_invalid,
    of_stages,
    without_checks,
)
from messages_conformance.reference.faults.edits import (
    Block,
    is_object,
    objects,
    with_blocks,
    with_field,
    with_tools,
    with_turns,
    without,
)
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import output_format, tool_calls

# -- tools


@accepts_invalid("tool_without_name")
def nameless_tools_dropped(body: Body) -> Body:
    """A tool without a name is dropped."""
    return _all_tools(body, lambda tools: [t for t in tools if "name" in t or "type" in t])


@accepts_invalid("tool_without_schema")
def schemas_taken_for_granted(body: Body) -> Body:
    """A tool without an input schema is accepted."""
    return with_tools(body, lambda t: {"input_schema": {"type": "object"}, **t})


@accepts_invalid("schema_of_no_object")
def any_schema_taken(body: Body) -> Body:
    """An input schema that is not of an object is accepted."""

    def repair(tool: Body) -> Body:
        schema = tool.get("input_schema")
        bad = is_object(schema) and schema.get("type") != "object"
        return {**tool, "input_schema": {"type": "object"}} if bad else tool

    return with_tools(body, repair)


@accepts_invalid("tool_name_with_blank")
def tool_names_cleaned(body: Body) -> Body:
    """A tool name with a space is changed, and calls use the changed name."""
    return with_tools(
        body, lambda t: {**t, "name": str(t["name"]).replace(" ", "_")} if "name" in t else t
    )


@accepts_invalid("tool_name_too_long")
def tool_names_cut_to_fit(body: Body) -> Body:
    """A tool name of more than 128 characters is cut, and calls use what is left (devised)."""
    return with_tools(body, lambda t: {**t, "name": str(t["name"])[:128]} if "name" in t else t)


@accepts_invalid("duplicate_tool_names")
def later_tools_win(body: Body) -> Body:
    """Of two tools with the same name the first is dropped."""
    return _all_tools(
        body, lambda tools: list({t.get("name", n): t for n, t in enumerate(tools)}.values())
    )


@accepts_invalid("example_unlike_schema")
def examples_dropped(body: Body) -> Body:
    """`input_examples` are dropped unread."""
    return with_tools(body, lambda t: without(t, "input_examples"))


@accepts_invalid("tool_choice_string")
def choices_in_strings(body: Body) -> Body:
    """`tool_choice` as a string is accepted, as OpenAI's."""
    return with_field("tool_choice", lambda c: {"type": c} if isinstance(c, str) else c)(body)


@accepts_invalid("tool_choice_required")
def required_means_any(body: Body) -> Body:
    """OpenAI's `tool_choice` of type `required` is taken for `any`."""
    return with_field(
        "tool_choice",
        lambda c: {**c, "type": "any"} if is_object(c) and c.get("type") == "required" else c,
    )(body)


@accepts_invalid("tool_choice_without_name")
def nameless_choices_mean_any(body: Body) -> Body:
    """`tool_choice: tool` without a name is taken for `any`."""

    def repair(choice: Any) -> Any:
        nameless = is_object(choice) and choice.get("type") == "tool" and "name" not in choice
        return {"type": "any"} if nameless else choice

    return with_field("tool_choice", repair)(body)


@of_stages("refusal/open_answer_schema", endpoints=(STRICT,))
def open_schemas_taken(stages: Stages) -> Stages:
    """A schema for structured output that cannot be enforced is accepted.

    Source: Model Studio then returns JSON of any form.
    """
    return without_checks(stages, output_format.schema_is_supported)


@of_stages("refusal/answer_schema_with_citations", endpoints=(STRICT,))
def citations_given_up_for_a_schema(stages: Stages) -> Stages:
    """Structured output together with citations is accepted, and one of them is dropped."""
    return without_checks(stages, output_format.schema_excludes_citations)


# -- the tool loop


@accepts_invalid("call_without_result")
def orphaned_calls_dropped(body: Body) -> Body:
    """A history with a tool call without a result is accepted (Model Studio, 2026-10)."""
    ids = _answered(body)
    return with_blocks(
        body,
        lambda b, _: None if ids is not None and not ids and b.get("type") == "tool_use" else b,
    )


@accepts_invalid("text_before_result")
def results_put_first(body: Body) -> Body:
    """Tool results after text of their turn are accepted."""

    def ordered(turn: Body) -> Body:
        content = turn.get("content")
        if turn.get("role") != "user" or not isinstance(content, list):
            return turn
        return {**turn, "content": sorted(content, key=lambda b: b.get("type") != "tool_result")}

    return with_turns(body, ordered)


@accepts_invalid("result_without_call")
def orphaned_results_dropped(body: Body) -> Body:
    """A tool result without a call is dropped."""
    called = {
        block.get("id")
        for turn in objects(body.get("messages"))
        for block in objects(turn.get("content"))
        if block.get("type") == "tool_use"
    }
    return with_blocks(
        body,
        lambda b, _: (
            None if b.get("type") == "tool_result" and b.get("tool_use_id") not in called else b
        ),
    )


@accepts_invalid("some_results_missing")
def missing_results_made_up(body: Body) -> Body:
    """A missing tool result is invented where others are present (agent frameworks)."""
    waiting: list[Any] = []
    turns = []
    for turn in objects(body.get("messages")):
        blocks = objects(turn.get("content"))
        results = [b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"]
        if results:
            new = [
                {"type": "tool_result", "tool_use_id": id, "content": "none"}
                for id in waiting
                if id not in results
            ]
            turn = {**turn, "content": [*new, *blocks]}
        waiting = [b.get("id") for b in blocks if b.get("type") == "tool_use"]
        turns.append(turn)
    return {**body, "messages": turns} if "messages" in body else body


@accepts_invalid("call_id_with_blank")
def call_ids_cleaned(body: Body) -> Body:
    """Ids of tool calls with a space are changed (litellm#32214)."""

    def cleaned(block: Block, _role: str) -> Block:
        return {
            name: value.replace(" ", "_")
            if name in ("id", "tool_use_id") and isinstance(value, str)
            else value
            for name, value in block.items()
        }

    return with_blocks(body, cleaned)


def _all_tools(body: Body, change: Callable[[list[Body]], list[Body]]) -> Body:
    if not isinstance(body.get("tools"), list):
        return body
    tools = change(body["tools"])
    return {**body, "tools": tools} if tools else without(body, "tools")


def _answered(body: Body) -> set[Any] | None:
    """The ids of calls that have any result; None where there is no call."""
    blocks = [b for t in objects(body.get("messages")) for b in objects(t.get("content"))]
    if all(b.get("type") != "tool_use" for b in blocks):
        return None
    return {b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"}


@of_stages(
    "refusal/call_id_twice",
    endpoints=(STRICT,),
    side_effects=("refusal/two_results_for_a_call",),
)
def ids_of_calls_used_twice(stages: Stages) -> Stages:
    """Two calls of a history may have one id, as endpoints with ids such as `Bash_210` take it."""
    return without_checks(stages, tool_calls.call_ids_are_unique, tool_calls.calls_have_one_result)


@accepts_invalid("two_results_for_a_call")
def later_results_win(body: Body) -> Body:
    """Of two results for one call the later one counts (devised)."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        last = {b.get("tool_use_id"): b for b in objects(content) if b.get("type") == "tool_result"}
        if not isinstance(content, list) or not last:
            return turn
        kept = [b for b in content if not is_object(b) or last.get(b.get("tool_use_id"), b) is b]
        return {**turn, "content": kept}

    return with_turns(body, changed)
