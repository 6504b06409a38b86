"""Findings for a terminal, or for a pipe: by exchange, a line each, then one sentence."""

from collections.abc import Iterable, Iterator

import click

from messages_conformance.display import one_line
from messages_conformance.lint.events import Found, Judging, Note, Tally
from messages_conformance.rules.finding import Severity

_MARKS = {Severity.BREAKING: "✗", Severity.CONTRACT: "!", Severity.ADVISORY: "·"}
_STYLES = {Severity.BREAKING: "red", Severity.CONTRACT: "yellow", Severity.ADVISORY: "cyan"}
_PLURALS = {
    Severity.BREAKING: "breaking",
    Severity.CONTRACT: "contract",
    Severity.ADVISORY: "advisories",
}


def render(notes: Iterable[Note], tally: Tally) -> Iterator[str]:
    """Format the notes as they come, line by line."""
    heading: str | None = None
    for note in notes:
        if isinstance(note, Judging):
            heading = _heading(note)
        elif isinstance(note, Found):
            if heading:
                yield heading
            heading = None
            yield _line(note)
    if tally.exchanges:
        yield _summary(tally)


def _heading(judging: Judging) -> str:
    place = click.style(one_line(str(judging.place)), bold=True)
    return f"{place}  {click.style(one_line(judging.about), dim=True)}"


def _line(found: Found) -> str:
    rule, where = found.finding.rule, found.finding.where
    mark = click.style(f"{_MARKS[rule.severity]} {rule.id}", fg=_STYLES[rule.severity])
    return f"  {mark}  {one_line(f'{where}: {found.finding.message}')}"


def _summary(tally: Tally) -> str:
    exchanges = tally.exchanges.total()
    said = f"{exchanges:,} exchange{'' if exchanges == 1 else 's'}: "
    if tally.worst is None:
        said += "no findings"
    else:
        counts = (
            f"{number:,} {severity if number == 1 else _PLURALS[severity]} ({_MARKS[severity]})"
            for severity, number in tally.severities.items()
        )
        said += f"{', '.join(counts)}; worst: {tally.worst.id}"
    if tally.skipped:
        said += "; skipped: " + ", ".join(f"{n:,} {why}" for why, n in tally.reasons.items())
    return said
