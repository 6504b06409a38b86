"""Faults that drop keywords of a tool's schema, or refuse a tool for them.

Translations to another vendor's schemas know only some keywords. What is refused was met with
Gemini's; the rest is devised.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import Body, of_check, of_model_input
from messages_conformance.reference.faults.edits import is_object, objects, with_tools, without
from messages_conformance.reference.response import invalid

_ROW = "tools/input_schema"
_DEEPEST = 2
_NAMED = ("properties", "$defs")


def with_schemas(body: Body, change: Callable[[Body], Body]) -> Body:
    """The body with each schema of its tools changed, the inner ones first."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(one) for one in value]
        if not is_object(value):
            return value
        return change(
            {
                name: {key: changed(one) for key, one in inner.items()}
                if name in _NAMED and is_object(inner)
                else changed(inner)
                for name, inner in value.items()
            }
        )

    def of_tool(tool: Body) -> Body:
        schema = tool.get("input_schema")
        return tool if schema is None else {**tool, "input_schema": changed(schema)}

    return with_tools(body, of_tool)


def _schemas(value: Any) -> Iterator[Body]:
    """All objects in the schemas of tools."""
    if is_object(value):
        yield value
    for inner in value.values() if is_object(value) else value if isinstance(value, list) else ():
        yield from _schemas(inner)


@of_model_input(_ROW)
def patterns_of_schemas_lost(body: Body) -> Body:
    """`pattern` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "pattern"))


@of_model_input(_ROW)
def ranges_of_schemas_lost(body: Body) -> Body:
    """`minimum` and `maximum` never reach the model."""
    return with_schemas(body, lambda schema: without(schema, "minimum", "maximum"))


@of_model_input(_ROW)
def lengths_of_schemas_lost(body: Body) -> Body:
    """`minItems`, `maxItems`, `minLength` and `maxLength` never reach the model."""
    lengths = ("minItems", "maxItems", "minLength", "maxLength")
    return with_schemas(body, lambda schema: without(schema, *lengths))


@of_model_input(_ROW)
def choices_that_are_no_strings_lost(body: Body) -> Body:
    """An `enum` of numbers or booleans never reaches the model."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        typed = isinstance(choices, list) and not any(isinstance(one, str) for one in choices)
        return without(schema, "enum") if typed else schema

    return with_schemas(body, changed)


@of_model_input(_ROW)
def all_of_and_one_of_lost(body: Body) -> Body:
    """`allOf` and `oneOf` never reach the model."""
    return with_schemas(body, lambda schema: without(schema, "allOf", "oneOf"))


@of_model_input(_ROW)
def all_properties_required(body: Body) -> Body:
    """Every property of a schema is made required, as OpenAI's strict mode wants."""

    def changed(schema: Body) -> Body:
        inner = schema.get("properties")
        return {**schema, "required": [*inner]} if is_object(inner) else schema

    return with_schemas(body, changed)


@of_model_input(_ROW, side_effects=("wire/message",))
def properties_called_title_lost(body: Body) -> Body:
    """A property that is called `title` is taken for the schema's own title, and dropped."""

    def changed(schema: Body) -> Body:
        inner, wanted = schema.get("properties"), schema.get("required")
        if not is_object(inner) or not isinstance(wanted, list):
            return schema
        left = [name for name in wanted if name != "title"]
        return {**schema, "properties": without(inner, "title"), "required": left}

    return with_schemas(body, changed)


@of_model_input(_ROW, side_effects=("wire/message",))
def choices_become_strings(body: Body) -> Body:
    """The choices of an `enum` that are no strings become strings, as Gemini's form wants."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        if not isinstance(choices, list):
            return schema
        written = [one if isinstance(one, str) else json.dumps(one) for one in choices]
        return {**schema, "type": "string", "enum": written}

    return with_schemas(body, changed)


@of_model_input(_ROW, side_effects=("wire/message",))
def choices_in_capitals(body: Body) -> Body:
    """The choices of an `enum` reach the model in capitals, as names of constants: devised."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        if not isinstance(choices, list):
            return schema
        return {**schema, "enum": [o.upper() if isinstance(o, str) else o for o in choices]}

    return with_schemas(body, changed)


@of_model_input(_ROW)
def properties_below_two_levels_lost(body: Body) -> Body:
    """An object more than two levels down in a schema loses its properties."""

    def cut(schema: Any, level: int) -> Any:
        if not is_object(schema):
            return schema
        if level > _DEEPEST and schema.get("type") == "object":
            return without(schema, "properties", "required")
        inner = schema.get("properties")
        below = {n: cut(one, level + 1) for n, one in inner.items()} if is_object(inner) else None
        return {
            **schema,
            **({"properties": below} if below is not None else {}),
            **({"items": cut(schema["items"], level + 1)} if "items" in schema else {}),
        }

    def of_tool(tool: Body) -> Body:
        schema = tool.get("input_schema")
        return tool if schema is None else {**tool, "input_schema": cut(schema, 1)}

    return with_tools(body, of_tool)


@of_check(_ROW)
def choices_that_are_no_strings_refused(request: AdmittedRequest) -> None:
    """A tool with an `enum` of numbers or booleans is refused."""
    for schema in _schemas(
        [tool.get("input_schema") for tool in objects(request.body.get("tools"))]
    ):
        choices = schema.get("enum")
        if isinstance(choices, list) and not all(isinstance(one, str) for one in choices):
            raise invalid("tools.0.input_schema", "enum must be a list of strings")


@of_check(_ROW)
def the_dialect_of_schemas_refused(request: AdmittedRequest) -> None:
    """A tool whose schema names its dialect, `$schema`, is refused."""
    for tool in objects(request.body.get("tools")):
        if "$schema" in tool.get("input_schema", {}):
            raise invalid("tools.0.input_schema", 'Unknown name "$schema"')
