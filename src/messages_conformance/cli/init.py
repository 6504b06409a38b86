"""`init`: claims, known deviations and a CI workflow for an endpoint of one's own."""

import datetime
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from messages_conformance.claims import library, own_endpoint
from messages_conformance.claims.base_url import check_url
from messages_conformance.claims.own_endpoint import GENUINE, OwnEndpoint, slug
from messages_conformance.claims.page import Model, Revision
from messages_conformance.cli.common import Command, Failure, notify
from messages_conformance.files import write_text

EXPECTATIONS, WORKFLOW = Path("known.toml"), Path(".github/workflows/conformance.yml")
SECRET = "MESSAGES_CONFORMANCE_KEY"  # noqa: S105
"""The name of the CI's secret that holds the key."""

_HEADING = """\
What {name} promises of its Messages API: one entry a row, which 'run' puts to the test. This file \
begins with the claims of {base} of {date}, as if your endpoint promised all of them. Change each \
claim to what your own documentation says; words and source say what and where.

A claim is one of:
  supported    it does what the row says
  partial      it does a part; say what is missing: lacks = [{{ tag = "...", words = "..." }}]
  unsupported  it refuses, or drops, the field or block
  ignored      it accepts the field and does nothing with it
  unknown      nothing is promised; what is found is shown and never fails

Delete the rows that you do not want to be asked about. 'messages-conformance rows --row ID' says \
how a row is put to the test. Once your promises change, keep this file as it is and write a new \
one, named by its date: 'revisions diff' then prints what changed."""
_NOTES = {
    "target": """\
How the endpoint is reached. base_url is what stands before /v1/messages; ANTHROPIC_BASE_URL and \
--base-url take precedence. auth lists the headers that may carry the key, the usual one first. \
Optional: defaults = { temperature = 0.0 } sends that temperature wherever a probe sets none, \
which helps small models to do as instructed.""",
    "revision": "The state of your documentation: its date, its address, what a reader must know.",
    "section": "The tables, in the order in which reports show them.",
    "series": """\
The models, in groups. thinks: whether it can reason before it answers. Optional: sees (takes \
images), context (in tokens), aliases (other names under which it may answer), thinks_unasked (it \
thinks though nothing asks it to, so that each answer gets more tokens).""",
    "row": """\
The rows. basis: quoted (the words are those of the source), recovered or inferred. Where a claim \
differs for a model or series: exceptions = { my-model = "unsupported" }.""",
}


@dataclass(frozen=True)
class _Written:
    """A file to write, with the path that is shown."""

    path: Path
    text: str


