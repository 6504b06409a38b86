"""`rows`: what is judged, and what each row means."""

from collections.abc import Iterable
from pathlib import Path

import click

from messages_conformance.claims import selection
from messages_conformance.claims.page import Revision, Row
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import CLAIMS, REVISION, ROW, TARGETS, Command, load_suites
from messages_conformance.probing.loader import Suites


@click.command("rows", cls=Command)
@TARGETS
@REVISION
@CLAIMS
@ROW
def command(
    targets: tuple[str, ...],
    revision: str | None,
    claims: tuple[Path, ...],
    rows: tuple[str, ...],
) -> None:
    """List the rows that are judged.

    Each with its id, the page's claim, its probe, and why a probe must be opted in to. With
    --row, prints what the row means and how the owner of an endpoint fixes it, and what the
    page names as missing. A dash stands where no probe puts a row to the test: it is unmeasured
    in every report. Rows without a claim are of no page: all that is recorded is inspected for
    them. Of each target it is the newest revision of its page unless --revision names another.

    \b
    Examples:
      messages-conformance rows --target model-studio
      messages-conformance rows --target model-studio --revision 2025-11-13
      messages-conformance rows --row tool_choice/any

    \b
    Exit codes:
      0  listed
      2  no such target or row
    """
    loaded = load_suites()
    for choice in selection.choose(Selection(targets, rows=rows, revision=revision, claims=claims)):
        click.echo(f"{choice.revision.target.name}, {choice.revision.dated}")
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
    needs = f"  (opt in: {placed.probe.opt_in})" if placed and placed.probe.opt_in else ""
    missing = "" if placed else "  (no probe)"
    return f"{row.id:{width}}  {row.claim:11}  {probe}{needs}{missing}"


def _meaning(row: Row, revision: Revision, loaded: Suites) -> str:
    claims = [f"{row.words}", *(f"{name}: {claim}" for name, claim in row.exceptions.items())]
    missing = [f"Missing, as the page says: {lack.words} ({lack.tag})." for lack in row.lacks]
    placed = loaded.get(row.id)
    meaning = placed.probe.meaning if placed else "No probe puts this row to the test."
    paragraphs = (f"{revision.title}: {'; '.join(claims)}", *missing, *meaning.splitlines())
    return _indented(paragraphs)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"      {' '.join(line.split())}".rstrip() for line in lines) + "\n"
