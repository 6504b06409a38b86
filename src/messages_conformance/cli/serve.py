"""`serve`: the reference endpoint, in the foreground."""

import socket
from pathlib import Path

import click

from messages_conformance import reference
from messages_conformance.claims import library, selection
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import CLAIMS, REVISION, Command, Failure
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.faults import FAULTS, Fault, with_faults
from messages_conformance.reference.profiles import PROFILES, stages_of

_DEFAULT_TARGET = "model-studio"


@click.command("serve", cls=Command)
@click.option(
    "--profile",
    type=click.Choice(tuple(PROFILES)),
    help="How it behaves.  [default: the profile that the target's claims file names]",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Inject this fault; 'selftest --list' lists them. May be repeated.",
)
@click.option(
    "--target",
    metavar="ID",
    help="The target it simulates.  [default: model-studio; with --profile strict, anthropic]",
)
@REVISION
@CLAIMS
@click.option("--host", default="127.0.0.1", show_default=True, help="The address it listens on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8787,
    show_default=True,
    help="The port it listens on.",
)
@click.option("--key", default="reference-key", show_default=True, help="The key it accepts.")
@click.option("--restricted-key", help="A key that it answers with 403.")
@click.option(
    "--cooperation",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    metavar="SHARE",
    help="How often the model does as instructed; otherwise it misbehaves.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Varies the wording of the simulated model.",
)
def command(
    profile: str | None,
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
    API does, refusals included, and 'model-studio-2026-08' what was publicly observed of Model
    Studio in August 2026. Faults are injected on top. With --cooperation below 1 the endpoint keeps
    its promises, but its model does not always do as instructed, which shows what chance does to a
    run. It needs no network beyond the address it listens on, and writes nothing. Stop it with
    Ctrl-C.

    \b
    Examples:
      messages-conformance serve
      messages-conformance serve --profile strict
      messages-conformance serve --fault stop_reason_stays_end_turn --fault no_request_id
      messages-conformance serve --cooperation 0.8 --seed 7
      messages-conformance serve --target model-studio --revision 2025-11-13
      messages-conformance serve --target llama.cpp --port 9000

    \b
    Exit codes:
      0  it was stopped
      2  it could not start
    """
    of = target or _default_target(profile)
    page = selection.choose(Selection((of,), revision=revision, claims=claims))[0].revision
    clean = PROFILES[profile] if profile else stages_of(page.target)
    model = Cooperation(cooperation)
    stages = with_faults(model.apply_to(clean), [_fault(name) for name in faults])
    named = profile or page.target.profile
    injected = f", with the faults {', '.join(faults)}" if faults else ""
    share = f"; its model does as asked {cooperation:.0%} of the time" if cooperation < 1 else ""
    app = reference.app(
        page,
        key=key,
        restricted_key=restricted_key,
        seed=seed,
        stages=stages,
        played=f"profile {named}{injected}{share}",
    )
    _check_address(host, port)
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(
        f"{base_url} simulates {page.target.name}, page of {page.dated}: profile "
        f"{named}{injected}{share}.\n"
        "What it answers is no evidence about the vendor. Point a client at it with\n\n"
        f"  export ANTHROPIC_BASE_URL={base_url} ANTHROPIC_API_KEY={key}\n\n"
        f"and models: {', '.join(model.id for model in page.models)}"
    )
    try:
        reference.serve(app, host, port)
    except KeyboardInterrupt:
        click.echo()


def _default_target(profile: str | None) -> str:
    """Model Studio, unless only other targets have the profile: then the first of those."""
    having = [page.target.id for page in library.newest_shipped() if page.target.profile == profile]
    return having[0] if having and _DEFAULT_TARGET not in having else _DEFAULT_TARGET


def _fault(name: str) -> Fault:
    """Look a fault up; where there is none, suggest similar names."""
    if name in FAULTS:
        return FAULTS[name]
    hint = did_you_mean(name, FAULTS, "'selftest --list' lists them")
    raise Failure(f"there is no fault {name!r}{hint}")


def _check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on before it is printed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as problem:
        raise Failure(
            f"cannot listen on {host} port {port}: {problem.strerror}; "
            "choose others with --host and --port"
        ) from problem
