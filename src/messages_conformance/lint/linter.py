"""Judge the exchanges of a file by the wire rules, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from messages_conformance.errors import TrafficError
from messages_conformance.lint.events import Found, Judging, Note, Opened, Skipped, Unread
from messages_conformance.protocol.exchange import Exchange, Place
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.check import check, check_stream
from messages_conformance.rules.finding import Finding, Severity
from messages_conformance.traffic.detect_format import Form, recognise
from messages_conformance.traffic.items import VERSION, Item, PassedOver, Transcript
from messages_conformance.traffic.readers import READERS
from messages_conformance.traffic.source import Source, opened


@dataclass(frozen=True)
class Options:
    """How files are read and judged."""

    form: Form | None = None
    """Their form; None to recognise it."""
    version: str | None = None
    """The API version they are held to; None for what the request asked, else the oldest."""
    request: dict[str, Any] | None = None
    """The body that was sent, for answers saved without it."""
    severity: Severity = Severity.ADVISORY
    """The least severity of a finding that is told."""


def lint(names: Iterable[str], options: Options) -> Iterator[Note]:
    """Judge files, and standard input for ``-``; what cannot be read does not stop the rest."""
    for name in names:
        try:
            with opened(name) as source:
                yield from lint_source(source, options)
        except OSError as problem:
            yield Unread(name, problem.strerror or str(problem))


def lint_source(source: Source, options: Options) -> Iterator[Note]:
    """Judge one open file, holding no more of it than one exchange."""
    try:
        form = options.form or recognise(source.head())
        yield Opened(source.name, form)
        for position, item in enumerate(READERS[form](source)):
            yield from _notes(item, Place(source.name, position), options)
    except TrafficError as problem:
        yield Unread(source.name, str(problem))


def _notes(item: Item, place: Place, options: Options) -> Iterator[Note]:
    if isinstance(item, PassedOver):
        yield Skipped(place, item.why)
        return
    told = list(Severity)[: list(Severity).index(options.severity) + 1]
    yield Judging(place, _about(item))
    for finding in _findings(item, options):
        if finding.rule.severity in told:
            yield Found(place, finding)


def _findings(item: Exchange | Transcript, options: Options) -> Iterable[Finding]:
    if isinstance(item, Transcript):
        version = options.version or VERSIONS[0]
        return check_stream(item.pieces, request=options.request, version=version)
    request = item.request
    if request.body is None and options.request is not None:
        request = replace(request, body=options.request)
    return check(replace(item, request=request), options.version or _version(item))


def _version(exchange: Exchange) -> str:
    asked = dict(exchange.request.headers).get(VERSION)
    return asked if asked in VERSIONS else VERSIONS[0]


def _about(item: Exchange | Transcript) -> str:
    if isinstance(item, Transcript):
        return "event stream"
    kind = "event stream" if item.streamed else "answer"
    return f"{item.request.method} {item.request.path}: {kind} with status {item.status}"
