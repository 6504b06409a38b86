"""Findings as one JSON document, written while files are read (``schemas/lint.schema.json``)."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from messages_conformance import __version__
from messages_conformance.display import json_text
from messages_conformance.lint.events import Found, Note, Tally


def render(notes: Iterable[Note], tally: Tally) -> Iterator[str]:
    """Format the events line by line; the counts stand last, when they are complete."""
    yield "{"
    yield '  "findings": ['
    before = None
    for note in notes:
        if isinstance(note, Found):
            if before:
                yield before + ","
            before = "    " + _text(_finding(note))
    if before:
        yield before
    yield "  ],"
    yield _text(_counts(tally), indent=2).removeprefix("{\n")


def _text(value: dict[str, Any], indent: int | None = None) -> str:
    return json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def _finding(note: Found) -> dict[str, Any]:
    return {
        "file": note.place.cassette,
        "exchange": note.place.position,
        "rule": note.finding.rule.id,
        "severity": note.finding.rule.severity,
        "where": str(note.finding.where),
        "message": note.finding.message,
    }


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "suite_version": __version__,
        "exchanges": tally.exchanges.total(),
        "skipped": tally.skipped.total(),
        "severities": dict(tally.severities),
        "files": [
            {
                "file": file,
                "format": form,
                "exchanges": tally.exchanges[file],
                "skipped": {why: n for (of, why), n in tally.skipped.items() if of == file},
            }
            for file, form in tally.forms.items()
        ],
        "unreadable": [{"file": unread.file, "reason": unread.why} for unread in tally.unread],
    }
