"""Filling a tool's input: with values from the request, and defaults where it has none."""

import re
from dataclasses import dataclass, field
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.counting import find_sum
from messages_conformance.reference.simulated_model.patterns import example_of

_DEEPEST = 5
"""Levels of a schema that are filled; a recursive schema has no last level."""

_LONGEST = 2_000
"""Characters that a schema may demand."""

_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]*(?:[ ](?:of |de |am )?[A-Z][\w'-]*)*")
_AFTER = re.compile(
    r"\b(?:in|for|of|at|to|about|from|near|named|called|with|on|value|is|add|send|store|save|"
    r"pass)\b(?: the| a| an)?\s+([\w'-]+)",
    re.IGNORECASE,
)
_EXPRESSION = re.compile(r"[-\d(][\d\s.+*/×x()^-]*[\d)]")
_FORMATS = {
    "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "someone@example.com"),
    "uri": (r"https?://[^\s\"'<>]+", "https://example.com/"),
    "url": (r"https?://[^\s\"'<>]+", "https://example.com/"),
    "date": (r"\d{4}-\d\d-\d\d", "2025-01-01"),
    "time": (r"\d\d:\d\d(?::\d\d)?", "12:00"),
    "date-time": (r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "2025-01-01T12:00:00Z"),
}
_WHOLE = {"query", "question", "prompt", "text", "message", "content", "input", "q", "note", "body"}
_NOT_NAMES = frozenset(
    english.listed(
        "What Which Who Where When Why How Is Are Was Do Does Did Can Could Please Use Call Look "
        "Get Find Check Tell Give And Also Then I Celsius Fahrenheit The In For My Say"
    )
)


@dataclass
class ValuePool:
    """The values in a request's text; each is used again only when no unused one is left.

    ``depth`` is the current depth in the schema, for schemas that contain themselves.
    """

    text: str
    depth: int = 0
    used: list[str] = field(default_factory=list)

    def take(self, candidates: list[str]) -> str | None:
        """The first candidate not used yet, else the first."""
        fresh = [value for value in candidates if value not in self.used]
        if not candidates:
            return None
        chosen = (fresh or candidates)[0]
        self.used.append(chosen)
        return chosen


def fill_input(schema: dict[str, Any], text: str) -> dict[str, Any]:
    """An input that satisfies a tool's schema, filled from the text of a request."""
    value = _value("", schema, ValuePool(text), schema)
    return value if isinstance(value, dict) else {}


def proper_names(text: str) -> list[str]:
    """Proper names, in order: ``Oslo``, ``New York``."""
    found = [match[0].removesuffix("'s") for match in _NAME.finditer(text)]
    if (first := re.match(r"[A-Z][\w'-]*", text)) and len(text.split()) == 1:
        found.append(first[0])
    return [name for name in found if name not in _NOT_NAMES and name.split()[0] not in _NOT_NAMES]


def _value(name: str, schema: dict[str, Any], pool: ValuePool, root: dict[str, Any]) -> Json:
    if _may_be_null(schema) and _is_said_to_lack(name, pool.text):
        return None
    schema = _resolved(_mentioned(schema, pool.text, root), root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return _of_enum(schema["enum"], pool.text)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind == "object" or "properties" in schema:
        return _object(schema, pool, root)
    if kind == "array":
        return _array(name, schema, pool, root)
    if kind in ("integer", "number"):
        return _number(name, schema, pool, whole=kind == "integer")
    if kind == "boolean":
        return not english.has(
            pool.text,
            rf"(?:not|no|without|false|disable\w*|off)\s+(?:\w+ )?{re.escape(name)}",
            f"{re.escape(name)}(?: is| =|:)? (?:false|off|no)",
        )
    return None if kind == "null" else _string(name, schema, pool)


def _may_be_null(schema: Json) -> bool:
    if not isinstance(schema, dict):
        return False
    kinds = schema.get("type")
    several = [*(schema.get("anyOf") or []), *(schema.get("oneOf") or [])]
    return (isinstance(kinds, list) and "null" in kinds) or any(
        isinstance(one, dict) and one.get("type") == "null" for one in several
    )


def _is_said_to_lack(name: str, text: str) -> bool:
    """Whether a request says that there is no such thing: ``no discount``, ``agent is none``."""
    named = re.escape(name).replace("_", "[ _]")
    return english.has(text, rf"(?:no|without(?: an?)?) {named}", rf"{named} is (?:null|none)")


def _object(schema: dict[str, Any], pool: ValuePool, root: dict[str, Any]) -> dict[str, Any]:
    wanted = set(schema.get("required") or []) if pool.depth < _DEEPEST else set()
    pool.depth += 1
    filled = {}
    for name, inner in (schema.get("properties") or {}).items():
        asked = pool.depth < 2 and _asked_for(name, _resolved(inner, root), pool.text)
        if name in wanted or asked:
            filled[name] = _value(name, inner, pool, root)
    pool.depth -= 1
    return filled


def _array(name: str, schema: dict[str, Any], pool: ValuePool, root: dict[str, Any]) -> list[Json]:
    inner = _resolved(schema.get("items") or {"type": "string"}, root)
    if inner.get("type") in ("integer", "number"):
        found = [_plain(n) for n in english.NUMBER.findall(pool.text)]
        values: list[Json] = [int(n) if inner["type"] == "integer" else n for n in found]
    elif inner.get("type") == "string" and "enum" not in inner:
        given = english.quoted(pool.text) or proper_names(pool.text)
        values = [one for one in given if one not in pool.used]
    elif "enum" in inner:
        values = [one for one in inner["enum"] if english.has(pool.text, re.escape(str(one)))]
    else:
        values = []
    least = min(max(schema.get("minItems") or 0, 1), 20)
    while len(values) < least:
        values.append(_value(name, inner, pool, root))
    return values[: schema.get("maxItems") or len(values)]


def _number(name: str, schema: dict[str, Any], pool: ValuePool, *, whole: bool) -> float | int:
    near = re.search(
        rf"\b{re.escape(name)}s?\b\W*(?:\w+\W+)?(-?\d+(?:\.\d+)?)"
        rf"|(-?\d+(?:\.\d+)?)\s+{re.escape(name)}",
        pool.text,
        re.IGNORECASE,
    )
    found = [near[1] or near[2]] if near else []
    found += english.NUMBER.findall(pool.text)
    found += [str(n) for n in map(english.number, english.words(pool.text)) if n is not None]
    if whole:
        found = [one for one in found if "." not in one]
    # What the text says of this very property, and says once, goes before what is not used yet.
    told = found[:1] if near and near[1] and english.words(pool.text).count(name) == 1 else found
    taken = pool.take(told)
    value = _plain(taken) if taken else schema.get("default", schema.get("minimum", 1))
    low, high = schema.get("minimum"), schema.get("maximum")
    if (above := schema.get("exclusiveMinimum")) is not None and value <= above:
        value = int(above) + 1
    if (step := schema.get("multipleOf")) and value % step:
        value += step - value % step
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def _string(name: str, schema: dict[str, Any], pool: ValuePool) -> str:
    said = _words_for(name, schema, pool)
    while len(said) < min(schema.get("minLength") or 0, _LONGEST):
        said = f"{said} {said}" if said else "."
    return said[: schema.get("maxLength") or None]


def _words_for(name: str, schema: dict[str, Any], pool: ValuePool) -> str:
    text = pool.text
    if isinstance(pattern := schema.get("pattern"), str) and (made := example_of(pattern)):
        return made
    form = schema.get("format") or next((f for f in _FORMATS if f in name.lower()), None)
    if form in _FORMATS and form not in ("time",):
        pattern, usual = _FORMATS[form]
        return pool.take(re.findall(pattern, text)) or usual
    stated = re.search(
        rf"\b{re.escape(name).replace('_', '[ _]')}\b\s*(?:is|=|:|of|named|called|set to|to|\b)\s*"
        rf"[\"'“`]?([\w@.-]*\w)",
        text,
        re.IGNORECASE,
    )
    if english.has(name, "expression|formula|calculation|equation"):
        written = _EXPRESSION.search(text)
        if written and re.search(r"\d\s*[+*/×x^-]", written[0]):
            return written[0].strip()
        if problem := find_sum(text):
            return " ".join(str(part) for part in problem)
    given = english.quoted(text)
    codes = [found[0] for found in english.CODE.finditer(text)]
    codes = [code for code in codes if code.lower() != name.lower()]
    if stated and stated[1].lower() not in english.STOP:
        # What the text says of this very property goes before what it quotes of anything.
        within = [quote for quote in given if quote.startswith(stated[1])]
        given = within or [stated[1], *given]
    after = [found for found in _AFTER.findall(text) if found.lower() not in english.STOP]
    if name.lower() in _WHOLE and not given:
        return pool.take(codes) or text
    found = pool.take([*given, *proper_names(text), *codes, *after, *english.NUMBER.findall(text)])
    return found or str(schema.get("default") or "unspecified")


def _of_enum(members: list[Any], text: str) -> Any:
    stems = set(english.content(text))
    for one in members:
        if set(english.content(str(one))) & stems:
            return one
    return members[0]


def _asked_for(name: str, schema: dict[str, Any], text: str) -> bool:
    """Whether the request mentions an optional property or one of its enum members."""
    stems = set(english.content(text))
    members = schema.get("enum") or []
    return bool(
        set(english.content(name)) & stems
        or any(set(english.content(str(member))) & stems for member in members)
    )


def _mentioned(schema: Json, text: str, root: dict[str, Any]) -> Json:
    """Of a schema's alternatives the one whose values or properties a request mentions, if any."""
    if not isinstance(schema, dict):
        return schema
    stems = set(english.content(text))
    for several in (schema.get("anyOf"), schema.get("oneOf")):
        for one in several if isinstance(several, list) else ():
            inner = _resolved(one, root)
            told = [*(inner.get("enum") or []), *(inner.get("properties") or {})]
            told += [inner["const"]] if "const" in inner else []
            if any(set(english.content(str(word))) & stems for word in told):
                return one
    return schema


def _resolved(schema: Json, root: dict[str, Any]) -> dict[str, Any]:
    """A schema with its local reference or first alternative resolved; `true` allows anything."""
    if not isinstance(schema, dict):
        return {}
    if isinstance(ref := schema.get("$ref"), str) and ref.startswith("#/"):
        found: Any = root
        for step in ref[2:].split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) and "$ref" not in found else {}
    for several in ("anyOf", "oneOf", "allOf"):
        if schema.get(several):
            return _resolved(schema[several][0], root)
    return schema


def _plain(number: str) -> float | int:
    return float(number) if "." in number else int(number)
