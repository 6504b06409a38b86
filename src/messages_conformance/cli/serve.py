"""`serve`: the reference endpoint, in the foreground."""

import socket
from pathlib import Path

import click

from messages_conformance import reference
from messages_conformance.claims import selection
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import CLAIMS, REVISION, Command, Failure
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.faults import FAULTS, Fault, with_faults
from messages_conformance.reference.profiles import PROFILES
from messages_conformance.suggestions import did_you_mean

_USUAL_TARGET = {"strict": "anthropic"}
"""Whose models a profile has unless told; any other profile has Model Studio's."""


@click.command("serve", cls=Command)
@click.option(
    "--profile",
    type=click.Choice(tuple(PROFILES)),
    default="documented",
    show_default=True,
    help="How it behaves: as the target's page documents, or as the name says.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Put this fault into it; 'selftest --list' lists them. May be repeated.",
)
@click.option(
    "--target", metavar="ID", help="[default: model-studio; with --profile strict, anthropic]"
)
@REVISION
@CLAIMS
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8787, show_default=True)
@click.option("--key", default="reference-key", show_default=True, help="The key it accepts.")
@click.option("--restricted-key", help="A key that it knows and answers with 403.")
@click.option(
    "--cooperation",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    metavar="SHARE",
    help="How often the model does as it is asked; else it rambles, mixes up or asks back.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Varies the simulated model's words.",
)
def command(
    profile: str,
    faults: tuple[str, ...],
    target: str | None,
    revision: str | None,
    claims: tuple[Path, ...],
    host: str,
    port: int,
    key: str,
    restricted_key: str | None,
    cooperation: float,
    seed: int,
) -> None:
    """Serve a simulation of a target: as its page documents it, or with faults.

    Profiles: 'documented' does what the target's page says, 'strict' what the genuine Messages
    API does, refusals included, and 'model-studio-reported' what users of Model Studio met in
    2026. Faults are put on top. With --cooperation below 1 the endpoint keeps its promises and
    its model is moody: a rehearsal of what chance does to a run. Needs no network beyond the
    address it listens on, and writes nothing. Stop it with Ctrl-C.

    \b
    Examples:
      messages-conformance serve
      messages-conformance serve --profile strict
      messages-conformance serve --fault stop_reason_stays_end_turn --fault no_request_id
      messages-conformance serve --cooperation 0.8 --seed 7
      messages-conformance serve --target llama.cpp --port 9000

    \b
    Exit codes:
      0  it was stopped
      2  it could not be started
    """
    of = target or _USUAL_TARGET.get(profile, "model-studio")
    page = selection.choose(Selection((of,), revision=revision, claims=claims))[0].revision
    moody = Cooperation(cooperation).put_into(PROFILES[profile])
    stages = with_faults(moody, [_fault(name) for name in faults])
    app = reference.app(page, key=key, restricted_key=restricted_key, seed=seed, stages=stages)
    _make_sure_of(host, port)
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    sins = f", with the faults {', '.join(faults)}" if faults else ""
    mood = f"; its model does as asked {cooperation:.0%} of the time" if cooperation < 1 else ""
    click.echo(
        f"{base_url} simulates {page.target.name}, page of {page.dated}: profile "
        f"{profile}{sins}{mood}.\nWhat it answers is no evidence about the vendor. "
        "Point a client at it with\n\n"
        f"  export ANTHROPIC_BASE_URL={base_url} ANTHROPIC_API_KEY={key}\n\n"
        f"and models: {', '.join(model.id for model in page.models)}"
    )
    try:
        reference.serve(app, host, port)
    except KeyboardInterrupt:
        click.echo()


def _fault(name: str) -> Fault:
    """Look a fault up, and name its nearest neighbours where there is none."""
    if name in FAULTS:
        return FAULTS[name]
    hint = did_you_mean(name, FAULTS, "'selftest --list' lists them")
    raise Failure(f"there is no fault {name!r}{hint}")


def _make_sure_of(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on before anyone is told to use it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as problem:
        raise Failure(
            f"cannot listen on {host} port {port}: {problem.strerror}; "
            "choose others with --host and --port"
        ) from problem
