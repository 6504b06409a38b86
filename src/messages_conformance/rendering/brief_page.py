"""What is known of a page in few lines: its promises, then and now, and what others reported."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from messages_conformance.display import one_line, plural, visible
from messages_conformance.display.printing import print_heading
from messages_conformance.rendering import promises, reported
from messages_conformance.report.report import Report, TargetReport
from messages_conformance.verdict import Kind

_OPENING = "The page of {date} promises this to {models}"


def page(console: Console, target: TargetReport, report: Report) -> None:
    """Print what the page promises, what the newest page says, and what was reported."""
    newer = target.newer
    models = plural(len(target.models), "model")
    opening = _OPENING.format(date=target.revision.date, models=models)
    since = f"; the newest page, of {newer.dated}, says" if newer else ""
    console.print()
    print_heading(console, f"{opening}{since}")
    stories: dict[tuple[str, str], list[str]] = {}
    for section in promises.promise_sections(target):
        for line in section.lines:
            stories.setdefault((line.claims, line.now), []).append(line.row.id)
    pairs = []
    for (claims, now), rows in stories.items():
        name = Text(claims, "bold")
        if newer:
            name.append(f", {_now(now)}", "dim not bold" if now == "same" else "yellow not bold")
        pairs.append((name, Text(_by_section(rows))))
    if newer and newer.new and len(target.rows) == len(target.revision.rows):
        pairs.append((Text("not there before", "yellow"), Text(_by_section(newer.new))))
    _print(console, pairs)
    reported_rows(console, target, report)


def _now(now: str) -> str:
    return {"same": "still", "gone": "no longer listed"}.get(now, f"now {now}")


def reported_rows(console: Console, target: TargetReport, report: Report) -> None:
    """Print the rows of which others reported something else than the page says.

    Each has a line; in a report of one target, also one with what a caller does about it.
    """
    if not target.reported:
        return
    listed = reported.unlike_page(target)
    console.print()
    print_heading(console, f"{reported.HEADING}: {reported.headline(target)}")
    if listed:
        lead = (
            "Reports that are unlike the page, of all on the row, and what the newest of them saw:"
        )
        console.print(Text(lead, "dim"))
    alone = len(report.targets) == 1
    pairs = []
    for row in listed:
        newest = row.newest
        said = Text(f"{row.number} of {row.of}; {newest.date}: ", "dim")
        said.append(visible(one_line(newest.summary)), "not dim")
        if not alone:
            said.truncate(_room(console, listed), overflow="ellipsis")
        pairs.append((Text(one_line(row.row), "bold"), said))
        advice = report.advice_on(row.row)
        if alone and advice and newest.behaviour not in (None, Kind.WORKS):
            instead = advice.instead_for(newest.behaviour or Kind.BROKEN)
            pairs.append((Text(), Text(f"Instead: {instead}")))
    _print(console, pairs)
    rest = len(reported.rows(target)) - len(listed)
    if rest:
        more = plural(rest, "more row")
        words = f"{more} with reports like the page, or undecided; 'explain ROW' tells all of a row"
        console.print(Text(words, "dim"))


def _room(console: Console, listed: Sequence[reported.UnlikePage]) -> int:
    """Characters for what was seen, on a line with the longest id, or else on one of its own."""
    if console.width < _NARROW:
        return console.width - _INDENT
    return console.width - max(len(row.row) for row in listed) - _INDENT


_NARROW = 80
"""Characters of a line below which names and words do not stand side by side."""
_INDENT = 2
_MOST_OF_A_SECTION = 24
"""Rows of a section that are all named; of more, only the first `_FEW`."""
_FEW = 3


def _print(console: Console, pairs: list[tuple[Text, Text]]) -> None:
    """Print names with what is to be said of them: beside them where there is room, or below."""
    if console.width < _NARROW:
        for name, words in pairs:
            if name.plain:
                console.print(name)
            console.print(Padding(words, (0, 0, 0, _INDENT)))
        return
    table = Table(box=None, padding=(0, _INDENT, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for name, words in pairs:
        table.add_row(name, words)
    console.print(table)


def _by_section(rows: list[str] | tuple[str, ...]) -> str:
    """Ids of rows with each section named once: ``basic/model, max_tokens · tools/name``."""
    sections: dict[str, list[str]] = {}
    for row in rows:
        section, _, name = row.partition("/")
        sections.setdefault(section, []).append(name)
    return visible(" · ".join(f"{section}/{_first(ids)}" for section, ids in sections.items()))


def _first(ids: list[str]) -> str:
    """All of a section's rows, or the first of very many."""
    if len(ids) <= _MOST_OF_A_SECTION:
        return ", ".join(ids)
    return f"{', '.join(ids[:_FEW])} … {len(ids)} in all"
