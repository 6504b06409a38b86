"""Everything that is wrong with a claims file, at once: where, in which line, and how to fix it."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from messages_conformance import schemas
from messages_conformance.claims import toml_lines
from messages_conformance.claims.toml_lines import KeyPath
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import ClaimsError

Document: TypeAlias = Mapping[str, Any]
if TYPE_CHECKING:
    from jsonschema import ValidationError
_Found: TypeAlias = Iterator[tuple[KeyPath, str]]
_MOST_LISTED: Final = 50
_MOST_FOUND: Final = 1_000


@dataclass(frozen=True)
class Complaint:
    """One mistake."""

    line: int
    """Where it stands in the file, from 1; of what is missing, the line of what should hold it."""
    place: str
    """The way to it: ``$.row['basic/model'].claim``."""
    message: str
    """What is wrong, and how to fix it."""


def complaints(document: Document, text: str) -> tuple[Complaint, ...]:
    """All mistakes in a claims file, line by line; ``document`` is what TOML makes of the text."""
    everything = chain(_of_the_schema(document), _contradictions(document))
    found = list(islice(everything, _MOST_FOUND))
    lines = toml_lines.lines(text) if found else {}
    listed = [
        Complaint(toml_lines.line_of(lines, path), schemas.place(document, path), message)
        for path, message in dict.fromkeys(found)
    ]
    return tuple(sorted(listed, key=lambda one: one.line))


def as_error(path: object, found: Sequence[Complaint]) -> ClaimsError:
    """The complaints about a file: one in a sentence, several in a line each."""
    mistakes = [f"line {one.line}, at {one.place}: {one.message}" for one in found]
    if len(mistakes) == 1:
        return ClaimsError(f"{path}: {mistakes[0]}")
    if more := mistakes[_MOST_LISTED:]:
        mistakes = [*mistakes[:_MOST_LISTED], f"and {len(more)} more"]
    return ClaimsError(f"{path}: {len(found)} mistakes, none of the file is used:", mistakes)


def _of_the_schema(document: Document) -> _Found:
    for error in schemas.errors(document, "claims"):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = _mapping(_mapping(error.schema).get("properties"))
            for name in [name for name in _mapping(error.instance) if name not in known]:
                hint = did_you_mean(name, known, f"known here: {', '.join(known)}")
                yield (*path, name), f"there is no key {name!r} here{hint}"
        else:
            yield path, _sentence(error)


def _sentence(error: "ValidationError") -> str:
    """What a schema's error says, with what to do; the schema's descriptions say what is meant."""
    value: Any = error.instance
    limit: Any = error.validator_value
    meant = _mapping(error.schema).get("description", "")
    wanted = f"; wanted: {_clause(meant)}" if meant else ""
    match error.validator:
        case "required":
            return _missing(error)
        case "enum":
            names = [str(one) for one in limit]
            hint = did_you_mean(str(value), names, "write one of them")
            return f"{value!r} is none of {', '.join(names)}{hint}"
        case "type":
            return f"{_short(value)} is no {_TYPES.get(str(limit), limit)}{wanted}"
        case "pattern":
            return f"{value!r} does not match {limit}{wanted}"
        case "minLength" | "minItems" | "minProperties":
            return f"it is empty; fill it{wanted}"
        case "uniqueItems":
            return "it names something twice; keep one of them"
        case "dependentRequired":
            return f"{error.message}; add it, or leave the other out"
        case "not":
            return "it has lacks, but neither its claim nor an exception is 'partial'; leave it out"
        case _:
            return f"{error.message}{wanted}"


_TYPES = {"array": "array", "object": "table", "string": "text", "boolean": "true or false"}


def _missing(error: "ValidationError") -> str:
    wanted: Any = error.validator_value
    name = next(one for one in wanted if error.message.startswith(repr(one)))
    if name == "lacks":
        return (
            "a claim is 'partial', and nothing says what is missing; "
            'add lacks = [{ tag = "a_name", words = "what the page says of it" }]'
        )
    meant = _mapping(_mapping(error.schema).get("properties")).get(name, {}).get("description", "")
    return f"{name!r} is missing; add it" + (f": {_clause(meant)}" if meant else "")


def _clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _short(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:59]}…"


def _contradictions(document: Document) -> _Found:
    """What a schema cannot say; the document may be anything that TOML can hold."""
    yield from _date(document)
    yield from _twice(document)
    rows = list(_tables(document, "row"))
    sections = [id for _, id in _ids(document, "section")]
    names = [id for _, id in (*_ids(document, "series"), *_models(document))]
    for path, row in rows:
        id = row.get("id")
        section = id.partition("/")[0] if isinstance(id, str) else None
        if section and section not in sections:
            hint = did_you_mean(section, sections)
            yield (
                (*path, "id"),
                f"row {id!r} is of no section; add a [[section]] with the id {section!r}{hint}",
            )
        for name in _mapping(row.get("exceptions")):
            if name not in names:
                hint = did_you_mean(name, names, "name one that is")
                yield (
                    (*path, "exceptions", name),
                    f"row {id!r} makes an exception for {name!r}, "
                    f"which is neither a model nor a series here{hint}",
                )
        yield from _range(path, row)
        tags = [lack.get("tag") for _, lack in _tables(row, "lacks")]
        for tag in [tag for tag, number in Counter(map(str, tags)).items() if number > 1]:
            yield (*path, "lacks"), f"the tag {tag!r} is there twice; keep one of them"


def _date(document: Document) -> _Found:
    page = _mapping(document.get("revision"))
    date = page.get("date")
    if "date" in page and type(date) is not datetime.date:  # a date with a time is of a subclass
        yield (
            ("revision", "date"),
            f"{str(date)!r} is not a TOML date; "
            "write it without quotes and without a time, such as 2025-11-13",
        )


def _twice(document: Document) -> _Found:
    for what, found in (
        ("section", _ids(document, "section")),
        ("row", _ids(document, "row")),
        ("series", _ids(document, "series")),
        ("model", _models(document)),
    ):
        seen = set()
        for path, id in found:
            if id in seen:
                yield path, f"{what} {id!r} is there twice; keep one of them"
            seen.add(id)


def _range(path: KeyPath, row: Document) -> _Found:
    bounds = _mapping(row.get("range"))
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield (*path, "range"), f"no number is from {low} to {high}; exchange them"


def _models(document: Document) -> Iterator[tuple[KeyPath, str]]:
    for path, series in _tables(document, "series"):
        for (_, position), id in _ids(series, "models"):
            yield (*path, "models", position), id


def _ids(document: Document, name: str) -> Iterator[tuple[KeyPath, str]]:
    """The ids in an array of tables, each with the way to its table."""
    for path, table in _tables(document, name):
        if isinstance(table.get("id"), str):
            yield path, table["id"]


def _tables(document: Document, name: str) -> Iterator[tuple[KeyPath, Document]]:
    found = document.get(name)
    listed: Iterable[Any] = found if isinstance(found, list) else ()
    return (((name, at), one) for at, one in enumerate(listed) if isinstance(one, dict))


def _mapping(value: object) -> Document:
    return value if isinstance(value, dict) else {}
