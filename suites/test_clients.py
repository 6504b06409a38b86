"""How current clients read every answer, whichever row asked for it."""

from collections import Counter
from collections.abc import Sequence

from messages_conformance.clients.anthropic_python import read_with_python_sdk, version
from messages_conformance.clients.result import ClientOutcome
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
        (exchange, finding) for exchange, result in read if (finding := result.finding) is not None
    )
    counts = Counter(result.outcome for _, result in read)
    figures = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in ClientOutcome if counts[outcome]
    )
    return InspectionResult(len(read), findings, f"{version()}: {figures}")
