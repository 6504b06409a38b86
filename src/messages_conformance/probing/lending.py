"""A tool whose schema tells values that no prompt suggests, and what each of its keywords tells.

Where the value of a property is not what only one keyword tells, the same schema without that
keyword shows whether it reaches the model: what is lost before costs no token.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from messages_conformance.probing.alphabets import TITLE
from messages_conformance.rules.response.input_schema import problems

Schema: TypeAlias = dict[str, Any]

LENDING_PLAIN: Final[Schema] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "counter": {"type": "string", "enum": ["amber-7", "cobalt-3"]},
        "options": {
            "type": "object",
            "properties": {"page": {"type": "integer"}, "reserve": {"type": "boolean"}},
            "required": ["page", "reserve"],
        },
    },
    "required": ["title", "counter", "options"],
}
"""A schema whose choices and required properties no prompt suggests, with objects in objects."""
BRANCH, LEAVES = "Dunmore", 212
GATE, WEEK, DECK = "maple-9", 40, 4
"""Values of an alternative that is neither the first nor the last, and of a `const`."""
_BRANCHES = ("Arden", "Birk", "Crail", "Ewell", "Fintry", "Gretna", "Hexham", "Ilkley", "Jarrow")
"""More choices than some translations pass on; the one that fits comes last."""
_RULED: Final[Schema] = {
    "due": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("day", "week", "month")]},
    "leaves": {"type": ["integer", "null"]},
    "heir": {"type": ["integer", "null"]},
    "agent": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "shelf": {"type": "string", "pattern": "^[K-N]-[0-9]{3}$"},
    "copies": {"type": "integer", "minimum": 12, "maximum": 15},
    "floor": {"type": "integer", "enum": [-2, 31]},
    "sealed": {"type": "boolean", "enum": [False]},
    "labels": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    "stamp": {"allOf": [{"enum": ["wren-4", "finch-6"]}]},
    "gate": {"oneOf": [{"const": "larch-2"}, {"const": GATE}, {"const": "rowan-4"}]},
    "branch": {"type": "string", "enum": [*_BRANCHES, "Kelso", "Lorton", BRANCH]},
    "bands": {"type": "array", "items": {"enum": ["teal-5", "ochre-2"]}, "minItems": 1},
    "slot": {"anyOf": [{"enum": ["alder-1", "hazel-8"]}, {"type": "null"}]},
    "fees": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"kind": {"enum": ["dunlin-3", "curlew-8"]}, "sum": {"type": "integer"}},
            "required": ["kind", "sum"],
        },
        "minItems": 1,
    },
    "since": {"type": "string", "format": "date"},
    "motto": {"type": "string", "minLength": 30},
    "mark": {"type": "string", "maxLength": 2},
    "deposit": {"type": "integer", "exclusiveMinimum": 9000, "multipleOf": 7},
    "depth": {"type": "integer", "maximum": -40},
    "deck": {"type": "integer", "const": DECK},
}
_UNUSED: Final[Schema] = {
    "back": {"type": "string", "format": "date", "examples": ["2031-05-07"]},
    "remark": {"title": "Remark", "type": ["string", "null"], "default": None, "maxLength": 80},
}
"""Properties that need not be given: servers have refused such keywords."""
LENDING: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Loan",
    "additionalProperties": False,
    **LENDING_PLAIN,
    "properties": {**LENDING_PLAIN["properties"], **_RULED, **_UNUSED},
    "required": [*LENDING_PLAIN["required"], *_RULED],
    "$defs": {
        "day": {
            "type": "object",
            "properties": {"weekday": {"$ref": "#/$defs/weekday"}},
            "required": ["weekday"],
        },
        "week": {
            "type": "object",
            "properties": {
                "number": {"type": "integer"},
                "weekday": {"$ref": "#/$defs/weekday"},
            },
            "required": ["number", "weekday"],
        },
        "month": {
            "type": "object",
            "properties": {"moon": {"enum": ["hay", "harvest"]}},
            "required": ["moon"],
        },
        "weekday": {"enum": ["tue", "thu"]},
    },
}
"""The same with properties whose values only one keyword each tells, which no prompt suggests."""


def without_keyword(keyword: str, schema: Any = LENDING) -> Any:
    """The schema without a keyword, at every depth."""
    if isinstance(schema, dict):
        return {n: without_keyword(keyword, one) for n, one in schema.items() if n != keyword}
    if isinstance(schema, list):
        return [without_keyword(keyword, one) for one in schema]
    return schema


def _less(property: str, change: Callable[[Schema], Schema]) -> Schema:
    """`LENDING` with another schema for one property."""
    inner = LENDING["properties"]
    return {**LENDING, "properties": {**inner, property: change(inner[property])}}


def _drop(property: str, *keywords: str) -> dict[str, Schema]:
    def without(keyword: str) -> Schema:
        return _less(property, lambda of: {n: v for n, v in of.items() if n != keyword})

    return {f"`{keyword}`": without(keyword) for keyword in keywords}


def _defs(change: Callable[[Schema], Schema]) -> Schema:
    return {**LENDING, "$defs": {name: change(one) for name, one in LENDING["$defs"].items()}}


def _types(property: str, kept: str) -> dict[str, Schema]:
    """What translations make of a type that is nullable."""
    return {
        "list of types, of which one is left,": _less(property, lambda of: {**of, "type": kept}),
        **_drop(property, "type"),
        "list of types, which becomes a string,": _less(property, lambda _: {"type": "string"}),
    }


def _one_left(property: str, keyword: str) -> dict[str, Schema]:
    """What some translations make of alternatives: the first, or the last."""
    return {
        f"`{keyword}`, of which the {which} is left,": _less(property, lambda of: of[keyword][at])  # noqa: B023
        for which, at in (("first", 0), ("last", -1))
    }


def _with_references(schema: Any, to: str) -> Any:
    """The schema with all its references pointing elsewhere."""
    if isinstance(schema, dict):
        return {n: to if n == "$ref" else _with_references(one, to) for n, one in schema.items()}
    if isinstance(schema, list):
        return [_with_references(one, to) for one in schema]
    return schema


def _in_items(change: Callable[[Schema], Schema]) -> Callable[[Schema], Schema]:
    return lambda of: {**of, "items": change(of["items"])}


def _plain_kinds(of: Schema) -> Schema:
    kinds = {name: without_keyword("enum", one) for name, one in of["properties"].items()}
    return {**of, "properties": kinds}


def _bare(of: Schema) -> Schema:
    return {n: v for n, v in of.items() if n not in ("properties", "required")}


LOST: Final[Mapping[str, Mapping[str, Schema]]] = {
    "leaves": _types("leaves", "null"),
    "heir": _types("heir", "integer"),
    "agent": {
        "`null` in anyOf": _less("agent", lambda of: {"anyOf": of["anyOf"][:1]}),
        **_drop("agent", "anyOf"),
    },
    "shelf": _drop("shelf", "pattern"),
    "copies": _drop("copies", "minimum", "maximum"),
    "floor": _drop("floor", "enum"),
    "sealed": _drop("sealed", "enum"),
    "labels": _drop("labels", "minItems"),
    "stamp": _drop("stamp", "allOf"),
    "gate": {**_drop("gate", "oneOf"), **_one_left("gate", "oneOf")},
    "due": {
        **_drop("due", "anyOf"),
        **_one_left("due", "anyOf"),
        # Other words in their place cost the same, whatever becomes of them.
        "`$ref`": _with_references(LENDING, "#/$defs/another_one_that_is_not_defined_here"),
        "content of `$defs`": _defs(lambda of: {**of, "description": "One of several kinds."}),
        "`enum` in `$defs`": _defs(lambda of: {n: one for n, one in of.items() if n != "enum"}),
        "name of `$defs`": {
            "definitions" if name == "$defs" else name: one for name, one in LENDING.items()
        },
        "`required` in `$defs`": _defs(lambda of: without_keyword("required", of)),
    },
    "branch": {
        **_drop("branch", "enum"),
        "last choice of `enum`": _less("branch", lambda of: {**of, "enum": of["enum"][:-1]}),
    },
    "bands": {
        "`enum` in items": _less("bands", _in_items(lambda of: without_keyword("enum", of))),
        **_drop("bands", "items"),
    },
    "slot": {
        "`enum` in anyOf": _less("slot", lambda of: without_keyword("enum", of)),
        **_drop("slot", "anyOf"),
    },
    "fees": {
        "`required` in items": _less("fees", _in_items(lambda of: without_keyword("required", of))),
        "`enum` in objects of a list": _less("fees", _in_items(_plain_kinds)),
        "content of objects in a list": _less("fees", _in_items(_bare)),
        **_drop("fees", "items"),
    },
    "since": _drop("since", "format"),
    "motto": _drop("motto", "minLength"),
    "mark": _drop("mark", "maxLength"),
    "deposit": _drop("deposit", "exclusiveMinimum", "multipleOf"),
    "depth": _drop("depth", "maximum"),
    "deck": _drop("deck", "const"),
}
"""For each property whose value only keywords tell: the schema as it is where one of them is lost,
or what it is made of, by words for that."""
FEWER_REQUIRED: Final[tuple[Schema, ...]] = (
    {**LENDING, "required": LENDING["required"][:1]},
    {**LENDING, "required": LENDING["required"][:-1]},
)
"""The schema as it is where a part of `required` is lost."""
_EXPECTED: Final[Mapping[str, Any]] = {
    "leaves": LEAVES,
    "heir": None,
    "agent": None,
    "branch": BRANCH,
    "gate": GATE,
}
"""Values that the prompt tells, where the schema has room for them."""
_FORMS: Final = {"shelf": r"[K-N]-[0-9]{3}", "since": r"\d{4}-\d\d-\d\d"}


def breaks_rules(given: object) -> list[str]:
    """Those properties of `LOST` whose values in an input are not as their keywords tell."""
    if not isinstance(given, dict):
        return []
    broken = {pointer.split("/")[1] for pointer, _ in problems(given, LENDING) if "/" in pointer}
    broken |= {name for name in LOST if name not in given}
    broken |= {name for name, value in _EXPECTED.items() if given.get(name, ...) != value}
    if not isinstance(due := given.get("due"), dict) or due.get("number") != WEEK:
        broken.add("due")
    broken |= {n for n, form in _FORMS.items() if not re.fullmatch(form, str(given.get(n)))}
    return [name for name in LOST if name in broken]


_REST = (
    f"It goes to the {BRANCH} branch by the {GATE} gate, is due in week number {WEEK}, and has "
    f"{LEAVES} leaves, no heir and no agent."
)
LENDING_PROMPT = (
    f'Lend the book "{TITLE}" from page 0, and do not reserve it. Use the tool. {_REST}'
)
LENDING_IN_WORDS = (
    f'{LENDING_PROMPT} The title is "{TITLE}", counter is amber-7, and options are page 0 and '
    "reserve false."
)
LENDING_OTHER_VALUES = f'Lend the book "{TITLE}" from page 7, and reserve it. Use the tool. {_REST}'
"""The same with values that are neither 0 nor false."""
LENDING_FLAT: Final[Schema] = {
    "type": "object",
    "properties": {
        **{name: LENDING_PLAIN["properties"][name] for name in ("title", "counter")},
        **LENDING_PLAIN["properties"]["options"]["properties"],
    },
    "required": ["title", "counter", "page", "reserve"],
}
"""The same without an object in the object."""


def lending(prompt: str = LENDING_PROMPT, schema: object = LENDING) -> dict[str, Any]:
    """A call with a large input, as arguments of `Ask`."""
    lend = {"name": "lend_book", "input_schema": schema}
    return {"prompt": prompt, "tools": [lend], "max_tokens": 600}
