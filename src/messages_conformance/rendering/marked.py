"""An exchange laid out as HTTP, with the decisive part marked: what was under test, what came back.

What is decisive is found, not told. Of a request, it is what a control lacks; where there is no
control, the field or header that the row is named after. Of an answer, it is where a wire rule is
broken, an error, or what the sentence about it quotes.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from messages_conformance.protocol.exchange import Json, Malformed, Request
from messages_conformance.report.excerpt import Excerpt, trim
from messages_conformance.report.report import ReportedFinding

_WIDTH: Final = 76
"""Characters of a line up to which an object or a list stays on it."""
_LONGEST_SIDE: Final = 6
"""How many differences from a control are marked; of more, none tells anything."""
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or a part of one."""

    text: str
    marked: bool = False


def request_pieces(shown: Excerpt, row: str, control: Excerpt | None = None) -> Iterator[Piece]:
    """The request line, the headers and the body."""
    yield Piece(f"{shown.method} {shown.path}\n")
    request = shown.request
    if request is None:
        yield from (Piece(f"{name}: {value}\n") for name, value in shown.headers)
        yield Piece(f"\n{shown.sent}\n")
        return
    asked_for = control.request if control and shown.role != "control" else None
    headers, paths = _under_test(request, asked_for, row)
    if shown.role == "control":
        headers, paths = set(), set()
    for name, value in shown.headers:
        yield Piece(f"{name}: {value}\n", name in headers)
    if isinstance(request.body, Malformed):
        yield Piece(f"\n{request.body}\n", True)
    elif request.body is not None:
        yield Piece("\n")
        yield from _laid_out(trim(request.body), paths)


def answer_pieces(
    shown: Excerpt, summary: str, finding: ReportedFinding | None = None
) -> Iterator[Piece]:
    """The status and the body."""
    is_bad = shown.status is None or shown.status >= 400 or shown.ended != "complete"
    is_control = shown.role == "control"
    yield Piece(f"{shown.answer}\n", is_bad and not is_control)
    if not shown.received.strip():
        return
    summary = "" if is_control else summary
    try:
        body = json.loads(shown.received)
        paths = _decisive(body, summary, finding, is_bad=is_bad and not is_control)
        pieces = list(_laid_out(trim(body), paths))
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to be laid out
        pieces = list(_raw(shown.received, summary, finding))
    yield from pieces


def _decisive(
    body: Json, summary: str, finding: ReportedFinding | None, *, is_bad: bool
) -> set[Path]:
    """The places of an answer's body that decide."""
    pointer = finding.where.rpartition(", ")[2] if finding else ""
    if pointer.startswith("/"):
        return {_path(pointer)}
    return set(_quoted(body, summary)) or ({("error",)} if is_bad else set())


def _under_test(request: Request, control: Request | None, row: str) -> tuple[set[str], set[Path]]:
    """The headers and the places of the body that put the row to the test."""
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
        about = (
            isinstance(name, str) and len(name) > 4 and re.search(rf"\b{re.escape(name)}\b", words)
        )
        said = isinstance(item, str) and len(item) > 2 and item.strip()[:60] in words
        if (about or said) and name != "type":
            yield (*at, name)
        else:
            yield from _quoted(item, words, (*at, name))


def _path(pointer: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in pointer.split("/")[1:])


def _laid_out(value: Json, marked: set[Path]) -> Iterator[Piece]:
    """JSON over several lines, short objects and lists on one."""
    yield from _lines(value, (), 0, marked, is_marked=() in marked)
    yield Piece("\n")


def _lines(
    value: Json, at: Path, depth: int, marked: set[Path], *, is_marked: bool
) -> Iterator[Piece]:
    short = json.dumps(value, ensure_ascii=False)
    inside = any(path[: len(at)] == at and len(path) > len(at) for path in marked)
    room = _WIDTH - 2 * depth
    if is_marked or not isinstance(value, dict | list) or not value:
        if len(short) > room and isinstance(value, dict | list):
            short = json.dumps(value, ensure_ascii=False, indent=2).replace(
                "\n", "\n" + "  " * depth
            )
        yield Piece(short, is_marked)
        return
    if not inside and len(short) <= room:
        yield Piece(short)
        return
    is_object = isinstance(value, dict)
    items: list[tuple[str | int, Json]] = list(
        value.items() if isinstance(value, dict) else enumerate(value)
    )
    indent = "  " * (depth + 1)
    yield Piece("{\n" if is_object else "[\n")
    for number, (name, item) in enumerate(items):
        here = (*at, name)
        end = ",\n" if number + 1 < len(items) else "\n"
        label = f"{json.dumps(name, ensure_ascii=False)}: " if is_object else ""
        yield Piece(indent)
        if label:
            yield Piece(label, here in marked)
        yield from _lines(item, here, depth + 1, marked, is_marked=here in marked)
        yield Piece(end)
    yield Piece("  " * depth + ("}" if is_object else "]"))


_EVENT: Final = re.compile(r"event (\d+)")


def _raw(text: str, summary: str, finding: ReportedFinding | None) -> Iterator[Piece]:
    """A stream, or what is no JSON: the event of a finding is marked, or what is quoted."""
    if finding and (event := _EVENT.match(finding.where)):
        parts = re.split(r"(?<=\n\n)", text)
        yield from (
            Piece(part, number == int(event[1]) and part.strip() != "")
            for number, part in enumerate(parts)
        )
    else:
        quoted = [re.escape(said) for said in re.findall(r"'([^']{3,60})'", summary)]
        parts = re.split(f"({'|'.join(quoted)})", text) if quoted else [text]
        yield from (Piece(part, number % 2 == 1) for number, part in enumerate(parts) if part)
    yield Piece("\n")
