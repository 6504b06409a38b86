"""A call's input is held against the schema of its tool, whatever that schema is."""

import time
from typing import Any

import pytest

from messages_conformance.rules.response.input_schema import (
    allows_properties,
    problems,
    requires_properties,
)

CITY: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}}
NODE: dict[str, Any] = {
    "type": "object",
    "properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}},
}


@pytest.mark.parametrize(
    ("schema", "input", "at", "said"),
    [
        (CITY, {"city": 3}, "/city", "it is a whole number, not string"),
        (CITY, {"city": None}, "/city", "it is null, not string"),
        ({**CITY, "required": ["city"]}, {"town": "x"}, "", "'city' is a required property"),
        ({**CITY, "additionalProperties": False}, {"a": 1}, "", "'a' was unexpected"),
        ({"properties": {"a": {"enum": [1, 2]}}}, {"a": 3}, "/a", "none of the values of the"),
        ({"properties": {"a": {"const": 0}}}, {"a": False}, "/a", "0 was expected"),
        (NODE, {"next": {"next": {"value": "1"}}}, "/next/next/value", "it is a string"),
        ({"items": {"type": "string"}, "properties": {"a~/b": {"items": CITY}}}, {}, None, ""),
        ({"properties": {"a/b": {"items": CITY}}}, {"a/b": [{}, {"city": []}]}, "/a~1b/1/city", ""),
    ],
)
def test_a_problem_says_where_and_what(schema: Any, input: Any, at: str | None, said: str) -> None:
    found = problems(input, schema)
    if at is None:
        assert found == ()
    else:
        ((where, what),) = found
        assert where == at
        assert said in what


@pytest.mark.parametrize(
    ("schema", "input"),
    [
        (CITY, {"city": "", "more": {}}),
        ({"properties": {"n": {"type": "integer"}}}, {"n": 1.0}),
        ({"properties": {"n": {"type": ["string", "null"]}}}, {"n": None}),
        ({"definitions": {"x": {}}, "properties": {"n": {"$ref": "#/definitions/x"}}}, {"n": 1}),
        ({**NODE, "$id": "https://example.com/node"}, {"next": {"value": 0}}),
        ({**CITY, "$schema": "http://json-schema.org/draft-07/schema#"}, {"city": "Rome"}),
    ],
)
def test_what_matches_has_no_problem(schema: Any, input: Any) -> None:
    assert problems(input, schema) == ()


@pytest.mark.parametrize(
    "schema",
    [
        *(None, True, 3, [], "object", {"type": 3}, {"type": "text"}, {"properties": []}),
        *({"$ref": "https://example.com/x"}, {"$ref": "#/nowhere"}, {"$ref": 3}, {"required": "a"}),
        *({"minimum": "1"}, {"items": [1]}, {"pattern": "("}, {"allOf": {}}, {"$ref": "#"}),
    ],
)
def test_what_is_no_schema_is_not_checked(schema: Any) -> None:
    assert problems({"a": [1, "x", None, {"b": 10**400}]}, schema) == ()


BOMB = {
    f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}, {"$ref": f"#/$defs/l{n + 1}"}]}
    for n in range(60)
}


@pytest.mark.parametrize(
    ("schema", "input"),
    [
        ({"$defs": {**BOMB, "l60": {"type": "integer"}}, "$ref": "#/$defs/l0"}, {}),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 40 + "!"}),
        ({"patternProperties": {"^(a+)+$": {"type": "null"}}}, {"a" * 40 + "!": 1}),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [{"b": n} for n in range(900)]}),
        (CITY, {"city": ["x"] * 100_000}),
        (CITY, {"city": "x" * 10**6, "a": "y"}),
        ({"properties": {str(n): CITY for n in range(50_000)}}, {"1": 1}),
        ({"properties": {"a": {"items": {"anyOf": [CITY] * 300}}}}, {"a": [3] * 1000}),
    ],
    ids=["references", "pattern", "pattern of keys", "unique", "items", "text", "keys", "product"],
)
def test_a_hostile_schema_or_input_takes_no_time(schema: Any, input: Any) -> None:
    begun = time.process_time()
    problems(input, schema)
    assert time.process_time() - begun < 2


def test_nesting_without_end_is_not_checked() -> None:
    deep: Any = {"value": "x"}
    for _ in range(2000):
        deep = {"next": deep}
    assert problems(deep, NODE) == ()
    assert problems({"next": {}}, {"properties": {"next": deep}}) == ()


def test_at_most_a_few_problems_are_reported() -> None:
    schema = {"properties": {"a": {"items": {"type": "string"}}}}
    assert len(problems({"a": [1] * 50}, schema)) == 3


@pytest.mark.parametrize(
    ("schema", "requires", "allows"),
    [
        ({"type": "object"}, False, True),
        ({"type": "object", "properties": {}}, False, False),
        ({"type": "object", "properties": {}, "required": []}, False, False),
        ({"type": "object", "properties": {}, "additionalProperties": True}, False, True),
        (CITY, False, True),
        ({**CITY, "required": ["city"]}, True, True),
        ({"$ref": "#/$defs/a"}, False, True),
        (None, False, True),
        ({"required": "city"}, False, True),
    ],
)
def test_what_a_schema_says_of_properties(schema: Any, requires: bool, allows: bool) -> None:
    assert requires_properties(schema) is requires
    assert allows_properties(schema) is allows
