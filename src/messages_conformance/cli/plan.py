"""`plan`: what a run would send, and an upper bound on its cost; nothing is sent."""

import json
import os

import click

from messages_conformance import planning
from messages_conformance.claims import selection, shards
from messages_conformance.claims.own_endpoint import NOTHING_SAID
from messages_conformance.cli.common import Command, Failure, echo, load_suites
from messages_conformance.cli.run_options import RunOptions, run_options
from messages_conformance.cli.terminal import busy, stdout
from messages_conformance.planning import text, to_json
from messages_conformance.planning.assumptions import SECONDS_PER_ANSWER, Assumptions, Price
from messages_conformance.planning.resume import auth_header_of, find_recorded
from messages_conformance.probing.loader import Suites
from messages_conformance.runs import live


@click.command("plan", cls=Command)
@run_options
@click.option(
    "--input-price",
    type=click.FloatRange(0),
    metavar="NUMBER",
    help="The price of a million input tokens, in any currency.",
)
@click.option(
    "--output-price",
    type=click.FloatRange(0),
    metavar="NUMBER",
    help="The price of a million output tokens.",
)
@click.option(
    "--seconds-per-answer",
    type=click.FloatRange(0, min_open=True),
    default=SECONDS_PER_ANSWER,
    show_default=True,
    help="How long an answer takes; the default is a guess.",
)
@click.option(
    "--requests", "lists_requests", is_flag=True, help="List every request, with its rows."
)
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the plan; JSON always lists every request.",
)
def command(
    options: RunOptions,
    input_price: float | None,
    output_price: float | None,
    seconds_per_answer: float,
    lists_requests: bool,
    format: str,
) -> None:
    """Print what a run would send, and an upper bound on its cost.

    Sends nothing and needs no key. The expected figures come from an endpoint in this process
    that behaves as the page documents. The upper bound covers the paths that each probe can take,
    which are found by answering it in many ways; 'run' never exceeds it.

    With --output or --cassettes, what is recorded there is not counted: the plan is that of the
    same 'run' with --resume. Each of several targets gets a plan of its own; JSON is then a list.

    \b
    Examples:
      messages-conformance plan --target model-studio --series qwen-plus
      messages-conformance plan --base-url https://gateway.example.com --model my-model
      messages-conformance plan --target model-studio --input-price 0.4 --output-price 1.2
      messages-conformance plan --target model-studio --requests-per-minute 60 --opt-in all
      messages-conformance plan --target model-studio --output runs/NAME

    \b
    Exit codes:
      0  planned
      2  could not be planned, or wrong usage
    """
    price = _price(input_price, output_price)
    with busy("planning"):
        plans = _plans(options, load_suites())
    assumptions = Assumptions(options.rate_limit, seconds_per_answer, price)
    if format == "json":
        documents = [to_json.to_document(plan, assumptions) for plan in plans]
        printed = documents[0] if len(documents) == 1 else documents
        click.echo(json.dumps(printed, indent=2, ensure_ascii=False))
        return
    to = stdout()
    for plan in plans:
        echo(
            text.render(plan, assumptions, requests=lists_requests, width=to.width, color=to.color)
        )


def _plans(options: RunOptions, suites: Suites) -> list[planning.Plan]:
    """The plan of each target; each target is a run of its own."""
    folder = live.recordings(options.output, options.cassettes)
    if len(options.selection.targets) > 1:
        if options.own != NOTHING_SAID:
            raise click.UsageError("--base-url and what describes it go with one --target")
        chosen = selection.choose(options.selection, folder)
    else:
        chosen = (live.choose_endpoint(options.selection, options.own, os.environ, folder)[0],)
    parts = shards.shard(chosen, options.shard) if options.shard else chosen
    plans = []
    for whole in chosen:
        target = whole.revision.target.id
        if folder and not selection.is_recorded(folder, target):
            raise Failure(f"{folder}: contains no recordings of target {target!r} to resume")
        if in_shard := [part for part in parts if part.revision.target.id == target]:
            plan = planning.plan(
                in_shard,
                suites,
                opted_in=live.opt_in(options.opt_in, whole.rows, suites),
                find=find_recorded(folder, target, suites) if folder else None,
                auth=auth_header_of(folder, target, whole.models) if folder else None,
                describe_opt_in=True,
            )
            plans.append(plan)
    return plans


def _price(input_price: float | None, output_price: float | None) -> Price | None:
    if input_price is None and output_price is None:
        return None
    if input_price is None or output_price is None:
        raise click.UsageError("give both --input-price and --output-price, or neither")
    return Price(input_price, output_price)
