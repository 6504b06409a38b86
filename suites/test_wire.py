"""What the bytes of every answer keep to, whichever row asked for it."""

from collections.abc import Iterator, Sequence
from statistics import median

from messages_conformance.probing.inspection import Inspected, each, over_all
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import repeated_requests
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import Finding
from messages_conformance.rules.stream import timing

ROWS_OF_THEIR_OWN = frozenset({"ER-3", "HD-1", "HD-2", "HD-5", "HD-6"})
"""Rules that rows of the pages put to the test, each held against what its page claims."""


def judged(exchange: Exchange) -> Iterator[Finding]:
    """The rules an answer breaks, of the API version that was asked for."""
    asked = dict(exchange.request.headers).get("anthropic-version")
    for finding in check(exchange, asked if asked in VERSIONS else VERSIONS[0]):
        if finding.rule.id not in ROWS_OF_THEIR_OWN:
            yield finding


def succeeded(exchange: Exchange) -> bool:
    """Whether the status says that all went well."""
    return exchange.status is not None and 200 <= exchange.status < 300


@over_all("wire/stream")
def streams(exchanges: Sequence[Exchange]) -> Inspected:
    """Streamed answers.

    Events are named, ordered, numbered and whole, and the message they make is as good as one
    that was not streamed. To mend: look at the first finding of a stream before the others,
    which often follow from it.
    """
    return each(judged, (e for e in exchanges if succeeded(e) and e.streamed))


@over_all("wire/message")
def messages(exchanges: Sequence[Exchange]) -> Inspected:
    """Answers in one piece.

    A message has its documented fields, blocks, stop reason and usage. To mend: fill in what a
    finding names; clients read these fields without looking whether they are there.
    """
    return each(judged, (e for e in exchanges if succeeded(e) and not e.streamed))


@over_all("wire/error")
def errors(exchanges: Sequence[Exchange]) -> Inspected:
    """Refusals and failures.

    An error is `{"type": "error", "error": {"type", "message"}}`, and its type agrees with the
    status. To mend: wrap every error so, also those of proxies and frameworks in front.
    """
    return each(judged, (e for e in exchanges if e.status is not None and not succeeded(e)))


@over_all("wire/timing")
def streaming_is_real(exchanges: Sequence[Exchange]) -> Inspected:
    """Pace of streams.

    Events arrive as they are made. Never held against anyone; told with figures. To mend: let
    nothing between model and client gather the answer: flush each event, and turn buffering
    off in proxies.
    """
    paces = [(exchange, pace) for exchange in exchanges if (pace := timing.measure_pace(exchange))]
    if not paces:
        return Inspected(0)
    first = median(pace.first for _, pace in paces)
    gap = max(pace.gap for _, pace in paces)
    found = each(timing.check_pace, (exchange for exchange, _ in paces)).found
    figures = f"first event after {first:.2f} s (median), longest silence {gap:.2f} s"
    return Inspected(len(paces), found, figures)


@over_all("wire/tokens")
def tokens_add_up(exchanges: Sequence[Exchange]) -> Inspected:
    """Input tokens of equal requests.

    The same request costs the same input every time, streamed or not, if tokens written to a
    cache and read from it are counted in; and where tokens can be counted beforehand, about
    that. To mend: count a prompt in one place for all forms of answer, and leave cached tokens
    out of `input_tokens`.
    """
    groups = repeated_requests.equal_requests(exchanges)
    counts, figures = repeated_requests.counts_with_charges(exchanges)
    found = (
        *(found for group in groups for found in repeated_requests.check_equal_requests(group)),
        *(found for count, paid in counts for found in repeated_requests.check_counts(count, paid)),
    )
    return Inspected(sum(map(len, groups)) + len(counts), found, figures)
