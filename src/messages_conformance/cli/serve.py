"""`serve`: the reference endpoint, in the foreground."""

import socket

import click

from messages_conformance import reference, selection
from messages_conformance.cli.common import Command, Failure
from messages_conformance.selection import Selection


@click.command("serve", cls=Command)
@click.option("--target", default="model-studio", show_default=True, metavar="ID")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8787, show_default=True)
@click.option("--key", default="reference-key", show_default=True, help="The key it accepts.")
@click.option("--restricted-key", help="A key that it knows and answers with 403.")
@click.option("--seed", type=int, default=0, show_default=True, help="Varies its wording.")
def command(
    target: str, host: str, port: int, key: str, restricted_key: str | None, seed: int
) -> None:
    """Serve a simulation of a target, behaving as its page documents.

    Needs no network beyond the address it listens on, and writes nothing. Stop it with Ctrl-C.

    \b
    Examples:
      messages-conformance serve
      messages-conformance serve --target llama.cpp --port 9000

    \b
    Exit codes:
      0  it was stopped
      2  it could not be started
    """
    revision = selection.choose(Selection(target))[0].revision
    app = reference.app(revision, key=key, restricted_key=restricted_key, seed=seed)
    _make_sure_of(host, port)
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(
        f"{base_url} simulates {revision.target.name} as its page of {revision.date} documents "
        "it.\nWhat it answers is no evidence about the vendor. Point a client at it with\n\n"
        f"  export ANTHROPIC_BASE_URL={base_url} ANTHROPIC_API_KEY={key}\n\n"
        f"and models: {', '.join(model.id for model in revision.models)}"
    )
    try:
        reference.serve(app, host, port)
    except KeyboardInterrupt:
        click.echo()


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
