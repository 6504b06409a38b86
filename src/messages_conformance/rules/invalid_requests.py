"""What a mistake in a request is, and the finding where an endpoint does not refuse it.

The original API refuses such requests; an endpoint that answers them hides the mistake.
"""

from collections.abc import Iterable, Iterator

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

Mistake = tuple[str, str, str]
"""Rule, JSON pointer into the request, and what is wrong there."""


def findings(mistakes: Iterable[Mistake]) -> Iterator[Finding]:
    """The findings for a request that was answered with success in spite of mistakes."""
    for rule, pointer, mistake in mistakes:
        yield broken(
            rule,
            Where(),
            f"a request was answered in which {mistake} (at {pointer} of the request); "
            "expected status 400",
        )
