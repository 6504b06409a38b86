"""`rules`: the wire rules, and what each says."""

from fnmatch import fnmatchcase

import click

from messages_conformance.cli.common import Command, Failure
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.catalogue import RULES
from messages_conformance.rules.finding import Rule, RuleKind

_CHECKED = {
    RuleKind.ANSWER: "checked on every answer",
    RuleKind.RUN: "checked over all answers of a model",
    RuleKind.CLIENT: "checked with a client",
    RuleKind.REQUEST: "tested by sending such a request",
}


@click.command("rules", cls=Command)
@click.argument("pattern", default="*", metavar="[ID]")
def command(pattern: str) -> None:
    """List the wire rules, explain one: 'ST-ORD-3', or several: 'ST-*'.

    Prints each rule with its id, its severity, the API versions it applies to, how it is checked,
    what it says and its source. Severities: 'breaking', a current SDK raises or loses data;
    'contract', documented behaviour is broken; 'advisory', peculiar to the original API and never
    a failure.

    \b
    Examples:
      messages-conformance rules
      messages-conformance rules 'RS-TOOL-*'

    \b
    Exit codes:
      0  listed
      2  no such rule
    """
    chosen = [rule for rule in RULES.values() if fnmatchcase(rule.id, pattern)]
    if not chosen:
        hint = did_you_mean(pattern, RULES, "'messages-conformance rules' lists them")
        raise Failure(f"no rule is called {pattern!r}{hint}")
    for rule in chosen:
        click.echo(_entry(rule))


def _entry(rule: Rule) -> str:
    versions = "every version" if set(rule.versions) == set(VERSIONS) else ", ".join(rule.versions)
    return (
        f"{rule.id}  {rule.severity}, {versions}, {_CHECKED[rule.kind]}\n"
        f"    {rule.says}\n    {rule.source}"
    )
