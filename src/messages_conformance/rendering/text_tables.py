"""The tables of the report for a terminal: the matrix, what was inspected, promises and counts."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from messages_conformance.display import one_line, plural
from messages_conformance.display.printing import print_indented, print_line, print_section
from messages_conformance.rendering import legend, matrix, promises, tally, wire_table
from messages_conformance.rendering.text_style import break_name, style_of
from messages_conformance.report.detection import HEADING, Detection
from messages_conformance.report.report import Cell, Judged, Observation, TargetReport
from messages_conformance.verdict import Claim

_LABEL, _CELL, _GAP = 27, 12, 2
"""Characters for a row's id, at most; for a cell, at least; and between columns."""
_WIDEST = 24
_CLAIM, _REPORTED = 12, 22
"""Characters for what a page says, and for what was reported."""
_POWER = 9
"""Characters for how many faults a row detects."""


def print_promises(console: Console, target: TargetReport) -> None:
    """Draw what the page promises, then and now, what was reported, and the rehearsal."""
    newer = target.newer
    print_section(console, "What the page promises, what users reported, and how a rehearsal went")
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
                Text(break_name(line.row.id.partition("/")[2], _LABEL)),
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


def print_matrix(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw the matrix, in several parts where it has too many columns for the width."""
    print_section(console, "What the page says, and what happens")
    columns = matrix.columns(target)
    room = console.width - _LABEL - (_POWER + _GAP if detection else 0)
    pieces = -(-len(columns) // max(1, room // (_CELL + _GAP)))
    at_once = -(-len(columns) // pieces) if pieces else 1
    width = min(_WIDEST, room // at_once - _GAP)
    for start in range(0, len(columns), at_once):
        console.print()
        console.print(_piece(target, columns[start : start + at_once], width, detection))
    for heading, models in matrix.merged_columns(columns):
        print_line(console, f"{heading}: {models}", "dim")


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
            heading.append("\n" + break_name(name, width), "dim not bold")
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
    label = Text(break_name(line.row.id.partition("/")[2], _LABEL))
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
    return _marked(Text(f"{sign.glyph} {sign.word}", style_of(sign)), cell)


def _marked(text: Text, judged: Judged | None) -> Text:
    marks = ",".join(mark.letter for mark in legend.marks_of(judged))
    return text.append(f" ({marks})", "dim not bold") if marks else text


def print_wire_table(console: Console, target: TargetReport, detection: Detection | None) -> None:
    """Draw the rows that were inspected, with a line for each model."""
    shown = wire_table.wire_table(target)
    if shown is None:
        return
    print_section(console, wire_table.HEADING)
    if promises.is_rehearsal(target) and not any(seen.broken for seen in target.observations):
        models = plural(len(shown.lines), "model")
        print_line(
            console, f"In the rehearsal, no rule was broken in any exchange of {models}.", "dim"
        )
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
        print_line(console, f"{figures.row}: {figures.title}", "dim")
        for models, words in figures.statements:
            print_indented(console, f"{models}: {words}")


def _model(line: wire_table.WireLine) -> Text:
    mark = legend.evidence_mark(line.evidence)
    name = Text(break_name(line.model.id, _LABEL - len(" (S)")))
    return name.append(f" ({mark.letter})", "dim") if mark else name


def _share(observation: Observation | None) -> Text:
    sign = legend.sign_of(observation)
    share = observation.share if observation else sign.word
    text = Text(f"{sign.glyph} {share}", style_of(sign))
    # The evidence is marked at the line's model.
    marks = (legend.deviation_mark(observation), legend.flaky_mark(observation))
    letters = ",".join(mark.letter for mark in marks if mark)
    return text.append(f" ({letters})", "dim not bold") if letters else text


def print_tallies(console: Console, target: TargetReport) -> None:
    """Draw how many cells came out in which way, by what the page says."""
    print_section(console, "Cells by what the page says")
    table = Table(box=None, padding=(0, 2), pad_edge=False, header_style="dim")
    table.add_column("page says")
    for heading in tally.HEADINGS:
        table.add_column(heading, justify="right")
    for claim, counts in tally.tallies_by_claim(target):
        table.add_row(claim.value, *counts.row)
    console.print(table)
