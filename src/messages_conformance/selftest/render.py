"""A kill matrix for the terminal, and in Markdown."""

import json
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, one_line
from messages_conformance.rendering.markdown_escape import markdown
from messages_conformance.report.detection import Power
from messages_conformance.report.kill_matrix import KillMatrix, Trial, to_document

_FEW = 4
"""How many names stand in one line before the others are only counted."""


def to_json(matrix: KillMatrix) -> str:
    """The matrix as JSON, one trial a line so that a diff reads."""
    document = to_document(matrix)
    lists = {name: document.pop(name) for name in ("clean", "trials")}
    head = json.dumps(document, ensure_ascii=False)[1:-1]
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False) for one in held) + "\n]"
        for name, held in lists.items()
    ]
    return "{\n" + ",\n".join([head, *parts]) + "\n}\n"


def sentence(matrix: KillMatrix) -> str:
    """What it comes to, in a few words."""
    caught = len(matrix.faults) - len({trial.fault for trial in matrix.missed})
    runs = sum(clean.seeds for clean in matrix.clean)
    besides = sum(len(trial.side_effects) for trial in matrix.trials)
    strays = sum(len(trial.undeclared) for trial in matrix.trials)
    return (
        f"{caught} of {len(matrix.faults)} faults caught by the row they belong to, in "
        f"{len(matrix.trials)} trials; {len(matrix.red)} red in {runs} runs of "
        f"{len(matrix.clean)} clean endpoints; "
        f"{len(matrix.detects_nothing)} rows that detect nothing; "
        f"{besides} rows turned besides by the nature of a fault, {strays} without any. "
        f"{matrix.seconds:.0f} s on {matrix.processes} processes."
    )


def to_text(matrix: KillMatrix, width: int | None = None, *, color: bool = False) -> str:
    """Format a matrix for a terminal of some width, 100 characters unless told."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        console.print(Text(sentence(matrix), "bold green" if matrix.holds else "bold red"))
        for clean in matrix.clean:
            told = f"{clean.requests} requests a run, {clean.seeds} seeds"
            about = f"{clean.target} {clean.revision}, {clean.model}"
            console.print(Text(f"  {clean.name}: {about}; {told}", "dim"))
        for heading, lines in _lists(matrix):
            console.print()
            console.print(Text(heading, "bold"))
            for line in lines:
                console.print(Text(one_line(line)), soft_wrap=True)
        console.print()
        console.print(_table(matrix))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def to_markdown(matrix: KillMatrix) -> str:
    """Format a matrix as Markdown: what it comes to, each row's power, each fault's fate."""
    lines = ["# Kill matrix", "", sentence(matrix), ""]
    for heading, told in _lists(matrix):
        lines += [f"## {heading}", "", *(f"- {markdown(line)}" for line in told), ""]
    lines += ["## What each row catches", "", "| row | its own | also told of | faults |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {markdown(row)} | {power.words} | {power.touched} "
        f"| {markdown(', '.join(power.caught))} |"
        for row, power in matrix.powers.items()
    ]
    lines += ["", "## Every fault", "", "| fault | what it is | caught by | also turned |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {markdown(trial.fault)} | {markdown(trial.says)} | {markdown(_catcher(trial))} "
        f"| {markdown(', '.join(sorted(trial.touched - {trial.row})))} |"
        for trial in _first_trials(matrix)
    ]
    return "\n".join(lines) + "\n"


def _lists(matrix: KillMatrix) -> Iterator[tuple[str, list[str]]]:
    """What is to be told line by line, under its heading; nothing where all is well."""
    if matrix.missed:
        yield "Not caught by their row", [_missed(trial) for trial in matrix.missed]
    if matrix.red:
        yield "Red on a clean endpoint", [f"{world}, {red}" for world, red in matrix.red]
    if matrix.detects_nothing:
        yield "Rows that detect nothing: not seen to catch any fault", list(matrix.detects_nothing)
    if matrix.undeclared:
        yield (
            "Collateral: rows that turned and have nothing to do with the fault",
            [
                f"{trial.fault} ({trial.endpoint}): {_some(trial.undeclared)}"
                for trial in matrix.undeclared
            ],
        )
    unprovoked = dict.fromkeys(row for clean in matrix.clean for row in clean.unprovoked)
    if unprovoked:
        yield "Not to be provoked by a client, so without any power", list(unprovoked)


def _missed(trial: Trial) -> str:
    due = f"{trial.row} ({trial.rule})" if trial.rule else trial.row
    told = _some(tuple(sorted(trial.touched))) or "nobody"
    blind = f"; nothing could be said of {_some(trial.unjudged)}" if trial.unjudged else ""
    return f"{trial.fault} ({trial.endpoint}): due from {due}, told by {told}{blind}"


def _catcher(trial: Trial) -> str:
    return f"{trial.row} ({trial.rule})" if trial.rule else trial.row


def _first_trials(matrix: KillMatrix) -> list[Trial]:
    """One trial of each fault, one that went wrong if any did."""
    chosen: dict[str, Trial] = {}
    for trial in matrix.trials:
        if trial.fault not in chosen or not trial.caught:
            chosen[trial.fault] = trial
    return list(chosen.values())


def _table(matrix: KillMatrix) -> Table:
    table = Table("row", "its own", "told of", "the faults it is there to catch", box=None)
    for row, power in matrix.powers.items():
        if not (matrix.complete or power.caught or power.missed):
            continue
        style = "red" if power.detects_nothing or power.missed else None
        table.add_row(Text(row), Text(power.words), str(power.touched), _names(power), style=style)
    return table


def _names(power: Power) -> Text:
    return Text(_some((*(f"NOT {name}" for name in power.missed), *power.caught)))


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")
