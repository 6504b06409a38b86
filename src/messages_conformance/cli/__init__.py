"""The command line: each module that is named here is one command, and thin."""

import sys

import click

from messages_conformance.cli.group import Listed, ListedGroup

_WIDEST = 120
"""Characters of the longest line of help; it is as wide as the terminal, up to this."""

_COMMANDS = Listed(
    __name__,
    {
        "report": "Judge recordings, and print what falls short and the matrix.",
        "plan": "Print what a run would send, and an upper bound on its cost.",
        "run": "Ask a live endpoint, record its answers, and judge them.",
        "ready": "Say whether a client works with an endpoint, and with which settings.",
        "explore": "Ask rows again in company, and requests that nobody wrote.",
        "combine": "Merge the shards of a run, or compare several runs.",
        "diff": "Compare two reports, runs, models or targets.",
        "explain": "Explain a row: what it means, how it is tested, what to do about it.",
        "init": "Write what is needed to test your own endpoint, here and in CI.",
        "serve": "Serve a simulation of a target: as its page documents it, or with faults.",
        "targets": "List the targets: the endpoints that have a claims file.",
        "revisions": "List the revisions of vendors' pages; 'diff' prints what changed "
        "between two.",
        "rows": "List the rows that are judged.",
        "show": "Show one recorded exchange whole.",
        "replay": "Ask the requests of a recorded row again, and say what changed.",
        "lint": "Check saved answers for broken wire rules, without a run.",
        "rules": "List the wire rules, explain one: 'ST-ORD-3', or several: 'ST-*'.",
        "selftest": "Test the suite: inject every fault, and see which rows detect it.",
        "app": "Say whether an application moves to an endpoint, and what has to change.",
    },
)
"""All commands, each with the first sentence of its help."""


@click.group(
    cls=ListedGroup,
    listed=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)
@click.version_option(package_name="messages-conformance", prog_name="messages-conformance")
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
    from messages_conformance.runs.outgoing import hide_keys  # not needed for help

    hide_keys()
