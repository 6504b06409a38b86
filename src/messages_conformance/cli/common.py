"""What the commands share: how they fail, how they choose, how they show a report."""

import errno
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from messages_conformance import resources
from messages_conformance.claims.shards import Shard
from messages_conformance.display import visible
from messages_conformance.errors import ShardError, UserError
from messages_conformance.files import write_text
from messages_conformance.judging.assess import Assessment
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.rendering.render import Format, render
from messages_conformance.report.report import Report

_F = TypeVar("_F", bound=Callable[..., Any])


class Failure(click.ClickException):
    """What could not be done, in one sentence; exits with 2."""

    exit_code = 2


class Command(click.Command):
    """A command in which a user's mistake is a sentence on standard error, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and say in a sentence what went wrong."""
        try:
            return super().invoke(ctx)
        except UserError as mistake:
            raise Failure(visible(str(mistake))) from mistake
        except KeyboardInterrupt as stop:
            raise Failure("interrupted") from stop
        except OSError as problem:
            if problem.errno == errno.EPIPE:
                raise
            where = f"{problem.filename}: " if problem.filename else ""
            raise Failure(f"{where}{problem.strerror or problem}") from problem


class _ShardType(click.ParamType[Shard]):
    name = "N/M"

    def convert(self, value: Any, param: Any, ctx: Any) -> Shard:
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(value)
        except ShardError as mistake:
            self.fail(str(mistake), param, ctx)


TARGETS = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ID",
    help="The endpoint's id; 'targets' lists them. May be repeated where several make sense.",
)
REVISION = click.option(
    "--revision",
    metavar="DATE",
    help="Judge by this revision of the page; 'revisions' lists them.  [default: the one "
    "recorded for, else the newest that has the models]",
)
CLAIMS = click.option(
    "--claims",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Your own claims file, or a folder of them; they come before those of "
    "MESSAGES_CONFORMANCE_CLAIMS, of ./claims, and those shipped. May be repeated.",
)
ROW = click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="PATTERN",
    help="Only these rows: 'tools/name', 'content/*'. May be repeated.",
)


def choosing(command: _F) -> _F:
    """The options that choose what is judged."""
    for option in (
        ROW,
        click.option(
            "--model",
            "models",
            multiple=True,
            metavar="PATTERN",
            help="Only these models: 'qwen-plus', 'qwen3-*'. May be repeated.",
        ),
        click.option(
            "--series",
            multiple=True,
            metavar="NAME",
            help="Only the models of this series, by its id or name. May be repeated.",
        ),
        CLAIMS,
        REVISION,
        TARGETS,
    ):
        command = option(command)
    return command


SHARD = click.option(
    "--shard",
    "part",
    type=_ShardType(),
    help="Only this part of the work, to share it among machines; 'combine' puts it together.",
)
EXPECTATIONS = click.option(
    "--expectations",
    "own",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Your own known deviations (TOML).  [default: those that come with the suite]",
)
FORMAT = click.option(
    "--format",
    "format",
    type=click.Choice(get_args(Format)),
    help="How to print or write it.  [default: text]",
)


def load_suites() -> Suites:
    """The suites that come with the project."""
    return loader.load(resources.folder("suites"))


def show(report: Report, format: Format, output: Path | None) -> None:
    """Print a report, or write it to a file."""
    if output:
        write_text(output, render(report, format))
        return
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    click.echo(render(report, format, width=width, color=terminal), nl=False)


def remark(assessed: Assessment) -> None:
    """Say which known deviations are outdated, and how many are not."""
    for sentence in assessed.remarks:
        tell(sentence)


def tell(sentence: str) -> None:
    """Say something beside the report, on standard error."""
    click.echo(sentence, err=True)
