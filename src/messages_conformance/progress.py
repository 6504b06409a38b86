"""How far a live run is: a bar on a terminal, a line for each model elsewhere."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from messages_conformance.claims import Model
from messages_conformance.recorder import Progress


@contextlib.contextmanager
def progress(models: Sequence[Model]) -> Iterator[Callable[[Progress], None]]:
    """Yield what is to be told whenever a probe has finished; it writes to standard error."""
    if not sys.stderr.isatty():
        yield _line
        return
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("probes"),
        TimeElapsedColumn(),
        console=Console(stderr=True, markup=False),
    ) as bar:
        tasks = {model: bar.add_task(model.id, total=None, start=False) for model in models}

        def advance(told: Progress) -> None:
            task = tasks[told.model]
            if told.done == 1:
                bar.start_task(task)
            bar.update(task, completed=told.done, total=told.of)

        yield advance


def _line(told: Progress) -> None:
    """Say it once a model: a log has no use for every probe."""
    if told.done == told.of:
        click.echo(
            f"{told.model.id}: recorded {told.of} probes with {told.sent} requests", err=True
        )
