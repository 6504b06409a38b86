"""Findings as one JSON document, written while files are read (``schemas/lint.schema.json``)."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from messages_conformance import __version__
from messages_conformance.display import json_text
from messages_conformance.lint.events import LintCounts, LintEvent, RuleBroken


def render(events: Iterable[LintEvent], counts: LintCounts) -> Iterator[str]:
    """Format the events line by line; the counts stand last, when they are complete."""
    yield "{"
    yield '  "findings": ['
    before = None
    for event in events:
        if isinstance(event, RuleBroken):
            if before:
                yield before + ","
            before = "    " + _text(_finding(event))
    if before:
        yield before
    yield "  ],"
    yield _text(_counts(counts), indent=2).removeprefix("{\n")


def _text(value: dict[str, Any], indent: int | None = None) -> str:
    return json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def _finding(broken: RuleBroken) -> dict[str, Any]:
    return {
        "file": broken.place.cassette,
        "exchange": broken.place.position,
        "rule": broken.finding.rule.id,
        "severity": broken.finding.rule.severity,
        "where": str(broken.finding.where),
        "message": broken.finding.message,
    }


def _counts(counts: LintCounts) -> dict[str, Any]:
    return {
        "clients": [
            {"message": sentence, "exchanges": number}
            for sentence, number in counts.clients.most_common()
        ],
        "suite_version": __version__,
        "exchanges": counts.exchanges.total(),
        "skipped": counts.skipped.total(),
        "severities": dict(counts.severities),
        "files": [
            {
                "file": file,
                "format": format,
                "exchanges": counts.exchanges[file],
                "skipped": {why: n for (of, why), n in counts.skipped.items() if of == file},
            }
            for file, format in counts.formats.items()
        ],
        "unreadable": [{"file": unread.file, "reason": unread.why} for unread in counts.unreadable],
    }
