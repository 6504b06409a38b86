"""`explore`: ask rows again in company, and requests that nobody wrote, drawn by a seed."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from messages_conformance.cassettes.tape import Tape, files_of
from messages_conformance.claims.selection import Chosen
from messages_conformance.cli.common import (
    TIMEOUT,
    Command,
    Failure,
    detail_of,
    load_suites,
    notify,
    show,
    verbosity,
    write_reports,
)
from messages_conformance.cli.keeping import says_what_is_kept
from messages_conformance.cli.run_options import RunOptions, run_options
from messages_conformance.judging import assess
from messages_conformance.probing.company import corpus
from messages_conformance.probing.company.corpus import Entry, Known
from messages_conformance.probing.company.exploration import Exploration, explore
from messages_conformance.probing.generated.draft import draft_of
from messages_conformance.protocol.limits import answer_limits
from messages_conformance.report.report import Report
from messages_conformance.runs import check_endpoint, live
from messages_conformance.runs.live import LiveRun
from messages_conformance.runs.progress_display import Bounds, show_progress
from messages_conformance.verdict import Evidence, Kind, Standing

_CORPUS = "corpus.jsonl"
"""In the folder of a run: what was asked first."""
_TOKENS_A_DRAW = 20_000
"""Two or three requests with a history; shrinking takes some ten more."""
_LEAST_TOKENS = 400_000
"""A single row may send several long conversations, each bounded by its bytes."""
_MOST_REQUESTS_A_DRAW = 130
"""What a failure may take to be shrunk."""
_FREE = 0.4
"""The share of draws that are requests nobody wrote, where no rows are chosen."""


@click.command("explore", cls=Command)
@run_options
@TIMEOUT
@click.option(
    "--draws",
    type=click.IntRange(1, 9_999),
    default=60,
    show_default=True,
    help="How many rows in company, and requests, are drawn; each asks two or three requests.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="What is drawn by."
)
@click.option(
    "--free",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="The share of draws that are requests nobody wrote, from 0 (rows alone) to 1 (requests "
    f"alone).  [default: {_FREE}; with --row, 0]",
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Spend at most this many tokens, input and output; draws beyond it are left out.  "
    f"[default: {_TOKENS_A_DRAW:,} for each draw, and {_LEAST_TOKENS:,} at least]",
)
@click.option(
    "--replay",
    is_flag=True,
    help="Judge the recordings in --output again; needs no key and no network.",
)
@click.option(
    "--corpus",
    "corpus_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Ask first what failed before, as kept in this file, and keep there what fails now; with "
    "--replay, only the latter.",
)
@verbosity
def command(
    options: RunOptions,
    timeout: float,
    draws: int,
    seed: int,
    free: float | None,
    budget: int | None,
    replay: bool,
    corpus_file: Path | None,
    details: bool,
    quiet: bool,
) -> None:
    """Ask rows again in company, and requests that nobody wrote.

    Most draws are a row of the page that is claimed as supported, and a company: a system prompt,
    tools, marks, earlier turns, a stream, and whatever else may stand beside it without changing
    what it means. Legal rows must work as they do alone, and what must be refused must be refused
    there as well.

    The other draws are requests of any fields and blocks, made from the published schemas. A
    legal one must be answered, whole and streamed, and beside anything else; one with a single
    mistake must be refused by a 4xx that names it. Where the page does not promise what a request
    uses, or that mistakes are refused, that is only observed.

    What fails is asked again in fewer and fewer company, or in smaller and smaller requests; the
    report names the smallest. The wire rules are held against every answer.

    The same seed asks the same, so that recordings are judged again with --replay.

    \b
    Examples:
      messages-conformance explore --base-url http://127.0.0.1:8080 --model my-model
      messages-conformance explore --target anthropic --draws 300 --seed 7 --budget 500000
      messages-conformance explore --target model-studio --output runs/NAME --seed 7 --replay
      messages-conformance explore --target model-studio --corpus known-failures.jsonl
      messages-conformance explore --target anthropic --free 1 --draws 500

    \b
    Exit codes:
      0  everything works in company as it does alone, and is answered or refused as promised
      1  something fails in company, a request is not treated as promised, or a wire rule is broken
      2  the exploration could not begin or end, or nothing could be judged
    """
    detail = detail_of(details=details, quiet=quiet)
    if replay and options.output is None:
        raise click.UsageError("--replay judges recordings: name their folder with --output")
    environ = {"ANTHROPIC_API_KEY": "none", **os.environ} if replay else os.environ
    run = live.prepare(
        options.selection,
        load_suites(),
        environ,
        folder=options.output,
        cassettes=options.cassettes,
        own=options.own,
    )
    if len(run.models) > 1:
        raise Failure(
            f"an exploration asks one model, not {len(run.models)}; choose one with --model"
        )
    known = corpus.read(corpus_file) if corpus_file else ()
    # A recording is judged again by what was asked then.
    asked = corpus.read(run.folder / _CORPUS) if replay else known
    if free is None:
        free = 0 if options.selection.rows else _FREE
    found = _draw(run, seed, draws, asked, free)
    explored = replace(
        _explored(run, found),
        rate_limit=options.rate_limit,
        limits=answer_limits(timeout),
        tokens=budget or max(_LEAST_TOKENS, _TOKENS_A_DRAW * draws),
    )
    go_on = f"judge them with the same command, --output {run.folder} and --replay"
    if not replay:
        explored = _tried(explored)
    with says_what_is_kept(explored.cassettes, go_on):
        if not replay:
            _record(explored, asked)
        assessed = assess.assess(
            explored.chosen,
            explored.suites,
            explored.cassettes,
            None if replay else Evidence.LIVE,
            explored.expectations,
        )
        write_reports(assessed.report, explored.folder)
        if corpus_file:
            # After the reports: if this is stopped here, --replay makes up for it.
            corpus.write(corpus_file, (*known, *_failed(assessed.report, explored, found)))
    show(assessed.report, "text", detail=detail)
    notify(f"recordings are in {explored.cassettes}, reports in {explored.folder}")
    sys.exit(assessed.exit_code())


def _failed(report: Report, run: LiveRun, found: Exploration) -> Iterator[Known]:
    """What failed, as small as it was made."""
    (model,) = run.models
    tape = Tape.load(run.cassettes, run.target.id, model.id)
    recorded = {exchange.place: exchange for exchange in tape.exchanges}
    for cell in (cell for target in report.targets for cell in target.cells):
        if (row := found.drawn_from.get(cell.row_id)) is not None:
            if cell.kind is Kind.PARTIAL and cell.lacking:
                yield Entry(row, cell.lacking)
        elif cell.verdict.standing is Standing.BAD and cell.places:
            # What shows it best comes first: the smallest request.
            yield draft_of(recorded[cell.places[0]].request, run.target.defaults)


def _draw(
    run: LiveRun, seed: int, draws: int, asked: tuple[Known, ...], free: float
) -> Exploration:
    (chosen,) = run.chosen
    found = explore(
        chosen.revision,
        run.models[0],
        run.suites,
        seed=seed,
        draws=draws,
        corpus=asked,
        only={row.id for row in chosen.rows},
        free=free,
    )
    if not found.rows:
        raise Failure("no row of the page can be asked in company; choose others with --row")
    return found


def _explored(run: LiveRun, found: Exploration) -> LiveRun:
    """The run with draws in place of the page's rows."""
    return replace(
        run,
        chosen=(Chosen(found.revision, run.models, found.rows),),
        suites=found.suites,
        # Draws do not show that what is known of the wire or of a client no longer occurs.
        expectations={
            target: replace(known, of_all=False) for target, known in run.expectations.items()
        },
    )


def _bounds(run: LiveRun) -> Bounds:
    draws = len(run.chosen[0].rows)
    # How many requests it takes depends on what fails, so the time left goes by the draws done.
    return Bounds(None, _MOST_REQUESTS_A_DRAW * draws, run.tokens)


def _tried(run: LiveRun) -> LiveRun:
    """The run with the header in which the endpoint takes the key; says what it may cost."""
    run, note = check_endpoint.check(run)
    if note:
        notify(note)
    notify(f"{len(run.chosen[0].rows)} draws; at most {run.tokens:,} tokens, input and output")
    return run


def _record(run: LiveRun, asked: tuple[Known, ...]) -> None:
    """Ask what was drawn, within the limit of cost."""
    # Before anything is sent, as --replay draws by it; but what others recorded stays theirs.
    if asked and not files_of(run.cassettes):
        corpus.write(run.folder / _CORPUS, asked)
    with show_progress(run.models, _bounds(run)) as on_progress:
        done = live.record(run, None, on_progress)
    if left := sum(len(model.unfinished) for model in done):
        notify(f"{left} draws were left out or ended early, to stay within --budget")
