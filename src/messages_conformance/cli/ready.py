"""`ready`: does a client that people use work with this endpoint, and with which settings?"""

import asyncio
import datetime
import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.own_endpoint import OwnEndpoint
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.cli.common import TIMEOUT, Command, notify
from messages_conformance.cli.keeping import says_what_is_kept
from messages_conformance.protocol.limits import answer_limits
from messages_conformance.readiness import record, render
from messages_conformance.readiness.dialect import Dialect, dialect_of
from messages_conformance.readiness.prove import MOST_SECONDS, prove_readiness
from messages_conformance.readiness.result import Verdict
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import preflight
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.recording.signals import stoppable
from messages_conformance.runs import live
from messages_conformance.runs.folder import CASSETTES

_ORDER = (Verdict.WORKS, Verdict.WITH_SETTINGS, Verdict.UNKNOWN, Verdict.NOT)
"""The verdicts, the best first: of several models the worst is the exit code."""


@click.command("ready", cls=Command)
@click.argument("client", metavar="CLIENT")
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="The address of the endpoint: what "
    "stands before /v1/messages.  [default: ANTHROPIC_BASE_URL]",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="The model. May be repeated; needed unless --from is given.",
)
@click.option(
    "--target",
    metavar="ID",
    help="A known target; 'targets' lists them. Needed only for its own address.",
)
@click.option(
    "--from",
    "run",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Send nothing: judge by this recording, of 'ready' or of 'run'.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the recording is kept.  [default: runs/<UTC time>-<host>]",
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Spend at most this many tokens, input and output.  [default: no limit]",
)
@TIMEOUT
@click.option("--format", "format", type=click.Choice(("text", "json")), default="text",
              show_default=True, help="The format of the output.")  # fmt: skip
@click.option(
    "--prove",
    is_flag=True,
    help="Then fetch the real client into a throw-away folder and start it, with and without the "
    "settings. Only claude-code; needs npm.",
)
def command(
    client: str,
    base_url: str,
    models: tuple[str, ...],
    target: str | None,
    run: Path | None,
    output: Path | None,
    budget: int | None,
    timeout: float,
    format: str,
    prove: bool,
) -> None:
    """Say whether a client works with an endpoint, and with which settings.

    CLIENT is claude-code, python-sdk, typescript-sdk, ai-sdk, langchain-anthropic or pydantic-ai,
    in its newest known version, or one version: python-sdk@2.14.0. Nothing is installed. What the
    real client puts on the wire was captured; here each part of it is sent alone and then all
    together, some twenty requests, which a hosted endpoint bills. The answers are recorded
    (never a key).

    With --prove the real client is started at the end, with an empty home and without running
    tools: it asks one question without the settings, and one with them.

    With --from nothing is sent. A recording that 'ready' made is judged in full; one of 'run', as
    far as its requests hold what the client sends.

    \b
    Environment: ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL, as for 'run'

    \b
    Examples:
      messages-conformance ready claude-code --base-url http://127.0.0.1:8080 --model my-model
      messages-conformance ready python-sdk --target model-studio --model qwen-plus
      messages-conformance ready claude-code --from runs/NAME

    \b
    Exit codes:
      0  it works as it is
      1  it works with the settings or limits that are printed
      2  it could not be judged, or --prove refutes it; the output or standard error says why
      3  it does not work
    """
    dialect = dialect_of(client)
    if prove and (run is not None or dialect.client != "claude-code"):
        raise click.UsageError("--prove starts Claude Code against an endpoint: it goes with "
                               "claude-code, and not with --from")  # fmt: skip
    if run is not None:
        _show(dialect, run, target, models, format, base_url)
        return
    if len(models) != 1:
        raise click.UsageError("name the model with --model, one at a time; or judge a recording "
                               "with --from")  # fmt: skip
    own = OwnEndpoint(base_url=base_url)
    selection = Selection((target,) if target else (), models)
    chosen, _ = live.choose_endpoint(selection, own, os.environ)
    environ = {**os.environ, live.BASE_URL: base_url} if base_url else os.environ
    endpoint = live.endpoint_of(chosen.revision.target, environ)
    folder = output or live.folder_for(endpoint, datetime.datetime.now(datetime.UTC))
    options = RecordingOptions(budget=CostLimit(None, budget), limits=answer_limits(timeout))
    with says_what_is_kept(folder / CASSETTES, f"judge them with 'ready {client} --from {folder}'"):
        asyncio.run(stoppable(_ask(dialect, chosen, endpoint, folder / CASSETTES, options)))
    notify(f"the recording is in {folder / CASSETTES}")
    asked = (chosen.models[0].id,)
    proof = endpoint if prove else None
    patience = max(timeout, MOST_SECONDS)
    of = chosen.revision.target.id
    _show(dialect, folder, of, asked, format, endpoint.public_url, proof, patience)


async def _ask(
    dialect: Dialect, chosen: Chosen, endpoint: Endpoint, cassettes: Path, options: RecordingOptions
) -> None:
    """Make sure that the endpoint answers at all, then ask it all that the client would."""
    checked = await preflight(chosen.revision, chosen.models[0], endpoint, options.limits)
    if checked.note:
        notify(checked.note)
    only = replace(chosen, models=chosen.models[:1])
    await record.ask((dialect,), only, checked.endpoint, cassettes, options)


def _show(
    dialect: Dialect,
    run: Path,
    target: str | None,
    models: tuple[str, ...],
    format: str,
    base_url: str,
    proof: Endpoint | None = None,
    patience: float = MOST_SECONDS,
) -> None:
    """Print what a recording says, and exit with the worst of its verdicts.

    ``proof`` is the endpoint that the real client is started against, for so many seconds. What it
    refutes cannot be said, so the exit code is then that of what could not be judged.
    """
    refuted = False
    verdicts, documents, texts = [], [], []
    recorded = tuple(record.recorded_models(run, target, models))
    for root, of, model in recorded:
        tape = Tape.load(root, of, model)
        address = base_url or (tape.label.base_url if tape.label else "")
        found = record.judge(dialect, root, of, model)
        proven = prove_readiness(found, proof, patience) if proof is not None else ()
        refuted = refuted or any(each.came_true is False for each in proven)
        verdicts.append(found.verdict)
        documents.append(render.document(found, address, proven, simulated=tape.simulated))
        texts.append(
            render.text(found, address, proven, simulated=tape.simulated)
            if len(recorded) == 1
            else render.brief(found, address)
        )
    click.echo(render.to_json(documents) if format == "json" else "\n".join(texts))
    if len(recorded) > 1 and format == "text":
        notify("name one with --model for what was refused and the settings")
    if refuted:
        verdicts.append(Verdict.UNKNOWN)
        notify("the real client did not do as foretold, so the judgement above does not hold")
    sys.exit(max(verdicts, key=_ORDER.index).value)
