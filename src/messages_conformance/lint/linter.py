"""Checks the exchanges of files by the wire rules, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final, TypeAlias

from messages_conformance.errors import TrafficError
from messages_conformance.healing.breaks import who_breaks
from messages_conformance.lint.events import (
    CheckStarted,
    ClientsBreak,
    ExchangeSkipped,
    FileOpened,
    FileUnreadable,
    LintEvent,
    RuleBroken,
)
from messages_conformance.protocol.build import serialise
from messages_conformance.protocol.exchange import Exchange, Place, Request
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.check import check, check_events, check_stream
from messages_conformance.rules.finding import Finding, Severity
from messages_conformance.rules.repeated_answers import AnswersSoFar
from messages_conformance.traffic.detect_format import FileFormat, detect_format
from messages_conformance.traffic.items import (
    VERSION_HEADER,
    Item,
    NotChecked,
    RawStream,
    SavedEvents,
)
from messages_conformance.traffic.readers import READERS
from messages_conformance.traffic.saved_file import SavedFile, open_saved_file

Checked: TypeAlias = Exchange | RawStream | SavedEvents

_STREAM: Final = (("content-type", "text/event-stream"),)
_KEPT: Final = 512 * 1024
"""Bytes of the longest stream that is looked at as a whole; of a longer one only rules are."""


@dataclass(frozen=True)
class LintOptions:
    """How files are read and checked."""

    format: FileFormat | None = None
    """Their format; None to detect it."""
    version: str | None = None
    """The API version of the rules; None for the one in the request, else the oldest."""
    request: dict[str, Any] | None = None
    """The body of the request, for answers that were saved without it."""
    severity: Severity = Severity.ADVISORY
    """Less severe findings are left out."""


def lint(names: Iterable[str], options: LintOptions) -> Iterator[LintEvent]:
    """Lint files, and standard input for ``-``; an unreadable one does not stop the others."""
    for name in names:
        try:
            with open_saved_file(name) as file:
                yield from lint_file(file, options)
        except OSError as problem:
            yield FileUnreadable(name, problem.strerror or str(problem))


def lint_file(file: SavedFile, options: LintOptions) -> Iterator[LintEvent]:
    """Lint one open file; no more than one exchange of it is held in memory."""
    try:
        format = options.format or detect_format(file.head())
        yield FileOpened(file.name, format)
        so_far = AnswersSoFar(recorded=False)
        for position, item in enumerate(READERS[format](file)):
            yield from _check_item(item, Place(file.name, position), options, so_far)
    except TrafficError as problem:
        yield FileUnreadable(file.name, str(problem))


def _check_item(
    item: Item, place: Place, options: LintOptions, so_far: AnswersSoFar
) -> Iterator[LintEvent]:
    if isinstance(item, NotChecked):
        yield ExchangeSkipped(place, item.why)
        return
    reported = list(Severity)[: list(Severity).index(options.severity) + 1]
    yield CheckStarted(place, _about(item))
    broken: set[str] = set()
    reports = False
    item, kept = _keeping(item)
    for finding in chain(_findings(item, options), _compare(item, place, so_far)):
        broken.add(finding.rule.id)
        if finding.rule.severity in reported:
            reports = True
            yield RuleBroken(place, finding)
    shown = reports or options.severity is Severity.ADVISORY
    if shown and (exchange := _whole(item, kept)):
        if sentences := who_breaks(exchange, broken=broken):
            yield ClientsBreak(place, sentences)
        exchange.forget()


def _keeping(item: Checked) -> tuple[Checked, list[bytes]]:
    """The same item; while a stream is read, its pieces are kept, as long as they are few."""
    kept: list[bytes] = []
    if not isinstance(item, RawStream):
        return item, kept

    def read(pieces: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size <= _KEPT:
                kept.append(piece)
            else:
                kept.clear()
            yield piece

    return RawStream(read(item.pieces)), kept


def _whole(item: Checked, kept: list[bytes]) -> Exchange | None:
    """An item as an exchange, as clients see it; None of a stream that is too long for that."""
    if isinstance(item, Exchange):
        return item
    body = serialise(item.events) if isinstance(item, SavedEvents) else b"".join(kept)
    return Exchange(Request({"stream": True}), 200, _STREAM, body) if body else None


def _compare(item: Checked, place: Place, so_far: AnswersSoFar) -> Iterator[Finding]:
    """Compare an answer with those before it in its file."""
    if isinstance(item, Exchange):
        yield from so_far.add(item, f"exchange {place.position}")


def _findings(item: Checked, options: LintOptions) -> Iterable[Finding]:
    version = options.version or VERSIONS[0]
    if isinstance(item, RawStream):
        return check_stream(item.pieces, request=options.request, version=version)
    if isinstance(item, SavedEvents):
        return check_events(item.events, request=options.request, version=version)
    request = item.request
    if request.body is None and options.request is not None:
        request = replace(request, body=options.request)
    return check(replace(item, request=request), options.version or _version(item))


def _version(exchange: Exchange) -> str:
    version = dict(exchange.request.headers).get(VERSION_HEADER)
    return version if version in VERSIONS else VERSIONS[0]


def _about(item: Checked) -> str:
    if not isinstance(item, Exchange):
        return "event stream"
    kind = "event stream" if item.streamed else "answer"
    return f"{item.request.method} {item.request.path}: {kind} with status {item.status}"
