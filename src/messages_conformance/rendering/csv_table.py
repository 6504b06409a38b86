"""A report as CSV, one line a row and model, for a spreadsheet or a script."""

import csv
import io
import re
from collections.abc import Iterator

from messages_conformance.display import one_line
from messages_conformance.report.report import Cell, Judged, Report, TargetReport

COLUMNS = (
    "target",
    "revision",
    "series",
    "model",
    "row",
    "claim",
    "behaviour",
    "verdict",
    "standing",
    "evidence",
    "known",
    "flaky",
    "summary",
    "exchanges",
    "fix",
    "instead",
    "resembles",
)
"""The names in the first line; new ones are added at the end."""
_FORMULA = re.compile(r"[=+\-@\t\r]")


def render(report: Report) -> str:
    """Format a report as CSV, with a line of names first."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for target in report.targets:
        table.writerows(_line(report, target, judged) for judged in target.judged)
    return written.getvalue()


def _line(report: Report, target: TargetReport, judged: Judged) -> tuple[str, ...]:
    advice = dict(report.what_to_do(judged.row_id, judged.kind))
    return tuple(
        map(
            _safe,
            (
                target.revision.target.id,
                target.revision.date.isoformat(),
                judged.model.series,
                judged.model.id,
                judged.row_id,
                judged.claim.value if isinstance(judged, Cell) else "",
                judged.kind.value,
                judged.verdict.name,
                judged.verdict.standing.value,
                judged.evidence.value,
                judged.known.state.value if judged.known else "",
                "yes" if judged.flaky else "",
                judged.summary,
                " ".join(_places(judged)),
                advice.get("To fix", ""),
                advice.get("Instead", ""),
                " ".join(judged.resembles),
            ),
        )
    )


def _places(judged: Judged) -> Iterator[str]:
    places = judged.places if isinstance(judged, Cell) else (f.exchange for f in judged.findings)
    yield from dict.fromkeys(map(str, places))


def _safe(value: str) -> str:
    """One line that no spreadsheet takes for a formula: what could be one begins with a quote."""
    line = one_line(value)
    return f"'{line}" if _FORMULA.match(line) else line
