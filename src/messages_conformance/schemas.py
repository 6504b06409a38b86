"""The JSON Schemas the project publishes, by short name."""

import datetime
import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from messages_conformance import resources

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

_LARGE: Final = 20_000
"""Values of a document of which only the first mistake is looked for."""


@cache
def _documents() -> dict[str, dict[str, Any]]:
    return {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(resources.folder("schemas").rglob("*.schema.json"))
    }


@cache
def validator(name: str) -> "jsonschema.Draft202012Validator":
    """The validator of one schema; references between schemas resolve without a network."""
    import jsonschema  # takes a while, and hardly ever is anything wrong
    from referencing import Registry, Resource

    documents = _documents()
    registry: Registry[Any] = Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in documents.values()
    )
    return jsonschema.Draft202012Validator(documents[name], registry=registry)


@cache
def _compiled(name: str) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs

    documents = _documents()
    registry = jsonschema_rs.Registry([(each["$id"], each) for each in documents.values()])
    return jsonschema_rs.Draft202012Validator(documents[name], registry=registry)


def _keeps(document: Any, name: str) -> bool:
    compiled = _compiled(name)
    try:
        return compiled.is_valid(document)
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass  # It is no JSON; TOML has dates.
    try:
        return all(compiled.is_valid(_undated(document, other)) for other in _INSTEAD_OF_DATES)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return False


_INSTEAD_OF_DATES: Final[tuple[Any, ...]] = (None, [])
"""A date is of no JSON type: where a schema takes values of two types, it says nothing of types."""


def _undated(value: Any, instead: Any) -> Any:
    """The same with another value for each date."""
    if isinstance(value, datetime.date):
        return instead
    if isinstance(value, dict):
        return {name: _undated(inner, instead) for name, inner in value.items()}
    return [_undated(inner, instead) for inner in value] if isinstance(value, list) else value


def errors(document: Any, name: str) -> "Iterator[jsonschema.ValidationError]":
    """Every way in which a document breaks a schema.

    Of nearly all documents the compiled validator says, many times as fast, that there is none;
    what is wrong with the others is for jsonschema to find and to word.
    """
    return iter(()) if _keeps(document, name) else validator(name).iter_errors(document)


def complaint(document: Any, name: str) -> str | None:
    """The most telling way a document breaks a schema, in one sentence; None if it keeps it."""
    if _keeps(document, name):
        return None
    if _is_large(document):
        return _first_complaint(document, name)
    import jsonschema

    error = jsonschema.exceptions.best_match(errors(document, name))
    return f"at {place(document, error.absolute_path)}: {error.message}" if error else None


def _first_complaint(document: Any, name: str) -> str | None:
    """Some way in which a document of any size breaks a schema, found in little time."""
    import jsonschema_rs

    try:
        _compiled(name).validate(document)
    except jsonschema_rs.ValidationError as error:
        return f"at {place(document, error.instance_path)}: {error.message}"
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        return f"at $: it is no JSON ({problem})"
    return None


def _is_large(document: Any) -> bool:
    """Whether a document has so many values that jsonschema takes seconds."""
    waiting, count = [document], 0
    while waiting:
        value = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value
        if isinstance(inner, list):
            count += len(inner)
            waiting += inner
        if count > _LARGE:
            return True
    return False


def place(document: Any, path: Iterable[str | int]) -> str:
    """Write the way to a value as ``$.row['basic/model'].claim``: by id where items have one."""
    written = "$"
    for step in path:
        document = document[step]
        if isinstance(step, str):
            written += f".{step}"
        else:
            id = document.get("id") if isinstance(document, dict) else None
            written += f"[{id!r}]" if isinstance(id, str) else f"[{step}]"
    return written
