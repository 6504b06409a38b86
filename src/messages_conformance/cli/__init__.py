"""The command line: a thin door to what the other modules do."""

import sys

import click

from messages_conformance import __version__
from messages_conformance.cli import (
    combine,
    lint,
    plan,
    report,
    revisions,
    rows,
    rules,
    run,
    selftest,
    serve,
    targets,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="messages-conformance")
def main() -> None:
    """Find out what still works if an Anthropic app moves to this endpoint.

    Every row of a vendor's compatibility table is a promise; recorded HTTP exchanges are the
    evidence; 'report' shows where the two meet. Begin with it: it needs no key and no network.

    \b
    Exit codes of every command:
      0  as claimed
      1  promises broken, or wire rules
      2  could not be done or judged; standard error says why
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets its escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


for _module in (
    report,
    plan,
    run,
    combine,
    serve,
    targets,
    revisions,
    rows,
    lint,
    rules,
    selftest,
):
    main.add_command(_module.command)
