"""A report for the terminal, or for a pipe."""

import re
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, one_line, visible
from messages_conformance.rendering import deviations, flaky, legend, matrix, tally, wire_table
from messages_conformance.rendering.headline import first_sentence, masthead, provenance
from messages_conformance.report.detection import HEADING, LEGEND, Detection
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.verdict import Claim

_LABEL, _CELL, _GAP = 27, 12, 2
"""Characters for a row's id, at most; for a cell, at least; and between columns."""
_WIDEST = 24
_POWER = 9
"""Characters for how many faults a row catches."""
_STYLES = {
    "good": "green",
    "warning": "yellow",
    "bad": "bold red",
    "observed": "cyan",
    "open": "dim",
    "absent": "dim",
}


def render(report: Report, width: int | None, color: bool) -> str:
    """Format a report for a terminal of some width, 100 characters unless told."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        _line(console, masthead(report), "dim")
        if not report.targets:
            _line(console, "Nothing was judged: the report holds no target.")
        for target in report.targets:
            _target(console, target, report.detection)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _target(console: Console, target: TargetReport, detection: Detection | None) -> None:
    console.print()
    _line(console, target.revision.target.name, "bold")
    _line(console, first_sentence(target))
    console.print()
    facts = Table.grid(padding=(0, 2))
    for label, value in provenance(target, detection):
        facts.add_row(Text(label, "dim"), Text(one_line(value)))
    console.print(facts)
    _signs(console, target, detection)
    if target.rows:
        _matrix(console, target, detection)
    _observed(console, target, detection)
    if target.rows:
        _tallies(console, target)
    _deviations(console, target)
    _chances(console, target)
    for listing in matrix.LISTINGS:
        _entries(console, target, listing)
    _breaches(console, target)
    _gaps(console, target)
    _heading(console, "About this state of the page")
    _line(console, target.revision.note)


def _signs(console: Console, target: TargetReport, detection: Detection | None) -> None:
    _heading(console, "How to read it")
    signs = Table.grid(padding=(0, 1))
    for sign in legend.signs(target):
        signs.add_row(Text(sign.glyph, _STYLES[sign.standing]), sign.word, Text(sign.meaning))
    for ground in legend.grounds(target):
        signs.add_row(Text(f"({ground.mark})"), ground.word, Text(ground.meaning))
    if detection and target.rows:
        signs.add_row(Text("n"), HEADING, Text(LEGEND))
    console.print(signs)


def _matrix(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw the matrix, in several pieces where the columns are too many for the width."""
    _heading(console, "What the page says, and what happens")
    columns = matrix.columns(target)
    room = console.width - _LABEL - (_POWER + _GAP if detection else 0)
    pieces = -(-len(columns) // max(1, room // (_CELL + _GAP)))
    at_once = -(-len(columns) // pieces) if pieces else 1
    width = min(_WIDEST, room // at_once - _GAP)
    for start in range(0, len(columns), at_once):
        console.print()
        console.print(_piece(target, columns[start : start + at_once], width, detection))
    for heading, models in matrix.merged(columns):
        _line(console, f"{heading}: {models}", "dim")


def _piece(
    target: TargetReport,
    columns: tuple[matrix.Column, ...],
    width: int,
    detection: Detection | None,
) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="")
    table.add_column(Text("supported unless it says so", "dim"), width=_LABEL, vertical="top")
    if detection:
        table.add_column(Text(HEADING, "dim"), width=_POWER)
    for column in columns:
        heading = Text(one_line(column.series), "bold")
        for name in column.names:
            heading.append("\n" + _broken(name, width), "dim not bold")
        table.add_column(heading, width=width)
    for block in matrix.matrix(target, columns):
        table.add_row()
        table.add_row(Text(one_line(block.section.title), "bold"))
        for line in block.lines:
            power = [_power(detection, line)] if detection else []
            table.add_row(_label(line), *power, *(_cell(cell) for cell in line.cells))
    table.add_row()
    return table


def _label(line: matrix.Line) -> Text:
    """A row's id below its section, with what the page says of it unless it is supported."""
    label = Text(_broken(line.row.id.partition("/")[2], _LABEL))
    if line.claims != Claim.SUPPORTED:
        fits = len(label) + 2 + len(line.claims) <= _LABEL
        label.append("  " if fits else "\n  ").append(line.claims, "dim")
    return label


def _power(detection: Detection, line: matrix.Line) -> Text:
    """How many faults a row catches; one that catches none is conspicuous."""
    words = detection.words(line.row.id)
    return Text(words, "bold red" if words == "nothing" else "dim")


def _cell(cell: Cell | None) -> Text:
    sign = legend.sign(cell)
    return _marked(Text(f"{sign.glyph} {sign.word}", _STYLES[sign.standing]), cell)


def _marked(text: Text, judged: Judged | None) -> Text:
    marks = ",".join(mark.mark for mark in legend.marks(judged))
    return text.append(f" ({marks})", "dim not bold") if marks else text


def _observed(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw what was inspected, a line for each model."""
    board = wire_table.board(target)
    if board is None:
        return
    _heading(console, wire_table.HEADING)
    console.print()
    width = (console.width - _LABEL) // len(board.rows) - 1
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="")
    table.add_column(Text(wire_table.CAPTION, "dim"), width=_LABEL, vertical="top")
    for row in board.rows:
        table.add_column(Text(row.replace("/", "/\n"), "bold"), width=min(_CELL, width))
    for line in board.lines:
        table.add_row(_model(line), *(_share(one) for one in line.seen))
    console.print(table)
    console.print()
    for figures in wire_table.figures(target, detection):
        _line(console, f"{figures.row}: {figures.title}", "dim")
        for models, words in figures.sayings:
            _indented(console, f"{models}: {words}")


def _model(line: wire_table.Line) -> Text:
    ground = legend.mark(line.evidence)
    name = Text(_broken(line.model.id, _LABEL - len(" (S)")))
    return name.append(f" ({ground.mark})", "dim") if ground else name


def _share(observation: Observation | None) -> Text:
    sign = legend.sign(observation)
    share = observation.share if observation else sign.word
    text = Text(f"{sign.glyph} {share}", _STYLES[sign.standing])
    # The line's model bears the evidence.
    marks = (legend.state(observation), legend.flaky(observation))
    told = ",".join(mark.mark for mark in marks if mark)
    return text.append(f" ({told})", "dim not bold") if told else text


def _broken(name: str, width: int) -> str:
    """An id on as many lines as it needs, broken after its own marks rather than anywhere."""
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
    for claim, counts in matrix.tallies(target):
        table.add_row(claim.value, *counts.row)
    console.print(table)


def _deviations(console: Console, target: TargetReport) -> None:
    for heading, _, lines in deviations.sections(target):
        _heading(console, heading)
        for line in lines:
            console.print(_title(line))
            _indented(console, f"{line.words} {line.link}".rstrip())


def _chances(console: Console, target: TargetReport) -> None:
    for heading, lines in flaky.sections(target):
        _heading(console, heading)
        for line in lines:
            console.print(_title(line))
            _indented(console, line.words)


def _title(line: deviations.Line | flaky.Line) -> Text:
    sign = legend.of(line.verdict.name, line.verdict.standing)
    title = Text(f"{sign.glyph} ", _STYLES[sign.standing])
    title.append(one_line(line.row), "bold")
    title.append(f"  {line.verdict.name}", _STYLES[sign.standing])
    return title.append(f", {one_line(line.models)}")


def _entries(console: Console, target: TargetReport, listing: matrix.Listing) -> None:
    entries = matrix.entries(target, listing)
    if not entries:
        return
    _heading(console, listing.heading)
    for entry in entries:
        sign = legend.of(entry.verdict, entry.standing)
        title = Text(f"{sign.glyph} ", _STYLES[sign.standing])
        title.append(one_line(entry.row.id), "bold")
        title.append(f"  {entry.verdict}", _STYLES[sign.standing])
        console.print(title)
        _indented(console, f"The page says {entry.page}", "dim")
        for saying in entry.sayings:
            _indented(console, f"{saying.models}: {saying.summary} ({saying.ground})")
            if saying.places:
                _indented(console, saying.where, "dim")
        shown = next((saying.shown for saying in entry.sayings if saying.shown), ())
        _excerpts(console, shown)
        console.print()


def _excerpts(console: Console, shown: Iterable[Excerpt]) -> None:
    for excerpt in shown:
        for line in visible(str(excerpt)).splitlines():
            for part in Text(line).wrap(console, console.width - 6, overflow="fold") or [Text()]:
                _line(console, f"    │ {part.plain.rstrip()}", "dim")


def _breaches(console: Console, target: TargetReport) -> None:
    breaches = wire_table.breaches(target)
    if not breaches:
        return
    _heading(console, "Rules found broken")
    for breach in breaches:
        _line(console, f"{breach.rule}  {breach.severity}  {breach.extent}", "bold")
        _indented(console, breach.example.message)
        _indented(console, f"first at {breach.example.exchange}, {breach.example.where}", "dim")


def _gaps(console: Console, target: TargetReport) -> None:
    gaps = matrix.gaps(target)
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
