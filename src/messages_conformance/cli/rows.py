"""`rows`: the rows that are judged, and what each means."""

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

    Prints each row with its id, the page's claim, its probe, and why it runs only with --opt-in,
    if it does; a row without a probe is unmeasured in every report. With --row, also prints what
    the row means, what the page names as missing, and how the owner of an endpoint fixes a
    failure; 'explain ROW' has more. A row without a claim is on no page: everything recorded of a
    model is inspected for it. Without --revision, the newest page of each target is listed. Reads
    the claims and the suites; sends no request and writes no file.

    \b
    Examples:
      messages-conformance rows --target model-studio
      messages-conformance rows --target model-studio --revision 2025-11-13
      messages-conformance rows --row tool_choice/any

    \b
    Exit codes:
      0  listed
      2  there is no such target or row
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
    needs = f"  (--opt-in: {placed.probe.opt_in})" if placed and placed.probe.opt_in else ""
    missing = "" if placed else "  (no probe)"
    return f"{row.id:{width}}  {row.claim:11}  {probe}{needs}{missing}"


def _meaning(row: Row, revision: Revision, loaded: Suites) -> str:
    claims = [f"{row.words}", *(f"{name}: {claim}" for name, claim in row.exceptions.items())]
    placed = loaded.get(row.id)
    meaning = placed.probe.meaning if placed else "No probe tests this row."
    missing = [f"Missing, as the page says: {lack.words} ({lack.tag})." for lack in row.lacks]
    paragraphs = (f"{revision.title}: {'; '.join(claims)}", *missing, *meaning.splitlines())
    return _indented(paragraphs)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"      {' '.join(line.split())}".rstrip() for line in lines) + "\n"
