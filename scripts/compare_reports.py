"""Compare two saved reports cell by cell: which verdicts, behaviours or findings differ.

    python scripts/compare_reports.py BEFORE/report.json AFTER/report.json

For whoever changes the suite itself and must know that nothing is judged otherwise. Exits with 0
where the reports agree, with 1 where they differ, with 2 where one cannot be read.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

Document = dict[str, Any]

_CELL = ("target", "model", "row")
_JUDGED = ("claim", "behaviour", "verdict", "evidence")


def cells(report: Document) -> dict[tuple[str, ...], dict[str, Any]]:
    """What each cell of a report says, under its target, model and row."""
    return {
        tuple(cell[name] for name in _CELL): {name: cell[name] for name in _JUDGED}
        for cell in report["cells"]
    }


def findings(report: Document) -> Counter[tuple[str, ...]]:
    """How often each rule is broken in which exchange of which model."""
    return Counter(
        (found["target"], found["model"], found["rule"], str(found["exchange"]))
        for found in report["findings"]
    )


def differences(before: Document, after: Document) -> Iterator[str]:
    """Every difference between two reports, a line each."""
    old, new = cells(before), cells(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"{' '.join(key)}: {_words(old.get(key))} -> {_words(new.get(key))}"
    lost, found = findings(before), findings(after)
    for name, counted in (("no longer found", lost - found), ("newly found", found - lost)):
        for key, number in sorted(counted.items()):
            yield f"{name}: {' '.join(key)} ({number} ×)"


def _words(cell: dict[str, Any] | None) -> str:
    return ", ".join(map(str, cell.values())) if cell else "no such cell"


@click.command()
@click.argument("before", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("after", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(before: Path, after: Path) -> None:
    """Compare two saved reports cell by cell."""
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    found = list(differences(old, new))
    for line in found:
        click.echo(line)
    click.echo(f"{len(cells(old))} and {len(cells(new))} cells, {len(found)} differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