@click.command("init", cls=Command)
@click.argument("name")
@click.option("--base-url", metavar="URL", help="What stands before /v1/messages.")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="A model, as your endpoint calls it. May be repeated.",
)
@click.option("--thinks/--no-thinks", default=False, help="Whether the models can reason.")
@click.option(
    "--from",
    "base",
    default=GENUINE,
    show_default=True,
    metavar="TARGET",
    help="The target whose claims the file begins with; 'targets' lists them.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write to.  [default: the current one]",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def command(
    name: str,
    base_url: str | None,
    models: tuple[str, ...],
    thinks: bool,
    base: str,
    output: Path,
    force: bool,
) -> None:
    """Write what is needed to test your own endpoint, here and in CI.

    Writes three files, which work as they are: claims/NAME/DATE.toml, what your endpoint
    promises, commented row by row; known.toml, for deviations that you accept; and
    .github/workflows/conformance.yml. Asks for the address and the model where they are not
    given. Sends nothing, and replaces no file without --force.

    For a first look no file is needed: 'run --base-url URL --model NAME'.

    \b
    Examples:
      messages-conformance init my-gateway
      messages-conformance init "My gateway" --base-url http://127.0.0.1:8080 --model my-model
      messages-conformance init my-gateway --from model-studio --output conformance

    \b
    Exit codes:
      0  written
      2  not written; standard error says why
    """
    if not slug(name):
        raise click.UsageError(f"{name!r} has no letter or digit to name a folder by")
    base_url = (
        base_url or _ask("The base URL: what stands before /v1/messages", "--base-url")
    ).strip()
    check_url(base_url)
    models = models or (_ask("The model, as your endpoint calls it", "--model"),)
    begun = _newest(base)
    page = _page(begun, OwnEndpoint(base_url, name), models, thinks)
    files = _files(page, begun, models)
    if not force and (there := [one.path for one in files if (output / one.path).exists()]):
        raise Failure(
            f"{output / there[0]}: exists already; move it away, or replace it with --force"
        )
    for file in files:
        (output / file.path).parent.mkdir(parents=True, exist_ok=True)
        write_text(output / file.path, file.text)
        click.echo(output / file.path)
    notify(_next_steps(page, output))


def _ask(question: str, option: str) -> str:
    """Ask at a terminal; elsewhere say which option is missing."""
    if not _is_terminal():
        raise click.UsageError(f"give it with {option}")
    return str(click.prompt(question, err=True))


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _newest(target: str) -> Revision:
    return library.read(library.known().of(target)[0])


def _page(begun: Revision, own: OwnEndpoint, models: tuple[str, ...], thinks: bool) -> Revision:
    """The page that the claims file holds: it may be a further one of the user's own target."""
    taken = [id for id in library.known().targets if not Path("claims", id).exists()]
    known = [Model(id, "", thinks) for id in dict.fromkeys(models)]
    page = own_endpoint.derive(begun, own, known, taken)
    today = datetime.datetime.now(datetime.UTC).date()
    return own_endpoint.as_own(page, today, begun)


def _files(page: Revision, begun: Revision, models: tuple[str, ...]) -> tuple[_Written, ...]:
    id = page.target.id
    heading = _HEADING.format(name=page.target.name, base=begun.target.name, date=begun.dated)
    values = {
        "name": page.target.name,
        "target": id,
        "models": "".join(f" --model {_quoted(model)}" for model in models),
        "base_url": page.target.base_url,
        "secret": SECRET,
        "file": str(EXPECTATIONS),
    }
    return (
        _Written(
            Path("claims", id, f"{page.date}.toml"), own_endpoint.to_toml(page, heading, _NOTES)
        ),
        _Written(EXPECTATIONS, render_template("known.toml.jinja", values)),
        _Written(WORKFLOW, render_template("conformance.yml.jinja", values)),
    )


def render_template(name: str, values: Mapping[str, str]) -> str:
    """Fill in a template; its marks are [[ and ]], since workflows have braces of their own."""
    environment = Environment(  # noqa: S701 - what is written is YAML and TOML, not HTML
        loader=PackageLoader("messages_conformance.cli"),
        undefined=StrictUndefined,
        variable_start_string="[[ ",
        variable_end_string=" ]]",
        keep_trailing_newline=True,
    )
    return environment.get_template(name).render(values)


def _quoted(model: str) -> str:
    """A name as an argument of a shell; a pattern's marks are taken literally."""
    return model if re.fullmatch(r"[\w.:/@+-]+", model) else "'" + model.replace("'", "'\\''") + "'"


def _next_steps(page: Revision, output: Path) -> str:
    id = page.target.id
    there = "" if output == Path() else f"cd {output}\n    "
    key = "" if os.environ.get("ANTHROPIC_API_KEY") else "export ANTHROPIC_API_KEY=…\n    "
    return (
        "Next:\n"
        f"    {there}messages-conformance plan --target {id}\n"
        f"    {key}messages-conformance run --target {id} --expectations known.toml --output run\n"
        "    messages-conformance report --from run/report.json --write-expectations new.toml\n"
        f"In CI, keep the key as the secret {SECRET}, and make sure that "
        f"{urlsplit(page.target.base_url).netloc} can be reached from there."
    )
