"""How current clients read every answer, whichever row asked for it."""

from collections import Counter
from collections.abc import Sequence

from messages_conformance.clients.anthropic_python import python_sdk, version
from messages_conformance.clients.result import RULES, Result
from messages_conformance.probing import (
    Exchange,
    Finding,
    InspectionResult,
    Where,
    inspected_row,
)


@inspected_row("client/python-sdk")
def the_python_sdk_reads_it(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Official Python SDK.

    The installed SDK, synchronous and asynchronous, reads each recorded answer correctly. To
    fix: the wire findings in the same exchange say what is wrong with the bytes.
    """
    read = [
        (exchange, reading)
        for exchange, reading in zip(exchanges, python_sdk(exchanges), strict=True)
        if reading is not None
    ]
    findings = tuple(
        (exchange, Finding(RULES[reading.result], Where(), reading.says))
        for exchange, reading in read
        if reading.result is not Result.FINE
    )
    counts = Counter(reading.result for _, reading in read)
    figures = ", ".join(f"{counts[result]} {result}" for result in Result if counts[result])
    return InspectionResult(len(read), findings, f"{version()}: {figures}")
