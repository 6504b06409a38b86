"""A whole run of a few rows, without sockets, in which an answer has any value in any place.

The reference endpoint answers; what it says is changed on its way to the recorder. Then everything
that a user does with a run is done: it is judged, rendered in every format, read again, compared,
shown.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, get_args

import httpx2

from messages_conformance import reference, resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library
from messages_conformance.claims.selection import Chosen
from messages_conformance.display import visible
from messages_conformance.errors import GaveUpError
from messages_conformance.judging.assess import assess
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.rendering import differences as rendered_differences
from messages_conformance.rendering.http_text import http_text
from messages_conformance.rendering.render import Format, render
from messages_conformance.report import differences
from messages_conformance.report.json_format import from_document
from messages_conformance.report.report import Judged, Report
from messages_conformance.verdict import Evidence

KEY = "sk-of-the-whole-run-0123456789"
REVISION = library.shipped("model-studio", "2025-11-13")
MODEL = next(model for model in REVISION.models if model.id == "qwen-plus")
_ROWS = (
    *("basic/max_tokens", "basic/stop_sequences", "basic/stream", "basic/system", "tools/name"),
    *("content/tool_result/content", "tool_choice/any", "error/400"),
)
_WAITS = frozenset({"retry-after", "content-length"})
Change = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Which answers are changed, counted from 0, and how; None changes every one."""

    number: int | None
    change: Change


class _Spoiling(httpx2.AsyncBaseTransport):
    """Passes on to the reference endpoint, and changes what it answers."""

    def __init__(self, spoilt: Spoilt) -> None:
        self._inner = httpx2.ASGITransport(reference.app(REVISION, key=KEY))
        self._spoilt = spoilt
        self.answered = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        body = await answer.aread()
        if self._spoilt.number in (None, self.answered):
            body = self._spoilt.change(body)
        self.answered += 1
        kept = [pair for pair in answer.headers.items() if pair[0].lower() not in _WAITS]
        return httpx2.Response(answer.status_code, headers=kept, content=body)


@cache
def _suites() -> Suites:
    return loader.load(resources.folder("suites"))


def chosen() -> Chosen:
    """The few rows that are asked."""
    rows = [row for row in REVISION.rows if any(fnmatchcase(row.id, one) for one in _ROWS)]
    assert len(rows) == len(_ROWS)
    return Chosen(REVISION, (MODEL,), tuple(rows))


def record(folder: Path, spoilt: Spoilt) -> int:
    """Record the rows; returns how many answers there were."""
    transport = _Spoiling(spoilt)

    async def main() -> None:
        await recorder.record(
            (chosen(),),
            _suites(),
            Endpoint("http://endpoint.example", KEY),
            folder,
            RecordingOptions(rate_limit=RateLimit(concurrency=1)),
            transport=transport,
        )

    # An endpoint may say that its account is empty: what was answered is kept.
    with contextlib.suppress(GaveUpError):
        asyncio.run(main())
    return transport.answered


def judge(folder: Path) -> Report:
    """The report of what is recorded."""
    return assess((chosen(),), _suites(), folder, Evidence.LIVE, {}).report


def use(report: Report, folder: Path, before: Report) -> None:
    """Do with a report and its recordings all that a user does."""
    for format in get_args(Format):
        written = render(report, format)
        written.encode()
        if format == "json":
            again = from_document(json.loads(written))
            assert _judged(again) == _judged(report), "it is read back differently"
            assert render(again, "json") == written, "it is written again differently"
            assert len(written) < 2_000_000, "the report is larger than 2 MB"
        if format == "text":
            assert written == visible(written), "something in it steers a terminal"
    for detail in ("end", "brief"):
        render(report, "text", width=80, color=True, detail=detail)
    found = differences.compare(before, report)
    rendered_differences.to_text(found)
    rendered_differences.to_markdown(found)
    json.dumps(rendered_differences.to_document(found))
    for exchange in Tape.load(folder, REVISION.target.id, MODEL.id).exchanges:
        http_text("http://endpoint.example", exchange)


def _judged(report: Report) -> list[Judged]:
    return [judged for target in report.targets for judged in target.judged]


def replaced(body: bytes, place: int, value: Any) -> bytes:
    """A body with one node of its JSON, or of an event's, replaced; places are counted around."""
    lines = body.split(b"\n")
    events = [at for at, line in enumerate(lines) if line.startswith(b"data: {")]
    if not events:
        return json.dumps(_with(json.loads(body), place, value)).encode()
    at = events[place % len(events)]
    event = _with(json.loads(lines[at][6:]), place // len(events), value)
    lines[at] = b"data: " + json.dumps(event).encode()
    return b"\n".join(lines)


def _with(document: Any, place: int, value: Any) -> Any:
    nodes: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        for name in holder if isinstance(holder, dict) else range(len(holder)):
            nodes.append((holder, name))
            if isinstance(holder[name], dict | list):
                waiting.append(holder[name])
    if not nodes or place % (len(nodes) + 1) == len(nodes):
        return value
    holder, name = nodes[place % (len(nodes) + 1)]
    holder[name] = value
    return document
