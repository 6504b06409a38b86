"""A report for the terminal, or for a pipe."""

import re

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, one_line, plural, visible
from messages_conformance.rendering import (
    brief,
    deviations,
    entries,
    flaky,
    legend,
    matrix,
    promises,
    reported,
    tally,
    wire_table,
)
from messages_conformance.rendering.curl import how_to_show
from messages_conformance.rendering.headline import first_sentence, masthead, provenance_facts
from messages_conformance.report.detection import HEADING, LEGEND, Detection
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.verdict import Claim

_LABEL, _CELL, _GAP = 27, 12, 2
"""Characters for a row's id, at most; for a cell, at least; and between columns."""
_WIDEST = 24
_CLAIM, _REPORTED = 12, 22
"""Characters for what a page says, and for what was reported."""
_POWER = 9
"""Characters for how many faults a row detects."""
_STYLES = {
    "good": "green",
    "warning": "yellow",
    "bad": "bold red",
    "observed": "cyan",
    "open": "dim",
    "absent": "dim",
}


def _style(sign: legend.Sign) -> str:
    """Green and bold are for what was measured."""
    if sign.simulated:
        return "red" if sign.standing == "bad" else "dim"
    return _STYLES[sign.standing]


def render(report: Report, width: int | None, color: bool) -> str:
    """Format a report for a terminal of some width; None means 100 characters."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        _line(console, masthead(report), "dim")
        for target in report.targets:
            _target(console, target, report)
        console.print()
        brief.print_end(console, report)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _target(console: Console, target: TargetReport, report: Report) -> None:
    detection = report.detection
    console.print()
    _line(console, target.revision.target.name, "bold")
    _line(console, first_sentence(target))
    console.print()
    facts = Table.grid(padding=(0, 2))
    for label, value in provenance_facts(target, report):
        facts.add_row(Text(label, "dim"), Text(one_line(value)))
    console.print(facts)
    if target.rows and promises.is_rehearsal(target):
        _promises(console, target)
        _reported(console, target)
        _signs(console, target, None)
    else:
        _signs(console, target, detection)
        if target.rows:
            _matrix(console, target, detection)
        _reported(console, target)
    _wire_table(console, target, detection)
    if target.rows:
        _tallies(console, target)
    _deviations(console, target)
    _flaky(console, target)
    for listing in entries.LISTINGS:
        _entries(console, target, listing, report)
    _breaches(console, target, report)
    _gaps(console, target)
    _heading(console, "About this revision of the page")
    _line(console, target.revision.note)


def _promises(console: Console, target: TargetReport) -> None:
    """Draw what the page promises, then and now, what was reported, and the rehearsal."""
    newer = target.newer
    _heading(console, "What the page promises, what users reported, and how a rehearsal went")
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("", width=_LABEL)
    table.add_column(f"page of\n{target.revision.date}", width=_CLAIM)
    if newer:
        table.add_column(f"page of\n{newer.date}", width=_CLAIM)
    if target.reported:
        table.add_column("users\nreported", width=_REPORTED)
    table.add_column("rehearsed on\na simulation", style="dim")
    for section in promises.promise_sections(target):
        table.add_row()
        table.add_row(Text(one_line(section.section.title), "bold"))
        for line in section.lines:
            table.add_row(
                Text(_broken(line.row.id.partition("/")[2], _LABEL)),
                line.claims,
                *([Text(line.now, "yellow" if line.now != "same" else "dim")] if newer else []),
                *([line.reported] if target.reported else []),
                _rehearsed(line),
            )
    console.print(table)


def _rehearsed(line: promises.PromiseLine) -> Text:
    """How the simulation came out; with numbers only where models differ."""
    parts = [
        f"{sign.glyph} {sign.word}" + (f" ({number})" if len(line.rehearsed) > 1 else "")
        for sign, number in line.rehearsed
    ]
    bad = any(sign.standing == "bad" for sign, _ in line.rehearsed)
    return Text(", ".join(parts), "red" if bad else "dim")


def _reported(console: Console, target: TargetReport) -> None:
    """List the rows of which others reported something else than the page says."""
    listed = [row for row in reported.rows(target) if row.unlike_page]
    if not target.reported:
        return
    _heading(console, reported.HEADING)
    _line(console, f"{reported.headline(target)}. {reported.LEAD}")
    claims = {row.id: row for row in target.rows}
    for row in listed:
        claim = claims[row.row]
        unlike = [one for one in row.reports if reported.is_unlike_page(claim, one)]
        newest = unlike[0]
        title = Text(one_line(row.row), "bold")
        title.append(f"  the page says {claim.claim.value}; {reported.in_short(target, row.row)}")
        console.print(title)
        _indented(console, f"{reported.circumstances(newest)}: {newest.summary}")
        _indented(console, reported.link(newest) or newest.source, "dim")
    rest = len(reported.rows(target)) - len(listed)
    words = f"{plural(rest, 'more row')} with reports like the page, or undecided. " if rest else ""
    _line(console, f"{words}All reports: --format markdown, or --output report.html.", "dim")


def _signs(console: Console, target: TargetReport, detection: Detection | None) -> None:
    _heading(console, "How to read it")
    signs = Table.grid(padding=(0, 1))
    for sign in legend.signs_in(target):
        signs.add_row(Text(sign.glyph, _style(sign)), sign.word, Text(sign.meaning))
    for mark in legend.marks_in(target):
        signs.add_row(Text(f"({mark.letter})"), mark.word, Text(mark.meaning))
    if detection and target.rows:
        signs.add_row(Text("n"), HEADING, Text(LEGEND))
    console.print(signs)


def _matrix(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw the matrix, in several parts where it has too many columns for the width."""
    _heading(console, "What the page says, and what happens")
    columns = matrix.columns(target)
    room = console.width - _LABEL - (_POWER + _GAP if detection else 0)
    pieces = -(-len(columns) // max(1, room // (_CELL + _GAP)))
    at_once = -(-len(columns) // pieces) if pieces else 1
    width = min(_WIDEST, room // at_once - _GAP)
    for start in range(0, len(columns), at_once):
        console.print()
        console.print(_piece(target, columns[start : start + at_once], width, detection))
    for heading, models in matrix.merged_columns(columns):
        _line(console, f"{heading}: {models}", "dim")


def _piece(
    target: TargetReport,
    columns: tuple[matrix.Column, ...],
    width: int,
    detection: Detection | None,
) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="")
    table.add_column(Text("supported unless stated", "dim"), width=_LABEL, vertical="top")
    if detection:
        table.add_column(Text(HEADING, "dim"), width=_POWER)
    for column in columns:
        heading = Text(one_line(column.series), "bold")
        for name in column.names:
            heading.append("\n" + _broken(name, width), "dim not bold")
        table.add_column(heading, width=width)
    for section in matrix.matrix_sections(target, columns):
        table.add_row()
        table.add_row(Text(one_line(section.section.title), "bold"))
        for line in section.lines:
            power = [_power(detection, line)] if detection else []
            table.add_row(_label(line), *power, *(_cell(cell) for cell in line.cells))
    table.add_row()
    return table


def _label(line: matrix.MatrixLine) -> Text:
    """A row's id below its section, and its claim unless that is supported."""
    label = Text(_broken(line.row.id.partition("/")[2], _LABEL))
    if line.claims != Claim.SUPPORTED:
        fits = len(label) + 2 + len(line.claims) <= _LABEL
        label.append("  " if fits else "\n  ").append(line.claims, "dim")
    return label


def _power(detection: Detection, line: matrix.MatrixLine) -> Text:
    """How many faults a row detects; one that detects none stands out."""
    words = detection.words(line.row.id)
    return Text(words, "bold red" if words == "nothing" else "dim")


def _cell(cell: Cell | None) -> Text:
    sign = legend.sign_of(cell)
    return _marked(Text(f"{sign.glyph} {sign.word}", _style(sign)), cell)


def _marked(text: Text, judged: Judged | None) -> Text:
    marks = ",".join(mark.letter for mark in legend.marks_of(judged))
    return text.append(f" ({marks})", "dim not bold") if marks else text


def _wire_table(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw the rows that were inspected, with a line for each model."""
    shown = wire_table.wire_table(target)
    if shown is None:
        return
    _heading(console, wire_table.HEADING)
    if promises.is_rehearsal(target) and not any(seen.broken for seen in target.observations):
        models = plural(len(shown.lines), "model")
        _line(console, f"In the rehearsal, no rule was broken in any exchange of {models}.", "dim")
        return
    console.print()
    width = (console.width - _LABEL) // len(shown.rows) - 1
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="")
    table.add_column(Text(wire_table.CAPTION, "dim"), width=_LABEL, vertical="top")
    for row in shown.rows:
        table.add_column(Text(row.replace("/", "/\n"), "bold"), width=min(_CELL, width))
    for line in shown.lines:
        table.add_row(_model(line), *(_share(one) for one in line.seen))
    console.print(table)
    console.print()
    for figures in wire_table.figures(target, detection):
        _line(console, f"{figures.row}: {figures.title}", "dim")
        for models, words in figures.statements:
            _indented(console, f"{models}: {words}")


def _model(line: wire_table.WireLine) -> Text:
    mark = legend.evidence_mark(line.evidence)
    name = Text(_broken(line.model.id, _LABEL - len(" (S)")))
    return name.append(f" ({mark.letter})", "dim") if mark else name


def _share(observation: Observation | None) -> Text:
    sign = legend.sign_of(observation)
    share = observation.share if observation else sign.word
    text = Text(f"{sign.glyph} {share}", _style(sign))
    # The evidence is marked at the line's model.
    marks = (legend.deviation_mark(observation), legend.flaky_mark(observation))
    letters = ",".join(mark.letter for mark in marks if mark)
    return text.append(f" ({letters})", "dim not bold") if letters else text


def _broken(name: str, width: int) -> str:
    """An id on as many lines as it needs, broken only after its separators."""
    lines = [""]
    for part in re.findall(r"[^/_-]*[/_-]?", one_line(name)):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _tallies(console: Console, target: TargetReport) -> None:
    _heading(console, "Cells by what the page says")
    table = Table(box=None, padding=(0, 2), pad_edge=False, header_style="dim")
    table.add_column("page says")
    for heading in tally.HEADINGS:
        table.add_column(heading, justify="right")
    for claim, counts in tally.tallies_by_claim(target):
        table.add_row(claim.value, *counts.row)
    console.print(table)


def _deviations(console: Console, target: TargetReport) -> None:
    for heading, _, lines in deviations.deviation_sections(target):
        _heading(console, heading)
        for line in lines:
            console.print(_title(line))
            _indented(console, f"{line.words} {line.link}".rstrip())


def _flaky(console: Console, target: TargetReport) -> None:
    for heading, lines in flaky.flaky_sections(target):
        _heading(console, heading)
        for line in lines:
            console.print(_title(line))
            _indented(console, line.words)


def _title(line: deviations.DeviationLine | flaky.FlakyLine) -> Text:
    sign = line.sign
    title = Text(f"{sign.glyph} ", _style(sign))
    title.append(one_line(line.row), "bold")
    title.append(f"  {line.verdict.name}", _style(sign))
    return title.append(f", {one_line(line.models)}")


def _entries(
    console: Console, target: TargetReport, listing: entries.Listing, report: Report
) -> None:
    listed = entries.entries(target, listing)
    if not listed:
        return
    _heading(console, listing.heading)
    for entry in listed:
        sign = entry.sign
        title = Text(f"{sign.glyph} ", _style(sign))
        title.append(one_line(entry.row.id), "bold")
        title.append(f"  {entry.verdict}", _style(sign))
        console.print(title)
        _indented(console, f"The page says {entry.page}", "dim")
        for statement in entry.statements:
            _indented(console, f"{statement.models}: {statement.summary} ({statement.evidence})")
            if statement.places:
                _indented(console, statement.where, "dim")
            for sentence in statement.clients:
                _indented(console, f"→ {sentence}")
        if listing.advises:
            _advice(console, report, entry.cells[0])
        if entry.shown:
            _excerpts(console, entry.row.id, entry.shown)
        console.print()


def _excerpts(console: Console, row: str, shown: entries.Statement) -> None:
    for excerpt in shown.excerpts:
        for line in visible(str(excerpt)).splitlines():
            for part in Text(line).wrap(console, console.width - 6, overflow="fold") or [Text()]:
                _line(console, f"    │ {part.plain.rstrip()}", "dim")
        if places := str(shown.decisive(row, excerpt)):
            _indented(console, f"Decisive: {places}")
        if excerpt.place:
            _indented(console, f"Whole, to send again: {how_to_show(excerpt.place)}", "dim")


def _advice(console: Console, report: Report, judged: Judged) -> None:
    """What the owner of the endpoint does, what a caller does, and what it looks like."""
    for label, words in report.told_of(judged):
        _indented(console, f"{label}: {words}")


def _breaches(console: Console, target: TargetReport, report: Report) -> None:
    breaches = wire_table.breaches(target)
    if not breaches:
        return
    _heading(console, "Rules found broken")
    for breach in breaches:
        _line(console, f"{breach.rule}  {breach.severity}  {breach.extent}", "bold")
        _indented(console, breach.example.message)
        _indented(console, f"first at {breach.example.exchange}, {breach.example.where}", "dim")
        for sentence in breach.clients:
            _indented(console, f"→ {sentence}")
    for seen in wire_table.broken_rows(target):
        _line(console, seen.row_id, "bold")
        _advice(console, report, seen)


def _gaps(console: Console, target: TargetReport) -> None:
    gaps = entries.gaps(target)
    if not gaps:
        return
    _heading(console, "What was not measured, and why")
    for gap in gaps:
        _line(console, f"{gap.number} × {gap.verdict}: {gap.reason}")
        for models, rows in gap.where:
            _indented(console, f"{', '.join(rows)} ({models})", "dim")


def _heading(console: Console, words: str) -> None:
    console.print()
    _line(console, words, "bold underline")


def _line(console: Console, words: str, style: str = "") -> None:
    console.print(Text(visible(words), style))


def _indented(console: Console, words: str, style: str = "") -> None:
    console.print(Padding(Text(visible(words), style), (0, 0, 0, 2)))
