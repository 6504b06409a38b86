"""Faults that change the schemas of tools: alternatives, references, values, what is written."""

import json
from typing import Any

from messages_conformance.reference.faults.decorators import Body, of_model_input
from messages_conformance.reference.faults.edits import is_object, without
from messages_conformance.reference.faults.schema_keywords import with_schemas

_ROW = "tools/input_schema"
_SEVERAL = ("anyOf", "oneOf")


def _reduced(schema: Body, at: int, *keywords: str) -> Body:
    """The schema with its alternatives replaced by one of them."""
    for keyword in keywords:
        several = schema.get(keyword)
        if isinstance(several, list) and several and is_object(several[at]):
            schema = {**without(schema, keyword), **several[at]}
    return schema


@of_model_input(_ROW)
def any_of_reduced_to_its_first(body: Body) -> Body:
    """`anyOf` is reduced to its first alternative."""
    return with_schemas(body, lambda schema: _reduced(schema, 0, "anyOf"))


@of_model_input(_ROW)
def any_of_reduced_to_its_last(body: Body) -> Body:
    """`anyOf` is reduced to its last alternative."""
    return with_schemas(body, lambda schema: _reduced(schema, -1, "anyOf"))


@of_model_input(_ROW)
def one_of_reduced_to_its_first(body: Body) -> Body:
    """`oneOf` is reduced to its first alternative."""
    return with_schemas(body, lambda schema: _reduced(schema, 0, "oneOf"))


@of_model_input(_ROW)
def one_of_reduced_to_its_last(body: Body) -> Body:
    """`oneOf` is reduced to its last alternative."""
    return with_schemas(body, lambda schema: _reduced(schema, -1, "oneOf"))


@of_model_input(_ROW)
def alternatives_lost(body: Body) -> Body:
    """`anyOf` and `oneOf` never reach the model."""
    return with_schemas(body, lambda schema: without(schema, *_SEVERAL))


@of_model_input(_ROW)
def references_become_objects(body: Body) -> Body:
    """A `$ref` becomes a bare object."""
    return with_schemas(body, lambda schema: {"type": "object"} if "$ref" in schema else schema)


@of_model_input(_ROW)
def references_become_strings(body: Body) -> Body:
    """A `$ref` becomes a bare string."""
    return with_schemas(body, lambda schema: {"type": "string"} if "$ref" in schema else schema)


@of_model_input(_ROW)
def definitions_lost(body: Body) -> Body:
    """`$defs` never reaches the model, so that references point nowhere."""
    return with_schemas(body, lambda schema: without(schema, "$defs"))


@of_model_input(_ROW)
def choices_of_definitions_lost(body: Body) -> Body:
    """An `enum` within `$defs` never reaches the model (devised)."""

    def without_choices(schema: Body) -> Body:
        defined = schema.get("$defs")
        if not is_object(defined):
            return schema
        return {
            **schema,
            "$defs": {
                name: without(one, "enum") if is_object(one) else one
                for name, one in defined.items()
            },
        }

    return with_schemas(body, without_choices)


@of_model_input(_ROW)
def definitions_renamed(body: Body) -> Body:
    """`$defs` becomes `definitions`, and references still point to `$defs`."""
    return with_schemas(
        body,
        lambda schema: (
            {**without(schema, "$defs"), "definitions": schema["$defs"]}
            if "$defs" in schema
            else schema
        ),
    )


@of_model_input(_ROW)
def choices_in_lower_case(body: Body) -> Body:
    """The choices of an `enum` reach the model in lower case."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        if not isinstance(choices, list):
            return schema
        return {**schema, "enum": [o.lower() if isinstance(o, str) else o for o in choices]}

    return with_schemas(body, changed)


def _written(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value)


@of_model_input(_ROW)
def numbers_among_choices_become_strings(body: Body) -> Body:
    """The choices of an `enum` that are no strings become strings, and its type stays."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        if not isinstance(choices, list):
            return schema
        return {**schema, "enum": [_written(one) for one in choices]}

    return with_schemas(body, changed)


@of_model_input(_ROW)
def only_values_become_strings(body: Body) -> Body:
    """A `const` that is no string becomes one."""
    return with_schemas(
        body,
        lambda schema: (
            {**schema, "const": _written(schema["const"])} if "const" in schema else schema
        ),
    )


@of_model_input(_ROW)
def inner_properties_undescribed(body: Body) -> Body:
    """`description` of a property within another is lost."""

    def undescribed(schema: Any) -> Any:
        inner = schema.get("properties") if is_object(schema) else None
        if not is_object(inner):
            return schema
        bare = {n: without(o, "description") if is_object(o) else o for n, o in inner.items()}
        return {**schema, "properties": bare}

    def changed(schema: Body) -> Body:
        inner = schema.get("properties")
        if not is_object(inner):
            return schema
        return {**schema, "properties": {name: undescribed(one) for name, one in inner.items()}}

    return with_schemas(body, changed)


@of_model_input(_ROW)
def further_properties_always_allowed(body: Body) -> Body:
    """`additionalProperties` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "additionalProperties"))


@of_model_input(_ROW)
def further_properties_never_allowed(body: Body) -> Body:
    """`additionalProperties` is false, whatever it was, as OpenAI's strict mode wants."""
    return with_schemas(
        body,
        lambda schema: (
            {**schema, "additionalProperties": False} if schema.get("type") == "object" else schema
        ),
    )


@of_model_input(_ROW)
def least_values_lost(body: Body) -> Body:
    """`minimum` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "minimum"))


@of_model_input(_ROW)
def greatest_values_lost(body: Body) -> Body:
    """`maximum` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "maximum"))


@of_model_input(_ROW)
def multiples_lost(body: Body) -> Body:
    """`multipleOf` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "multipleOf"))


@of_model_input(_ROW)
def excluded_limits_lost(body: Body) -> Body:
    """`exclusiveMinimum` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "exclusiveMinimum"))


@of_model_input(_ROW)
def optional_properties_lost(body: Body) -> Body:
    """Properties that are not required are lost."""

    def changed(schema: Body) -> Body:
        inner, wanted = schema.get("properties"), schema.get("required")
        if not is_object(inner) or not isinstance(wanted, list):
            return schema
        return {**schema, "properties": {n: v for n, v in inner.items() if n in wanted}}

    return with_schemas(body, changed)


@of_model_input(_ROW)
def titles_of_properties_lost(body: Body) -> Body:
    """`title` of a property never reaches the model."""
    return with_schemas(
        body, lambda s: without(s, "title") if isinstance(s.get("title"), str) else s
    )
