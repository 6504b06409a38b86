"""`targets`: the known endpoints, with their addresses, revisions and models."""

import json
from pathlib import Path

import click

from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.cli.common import CLAIMS, TARGETS, Command
from messages_conformance.display import plural, visible


@click.command("targets", cls=Command)
@TARGETS
@CLAIMS
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the list.",
)
def command(targets: tuple[str, ...], claims: tuple[Path, ...], format: str) -> None:
    """List the targets: the endpoints that have a claims file.

    Prints each target with its id, name and address, the revisions of its page, and the number of
    rows and models of the newest. With --target, also prints every address by region and plan,
    and every model with what the page says about it. Reads the claims; sends no request.

    \b
    Examples:
      messages-conformance targets
      messages-conformance targets --target model-studio
      messages-conformance targets --claims my-endpoint.toml

    \b
    Exit codes:
      0  listed
      2  there is no such target, or a claims file cannot be used
    """
    known = library.known(claims)
    found = [
        (library.read(known.of(id)[0]), sorted(file.date.isoformat() for file in known.of(id)))
        for id in targets or known.targets
    ]
    if format == "json":
        documents = [_document(page, dates) for page, dates in found]
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    for page, dates in found:
        click.echo("\n".join(_entry(page, dates, in_full=bool(targets))))


def _entry(page: Revision, dates: list[str], *, in_full: bool) -> list[str]:
    target = page.target
    others = len(target.addresses) - 1
    more = f" and {plural(others, 'other')}" if others else ""
    lines = [
        f"{target.id}  {visible(target.name)}",
        f"    {target.base_url}{more}",
        f"    {plural(len(dates), 'revision')}: {', '.join(dates)}",
        f"    page of {page.dated}: {plural(len(page.rows), 'row')}, "
        f"{plural(len(page.models), 'model')}",
    ]
    if in_full:
        lines += ["    addresses"]
        for host in target.addresses:
            facts = ", ".join(filter(None, (host.region, host.plan, host.note)))
            lines.append(f"      {host.base_url}" + (f"  {visible(facts)}" if facts else ""))
        lines += ["    models"]
        for series in page.series:
            lines.append(f"      {visible(series.name)} ({series.id})")
            lines += [f"        {_model(model)}" for model in series.models]
    return [line.rstrip("\n") for line in lines]


def _model(model: Model) -> str:
    facts = [
        f"thinks: {model.thinking_default or ('yes' if model.thinks else 'no')}",
        {None: "", True: "sees", False: "does not see"}[model.sees],
        f"{model.context:,} tokens" if model.context else "",
        f"max_tokens counts {model.max_tokens_counts}" if model.max_tokens_counts else "",
        "thinks unasked" if model.thinks_unasked else "",
        f"also called {', '.join(model.aliases)}" if model.aliases else "",
    ]
    return visible(f"{model.id}  {'; '.join(filter(None, facts))}")


def _document(page: Revision, dates: list[str]) -> dict[str, object]:
    return {
        "id": page.target.id,
        "name": page.target.name,
        "base_url": page.target.base_url,
        "profile": page.target.profile,
        "hosts": [
            {"base_url": host.base_url, "region": host.region, "plan": host.plan}
            for host in page.target.addresses
        ],
        "revisions": dates,
        "revision": page.date.isoformat(),
        "date_is": page.date_is,
        "rows": len(page.rows),
        "models": [model.id for model in page.models],
    }
