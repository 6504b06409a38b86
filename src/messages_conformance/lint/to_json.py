"""Findings as one JSON document, written while files are read (``schemas/lint.schema.json``)."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from messages_conformance import __version__
from messages_conformance.display import json_text
from messages_conformance.lint.events import LintCounts, LintEvent, RuleBroken


def render(notes: Iterable[LintEvent], tally: LintCounts) -> Iterator[str]:
    """Format the notes, line by line; the counts stand last, when all is counted."""
    yield "{"
    yield '  "findings": ['
    before = None
    for note in notes:
        if isinstance(note, RuleBroken):
            if before:
                yield before + ","
            before = "    " + _text(_finding(note))
    if before:
        yield before
    yield "  ],"
    yield _text(_counts(tally), indent=2).removeprefix("{\n")


def _text(value: dict[str, Any], indent: int | None = None) -> str:
    return json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def _finding(note: RuleBroken) -> dict[str, Any]:
    return {
        "file": note.place.cassette,
        "exchange": note.place.position,
        "rule": note.finding.rule.id,
        "severity": note.finding.rule.severity,
        "where": str(note.finding.where),
        "message": note.finding.message,
    }


def _counts(tally: LintCounts) -> dict[str, Any]:
    return {
        "suite_version": __version__,
        "exchanges": tally.exchanges.total(),
        "skipped": tally.skipped.total(),
        "severities": dict(tally.severities),
        "files": [
            {
                "file": file,
                "format": format,
                "exchanges": tally.exchanges[file],
                "skipped": {why: n for (of, why), n in tally.skipped.items() if of == file},
            }
            for file, format in tally.formats.items()
        ],
        "unreadable": [{"file": unread.file, "reason": unread.why} for unread in tally.unreadable],
    }
