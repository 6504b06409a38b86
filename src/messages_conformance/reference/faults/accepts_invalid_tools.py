"""Sins of leniency towards tools: offers, choices, and loops with a gap in them."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    lenient,
    of_stages,
    unchecked,
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
from messages_conformance.reference.strict import formats

# -- tools


@lenient("tool_without_name")
def nameless_tools_dropped(body: Body) -> Body:
    """A tool without a name is left out."""
    return _all_tools(body, lambda tools: [t for t in tools if "name" in t or "type" in t])


@lenient("tool_without_schema")
def schemas_taken_for_granted(body: Body) -> Body:
    """A tool without a schema takes whatever the model makes up."""
    return with_tools(body, lambda t: {"input_schema": {"type": "object"}, **t})


@lenient("schema_of_no_object")
def any_schema_taken(body: Body) -> Body:
    """The schema of a string is taken for that of an object."""

    def mend(tool: Body) -> Body:
        schema = tool.get("input_schema")
        bad = is_object(schema) and schema.get("type") != "object"
        return {**tool, "input_schema": {"type": "object"}} if bad else tool

    return with_tools(body, mend)


@lenient("tool_name_with_blank")
def tool_names_cleaned(body: Body) -> Body:
    """A tool's name is made fit, and calls come back under another than was offered."""
    return with_tools(
        body, lambda t: {**t, "name": str(t["name"]).replace(" ", "_")} if "name" in t else t
    )


@lenient("duplicate_tool_names")
def later_tools_win(body: Body) -> Body:
    """Of two tools of one name the later one stays."""
    return _all_tools(
        body, lambda tools: list({t.get("name", n): t for n, t in enumerate(tools)}.values())
    )


@lenient("example_unlike_schema")
def examples_dropped(body: Body) -> Body:
    """`input_examples` are dropped unread."""
    return with_tools(body, lambda t: without(t, "input_examples"))


@lenient("tool_choice_string")
def choices_in_strings(body: Body) -> Body:
    """OpenAI's `tool_choice: "auto"` is taken as well."""
    return with_field("tool_choice", lambda c: {"type": c} if isinstance(c, str) else c)(body)


@lenient("tool_choice_required")
def required_means_any(body: Body) -> Body:
    """OpenAI's `required` is taken for `any`."""
    return with_field(
        "tool_choice",
        lambda c: {**c, "type": "any"} if is_object(c) and c.get("type") == "required" else c,
    )(body)


@lenient("tool_choice_without_name")
def nameless_choices_mean_any(body: Body) -> Body:
    """`tool` without a name is taken for `any`."""

    def mend(choice: Any) -> Any:
        nameless = is_object(choice) and choice.get("type") == "tool" and "name" not in choice
        return {"type": "any"} if nameless else choice

    return with_field("tool_choice", mend)(body)


@of_stages("refusal/open_answer_schema", worlds=(STRICT,))
def open_schemas_taken(stages: Stages) -> Stages:
    """Model Studio downgrades a schema that it cannot keep to JSON of any form."""
    return unchecked(stages, formats.form_can_be_kept)


@of_stages("refusal/answer_schema_with_citations", worlds=(STRICT,))
def citations_given_up_for_a_schema(stages: Stages) -> Stages:
    """Of a form and citations, which exclude each other, one is dropped."""
    return unchecked(stages, formats.form_goes_without_citations)


# -- the tool loop


@lenient("call_without_result")
def orphaned_calls_dropped(body: Body) -> Body:
    """Model Studio takes a history with an orphaned tool_use (reported in 2026-10)."""
    ids = _answered(body)
    return with_blocks(
        body,
        lambda b, _: None if ids is not None and not ids and b.get("type") == "tool_use" else b,
    )


@lenient("text_before_result")
def results_put_first(body: Body) -> Body:
    """Tool results are moved before the text of their turn."""

    def ordered(turn: Body) -> Body:
        content = turn.get("content")
        if turn.get("role") != "user" or not isinstance(content, list):
            return turn
        return {**turn, "content": sorted(content, key=lambda b: b.get("type") != "tool_result")}

    return with_turns(body, ordered)


@lenient("result_without_call")
def orphaned_results_dropped(body: Body) -> Body:
    """A result that answers nothing is left out."""
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


@lenient("some_results_missing")
def missing_results_made_up(body: Body) -> Body:
    """A missing result is made up where others are there, as agents' frameworks do."""
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


@lenient("call_id_with_blank")
def call_ids_cleaned(body: Body) -> Body:
    """Ids are made fit, and are then other than the application's own (litellm#32214)."""

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
