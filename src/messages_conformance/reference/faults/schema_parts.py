"""Faults that reduce the schemas of tools: nullable types, references, items, parts of lists.

Translations to another vendor's schemas know no list of types and no references, and look only at
the first level.
"""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import Body, of_model_input
from messages_conformance.reference.faults.edits import is_object, without
from messages_conformance.reference.faults.schema_keywords import with_schemas

_ROW = "tools/input_schema"
_MOST_CHOICES = 10


def _of_types(change: Callable[[list[Any]], Body]) -> Callable[[Body], Body]:
    """A change of schemas with a list of types, given that list."""

    def changed(schema: Body) -> Body:
        kinds = schema.get("type")
        if not isinstance(kinds, list) or not kinds:
            return schema
        return {**without(schema, "type"), **change(kinds)}

    return changed


def _in_items(change: Callable[[Body], Body]) -> Callable[[Body], Body]:
    return lambda schema: (
        {**schema, "items": change(schema["items"])} if is_object(schema.get("items")) else schema
    )


@of_model_input(_ROW)
def nullable_types_lose_null(body: Body) -> Body:
    """A list of types is reduced to its first, so that null is no longer allowed."""
    return with_schemas(body, _of_types(lambda kinds: {"type": kinds[0]}))


@of_model_input(_ROW)
def nullable_types_become_null(body: Body) -> Body:
    """A list of types is reduced to its last, which is null (devised)."""
    return with_schemas(body, _of_types(lambda kinds: {"type": kinds[-1]}))


@of_model_input(_ROW, side_effects=("wire/message",))
def nullable_types_become_strings(body: Body) -> Body:
    """A list of types becomes the type string."""
    return with_schemas(body, _of_types(lambda _: {"type": "string"}))


@of_model_input(_ROW)
def null_lost_from_alternatives(body: Body) -> Body:
    """`null` is left out of `anyOf`."""

    def changed(schema: Body) -> Body:
        several = schema.get("anyOf")
        if not isinstance(several, list):
            return schema
        kept = [o for o in several if not is_object(o) or o.get("type") != "null"]
        return {**schema, "anyOf": kept}

    return with_schemas(body, changed)


@of_model_input(_ROW, side_effects=("wire/message",))
def references_emptied(body: Body) -> Body:
    """A `$ref` becomes an empty schema, which allows anything."""
    return with_schemas(body, lambda schema: {} if "$ref" in schema else schema)


@of_model_input(_ROW, side_effects=("wire/message",))
def definitions_emptied(body: Body) -> Body:
    """What `$defs` define is empty, so that references allow anything."""
    return with_schemas(
        body,
        lambda schema: (
            {**schema, "$defs": {name: {} for name in schema["$defs"]}}
            if is_object(schema.get("$defs"))
            else schema
        ),
    )


@of_model_input(_ROW, side_effects=("wire/message",))
def required_lost_in_items(body: Body) -> Body:
    """`required` of the objects in a list is lost."""
    return with_schemas(body, _in_items(lambda items: without(items, "required")))


@of_model_input(_ROW)
def choices_lost_in_items(body: Body) -> Body:
    """`enum` of what a list holds is lost."""
    return with_schemas(body, _in_items(lambda items: without(items, "enum")))


@of_model_input(_ROW)
def choices_lost_in_alternatives(body: Body) -> Body:
    """`enum` within `anyOf` is lost."""

    def changed(schema: Body) -> Body:
        several = schema.get("anyOf")
        if not isinstance(several, list):
            return schema
        return {**schema, "anyOf": [without(o, "enum") if is_object(o) else o for o in several]}

    return with_schemas(body, changed)


@of_model_input(_ROW)
def further_choices_lost(body: Body) -> Body:
    """Of an `enum` only the first ten choices reach the model (devised)."""

    def changed(schema: Body) -> Body:
        choices = schema.get("enum")
        return {**schema, "enum": choices[:_MOST_CHOICES]} if isinstance(choices, list) else schema

    return with_schemas(body, changed)


@of_model_input(_ROW, side_effects=("wire/message",))
def only_the_first_required(body: Body) -> Body:
    """Of `required` only the first name reaches the model (devised)."""

    def changed(schema: Body) -> Body:
        wanted = schema.get("required")
        return {**schema, "required": wanted[:1]} if isinstance(wanted, list) else schema

    return with_schemas(body, changed)


@of_model_input(_ROW)
def formats_lost(body: Body) -> Body:
    """`format` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "format"))


@of_model_input(_ROW)
def lengths_of_texts_lost(body: Body) -> Body:
    """`minLength` never reaches the model."""
    return with_schemas(body, lambda schema: without(schema, "minLength"))
