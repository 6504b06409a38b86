"""A kill matrix as JSON, as text for the terminal, and as Markdown."""

import json
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, one_line
from messages_conformance.rendering.markdown_escape import markdown
from messages_conformance.report.detection import Power
from messages_conformance.report.kill_matrix import KillMatrix, Trial, to_document

_FEW = 4
"""How many names one line holds before the others are only counted."""


def to_json(matrix: KillMatrix) -> str:
    """The matrix as JSON with one trial a line, so that a diff is readable."""
    document = to_document(matrix)
    lists = {name: document.pop(name) for name in ("clean_endpoints", "trials")}
    head = json.dumps(document, ensure_ascii=False)[1:-1]
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False) for one in held) + "\n]"
        for name, held in lists.items()
    ]
    return "{\n" + ",\n".join([head, *parts]) + "\n}\n"


def sentence(matrix: KillMatrix) -> str:
    """The result in one sentence, and what it took in another."""
    faults = len(matrix.faults)
    detected = faults - len({trial.fault for trial in matrix.missed})
    runs = sum(clean.seeds for clean in matrix.clean_endpoints)
    declared = sum(len(trial.side_effects) for trial in matrix.trials)
    undeclared = sum(len(trial.undeclared) for trial in matrix.trials)
    return (
        f"{detected} of {faults} faults detected by their row in {len(matrix.trials)} trials; "
        f"{_rows(declared, 'further ')} as declared side effects; "
        f"{_rows(undeclared, 'undeclared ')}; "
        f"{len(matrix.false_alarms) or 'no'} false alarms in {runs} runs of "
        f"{len(matrix.clean_endpoints)} clean endpoints{_blind_rows(matrix)}. "
        f"{matrix.seconds:.0f} s on {matrix.processes} processes."
    )


def _rows(count: int, what: str) -> str:
    if count < 2:
        return f"{count or 'no'} {what}row fails"
    return f"{count} {what}rows fail"


def _blind_rows(matrix: KillMatrix) -> str:
    if blind := matrix.rows_that_detect_nothing:
        return f"; rows that detect nothing: {len(blind)}"
    return "; every row detects a fault" if matrix.complete else ""


def to_text(matrix: KillMatrix, width: int | None = None, *, color: bool = False) -> str:
    """Format a matrix for a terminal of that width, by default 100 characters."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        console.print(Text(sentence(matrix), "bold green" if matrix.has_passed else "bold red"))
        for clean in matrix.clean_endpoints:
            simulated = f"{clean.target} {clean.revision}, {clean.model}"
            cost = f"{clean.requests} requests a run, {clean.seeds} seeds"
            console.print(Text(f"  {clean.endpoint}: {simulated}; {cost}", "dim"))
        for heading, lines in _lists(matrix):
            console.print()
            console.print(Text(heading, "bold"))
            for line in lines:
                console.print(Text(one_line(line)), soft_wrap=True)
        console.print()
        console.print(_table(matrix))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def to_markdown(matrix: KillMatrix) -> str:
    """Format a matrix as Markdown: the result, each row's power, and each fault."""
    lines = ["# Kill matrix", "", sentence(matrix), ""]
    for heading, items in _lists(matrix):
        lines += [f"## {heading}", "", *(f"- {markdown(item)}" for item in items), ""]
    lines += ["## What each row detects", ""]
    lines += ["| row | of its own faults | affected by | its own faults |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {markdown(row)} | {power.words} | {power.affected_by} "
        f"| {markdown(', '.join(power.detected))} |"
        for row, power in matrix.powers.items()
    ]
    lines += ["", "## Every fault", ""]
    lines += ["| fault | what the endpoint does wrong | detected by | side effects |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {markdown(trial.fault)} | {markdown(trial.says)} | {markdown(_detector(trial))} "
        f"| {markdown(', '.join(sorted(trial.affected_rows - {trial.row})))} |"
        for trial in _first_trials(matrix)
    ]
    return "\n".join(lines) + "\n"


def _lists(matrix: KillMatrix) -> Iterator[tuple[str, list[str]]]:
    """What is listed line by line, under its heading; nothing where all is well."""
    if matrix.missed:
        yield "Not detected by their row", [_missed(trial) for trial in matrix.missed]
    if matrix.false_alarms:
        yield (
            "False alarms on a clean endpoint",
            [f"{name}, {alarm}" for name, alarm in matrix.false_alarms],
        )
    if matrix.rows_that_detect_nothing:
        yield "Rows that detect nothing", list(matrix.rows_that_detect_nothing)
    if matrix.undeclared:
        yield (
            "Undeclared: rows that fail and are no declared side effect",
            [
                f"{trial.fault} ({trial.endpoint}): {_some(trial.undeclared)}"
                for trial in matrix.undeclared
            ],
        )
    unprovoked = dict.fromkeys(row for clean in matrix.clean_endpoints for row in clean.unprovoked)
    if unprovoked:
        yield "Rows that no client can provoke, so without any detection power", list(unprovoked)


def _missed(trial: Trial) -> str:
    affected = _some(tuple(sorted(trial.affected_rows))) or "no row"
    lost = f"; no verdict for {_some(trial.inconclusive)}" if trial.inconclusive else ""
    return (
        f"{trial.fault} ({trial.endpoint}): expected from {_detector(trial)}, "
        f"affects {affected}{lost}"
    )


def _detector(trial: Trial) -> str:
    return f"{trial.row} ({trial.rule})" if trial.rule else trial.row


def _first_trials(matrix: KillMatrix) -> list[Trial]:
    """One trial of each fault; one that missed it, if any did."""
    chosen: dict[str, Trial] = {}
    for trial in matrix.trials:
        if trial.fault not in chosen or not trial.detected:
            chosen[trial.fault] = trial
    return list(chosen.values())


def _table(matrix: KillMatrix) -> Table:
    table = Table("row", "of its own faults", "affected by", "its own faults", box=None)
    for row, power in matrix.powers.items():
        if not (matrix.complete or power.detected or power.missed):
            continue
        style = "red" if power.detects_nothing or power.missed else None
        table.add_row(
            Text(row), Text(power.words), str(power.affected_by), _names(power), style=style
        )
    return table


def _names(power: Power) -> Text:
    return Text(_some((*(f"NOT {name}" for name in power.missed), *power.detected)))


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")
