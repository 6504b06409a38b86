"""`rules`: the wire rules, and what each says."""

from fnmatch import fnmatchcase

import click

from messages_conformance.cli.common import Command, Failure
from messages_conformance.clients.result import RULES as CLIENT_RULES
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import stream_timing, token_counts
from messages_conformance.rules.catalogue import RULES
from messages_conformance.rules.finding import Rule
from messages_conformance.suggestions import did_you_mean

EVERY = (
    *RULES.values(),
    *(stream_timing.FIRST, stream_timing.HELD_BACK),
    *(token_counts.AGAIN, token_counts.STREAMED, token_counts.COUNTED),
    *CLIENT_RULES.values(),
)
"""All rules: of one exchange by itself, of chunk times, of several exchanges, of a client."""


@click.command("rules", cls=Command)
@click.argument("pattern", default="*", metavar="[ID]")
def command(pattern: str) -> None:
    """List the wire rules, or tell one: 'ST-ORD-3', or several: 'ST-*'.

    Each with its id, its severity, the API versions it holds for, what it says and where that
    is written. Severities: 'breaking', a current SDK raises or loses data; 'contract',
    documented behaviour is broken; 'advisory', peculiar to the original API and no fault.

    \b
    Examples:
      messages-conformance rules
      messages-conformance rules 'RS-TOOL-*'

    \b
    Exit codes:
      0  listed
      2  no such rule
    """
    chosen = [rule for rule in EVERY if fnmatchcase(rule.id, pattern)]
    if not chosen:
        hint = did_you_mean(
            pattern, [rule.id for rule in EVERY], "'messages-conformance rules' lists them"
        )
        raise Failure(f"no rule is called {pattern!r}{hint}")
    for rule in chosen:
        click.echo(_entry(rule))


def _entry(rule: Rule) -> str:
    versions = "every version" if set(rule.versions) == set(VERSIONS) else ", ".join(rule.versions)
    return f"{rule.id}  {rule.severity}, {versions}\n    {rule.says}\n    {rule.source}"
