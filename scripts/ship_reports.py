"""Make the reports in `reports/` anew: of each target whose recordings ship, a page and Markdown.

    python scripts/ship_reports.py [--readings-only]

They are dated by the last day of their recordings, so that the same recordings give the same files
on any day. `tests/rendering/test_shipped_reports.py` holds them fresh.

Before that, the official Python SDK reads all shipped answers: `cassettes/python-sdk.json`. With
`--readings-only`, in another environment, that environment is added to the file if the SDK makes
the same of every answer there. `tests/clients/test_shipped.py` holds the file fresh.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import selection
from messages_conformance.claims.selection import Selection
from messages_conformance.clients import shipped
from messages_conformance.clients.anthropic_python import READER, read_anew
from messages_conformance.clients.readable import is_readable, key_of
from messages_conformance.files import write_text
from messages_conformance.judging import assess
from messages_conformance.probing import loader
from messages_conformance.rendering.render import render
from messages_conformance.report.report import Report

FOLDER = Path(__file__).parents[1] / "reports"
READINGS = resources.folder("cassettes") / shipped.FILE


def targets() -> tuple[str, ...]:
    """The ids of the targets whose recordings ship."""
    recorded = selection.choose(Selection(()), resources.folder("cassettes"))
    return tuple(choice.revision.target.id for choice in recorded)


def judge(target: str) -> Report:
    """The report of one target, dated by its recordings."""
    root = resources.folder("cassettes")
    chosen = selection.only_recorded(selection.choose(Selection((target,)), root), root)
    suites = loader.load(resources.folder("suites"))
    report = assess.assess(chosen, suites, root).report
    (judged,) = report.targets
    assert judged.provenance.recorded is not None
    # Whether the kill matrix is current is no matter of these recordings.
    power = report.detection and replace(report.detection, current=True)
    created = f"{judged.provenance.recorded[1]}T00:00:00+00:00"
    return replace(report, created=created, detection=power)


def files(target: str) -> Iterator[tuple[Path, str]]:
    """The files of one target, and what they hold."""
    report = judge(target)
    yield FOLDER / f"{target}.md", render(report, "markdown")
    yield FOLDER / f"{target}.html", render(report, "html")


def readings() -> str:
    """What the SDK makes of all shipped answers, as the text of its file."""
    root = resources.folder("cassettes")
    answers = {
        key_of(exchange): exchange
        for choice in selection.choose(Selection(()), root)
        for model in choice.revision.models
        for exchange in Tape.load(root, choice.revision.target.id, model.id).exchanges
        if is_readable(exchange)
    }
    before = json.loads(READINGS.read_text(encoding="utf-8")) if READINGS.is_file() else None
    return shipped.to_text(shipped.document(READER, read_anew(answers), before))


def main() -> None:
    """Write all of them."""
    write_text(READINGS, text := readings())
    print(f"{READINGS.relative_to(FOLDER.parent)}: {len(text) / 1000:,.0f} kB")
    if "--readings-only" in sys.argv:
        return
    for target in targets():
        for path, text in files(target):
            write_text(path, text)
            print(f"{path.relative_to(FOLDER.parent)}: {len(text) / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
