"""A report in few lines, for a terminal: problems first, then the matrix, then what it comes to.

`text` has everything; this leaves out whatever a reader can ask for when it matters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from messages_conformance.display import console_of, one_line, plural, visible
from messages_conformance.display.printing import print_heading, print_indented, print_line
from messages_conformance.protocol.exchange import Place
from messages_conformance.rendering import (
    brief_page,
    deviations,
    entries,
    flaky,
    legend,
    promises,
    wire_table,
)
from messages_conformance.rendering.headline import evidence_sentence, first_sentence, masthead
from messages_conformance.rendering.model_names import name_models
from messages_conformance.rendering.side_by_side import (
    WIRE,
    SideCell,
    SideColumn,
    SideLine,
    side_by_side,
)
from messages_conformance.report.causes import Cause, causes
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import (
    LOOKS_LIKE,
    Cell,
    Judged,
    Observation,
    Report,
    TargetReport,
)
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Standing

_CAUSES = 8
"""How many causes are shown."""
_ROWS = 12
"""How many row ids a line of them names."""
_RULES = 3
"""How many broken rules are told of a row on the wire."""
_GAP = 2
"""Characters between two columns of rows."""
_MOST_OF_A_SECTION = 120
"""Rows of a section that are all drawn; of more, those that are as claimed are only counted."""
_LONGEST = 200
"""Characters of a sentence that an endpoint may have written."""


def render(report: Report, width: int | None, color: bool) -> str:
    """Format a report in few lines for a terminal of some width; None means 100 characters."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        measured = tuple(filter(_has_matrix, report.targets))
        for target in report.targets:
            _target(console, target, report)
            if measured == (target,):
                _matrix(console, replace(report, targets=measured))
                _wire(console, target)
            if _has_matrix(target):
                brief_page.reported_rows(console, target, report)
            console.print()
        if len(measured) > 1:
            _matrix(console, replace(report, targets=measured))
            console.print()
        print_end(console, report)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def render_end(report: Report, width: int | None, color: bool) -> str:
    """Format only what a report comes to: a sentence with the counts for each target."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        print_end(console, report)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _target(console: Console, target: TargetReport, report: Report) -> None:
    print_line(console, target.revision.target.name, "bold")
    if not _has_matrix(target):
        # What somebody has to act on comes first, also where only a simulation showed it.
        falls_short = any(map(_is_problem, target.judged))
        if falls_short:
            _rehearsal(console, target, report)
        brief_page.page(console, target, report)
        if not falls_short:
            _rehearsal(console, target, report)
    else:
        print_line(console, evidence_sentence(target))
        _problems(console, target, report)


def _has_matrix(target: TargetReport) -> bool:
    """Whether its cells are drawn as signs: of a simulation, only what its page says is told."""
    return not (target.rows and promises.is_rehearsal(target))


# -- problems


def _problems(console: Console, target: TargetReport, report: Report) -> None:
    """What falls short and is not accepted, by cause; then what is accepted, in a line."""
    found = [cause for every in causes(target) if (cause := _unaccepted(every)).judged]
    accepted = dict.fromkeys(
        judged.row_id for judged in target.judged if entries.is_accepted(judged)
    )
    if found:
        console.print()
        rows = {judged.row_id for cause in found for judged in cause.judged}
        by = f", by {plural(len(found), 'cause')}" if len(found) > 1 else ""
        print_heading(console, f"Problems: {plural(len(rows), 'row')}{by}")
    elif not accepted and any(j.verdict.standing is not Standing.OPEN for j in target.judged):
        print_line(console, "Nothing falls short.")
    for cause in found[:_CAUSES]:
        _cause(console, cause, target, report)
    if len(found) > _CAUSES:
        print_line(console, f"… and {plural(len(found) - _CAUSES, 'more cause')}", "dim")
    if accepted:
        console.print()
        lead = "Accepted as known" if found else "All that falls short is accepted as known"
        print_line(console, f"{lead}: {_named(tuple(accepted))}", "dim" if found else "")
    _listed(
        console,
        deviations.HEADINGS[DeviationState.OUTDATED],
        deviations.deviation_lines(target, DeviationState.OUTDATED),
    )
    _listed(console, flaky.FLAKY, flaky.flaky_lines(target))


def _listed(
    console: Console,
    heading: str,
    lines: Sequence[deviations.DeviationLine | flaky.FlakyLine],
) -> None:
    """The first few of some rows, each with what is to be said of it."""
    if lines:
        console.print()
        print_heading(console, heading)
    for line in lines[:_CAUSES]:
        print_line(console, f"{line.sign.glyph} {line.row} ({line.models}): {line.words}")
    if len(lines) > _CAUSES:
        print_line(console, f"… and {plural(len(lines) - _CAUSES, 'more row')}", "dim")


def _is_problem(judged: Judged) -> bool:
    return judged.verdict.standing is Standing.BAD and not entries.is_accepted(judged)


def _unaccepted(cause: Cause) -> Cause:
    return replace(cause, judged=tuple(j for j in cause.judged if not entries.is_accepted(j)))


def _cause(console: Console, cause: Cause, target: TargetReport, report: Report) -> None:
    first = cause.spokesman
    sign = legend.sign_of(first)
    said = one_line(cause.sentence)
    title = Text(f"{sign.glyph} ", "red" if sign.simulated else "bold red")
    console.print(title.append(said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"))
    models = name_models(target, [judged.model for judged in cause.judged])
    is_named = len(cause.rows) == 1 and said.startswith(f"{cause.rows[0]}: ")
    about = models if is_named else f"{_named(cause.rows)} ({models})"
    seen = _first_place(first)
    print_indented(console, f"{about}; {seen}" if seen else about, "dim")
    for words in _rules(first):
        print_indented(console, words)
    for label, words in cause.what_to_do(report):
        print_indented(console, f"{label}: {words}")
    for fault in cause.looks_like(report)[:1]:
        print_indented(console, f"{LOOKS_LIKE}: {fault.says}", "dim")


def _rules(judged: Judged) -> Iterator[str]:
    """The gravest rules that exchanges break, each with what is typically wrong."""
    if not isinstance(judged, Observation):
        return
    grave = [f for f in judged.findings if f.severity is not Severity.ADVISORY]
    for (_, rule), found in wire_table.by_rule(grave)[:_RULES]:
        said = one_line(wire_table.typical_finding(found).message)
        yield f"{rule}, {len(found):,} ×: {said[:_LONGEST]}"


def _first_place(judged: Judged) -> Place | None:
    """Where an exchange lies that shows it."""
    if isinstance(judged, Cell):
        return next(iter(judged.places), None)
    grave = (f.exchange for f in judged.findings if f.severity is not Severity.ADVISORY)
    return next(grave, None)


def _named(rows: Sequence[str]) -> str:
    """Ids of rows, the first few of many."""
    more = f" and {len(rows) - _ROWS} more" if len(rows) > _ROWS else ""
    return f"{', '.join(rows[:_ROWS])}{more}"


# -- the matrix


def _matrix(console: Console, report: Report) -> None:
    """Draw every row with a glyph for each column of models, several rows on a line."""
    side = side_by_side(report)
    several = len(report.targets) > 1
    # Of a single target, the figures of what is inspected follow in words.
    sections = [one for one in side.sections if several or one.title != WIRE]
    lines = [line for section in sections for line in section.lines]
    if not lines:
        return
    console.print()
    together = ", side by side" if several else ""
    print_heading(console, f"All {plural(len(lines), 'row')}{together}")
    names = [_column_name(column, report if several else None) for column in side.columns]
    if len(names) > 1:
        print_line(console, f"In each group of signs, from the left: {' · '.join(names)}", "dim")
    longest = max(len(_short(line)) for line in lines)
    size = min(len(side.columns) + 1 + longest + _GAP, console.width)
    at_once = max(1, console.width // size)
    for section in sections:
        print_line(console, one_line(section.title), "bold")
        shown = _worth_a_look(section.lines)
        height = -(-len(shown) // at_once)
        for number in range(height):
            console.print(_joined(shown[number::height], size))
        if left := len(section.lines) - len(shown):
            print_line(console, f"and {plural(left, 'row')} as claimed", "dim")
    print_line(console, _legend(lines), "dim")


def _worth_a_look(lines: Sequence[SideLine]) -> Sequence[SideLine]:
    """All rows of a section, or of very many those that are not as claimed in all columns."""
    if len(lines) <= _MOST_OF_A_SECTION:
        return lines
    return [one for one in lines if any(cell.sign.standing != "good" for cell in _cells(one))]


def _column_name(column: SideColumn, report: Report | None) -> str:
    """The models of a column, and their target where there are several."""
    models = ", ".join(model.id for model in column.models)
    return f"{report.targets[column.target - 1].revision.target.id} {models}" if report else models


def _cells(line: SideLine) -> Iterator[SideCell]:
    return (cell for group in line.groups for cell in group.cells)


def _joined(lines: Iterable[SideLine], size: int) -> Text:
    """Several rows on one line, each padded to a size in characters."""
    joined = Text()
    for line in lines:
        item = Text()
        for cell in _cells(line):
            item.append(cell.sign.glyph, _style(cell.sign))
        item.append(f" {_short(line)}")
        item.pad_right(max(0, size - len(item)))
        joined.append_text(item)
    return joined


def _short(line: SideLine) -> str:
    return one_line(line.row.partition("/")[2])


_STYLES = {"good": "green", "warning": "yellow", "bad": "bold red", "observed": "cyan"}


def _style(sign: legend.Sign) -> str:
    if sign.simulated:
        return "red" if sign.standing == "bad" else "dim"
    return _STYLES.get(sign.standing, "dim")


def _legend(lines: Iterable[SideLine]) -> str:
    """What the glyphs that occur mean: ``✓ kept   ✗ broken, silently ignored``."""
    signs = dict.fromkeys(cell.sign for line in lines for cell in _cells(line))
    words: dict[str, list[str]] = {}
    for sign in legend.ordered(signs):
        words.setdefault(sign.glyph, []).append(sign.word)
    return "   ".join(f"{glyph} {_shared(named)}" for glyph, named in words.items())


def _shared(words: list[str]) -> str:
    """Words that begin alike, said once: ``observed: works, ignored``."""
    heads = {word.partition(": ")[0] for word in words}
    if len(heads) == 1 and all(": " in word for word in words):
        return f"{heads.pop()}: {', '.join(word.partition(': ')[2] for word in words)}"
    return ", ".join(words)


def _wire(console: Console, target: TargetReport) -> None:
    """Say how many exchanges break a rule, row by row, of all models together."""
    seen: dict[str, list[Observation]] = {}
    for one in target.observations:
        seen.setdefault(one.row_id, []).append(one)
    parts = [
        f"{row} {sum(one.broken for one in every):,} of {inspected:,}"
        for row, every in seen.items()
        if (inspected := sum(one.exchanges for one in every))
    ]
    if parts:
        console.print()
        print_line(
            console, f"{wire_table.HEADING}, exchanges that break a rule: {', '.join(parts)}"
        )


def _rehearsal(console: Console, target: TargetReport, report: Report) -> None:
    """What the project's own simulation did: never more than a remark."""
    console.print()
    print_heading(console, "A rehearsal on the project's own simulation")
    _problems(console, target, report)
    warnings = [j for j in target.judged if j.verdict.standing is Standing.WARNING]
    for word, rows in _by_verdict(warnings):
        print_line(console, f"Warning, {word}: {_named(rows)}")
    played = " | ".join(target.provenance.played)
    by = f"Simulated by {played}. " if played else ""
    print_line(console, f"{by}It shows nothing about the vendor.", "dim")


def _by_verdict(judged: Iterable[Judged]) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows: dict[str, dict[str, None]] = {}
    for one in judged:
        rows.setdefault(one.verdict.name, {})[one.row_id] = None
    for word, named in rows.items():
        yield word, tuple(named)


# -- the end


def print_end(console: Console, report: Report) -> None:
    """What it all comes to, last, where the prompt is."""
    print_line(console, masthead(report), "dim")
    if not report.targets:
        print_line(console, "Nothing was judged: the report holds no target.")
    for target in report.targets:
        said = first_sentence(target)
        name = one_line(target.revision.target.name)
        console.print(Text(f"{name}: ", "bold").append(visible(said), "not bold"))
