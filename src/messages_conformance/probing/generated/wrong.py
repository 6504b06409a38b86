"""What is wrong with a request: by the published schema, and between its fields.

It is written from what the genuine API documents, and shares no code with the reference endpoint,
so that the two can be held against each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import jsonschema

from messages_conformance import schemas
from messages_conformance.probing.generated import between_fields
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.kinds import KINDS
from messages_conformance.rules import caching, thinking, tool_loop
from messages_conformance.rules.request_view import RequestView

_BY_KEYWORD: Final = {
    "required": "missing",
    "additionalProperties": "unknown field",
    "enum": "unknown value",
    "const": "unknown value",
    "minimum": "out of range",
    "maximum": "out of range",
    "pattern": "malformed",
    "minLength": "empty",
    "minItems": "empty",
    "maxLength": "too long",
    "maxItems": "too long",
}
"""What the keywords of a schema are about; all others are about the type."""
_BY_RULE: Final = {
    "TU-1": "call_without_result",
    "TU-2": "text_before_result",
    "TU-3": "result_without_call",
    "TU-4": "some_results_missing",
    "TU-12": "calls of one id",
    "TU-13": "results of one call",
    "TH-2": "budget_beyond_max_tokens",
    "TH-4": "temperature_with_thinking",
    "TH-6": "forced_call_with_thinking",
    "TH-7": "prefill_with_thinking",
    "PC-3": "five_cache_marks",
    "PC-4": "hour_after_minutes",
    "PC-5": "mark_on_empty_text",
}
"""The wire rules about requests that no schema states, by what they are about."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a request."""

    kind: str
    """What kind of mistake it is: a key of `KINDS`."""
    what: str
    """What is wrong, to follow ``although``."""
    names: frozenset[str]
    """A refusal says which field it is about with one of these."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of a page that promise its refusal; empty where none does."""
        return KINDS[self.kind].rows


def what_is_wrong(draft: Draft, version: str) -> tuple[Wrong, ...]:
    """All that is wrong with a request, each kind once; empty for a legal one."""
    found = {one.kind: one for one in reversed([*_all(draft, version)])}
    return tuple(found.values())


def how_many_wrong(draft: Draft, version: str) -> int:
    """How many things are wrong with a request, of one kind or of several."""
    return sum(1 for _ in _all(draft, version))


def is_right(draft: Draft, version: str) -> bool:
    """Whether nothing is wrong; faster than to find out what."""
    return next(_all(draft, version), None) is None


def _all(draft: Draft, version: str) -> Iterator[Wrong]:
    against = list(schemas.errors(draft.body, f"request-{version}"))
    if against:
        # What has another shape than documented cannot be read any further.
        yield from map(_by_schema, against)
        return
    view = RequestView.of(draft.body)
    for rules in (tool_loop, thinking, caching):
        for rule, pointer, what in rules.mistakes(view):
            kind = _kind_of(rule, pointer)
            if kind and not (kind == "budget_beyond_max_tokens" and _interleaves(draft.betas)):
                yield _wrong(kind, what)
    for kind, what in between_fields.mistakes(draft.body, draft.betas):
        yield _wrong(kind, what)


def _wrong(kind: str, what: str) -> Wrong:
    return Wrong(kind, what, frozenset(KINDS[kind].names))


def _kind_of(rule: str, pointer: str) -> str | None:
    if rule == "TH-5":
        return "top_k_with_thinking" if pointer == "/top_k" else "top_p_with_thinking"
    return _BY_RULE.get(rule)


def _interleaves(betas: Iterable[str]) -> bool:
    return any(name.startswith("interleaved-thinking-") for name in betas)


def _by_schema(problem: jsonschema.ValidationError) -> Wrong:
    best: Any = _meant(problem)
    kind = _BY_KEYWORD.get(best.validator, "wrong type")
    field = _field(best)
    others = _alternatives(best)
    if others and isinstance(best.instance, dict) and all(map(_is_of_another_type, others)):
        kind, field = "unknown value", "type"
    path = [*problem.absolute_path, *best.absolute_path, *([field] if field else [])]
    names = {step for step in path if isinstance(step, str)}
    where = ".".join(map(str, best.absolute_path)) or "the request"
    return Wrong(kind, f"{where} is not as documented: {_expected(best)}", frozenset(names))


def _meant(problem: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """The problem within the alternative whose ``type`` was sent, as far as one was."""
    meant = [found for found in _alternatives(problem) if not _is_of_another_type(found)]
    if len(meant) == 1:
        return _meant(jsonschema.exceptions.best_match(meant[0]) or problem)
    return jsonschema.exceptions.best_match([problem]) or problem if not meant else problem


def _alternatives(problem: jsonschema.ValidationError) -> list[list[jsonschema.ValidationError]]:
    """What is wrong by each alternative, where the schema has some."""
    found: dict[Any, list[jsonschema.ValidationError]] = {}
    for one in (problem.context or ()) if problem.validator in ("anyOf", "oneOf") else ():
        found.setdefault(one.schema_path[0], []).append(one)
    return list(found.values())


def _is_of_another_type(found: list[jsonschema.ValidationError]) -> bool:
    """Whether an alternative is of another ``type`` than was sent, or of no object."""
    return any(
        (one.validator == "const" and list(one.relative_path) == ["type"])
        or (one.validator == "type" and not one.relative_path)
        for one in found
    )


def _field(problem: Any) -> str | None:
    """The field that is missing, or is not known."""
    if problem.validator == "required":
        return str(next(name for name in problem.validator_value if name not in problem.instance))
    if problem.validator == "additionalProperties":
        known = problem.schema.get("properties", {})
        return str(next(name for name in problem.instance if name not in known))
    return None


def _expected(problem: Any) -> str:
    """What the schema expects there."""
    value = problem.validator_value
    match problem.validator:
        case "required":
            return f"`{_field(problem)}` is missing"
        case "additionalProperties":
            return f"`{_field(problem)}` is unknown"
        case "enum":
            return f"expected one of {', '.join(map(repr, value))}"
        case "const":
            return f"expected {value!r}"
        case "minimum" | "maximum" | "pattern" | "minLength" | "minItems" | "maxLength" | "type":
            return f"{problem.validator} is {value!r}"
    return "it has another form"
