"""An exchange laid out as HTTP, with the decisive part marked: what was under test, what came back.

`report.decisive` finds what is decisive.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from messages_conformance.protocol.exchange import Json, Malformed
from messages_conformance.report import decisive
from messages_conformance.report.decisive import Path
from messages_conformance.report.excerpt import Excerpt, trim
from messages_conformance.report.report import ReportedFinding

_WIDTH: Final = 76
"""Characters of a line up to which an object or a list stays on it."""


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
    headers: set[str] = set()
    paths: set[Path] = set()
    if shown.role != "control":
        headers, paths = decisive.under_test(request, row, control)
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
    is_control = shown.role == "control"
    is_bad = decisive.is_bad(shown) and not is_control
    yield Piece(f"{shown.answer}\n", is_bad)
    if not shown.received.strip():
        return
    summary = "" if is_control else summary
    try:
        body = json.loads(shown.received)
        pointer = finding.where.rpartition(", ")[2] if finding else ""
        paths = decisive.of_answer(body, summary, pointer, is_bad=is_bad)
        pieces = list(_laid_out(trim(body), paths))
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to be laid out
        pieces = list(_raw(shown.received, summary, finding))
    yield from pieces


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
