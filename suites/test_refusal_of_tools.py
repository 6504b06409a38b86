"""What the original API refuses of tools, of the choice among them, and of the answer's form.

As in `test_refusal`, each request has exactly one mistake in it.
"""

from typing import Any

from messages_conformance.probing import (
    CLOCK,
    FEW,
    HELLO,
    Ask,
    ProbeRun,
    Question,
    plain_request,
    prove_refused,
    row,
    user,
)

# -- tools


def refuses_tools(ask: Ask, *tools: dict[str, Any], **fields: Any) -> ProbeRun:
    """The tools are wrong, or the choice of one."""
    right = ask.control(HELLO, tools=[CLOCK], max_tokens=FEW)
    return prove_refused(right, ask.invalid(HELLO, tools=[*tools], max_tokens=FEW, **fields))


@row("refusal/tool_without_name")
def tool_without_name(ask: Ask) -> ProbeRun:
    """A tool has a name (RQ-28). To fix: answer 400.

    Instead: check tools where your application defines them.
    """
    return refuses_tools(ask, {"input_schema": CLOCK["input_schema"]})


@row("refusal/tool_without_schema")
def tool_without_schema(ask: Ask) -> ProbeRun:
    """A tool has an `input_schema` (RQ-28). To fix: answer 400 rather than assume one.

    Instead: send `{"type": "object", "properties": {}}` for a tool without input.
    """
    return refuses_tools(ask, {"name": "get_time", "description": "Tells the time."})


@row("refusal/schema_of_no_object")
def schema_of_no_object(ask: Ask) -> ProbeRun:
    """A tool's input is an object (RQ-28). To fix: answer 400 to a schema of anything else.

    Instead: wrap the value in an object with one property.
    """
    return refuses_tools(ask, {**CLOCK, "input_schema": {"type": "string"}})


@row("refusal/tool_name_with_blank")
def tool_name_with_blank(ask: Ask) -> ProbeRun:
    """A tool's name consists of letters, digits, `_` and `-` (RQ-28). To fix: answer 400.

    Instead: replace other characters by `_`, and map the names back.
    """
    return refuses_tools(ask, {**CLOCK, "name": "get time"})


@row("refusal/tool_name_too_long")
def tool_name_too_long(ask: Ask) -> ProbeRun:
    """A tool's name has at most 128 characters (RQ-28). To fix: answer 400; cut no name.

    Instead: shorten names of more than 64 characters, and map them back: two that are cut may
    become one.
    """
    return refuses_tools(ask, {**CLOCK, "name": f"get_time_{'of_the_city' * 20}"})


@row("refusal/duplicate_tool_names")
def duplicate_tool_names(ask: Ask) -> ProbeRun:
    """No two tools have the same name (RQ-29). To fix: answer 400.

    Instead: put the server's or module's name in front where tools of several sources meet.
    """
    return refuses_tools(ask, CLOCK, {**CLOCK, "description": "Tells it again."})


@row("refusal/example_unlike_schema")
def example_unlike_schema(ask: Ask) -> ProbeRun:
    """`input_examples` match the schema (RQ-40). To fix: validate them; answer 400.

    Instead: validate examples against the schema in a test of your own.
    """
    return refuses_tools(ask, {**CLOCK, "input_examples": [{"city": 7}]})


@row("refusal/tool_choice_string")
def tool_choice_string(ask: Ask) -> ProbeRun:
    """`tool_choice` is an object (RQ-30). To fix: do not accept OpenAI's strings; answer 400.

    Instead: send an object: `{"type": "auto"}`.
    """
    return refuses_tools(ask, CLOCK, tool_choice="auto")


@row("refusal/tool_choice_required")
def tool_choice_required(ask: Ask) -> ProbeRun:
    """`tool_choice` has a documented type (RQ-30). To fix: answer 400 to `required`.

    Instead: send `{"type": "any"}` where OpenAI has `required`.
    """
    return refuses_tools(ask, CLOCK, tool_choice={"type": "required"})


@row("refusal/tool_choice_without_name")
def tool_choice_without_name(ask: Ask) -> ProbeRun:
    """`tool_choice` of type `tool` names a tool (RQ-30). To fix: answer 400.

    Instead: name the tool, or send `{"type": "any"}`.
    """
    return refuses_tools(ask, CLOCK, tool_choice={"type": "tool"})


# -- the form of the answer


def ask_for_json(ask: Ask, messages: list[Any], *, closed: bool) -> Question:
    """A request for JSON of a schema whose object is closed or open."""
    schema = {
        "type": "object",
        "properties": {"greeting": {"type": "string"}},
        "required": ["greeting"],
        **({"additionalProperties": False} if closed else {}),
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    return ask.invalid(messages, output_config=form, max_tokens=FEW)


@row("refusal/open_answer_schema")
def open_answer_schema(ask: Ask) -> ProbeRun:
    """Objects of `output_config.format` are closed (RQ-41). To fix: answer 400, with the place.

    Instead: set `additionalProperties: false` on every object of the schema.
    """
    return prove_refused(plain_request(ask), ask_for_json(ask, [user(HELLO)], closed=False))


@row("refusal/answer_schema_with_citations")
def answer_schema_with_citations(ask: Ask) -> ProbeRun:
    """`output_config.format` and citations exclude each other (RQ-42). To fix: answer 400.

    Instead: ask for citations or for a schema, and for the other in a second request.
    """
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."},
        "citations": {"enabled": True},
    }
    return prove_refused(
        plain_request(ask), ask_for_json(ask, [user(document, HELLO)], closed=True)
    )
