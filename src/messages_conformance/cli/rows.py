"""`rows`: the rows that are judged, and what each means."""

from collections.abc import Iterable

import click

from messages_conformance.claims import selection
from messages_conformance.claims.page import Revision, Row
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import ROW, TARGET, Command, load_suites
from messages_conformance.probing.loader import Suites


@click.command("rows", cls=Command)
@TARGET
@ROW
def command(target: str | None, rows: tuple[str, ...]) -> None:
    """List the rows that are judged.

    Prints each row with its id, the page's claim, its probe, and why it runs only with --opt-in,
    if it does. With --row, also prints what the row means and how the owner of an endpoint fixes
    a failure. A row without a claim is on no page: everything recorded of a model is inspected
    for it. Reads the claims and the suites; sends no request and writes no file.

    \b
    Examples:
      messages-conformance rows --target model-studio
      messages-conformance rows --row tool_choice/any

    \b
    Exit codes:
      0  listed
      2  there is no such target or row
    """
    loaded = load_suites()
    for choice in selection.choose(Selection(target, rows=rows)):
        click.echo(f"{choice.revision.target.name}, {choice.revision.date}")
        inspected = [i for _, i in loaded.inspections if choice.inspects(i.row)]
        ids = [row.id for row in choice.rows] + [inspection.row for inspection in inspected]
        width = max(map(len, ids), default=0)
        for row in choice.rows:
            click.echo("  " + _line(row, loaded, width))
            if rows:
                click.echo(_meaning(row, choice.revision, loaded))
        for inspection in inspected:
            click.echo(f"  {inspection.row:{width}}  {'—':11}  {inspection.name}")
            if rows:
                click.echo(_indented(inspection.meaning.splitlines()))


def _line(row: Row, loaded: Suites, width: int) -> str:
    placed = loaded.get(row.id)
    probe = placed.probe.name if placed else "—"
    needs = f"  (--opt-in: {placed.probe.opt_in})" if placed and placed.probe.opt_in else ""
    return f"{row.id:{width}}  {row.claim:11}  {probe}{needs}"


def _meaning(row: Row, revision: Revision, loaded: Suites) -> str:
    claims = [f"{row.words}", *(f"{name}: {claim}" for name, claim in row.exceptions.items())]
    placed = loaded.get(row.id)
    meaning = placed.probe.meaning if placed else "No probe tests this row."
    paragraphs = (f"{revision.title}: {'; '.join(claims)}", *meaning.splitlines())
    return _indented(paragraphs)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"      {' '.join(line.split())}".rstrip() for line in lines) + "\n"
