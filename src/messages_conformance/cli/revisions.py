"""`revisions`: the dated states of a vendor's page, and what changed between two of them."""

import json
from pathlib import Path
from typing import Any

import click

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.changes import Changes
from messages_conformance.cli.common import CLAIMS, TARGETS, Command, Failure, load_suites
from messages_conformance.cli.group import Group
from messages_conformance.display import plural, visible
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.judging.revision_impact import impact
from messages_conformance.rendering import revision_changes

_FORMATS = ("text", "markdown", "json")


class _Group(Command, Group):
    """A command that has subcommands."""


@click.group("revisions", cls=_Group, invoke_without_command=True)
@TARGETS
@CLAIMS
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the list.",
)
@click.pass_context
def command(
    context: click.Context, targets: tuple[str, ...], claims: tuple[Path, ...], format: str
) -> None:
    """List the revisions of vendors' pages; 'diff' prints what changed between two.

    Prints each revision with its date and how certain that is: a plain date is printed on the
    page; 'or later' means that the page has no date and names something of that day; 'estimated'
    means a day near it. The mark * shows the revision that is used without --revision, as long as
    nothing is recorded for another.

    \b
    Examples:
      messages-conformance revisions
      messages-conformance revisions --target model-studio
      messages-conformance revisions diff 2025-11-13 2026-09-02 --target model-studio

    \b
    Exit codes:
      0  listed
      2  there is no such target, or a claims file cannot be used
    """
    if context.invoked_subcommand:
        context.obj = (targets, claims)
        return
    known = library.known(claims)
    listed = [_listed(known, id) for id in targets or known.targets]
    if format == "json":
        documents = [one for revisions in listed for one in revisions]
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    for revisions in listed:
        click.echo(f"{revisions[0]['target']}, {visible(revisions[0]['name'])}")
        for one in revisions:
            mark = "*" if one["default"] else " "
            sizes = f"{plural(one['rows'], 'row'):>8}  {plural(one['models'], 'model'):>9}"
            click.echo(f"{mark} {one['dated']:24}  {sizes}  {visible(one['title'])}")


@command.command("diff", cls=Command)
@click.argument("before", metavar="DATE")
@click.argument("after", metavar="DATE")
@click.option(
    "--target",
    metavar="ID",
    help="The target of the page; needed if several targets have both dates.",
)
@CLAIMS
@click.option(
    "--cassettes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the recordings that are judged.  [default: those shipped with the suite]",
)
@click.option(
    "--format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="The format of the comparison.",
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
    """Print what changed between two revisions of a page.

    Lists the rows whose claim changed or was narrowed, and those that were removed, added or only
    reworded; the models and addresses; and what this means for the recordings: which verdicts
    depend on a promise that is no longer made, and which differ by the later page. For that, the
    recordings are judged by both revisions; no request is sent.

    \b
    Examples:
      messages-conformance revisions diff 2025-11-13 2026-09-02
      messages-conformance revisions diff 2025-11-13 2026-09-02 --format markdown
      messages-conformance revisions diff 2025-08-21 2026-08-27 --target deepseek

    \b
    Exit codes:
      0  compared
      2  there is no such target or revision, or a file cannot be used
    """
    group_targets, group_claims = context.obj or ((), ())
    named = [*group_targets, *([target] if target else [])]
    known = library.known((*group_claims, *claims))
    id = _target_of(known, before, after, named)
    changes = Changes(*(library.read(known.get(id, date)) for date in (before, after)))
    effects = impact(changes, load_suites(), cassettes or resources.folder("cassettes"))
    match format:
        case "json":
            document = revision_changes.to_document(changes, effects)
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        case "markdown":
            click.echo(revision_changes.to_markdown(changes, effects), nl=False)
        case _:
            click.echo(revision_changes.to_text(changes, effects), nl=False)


def _target_of(known: library.Library, before: str, after: str, named: list[str]) -> str:
    """The target whose revisions are compared: the one named, or the only one that has both."""
    if len(set(named)) > 1:
        raise Failure("'diff' compares the revisions of one target: name one with --target")
    if named:
        return named[0]
    having = [id for id in known.targets if all(known.find(id, date) for date in (before, after))]
    if len(having) == 1:
        return having[0]
    if having:
        raise Failure(f"several targets have both; name one with --target: {', '.join(having)}")
    dates = sorted({file.date.isoformat() for file in known.files})
    listed = "'messages-conformance revisions' lists them"
    for date in (before, after):
        if date not in dates:
            raise Failure(f"no target has a revision {date!r}{did_you_mean(date, dates, listed)}")
    raise Failure(f"no target has both {before} and {after}; {listed}")


def _listed(known: library.Library, target: str) -> list[dict[str, Any]]:
    """The revisions of a target as JSON objects, the newest first."""
    files = known.of(target)
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
