"""How current clients read every answer, whichever row asked for it."""

from collections import Counter
from collections.abc import Sequence

from messages_conformance.clients.anthropic_python import read_with_python_sdk, version
from messages_conformance.clients.by_table import read_by_table, table_of
from messages_conformance.clients.finding import finding_of
from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.probing import (
    Exchange,
    InspectionResult,
    inspected_row,
)


@inspected_row("client/python-sdk")
def the_python_sdk_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Official Python SDK.

    The installed SDK, synchronous and asynchronous, reads each recorded answer correctly. To
    fix: the wire findings in the same exchange say what is wrong with the bytes.

    Instead: read those answers with plain HTTP and a reader of your own, or ask in the form that
    the SDK reads: plain instead of streamed.
    """
    read = [
        (exchange, result)
        for exchange, result in zip(exchanges, read_with_python_sdk(exchanges), strict=True)
        if result is not None
    ]
    findings = tuple(
        (exchange, finding)
        for exchange, result in read
        if (finding := finding_of(result)) is not None
    )
    return InspectionResult(len(read), findings, f"{version()}: {_figures(read)}")


@inspected_row("client/typescript-sdk")
def the_typescript_sdk_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Official TypeScript SDK.

    By what was measured with it, it reads each recorded answer correctly. To fix: end every
    stream with message_stop, with `usage` in message_start and message_delta.

    Instead: ask in plain form where streams cannot be read.
    """
    return _by_table("typescript-sdk", exchanges)


@inspected_row("client/ai-sdk")
def the_ai_sdk_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Vercel's AI SDK, on which opencode, Kilo and Cline are built.

    By what was measured with it, it reads each recorded answer, and shows the message of each
    refusal. To fix: send no events, deltas or blocks that the API does not have, and wrap every
    error as `{"type": "error", "error": {"type", "message"}}`.

    Instead: read the response body of its errors, which holds the message it does not show.
    """
    return _by_table("ai-sdk", exchanges)


@inspected_row("client/claude-code")
def claude_code_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Claude Code.

    By what was measured with it, it reads each recorded answer. To fix: open and close each
    block once, and answer with more than empty thinking. Whether it works with what it sends is
    another question: 'ready claude-code' answers it.

    Instead: use 'ready claude-code' to find the settings that help.
    """
    return _by_table("claude-code", exchanges)


@inspected_row("client/opencode")
def opencode_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """opencode.

    By what was measured with it, it reads each recorded answer, and does not send a request
    again without end. To fix: end every stream with a message_delta that has a `stop_reason`, and
    with message_stop.

    Instead: use another client, as this one repeats such a request until it is stopped.
    """
    return _by_table("opencode", exchanges)


def _by_table(client: str, exchanges: Sequence[Exchange]) -> InspectionResult:
    """What a client makes of the answers by its table."""
    results = read_by_table(client, exchanges)
    read = [
        (exchange, result)
        for exchange, result in zip(exchanges, results, strict=True)
        if result is not None
    ]
    findings = tuple(
        (exchange, finding)
        for exchange, result in read
        if (finding := finding_of(result)) is not None
    )
    title = f"{table_of(client).title}, by its table"
    return InspectionResult(len(read), findings, f"{title}: {_figures(read)}")


def _figures(read: Sequence[tuple[Exchange, ClientResult]]) -> str:
    """How often there was each outcome."""
    counts = Counter(result.outcome for _, result in read)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in ClientOutcome if counts[outcome])
