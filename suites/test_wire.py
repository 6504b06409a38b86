"""The wire rules, checked over every answer, whichever row asked for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from messages_conformance.probing import (
    VERSIONS,
    Exchange,
    Finding,
    InspectionResult,
    check,
    check_each,
    inspected_row,
    repeated_answers,
    repeated_refusals,
    repeated_request_ids,
    repeated_requests,
    stream_timing,
)

ROWS_OF_THEIR_OWN = frozenset({"ER-3", "HD-1", "HD-2", "HD-5", "HD-6"})
"""Rules that rows of the pages put to the test, each judged by what its page claims."""


def check_requested_version(exchange: Exchange) -> Iterator[Finding]:
    """The rules that an answer breaks, of the API version that was requested."""
    version = dict(exchange.request.headers).get("anthropic-version")
    for finding in check(exchange, version if version in VERSIONS else VERSIONS[0]):
        if finding.rule.id not in ROWS_OF_THEIR_OWN:
            yield finding


def succeeded(exchange: Exchange) -> bool:
    """Whether the status is 2xx."""
    return exchange.status is not None and 200 <= exchange.status < 300


def with_repeated(
    checked: InspectionResult, repeated: Sequence[tuple[Exchange, Finding]]
) -> InspectionResult:
    """The result with findings of ids and answers that stand in several exchanges."""
    return replace(checked, findings=(*checked.findings, *repeated))


@inspected_row("wire/stream")
def streams(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Streamed answers.

    Events are named, ordered, numbered and complete, and they add up to a valid message. To fix:
    start with the first finding of a stream, as the others often follow from it.

    Instead: read streams leniently: skip events you do not know, take each block by its `index`,
    trust the last `usage`, and end where the connection ends; or ask without `stream`.
    """
    return with_repeated(
        check_each(check_requested_version, (e for e in exchanges if succeeded(e) and e.streamed)),
        [(e, finding) for e, finding in repeated_answers.check_answers(exchanges) if e.streamed],
    )


@inspected_row("wire/message")
def messages(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Answers in one piece.

    A message has its documented fields, blocks, stop reason and usage. To fix: fill in what a
    finding names; clients read these fields without checking that they exist.

    Instead: read fields as optional, and look for the first block of type `text` rather than at
    `content[0]`.
    """
    plain = [e for e in exchanges if succeeded(e) and not e.streamed]
    return with_repeated(
        check_each(check_requested_version, plain),
        [
            *repeated_request_ids.check_request_ids(plain),
            *(
                (e, finding)
                for e, finding in repeated_answers.check_answers(exchanges)
                if not e.streamed
            ),
        ],
    )


@inspected_row("wire/error")
def errors(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Refusals and failures.

    An error is `{"type": "error", "error": {"type", "message"}}`, its type agrees with the status,
    and its message says what is wrong. To fix: wrap every error like that, including those of
    proxies and frameworks, and pass on what a validator found, with the field.

    Instead: match on the HTTP status, never on `error.type` alone; read the message wherever it
    stands.
    """
    failed = [e for e in exchanges if e.status is not None and not succeeded(e)]
    return with_repeated(
        check_each(check_requested_version, failed),
        [
            *repeated_refusals.check_refusals(failed),
            *repeated_request_ids.check_request_ids(failed),
        ],
    )


@inspected_row("wire/timing")
def streaming_is_real(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Pace of streams.

    Events arrive as they are generated. This is reported with figures and never fails. To fix:
    flush each event, and turn off buffering in every proxy between model and client.

    Instead: set timeouts by the longest silence that is reported, and show that something is going
    on.
    """
    paces = [
        (exchange, pace) for exchange in exchanges if (pace := stream_timing.measure_pace(exchange))
    ]
    if not paces:
        return InspectionResult(0)
    first = median(pace.first for _, pace in paces)
    gap = max(pace.gap for _, pace in paces)
    findings = tuple(
        (exchange, finding)
        for exchange, pace in paces
        for finding in stream_timing.check_pace(pace)
    )
    figures = f"first event after {first:.2f} s (median), longest silence {gap:.2f} s"
    return InspectionResult(len(paces), findings, figures)


@inspected_row("wire/tokens")
def tokens_add_up(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Input tokens of equal requests.

    The same request costs the same input every time, streamed or not, including tokens written to
    a cache and read from it. Where tokens can be counted beforehand, the count is about the same.
    No prompt of the endpoint's own is billed. To fix: count a prompt in one place for all forms of
    answer, leave cached tokens out of `input_tokens`, and put nothing before what was asked.

    Instead: budget by the sum of `input_tokens`, `cache_creation_input_tokens` and
    `cache_read_input_tokens`, and compare it with the bill now and then.
    """
    groups = repeated_requests.equal_requests(exchanges)
    counts, figures = repeated_requests.counts_with_charges(exchanges)
    findings = (
        *(found for group in groups for found in repeated_requests.check_equal_requests(group)),
        *(found for count, paid in counts for found in repeated_requests.check_counts(count, paid)),
        *repeated_requests.check_overhead(exchanges),
    )
    return InspectionResult(sum(map(len, groups)) + len(counts), findings, figures)
