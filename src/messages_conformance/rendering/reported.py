"""What others reported of a real endpoint, in words: beside a row, and in lists of their own."""

from collections import Counter
from dataclasses import dataclass

from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Row
from messages_conformance.display import plural
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Kind, Standing, judge

HEADING = "What users reported of the real service"
LEAD = (
    "Public reports of third parties, restated; nobody here called the service. Hosts, plans, "
    "models and dates differ, and so do the answers. What is only noted does not decide the row. "
    "No report changes a verdict or fails a run."
)
_VERBS = {
    Kind.WORKS: "works",
    Kind.PARTIAL: "works in part",
    Kind.IGNORED: "ignored",
    Kind.REFUSED: "refused",
    Kind.BROKEN: "broken",
}


@dataclass(frozen=True)
class ReportedRow:
    """What others reported of one row."""

    row: str
    reports: tuple[FieldReport, ...]
    """The newest first."""
    unlike_page: bool
    """Whether any of them is of something that the page, as it was judged by, does not say."""


def in_short(target: TargetReport, row: str) -> str:
    """The behaviours reported of a row, with how often; empty where nothing was reported."""
    reports = target.reported_of(row)
    counts = Counter(report.behaviour for report in reports if report.behaviour)
    words = [f"{counts[kind]}× {verb}" for kind, verb in _VERBS.items() if counts[kind]]
    if undecided := len(reports) - counts.total():
        words.append(f"{undecided}× noted")
    return ", ".join(words)


def newest(target: TargetReport, row: str) -> str:
    """What the newest report of a row saw, with its circumstances; empty where there is none."""
    reports = target.reported_of(row)
    if not reports:
        return ""
    first, *others = reports
    more = f"; and {plural(len(others), 'older report')}" if others else ""
    return f"users reported: {first.summary} ({circumstances(first)}; {first.source}){more}"


def rows(target: TargetReport) -> tuple[ReportedRow, ...]:
    """The rows with reports: those unlike the page first, then in the page's order."""
    claims = {row.id: row for row in target.rows}
    found = [
        ReportedRow(row, target.reported_of(row), _is_unlike(claims.get(row), target, row))
        for row in dict.fromkeys(report.row for report in target.reported)
    ]
    return tuple(sorted(found, key=lambda one: not one.unlike_page))


@dataclass(frozen=True)
class UnlikePage:
    """A row of which others reported something else than the page says."""

    row: str
    number: int
    """How many reports are unlike the page."""
    of: int
    newest: FieldReport
    """The newest of them."""


def unlike_page(target: TargetReport) -> tuple[UnlikePage, ...]:
    """The rows of which others reported something else than the page says, in its order."""
    claims = {row.id: row for row in target.rows}
    found = []
    for one in rows(target):
        if one.unlike_page:
            unlike = [each for each in one.reports if is_unlike_page(claims[one.row], each)]
            found.append(UnlikePage(one.row, len(unlike), len(one.reports), unlike[0]))
    return tuple(found)


def headline(target: TargetReport) -> str:
    """How much was reported, of how many of the rows, and when."""
    dates = sorted(report.date for report in target.reported)
    of = {report.row for report in target.reported}
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return f"{plural(len(target.reported), 'report')} of {plural(len(of), 'row')}, {when}"


def is_unlike_page(row: Row, report: FieldReport) -> bool:
    """Whether what was reported would fall short of the row's claim."""
    if report.behaviour is None:
        return False
    verdict = judge(row.claim, report.behaviour, carries_content=row.carries_content)
    return verdict.standing in (Standing.BAD, Standing.WARNING) or verdict.name == "bonus"


def circumstances(report: FieldReport) -> str:
    """When, where and of which model it was seen: ``2026-08-22, HOST, qwen3.7-plus``."""
    models = ", ".join(report.models[:3])
    if len(report.models) > 3:
        models += f" and {len(report.models) - 3} more"
    parts = (report.date, report.host, report.plan, models)
    return ", ".join(part for part in parts if part)


def remarks(report: FieldReport) -> str:
    """Its grade, and the reports that it contradicts or supersedes."""
    parts = [f"grade {report.grade}"]
    if report.contradicts:
        parts.append(f"contradicted by {', '.join(report.contradicts)}")
    if report.supersedes:
        parts.append(f"newer than {', '.join(report.supersedes)}")
    return "; ".join(parts)


def link(report: FieldReport) -> str:
    """The address of its source, where it has one that a browser may open."""
    return report.url if report.url.startswith(("https://", "http://")) else ""


def _is_unlike(row: Row | None, target: TargetReport, id: str) -> bool:
    return row is not None and any(is_unlike_page(row, report) for report in target.reported_of(id))
