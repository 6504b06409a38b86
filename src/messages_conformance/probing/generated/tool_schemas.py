"""Tool definitions at random: nested schemas of input, each with an input that keeps to it."""

from random import Random
from typing import Any, Final, TypeAlias

from messages_conformance.probing.generated.vocabulary import some_name, some_text

Schema: TypeAlias = dict[str, Any]

_DEEPEST: Final = 3


def some_object(rng: Random, *, closed: bool = False, depth: int = 0) -> tuple[Schema, Schema]:
    """The schema of an object, and an object that keeps to it.

    A closed one says ``additionalProperties: false`` everywhere and requires all it names, as
    strict tools and formats of answers must.
    """
    names = sorted({some_name(rng) for _ in range(rng.randint(0, 4))})
    if closed:
        names = names or ["value"]
    parts = {name: _some_value(rng, closed, depth + 1) for name in names}
    required = names if closed else [name for name in names if rng.random() < 0.5]
    schema: Schema = {
        "type": "object",
        "properties": {name: part for name, (part, _) in parts.items()},
    }
    if required:
        schema["required"] = required
    if closed or rng.random() < 0.2:
        schema["additionalProperties"] = False
    shown = {
        name: value for name, (_, value) in parts.items() if name in required or rng.random() < 0.5
    }
    return schema, shown


def _some_value(rng: Random, closed: bool, depth: int) -> tuple[Schema, Any]:
    kinds = ["string", "integer", "number", "boolean", "enum"]
    if depth < _DEEPEST:
        kinds += ["object", "array", "either"]
    schema, value = _of_kind(rng, rng.choice(kinds), closed, depth)
    if rng.random() < 0.4:
        schema = {**schema, "description": some_text(rng)}
    return schema, value


def _of_kind(rng: Random, kind: str, closed: bool, depth: int) -> tuple[Schema, Any]:
    match kind:
        case "object":
            return some_object(rng, closed=closed, depth=depth)
        case "array":
            schema, value = _some_value(rng, closed, depth + 1)
            return {"type": "array", "items": schema}, [value] * rng.randint(0, 2)
        case "either":
            schema, value = _some_value(rng, closed, depth + 1)
            return {"anyOf": [schema, {"type": "null"}]}, rng.choice((value, None))
        case "enum":
            values = sorted({some_name(rng) for _ in range(3)})
            return {"type": "string", "enum": values}, rng.choice(values)
        case "string":
            return {"type": "string"}, some_text(rng)
        case "integer":
            return {"type": "integer"}, rng.randint(-5, 1000)
        case "number":
            return {"type": "number"}, rng.choice((0.5, -2.25, 17))
        case _:
            return {"type": "boolean"}, rng.random() < 0.5
