"""Make the reports in `reports/` anew: of each target whose recordings ship, a page and Markdown.

    python scripts/ship_reports.py

They are dated by the last day of their recordings, so that the same recordings give the same files
on any day. `tests/rendering/test_shipped_reports.py` holds them fresh.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from messages_conformance import resources
from messages_conformance.claims import selection
from messages_conformance.claims.selection import Selection
from messages_conformance.files import write_text
from messages_conformance.judging import assess
from messages_conformance.probing import loader
from messages_conformance.rendering.render import render
from messages_conformance.report.report import Report

FOLDER = Path(__file__).parents[1] / "reports"


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


def main() -> None:
    """Write all of them."""
    for target in targets():
        for path, text in files(target):
            write_text(path, text)
            print(f"{path.relative_to(FOLDER.parent)}: {len(text) / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
