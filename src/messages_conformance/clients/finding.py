"""Rules ``CL-READ``: what a client must return for an answer."""

from typing import Final

from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

_RULES: Final = {
    ClientOutcome.MISREADS: "CL-READ-1",
    ClientOutcome.LOSES: "CL-READ-2",
    ClientOutcome.RAISES: "CL-READ-3",
}


def finding_of(result: ClientResult) -> Finding | None:
    """The rule that is broken by what a client made of an answer, if any."""
    rule = _RULES.get(result.outcome)
    return broken(rule, Where(), result.message) if rule else None
