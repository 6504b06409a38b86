"""Findings as text: a line each, under a heading for each exchange, then a summary."""

from collections.abc import Iterable, Iterator

import click

from messages_conformance.display import one_line
from messages_conformance.lint.events import (
    CheckStarted,
    ClientsBreak,
    LintCounts,
    LintEvent,
    RuleBroken,
)
from messages_conformance.rules.finding import Severity

_MARKS = {Severity.BREAKING: "✗", Severity.CONTRACT: "!", Severity.ADVISORY: "·"}
_STYLES = {Severity.BREAKING: "red", Severity.CONTRACT: "yellow", Severity.ADVISORY: "cyan"}
_PLURALS = {
    Severity.BREAKING: "breaking",
    Severity.CONTRACT: "contract",
    Severity.ADVISORY: "advisories",
}


def render(events: Iterable[LintEvent], counts: LintCounts) -> Iterator[str]:
    """Format the events as they come, line by line."""
    heading: str | None = None
    for event in events:
        if isinstance(event, CheckStarted):
            heading = _heading(event)
        elif isinstance(event, RuleBroken | ClientsBreak):
            if heading:
                yield heading
            heading = None
            yield from _clients(event) if isinstance(event, ClientsBreak) else [_line(event)]
    if counts.exchanges:
        yield _summary(counts)


def _heading(event: CheckStarted) -> str:
    place = click.style(one_line(str(event.place)), bold=True)
    return f"{place}  {click.style(one_line(event.about), dim=True)}"


def _line(event: RuleBroken) -> str:
    rule, where = event.finding.rule, event.finding.where
    mark = click.style(f"{_MARKS[rule.severity]} {rule.id}", fg=_STYLES[rule.severity])
    return f"  {mark}  {one_line(f'{where}: {event.finding.message}')}"


def _clients(event: ClientsBreak) -> Iterator[str]:
    for sentence in event.sentences:
        yield f"  {click.style('→', dim=True)} {one_line(sentence)}"


def _summary(counts: LintCounts) -> str:
    exchanges = counts.exchanges.total()
    said = f"{exchanges:,} exchange{'' if exchanges == 1 else 's'}: "
    if counts.worst is None:
        said += "no findings"
    else:
        numbers = (
            f"{number:,} {severity if number == 1 else _PLURALS[severity]} ({_MARKS[severity]})"
            for severity, number in counts.severities.items()
        )
        said += f"{', '.join(numbers)}; worst: {counts.worst.id}"
    if counts.skipped:
        said += "; skipped: " + ", ".join(f"{n:,} {why}" for why, n in counts.reasons.items())
    return said
