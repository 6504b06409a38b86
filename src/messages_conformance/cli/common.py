"""What the commands share: their errors, the options that choose rows, the output of reports."""

import errno
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from messages_conformance import resources
from messages_conformance.cassettes.tape import cut_off_journals
from messages_conformance.claims.selection import Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.cli.group import StoppedError
from messages_conformance.cli.terminal import stdout
from messages_conformance.display import plural, sentence
from messages_conformance.errors import NO_MEMORY, ShardError, UserError, explain
from messages_conformance.files import write_text
from messages_conformance.judging.assess import Assessment
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.limits import Limits
from messages_conformance.recording.signals import terminable
from messages_conformance.rendering.render import Detail, Format, format_of, render
from messages_conformance.report.outcome import FailOn, further_failures
from messages_conformance.report.report import Report
from messages_conformance.runs.folder import REPORT
from messages_conformance.runs.outgoing import without_keys

_F = TypeVar("_F", bound=Callable[..., Any])


_WORKER_ENDED = (
    "a process that shared the work was ended by the system, as it does where memory runs out; "
    "close other programs, or share the work among fewer with --jobs"
)


class Failure(click.ClickException):
    """Something that could not be done, in one sentence; exits with 2."""

    exit_code = 2


class Command(click.Command):
    """A command that prints what a person can fix as one sentence, not as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print what went wrong in one sentence."""
        try:
            with terminable():
                return super().invoke(ctx)
        except UserError as mistake:
            said = map(sentence, (mistake.message, *mistake.mistakes))
            raise Failure("\n  ".join(said)) from mistake
        except (KeyboardInterrupt, click.Abort) as stop:
            raise StoppedError from stop
        except OSError as problem:
            if problem.errno == errno.EPIPE:
                raise
            raise Failure(sentence(explain(problem))) from problem
        except MemoryError as problem:
            raise Failure(NO_MEMORY) from problem
        except BrokenExecutor as problem:
            raise Failure(_WORKER_ENDED) from problem


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
    help="The target, by its id: 'model-studio'; 'targets' lists them. May be repeated, except "
    "with 'run'.",
)
REVISION = click.option(
    "--revision",
    metavar="DATE",
    help="The revision of the page to judge by; 'revisions' lists them.  [default: the one of "
    "the recordings, else the newest that has the models]",
)
CLAIMS = click.option(
    "--claims",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Your own claims file, or a folder of them. It takes precedence over those in "
    "MESSAGES_CONFORMANCE_CLAIMS, in ./claims, and those shipped. May be repeated.",
)
ROW = click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="PATTERN",
    help="Only these rows: 'tools/name', 'content/*'. May be repeated.",
)


CLIENTS = click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME[@VERSION]|snippets|moved|all",
    help="Add the row of this client: what it sends, and how the real client, which is installed "
    "on demand, reads every answer; 'ready --help' names them. 'snippets' adds the page's first "
    "calls, run with the real tools; 'moved' continues conversations that were begun "
    "elsewhere. May be repeated.",
)


def selection_options(command: _F) -> _F:
    """Add the options that choose what is judged."""
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
    type=_ShardType(),
    help="Only part N of M of the work, to share it among machines; 'combine' merges the parts.",
)
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=3600),
    default=Limits.silence,
    show_default=True,
    metavar="SECONDS",
    help="Wait this long for an answer to begin, and between two pieces of it; for the whole, five "
    f"times as long, but at least {Limits.whole / 60:g} minutes.",
)
EXPECTATIONS = click.option(
    "--expectations",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Your own known deviations (TOML).  [default: those shipped with the suite]",
)
FAIL_ON = click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice([*FailOn], case_sensitive=False),
    help="Exit with 1 for these as well; repeatable.  [default: broken promises and rules only]",
)
FORMAT = click.option(
    "--format",
    "format",
    type=click.Choice(get_args(Format)),
    help="The format of the report.  [default: text]",
)


def verbosity(command: _F) -> _F:
    """Add the options that say how much is printed."""
    for option in (
        click.option(
            "-q", "--quiet", is_flag=True, help="Print only what it comes to: a sentence a target."
        ),
        click.option(
            "-v",
            "--details",
            "details",
            is_flag=True,
            help="Print everything: every listing, with excerpts of the exchanges.",
        ),
    ):
        command = option(command)
    return command


def detail_of(*, details: bool, quiet: bool) -> Detail:
    """How much is to be printed."""
    if details and quiet:
        raise click.UsageError("-q prints less and -v prints more: choose one")
    return "all" if details else "end" if quiet else "brief"


def load_suites(clients: tuple[str, ...] = ()) -> Suites:
    """The suites shipped with the project, and the rows of the clients that are named."""
    suites = loader.load(resources.folder("suites"))
    if not clients:
        return suites
    # Few commands need what knows of clients.
    from messages_conformance.readiness import rows

    # What a client does depends on what is installed for it, so nothing of that is remembered.
    further = rows.inspections_of(clients)
    return replace(suites, inspections=(*suites.inspections, *further), source="")


def with_clients(choice: Selection, clients: tuple[str, ...]) -> Selection:
    """The choice, and the rows of the clients that are named: --row need not name them too."""
    if not (choice.rows and clients):
        return choice
    from messages_conformance.readiness import rows

    named = tuple(one.inspection.row for one in rows.inspections_of(clients))
    return replace(choice, rows=(*choice.rows, *named))


def show(
    report: Report, format: Format, output: Path | None = None, detail: Detail = "all"
) -> None:
    """Print a report, or write it to a file; a file of text has everything."""
    if output:
        write_text(output, without_keys(render(report, format)))
        return
    shown = stdout()
    text = render(report, format, width=shown.width, color=shown.color, detail=detail)
    click.echo(text, nl=False, color=shown.color)


def echo(text: str) -> None:
    """Print text that was rendered for standard output, with its colours where it has any."""
    click.echo(text, nl=False, color=stdout().color)


def write_reports(report: Report, folder: Path) -> None:
    """Write the reports of a run's folder: as JSON, Markdown and HTML."""
    for name in (REPORT, "report.md", "report.html"):
        show(report, format_of(Path(name)), folder / name)


def print_cut_off(cassettes: Path) -> None:
    """Say which recordings end within an answer, as nothing of that one is judged."""
    for path in cut_off_journals(cassettes):
        notify(
            f"{path}: ends within a line, as its run was killed while it wrote it; that answer is "
            "not judged, and --resume asks for it again"
        )


def print_remarks(assessed: Assessment) -> None:
    """Print which known deviations are outdated, and how many are accepted."""
    for remark in assessed.remarks:
        notify(remark)


def print_further_failures(report: Report, fail_on: tuple[FailOn, ...]) -> None:
    """Say what --fail-on makes a failure."""
    for what, number in further_failures(report, fail_on).items():
        seen = {"unclear": "unclear cell", "warning": "warning", "advisory": "advisory"}[what]
        notify(f"--fail-on {what}: {plural(number, seen)}")


def notify(remark: str) -> None:
    """Print a sentence to standard error, apart from the report."""
    click.echo(remark, err=True)
