"""A report for the terminal, or for a pipe."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, one_line, plural, visible
from messages_conformance.display.printing import print_indented, print_line, print_section
from messages_conformance.rendering import (
    brief,
    deviations,
    entries,
    flaky,
    legend,
    promises,
    reported,
    wire_table,
)
from messages_conformance.rendering.curl import how_to_show
from messages_conformance.rendering.headline import first_sentence, masthead, provenance_facts
from messages_conformance.rendering.text_style import style_of
from messages_conformance.rendering.text_tables import (
    print_matrix,
    print_promises,
    print_tallies,
    print_wire_table,
)
from messages_conformance.report.detection import HEADING, LEGEND, Detection
from messages_conformance.report.report import Judged, Report, TargetReport


def render(report: Report, width: int | None, color: bool) -> str:
    """Format a report for a terminal of some width; None means 100 characters."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        print_line(console, masthead(report), "dim")
        for target in report.targets:
            _target(console, target, report)
        console.print()
        brief.print_end(console, report)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _target(console: Console, target: TargetReport, report: Report) -> None:
    detection = report.detection
    console.print()
    print_line(console, target.revision.target.name, "bold")
    print_line(console, first_sentence(target))
    console.print()
    facts = Table.grid(padding=(0, 2))
    for label, value in provenance_facts(target, report):
        facts.add_row(Text(label, "dim"), Text(one_line(value)))
    console.print(facts)
    if target.rows and promises.is_rehearsal(target):
        print_promises(console, target)
        _reported(console, target)
        _signs(console, target, None)
    else:
        _signs(console, target, detection)
        if target.rows:
            print_matrix(console, target, detection)
        _reported(console, target)
    print_wire_table(console, target, detection)
    if target.rows:
        print_tallies(console, target)
    _deviations(console, target)
    _flaky(console, target)
    for listing in entries.LISTINGS:
        _entries(console, target, listing, report)
    _breaches(console, target, report)
    _gaps(console, target)
    print_section(console, "About this revision of the page")
    print_line(console, target.revision.note)


def _reported(console: Console, target: TargetReport) -> None:
    """List the rows of which others reported something else than the page says."""
    listed = [row for row in reported.rows(target) if row.unlike_page]
    if not target.reported:
        return
    print_section(console, reported.HEADING)
    print_line(console, f"{reported.headline(target)}. {reported.LEAD}")
    claims = {row.id: row for row in target.rows}
    for row in listed:
        claim = claims[row.row]
        unlike = [one for one in row.reports if reported.is_unlike_page(claim, one)]
        newest = unlike[0]
        title = Text(one_line(row.row), "bold")
        title.append(f"  the page says {claim.claim.value}; {reported.in_short(target, row.row)}")
        console.print(title)
        print_indented(console, f"{reported.circumstances(newest)}: {newest.summary}")
        print_indented(console, reported.link(newest) or newest.source, "dim")
    rest = len(reported.rows(target)) - len(listed)
    words = f"{plural(rest, 'more row')} with reports like the page, or undecided. " if rest else ""
    print_line(console, f"{words}All reports: --format markdown, or --output report.html.", "dim")


def _signs(console: Console, target: TargetReport, detection: Detection | None) -> None:
    print_section(console, "How to read it")
    signs = Table.grid(padding=(0, 1))
    for sign in legend.signs_in(target):
        signs.add_row(Text(sign.glyph, style_of(sign)), sign.word, Text(sign.meaning))
    for mark in legend.marks_in(target):
        signs.add_row(Text(f"({mark.letter})"), mark.word, Text(mark.meaning))
    if detection and target.rows:
        signs.add_row(Text("n"), HEADING, Text(LEGEND))
    console.print(signs)


def _deviations(console: Console, target: TargetReport) -> None:
    for heading, _, lines in deviations.deviation_sections(target):
        print_section(console, heading)
        for line in lines:
            console.print(_title(line))
            print_indented(console, f"{line.words} {line.link}".rstrip())


def _flaky(console: Console, target: TargetReport) -> None:
    for heading, lines in flaky.flaky_sections(target):
        print_section(console, heading)
        for line in lines:
            console.print(_title(line))
            print_indented(console, line.words)


def _title(line: deviations.DeviationLine | flaky.FlakyLine) -> Text:
    sign = line.sign
    title = Text(f"{sign.glyph} ", style_of(sign))
    title.append(one_line(line.row), "bold")
    title.append(f"  {line.verdict.name}", style_of(sign))
    return title.append(f", {one_line(line.models)}")


def _entries(
    console: Console, target: TargetReport, listing: entries.Listing, report: Report
) -> None:
    listed = entries.entries(target, listing)
    if not listed:
        return
    print_section(console, listing.heading)
    for entry in listed:
        sign = entry.sign
        title = Text(f"{sign.glyph} ", style_of(sign))
        title.append(one_line(entry.row.id), "bold")
        title.append(f"  {entry.verdict}", style_of(sign))
        console.print(title)
        print_indented(console, f"The page says {entry.page}", "dim")
        for statement in entry.statements:
            print_indented(
                console, f"{statement.models}: {statement.summary} ({statement.evidence})"
            )
            if statement.places:
                print_indented(console, statement.where, "dim")
            for sentence in statement.clients:
                print_indented(console, f"→ {sentence}")
        if listing.advises:
            _advice(console, report, entry.cells[0])
        if entry.shown:
            _excerpts(console, entry.row.id, entry.shown)
        console.print()


def _excerpts(console: Console, row: str, shown: entries.Statement) -> None:
    for excerpt in shown.excerpts:
        for line in visible(str(excerpt)).splitlines():
            for part in Text(line).wrap(console, console.width - 6, overflow="fold") or [Text()]:
                print_line(console, f"    │ {part.plain.rstrip()}", "dim")
        if places := str(shown.decisive(row, excerpt)):
            print_indented(console, f"Decisive: {places}")
        if excerpt.place:
            print_indented(console, f"Whole, to send again: {how_to_show(excerpt.place)}", "dim")


def _advice(console: Console, report: Report, judged: Judged) -> None:
    """What the owner of the endpoint does, what a caller does, and what it looks like."""
    for label, words in report.told_of(judged):
        print_indented(console, f"{label}: {words}")


def _breaches(console: Console, target: TargetReport, report: Report) -> None:
    breaches = wire_table.breaches(target)
    if not breaches:
        return
    print_section(console, "Rules found broken")
    for breach in breaches:
        print_line(console, f"{breach.rule}  {breach.severity}  {breach.extent}", "bold")
        print_indented(console, breach.example.message)
        print_indented(
            console, f"first at {breach.example.exchange}, {breach.example.where}", "dim"
        )
        for sentence in breach.clients:
            print_indented(console, f"→ {sentence}")
    for seen in wire_table.broken_rows(target):
        print_line(console, seen.row_id, "bold")
        _advice(console, report, seen)


def _gaps(console: Console, target: TargetReport) -> None:
    gaps = entries.gaps(target)
    if not gaps:
        return
    print_section(console, "What was not measured, and why")
    for gap in gaps:
        print_line(console, f"{gap.number} × {gap.verdict}: {gap.reason}")
        for models, rows in gap.where:
            print_indented(console, f"{', '.join(rows)} ({models})", "dim")
