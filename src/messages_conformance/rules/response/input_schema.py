"""How the input of a tool call breaks the JSON schema that the request gave for it.

The schema is a stranger's, and so is the input. Both are held to a size and the check to a number
of steps, references are followed only within the schema, and regular expressions are not tried, as
one of them can take for ever. A schema that is beyond that, or is no schema, is not checked.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from messages_conformance.protocol.canonical import canonical
from messages_conformance.rules.wording import pointer, short

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Problem = tuple[str, str]
"""JSON pointer into the input, and what is wrong there."""

_MOST_VALUES: Final = 2_000
"""Values in a schema, and in an input, that are checked; more are not."""
_DEEPEST: Final = 60
_MOST_STEPS: Final = 20_000
"""Keywords applied to one input: a few references to one another can double without end."""
_LONGEST: Final = 200_000
"""Characters of a string in an input that is checked."""
_SHOWN: Final = 3
_IGNORED: Final = ("pattern", "patternProperties", "uniqueItems", "$dynamicRef")

_steps_left: ContextVar[int] = ContextVar("steps_left")


class _TooManyStepsError(Exception):
    """A schema takes too long to check."""


def _counted(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The same keyword, counted."""

    def step(validator: Any, value: Any, instance: Any, schema: Any) -> "Iterator[ValidationError]":
        left = _steps_left.get()
        if not left:
            raise _TooManyStepsError
        _steps_left.set(left - 1)
        yield from apply(validator, value, instance, schema) or ()

    return step


def _ignore(*_: Any) -> tuple[()]:
    return ()


@cache
def _validator() -> type[Any]:
    from jsonschema import Draft202012Validator  # takes a while, and few answers call a tool
    from jsonschema.validators import extend

    keywords = {
        name: _ignore if name in _IGNORED else _counted(apply)
        for name, apply in Draft202012Validator.VALIDATORS.items()
    }
    made: type[Any] = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return made


def problems(input: Any, schema: Any) -> tuple[Problem, ...]:
    """The first problems of an input; none if the schema cannot be checked within bounds."""
    if not (isinstance(schema, dict) and _is_small(schema) and _is_small(input)):
        return ()
    from referencing.exceptions import Unresolvable

    # An `$id` would be what references start from, and `$schema` another dialect.
    plain = {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
    _steps_left.set(_MOST_STEPS)
    try:
        if not _is_schema(canonical(plain)):
            return ()
        found = list(islice(_validator()(plain).iter_errors(input), _SHOWN))
    except (
        _TooManyStepsError,
        RecursionError,
        Unresolvable,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):
        # What is no schema may pass for one and fail anywhere.
        return ()
    return tuple(_described(problem) for problem in found)


@lru_cache(maxsize=1_000)
def _is_schema(written: bytes) -> bool:
    """Whether it keeps the rules for schemas, which takes longer to say than any input does."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(json.loads(written))
    except SchemaError:
        return False
    return True


def _described(problem: "ValidationError") -> Problem:
    at = pointer(problem.absolute_path)
    match problem.validator:
        case "required" | "dependentRequired":
            said = problem.message
        case "type":
            wanted = problem.validator_value
            kinds = wanted if isinstance(wanted, list) else [wanted]
            said = f"it is {_kind(problem.instance)}, not {' or '.join(map(str, kinds))}"
        case "enum":
            said = "it is none of the values of the `enum`"
        case _:
            said = problem.message
    return at, short(said)


def _kind(value: Any) -> str:
    names: Mapping[type, str] = {
        bool: "a boolean",
        int: "a whole number",
        float: "a number",
        str: "a string",
        list: "an array",
        dict: "an object",
    }
    return names.get(type(value), "null")


def _is_small(value: Any) -> bool:
    """Whether a JSON value has few enough values, is not deep, and has no endless string."""
    left, level = _MOST_VALUES, [value]
    for _ in range(_DEEPEST):
        if not level:
            return True
        left -= len(level)
        if left < 0 or any(isinstance(each, str) and len(each) > _LONGEST for each in level):
            return False
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return not level


def requires_properties(schema: Any) -> bool:
    """Whether a schema requires a property of the input."""
    required = schema.get("required") if isinstance(schema, dict) else None
    return isinstance(required, list) and bool(required)


def allows_properties(schema: Any) -> bool:
    """Whether a schema leaves room for any property; true where it says nothing."""
    if not isinstance(schema, dict):
        return True
    return bool(
        schema.get("properties", True)
        or set(schema) & {"$ref", "allOf", "anyOf", "oneOf", "patternProperties"}
        or schema.get("additionalProperties")
    )
