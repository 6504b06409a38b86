"""`revisions`: the dated states of a page that are known, and what changed between two."""

import json
from pathlib import Path
from typing import Any

import click

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.changes import Changes
from messages_conformance.claims.library import Library
from messages_conformance.cli.common import CLAIMS, TARGETS, Command, Failure, load_suites
from messages_conformance.display import plural, visible
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.judging.revision_impact import impact
from messages_conformance.rendering import revision_changes

_FORMATS = ("text", "markdown", "json")


class _Group(Command, click.Group):
    """A command with others below it."""


@click.group("revisions", cls=_Group, invoke_without_command=True)
@TARGETS
@CLAIMS
@click.option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_context
def command(
    context: click.Context, targets: tuple[str, ...], claims: tuple[Path, ...], format: str
) -> None:
    """List the revisions of vendors' pages; 'diff' says what changed between two.

    Each with its date and how sure that is: exact, the page bears it; 'or later', the page bears
    none, and what it names is of that day or later; estimated, the day lies near. The one that is
    taken unless --revision names another is marked with *, where nothing is recorded yet.

    \b
    Examples:
      messages-conformance revisions
      messages-conformance revisions --target model-studio
      messages-conformance revisions diff 2025-11-13 2026-09-02 --target model-studio

    \b
    Exit codes:
      0  listed
      2  no such target, or a claims file that cannot be used
    """
    if context.invoked_subcommand:
        context.obj = (targets, claims)
        return
    there = library.known(claims)
    listed = [_listed(there, id) for id in targets or there.targets]
    if format == "json":
        click.echo(json.dumps([one for of in listed for one in of], indent=2, ensure_ascii=False))
        return
    for of in listed:
        click.echo(f"{of[0]['target']}, {visible(of[0]['name'])}")
        for one in of:
            mark = "*" if one["default"] else " "
            sizes = f"{plural(one['rows'], 'row'):>8}  {plural(one['models'], 'model'):>9}"
            click.echo(f"{mark} {one['dated']:24}  {sizes}  {visible(one['title'])}")


@command.command("diff", cls=Command)
@click.argument("before", metavar="DATE")
@click.argument("after", metavar="DATE")
@click.option("--target", metavar="ID", help="Whose page; needed where several have both dates.")
@CLAIMS
@click.option(
    "--cassettes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Recordings whose verdicts are looked at.  [default: those that come with the suite]",
)
@click.option(
    "--format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.pass_context
def diff(
    context: click.Context,
    before: str,
    after: str,
    target: str | None,
    claims: tuple[Path, ...],
    cassettes: Path | None,
    format: str,
) -> None:
    """Say what changed between two revisions of a page.

    Rows that flipped, were narrowed, are gone or new, or only reworded; models and addresses;
    and what that means for recorded verdicts: which rest on a promise that is no longer made,
    and which come out differently by the later page. For the latter, what is recorded is judged
    by both; nothing is sent.

    \b
    Examples:
      messages-conformance revisions diff 2025-11-13 2026-09-02
      messages-conformance revisions diff 2025-11-13 2026-09-02 --format markdown
      messages-conformance revisions diff 2025-08-21 2026-08-27 --target deepseek

    \b
    Exit codes:
      0  said
      2  no such target or revision, or a file that cannot be used
    """
    of_group, own = context.obj or ((), ())
    named = [*of_group, *([target] if target else [])]
    there = library.known((*own, *claims))
    id = _whose(there, before, after, named)
    changes = Changes(*(library.read(there.get(id, date)) for date in (before, after)))
    means = impact(changes, load_suites(), cassettes or resources.folder("cassettes"))
    match format:
        case "json":
            told = revision_changes.to_document(changes, means)
            click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        case "markdown":
            click.echo(revision_changes.to_markdown(changes, means), nl=False)
        case _:
            click.echo(revision_changes.to_text(changes, means), nl=False)


def _whose(there: Library, before: str, after: str, named: list[str]) -> str:
    """The target whose revisions are compared: the one named, or the only one that has both."""
    if len(set(named)) > 1:
        raise Failure("the revisions of one target are compared: name one with --target")
    if named:
        return named[0]
    having = [id for id in there.targets if all(there.find(id, date) for date in (before, after))]
    if len(having) == 1:
        return having[0]
    if having:
        raise Failure(f"several targets have both: name one with --target: {', '.join(having)}")
    dates = sorted({file.date.isoformat() for file in there.files})
    listed = "'messages-conformance revisions' lists them"
    for date in (before, after):
        if date not in dates:
            raise Failure(f"no target has a revision {date!r}{did_you_mean(date, dates, listed)}")
    raise Failure(f"no target has both {before} and {after}; {listed}")


def _listed(there: Library, target: str) -> list[dict[str, Any]]:
    """The revisions of a target, the newest first, in figures."""
    files = there.of(target)
    pages = [(library.read(file), file is files[0]) for file in files]
    return [
        {
            "target": target,
            "name": page.target.name,
            "date": page.date.isoformat(),
            "date_is": page.date_is,
            "dated": page.dated,
            "title": page.title,
            "url": page.url,
            "rows": len(page.rows),
            "models": len(page.models),
            "default": default,
        }
        for page, default in sorted(pages, key=lambda one: one[0].date, reverse=True)
    ]
