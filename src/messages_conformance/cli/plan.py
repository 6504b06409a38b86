"""`plan`: what a run would send and may cost, before anything is sent."""

import json
import os
import shutil
import sys

import click

from messages_conformance import planning
from messages_conformance.claims import selection
from messages_conformance.claims.shards import shard
from messages_conformance.cli.common import Command, Failure, load_suites
from messages_conformance.cli.run_options import Asked, running
from messages_conformance.planning import text, to_json
from messages_conformance.planning.price import SECONDS_PER_ANSWER, Price, Tariff
from messages_conformance.planning.resume import header_of, recorded
from messages_conformance.probing.loader import Suites
from messages_conformance.runs import live


@click.command("plan", cls=Command)
@running
@click.option(
    "--input-price",
    type=click.FloatRange(0),
    metavar="NUMBER",
    help="What a million tokens of input cost, in any currency.",
)
@click.option(
    "--output-price",
    type=click.FloatRange(0),
    metavar="NUMBER",
    help="What a million tokens of output cost.",
)
@click.option(
    "--seconds-per-answer",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=SECONDS_PER_ANSWER,
    show_default=True,
    help="How long an answer takes; a guess, unless you know better.",
)
@click.option("--requests", "listing", is_flag=True, help="List every request, with its rows.")
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print it; JSON always has every request.",
)
def command(
    asked: Asked,
    input_price: float | None,
    output_price: float | None,
    seconds: float,
    listing: bool,
    format: str,
) -> None:
    """Say what a run would send, and what it may cost at most.

    Nothing is sent, and no key is needed. What is expected follows from an endpoint in this
    process that behaves as the page documents. What it may come to at most follows from the
    ways that each probe can go, found by answering it in all kinds of ways; 'run' never sends
    what might exceed that. With --output or --cassettes, what is recorded there already does
    not count: it is the plan of going on with that run by --resume. Several targets have a plan
    each, as each is a run of its own; as JSON they are a list.

    \b
    Examples:
      messages-conformance plan --target model-studio --series qwen-plus
      messages-conformance plan --target model-studio --input-price 0.4 --output-price 1.2
      messages-conformance plan --target model-studio --requests-per-minute 60 --opt-in all
      messages-conformance plan --target model-studio --output runs/NAME

    \b
    Exit codes:
      0  planned
      2  a mistake in what was asked
    """
    if (input_price is None) != (output_price is None):
        raise click.UsageError("--input-price and --output-price are given together, or neither")
    price = None
    if input_price is not None and output_price is not None:
        price = Price(input_price, output_price)
    plans = _plans(asked, load_suites())
    tariff = Tariff(asked.pace, seconds, price)
    if format == "json":
        documents = [to_json.to_document(plan, tariff) for plan in plans]
        told = documents[0] if len(documents) == 1 else documents
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    for plan in plans:
        shown = text.render(plan, tariff, requests=listing, width=width, color=terminal)
        click.echo(shown, nl=False)


def _plans(asked: Asked, suites: Suites) -> list[planning.Plan]:
    """The plan of each target; of several, each is a run of its own."""
    folder = live.recordings(asked.output, asked.cassettes)
    if len(asked.selection.targets) > 1:
        wholes = selection.choose(asked.selection, folder)
    else:
        wholes = (live.choose_one(asked.selection, os.environ, folder),)
    chosen = shard(wholes, asked.part) if asked.part else wholes
    plans = []
    for whole in wholes:
        of = whole.revision.target.id
        if folder and not selection.is_recorded(folder, of):
            raise Failure(f"{folder}: holds no recordings of target {of!r} to go on with")
        if its := [choice for choice in chosen if choice.revision.target.id == of]:
            plans.append(
                planning.plan(
                    its,
                    suites,
                    opted_in=live.opt_in(asked.wanted, whole.rows, suites),
                    find=recorded(folder, of, suites) if folder else None,
                    auth=header_of(folder, of, whole.models) if folder else None,
                    tell_opt_in=True,
                )
            )
    return plans
