"""The decisive part of an exchange: what was under test, and what in the answer decides.

It is found, not told. Of a request, it is what a control lacks; where there is no control, the
field or header that the row is named after. Of an answer, it is where a wire rule is broken, an
error, or what the sentence about it quotes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from messages_conformance.protocol.exchange import Json, Malformed, Request
from messages_conformance.protocol.json_text import loads_leniently
from messages_conformance.report.excerpt import Excerpt

Path: TypeAlias = tuple[str | int, ...]

_LONGEST_SIDE: Final = 6
"""How many differences from a control are decisive; of more, none tells anything."""


@dataclass(frozen=True, slots=True)
class Decisive:
    """The decisive places of an exchange, each as a JSON pointer into a body."""

    headers: tuple[str, ...] = ()
    """Names of request headers, in lower case."""
    request: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In one line: ``header x-api-key, /top_k in the request; /error in the answer``."""
        asked = (*(f"header {name}" for name in self.headers), *self.request)
        parts = (
            f"{', '.join(asked)} in the request" if asked else "",
            f"{', '.join(self.answer)} in the answer" if self.answer else "",
        )
        return "; ".join(filter(None, parts))


def decisive(shown: Excerpt, row: str, summary: str, excerpts: Sequence[Excerpt]) -> Decisive:
    """The decisive places of one of the excerpts of a row; none of a control."""
    if shown.role == "control":
        return Decisive()
    headers: Iterable[str] = ()
    request: Iterable[Path] = ()
    if shown.request is not None:
        headers, request = under_test(shown.request, row, control_among(excerpts))
    try:
        answer = of_answer(loads_leniently(shown.received), summary, is_bad=is_bad(shown))
    except (ValueError, RecursionError):  # a stream, no JSON, or nested too deeply
        answer = set()
    return Decisive(tuple(sorted(headers)), _pointers(request), _pointers(answer))


def control_among(excerpts: Iterable[Excerpt]) -> Excerpt | None:
    """The control beside which a row was asked; None where there is none."""
    return next((one for one in excerpts if one.role == "control"), None)


def is_bad(shown: Excerpt) -> bool:
    """Whether the answer is an error, or did not come whole."""
    return shown.status is None or shown.status >= 400 or shown.ended != "complete"


def of_answer(body: Json, summary: str, pointer: str = "", *, is_bad: bool) -> set[Path]:
    """The places of an answer's body that decide; ``pointer`` is where a rule is broken."""
    if pointer.startswith("/"):
        return {_path(pointer)}
    has_error = is_bad and isinstance(body, dict) and "error" in body
    return set(_quoted(body, summary)) or ({("error",)} if has_error else set())


def under_test(
    request: Request, row: str, beside: Excerpt | None = None
) -> tuple[set[str], set[Path]]:
    """The headers and the places of the body that put a row to the test."""
    control = beside.request if beside else None
    if isinstance(request.body, Malformed):
        return set(), set()
    if control is not None:
        given = dict(control.headers)
        headers = {name for name, value in request.headers if given.get(name) != value}
        paths = set(_differences(request.body, control.body, ()))
        if 0 < len(headers) + len(paths) <= _LONGEST_SIDE:
            return headers, paths
    section, *rest = row.split("/")
    names = rest[-1].split("+") if rest else [section]
    headers = {name for name, _ in request.headers if section == "header" and name in names}
    for name in (*names, *reversed(rest[:-1]), section):
        if found := set(_named(request.body, name, ())):
            return headers, found
    return headers, set()


def _differences(value: Json, other: Json, at: Path) -> Iterator[Path]:
    if isinstance(value, dict) and isinstance(other, dict):
        for name, item in value.items():
            if name not in other:
                yield (*at, name)
            elif item != other[name]:
                yield from _differences(item, other[name], (*at, name))
    elif isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        for number, (item, its) in enumerate(zip(value, other, strict=True)):
            if item != its:
                yield from _differences(item, its, (*at, number))
    else:
        yield at


def _named(value: Json, name: str, at: Path) -> Iterator[Path]:
    """Where a field has a name, or a block the type of that name."""
    if isinstance(value, dict):
        if value.get("type") == name or value.get("role") == name:
            yield (*at, "type" if value.get("type") == name else "role")
        for key, item in value.items():
            if key == name:
                yield (*at, key)
            else:
                yield from _named(item, name, (*at, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _named(item, name, (*at, number))


def _quoted(value: Json, words: str, at: Path = ()) -> Iterator[Path]:
    """Where a text stands that a sentence quotes, or the name of a field that it is about."""
    items: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for name, item in items:
        about = isinstance(name, str) and len(name) > 4 and _says(words, name)
        said = isinstance(item, str) and len(item) > 2 and item.strip()[:60] in words
        if (about or said) and name != "type":
            yield (*at, name)
        else:
            yield from _quoted(item, words, (*at, name))


def _says(words: str, name: str) -> bool:
    """Whether a name stands in a sentence as a word."""
    return name in words and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _path(pointer: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in pointer.split("/")[1:])


def _pointers(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(map(_pointer, paths)))


def _pointer(path: Path) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path) or "/"
