"""The command line: each module is one command, and thin."""

import sys

import click

from messages_conformance import __version__
from messages_conformance.cli import (
    app,
    combine,
    diff,
    explain,
    explore,
    init,
    lint,
    plan,
    ready,
    replay,
    report,
    revisions,
    rows,
    rules,
    run,
    selftest,
    serve,
    show,
    targets,
)
from messages_conformance.cli.common import Group
from messages_conformance.runs.outgoing import hide_keys

_WIDEST = 120
"""Characters of the longest line of help; it is as wide as the terminal, up to this."""


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)
@click.version_option(__version__, prog_name="messages-conformance")
def main() -> None:
    """Find out what still works if an Anthropic app moves to this endpoint.

    Every row of a vendor's compatibility table is a promise, and recorded HTTP exchanges are the
    evidence. 'report' prints what was kept and what was not; it needs no key and no network.

    \b
    Examples:
      messages-conformance report
      messages-conformance explain basic/stop_sequences
      messages-conformance plan --target model-studio --series qwen-plus
      messages-conformance run --target model-studio --series qwen-plus

    \b
    Exit codes of every command:
      0  as claimed
      1  a documented claim or a wire rule is broken
      2  could not be judged, or wrong usage; standard error says why
    """
    for stream in (sys.stdout, sys.stderr):
        # A character that a terminal cannot show becomes an escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    hide_keys()


for _module in (
    report,
    plan,
    run,
    ready,
    explore,
    combine,
    diff,
    explain,
    init,
    serve,
    targets,
    revisions,
    rows,
    explain,
    show,
    replay,
    lint,
    rules,
    selftest,
    app,
):
    main.add_command(_module.command)
