"""What no input may do: crash the suite, hang it, or take its memory.

    python benchmarks/fuzz.py [--seconds 3600] [--seed N] [--only KIND] [--keep FOLDER]

Takes legal answers, cassettes, journals, saved files, reports and settings, replaces something in
each, and reads, judges and renders them. A sentence for a person (`UserError`) is a good end; any
other error, or more than 5 s, is not, and its input is kept. Prints a table with the figures.
Inputs depend on the seed alone, so that a run can be repeated.
"""

import contextlib
import io
import random
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

import fuzz_kinds
from fuzz_files import FILES
from fuzz_runs import RUNS
from messages_conformance.errors import UserError

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import hostile

KINDS = {**fuzz_kinds.KINDS, **FILES, **RUNS}
SLOWEST = 5.0
"""Seconds that one input may take."""


@dataclass
class Figures:
    """What all inputs of one kind did."""

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    memory: int = 0
    """Bytes that the process used at most, after the last of these inputs that took it higher."""
    failed: list[str] = field(default_factory=list)


def fuzz(kind: str, seed: int, folder: Path, figures: Figures, keep: Path | None) -> None:
    """Make one input and run it."""
    case = KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    highest = hostile.peak()
    # The processor's time, as the machine may be busy with something else.
    began = time.process_time()
    problem = ""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            case.run()
    except UserError as sentence:
        figures.refused += 1
        if any("\n" in said for said in (sentence.message, *sentence.mistakes)):
            problem = f"not one line: {sentence!r:.200}"
    except Exception as error:  # noqa: BLE001 (it is what is looked for)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error!s:.120} at {frame.filename}:{frame.lineno}"
    seconds = time.process_time() - began
    figures.inputs += 1
    figures.slowest = max(figures.slowest, seconds)
    if (memory := hostile.peak()) > highest:
        figures.memory = memory
    if seconds > SLOWEST:
        problem = problem or f"{seconds:.1f} s"
    if problem:
        figures.failed.append(f"{kind} {seed}: {problem}")
        if keep:
            (keep / f"{kind.replace(' ', '-')}-{seed}").write_bytes(case.input)


def run(seconds: float, seed: int, kinds: tuple[str, ...], keep: Path | None) -> dict[str, Figures]:
    """Fuzz all kinds, each for as long as the others, until the time is over."""
    figures = {kind: Figures() for kind in kinds}
    spent = dict.fromkeys(kinds, 0.0)
    with tempfile.TemporaryDirectory() as name:
        while sum(spent.values()) < seconds:
            kind = min(spent, key=spent.__getitem__)
            began = time.perf_counter()
            fuzz(kind, seed + figures[kind].inputs, Path(name), figures[kind], keep)
            spent[kind] += time.perf_counter() - began
    return figures


@click.command()
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--only", multiple=True, type=click.Choice(list(KINDS)))
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False))
def main(seconds: float, seed: int, only: tuple[str, ...], keep: Path | None) -> None:
    """Print the figures, and every input that failed; exit with 1 if there is one."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    figures = run(seconds, seed, only or tuple(KINDS), keep)
    table = Table(
        Column("inputs"), "number", "refused in a sentence", "failed", "slowest, s", "memory, MB"
    )
    for kind, of_kind in figures.items():
        numbers = of_kind.inputs, of_kind.refused, len(of_kind.failed)
        table.add_row(
            kind,
            *(f"{number:,}" for number in numbers),
            f"{of_kind.slowest:.2f}",
            f"{of_kind.memory >> 20}" if of_kind.memory else "",
        )
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(f"at most {hostile.peak() >> 20} MB of memory")
    failed = [each for of_kind in figures.values() for each in of_kind.failed]
    for each in failed[:40]:
        console.print(each, markup=False)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
