"""What current clients make of every answer, whichever row asked for it."""

from collections import Counter
from collections.abc import Sequence

from messages_conformance.clients.anthropic_python import python_sdk, version
from messages_conformance.clients.result import RULES, Result
from messages_conformance.probing.inspection import Inspected, over_all
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.finding import Finding, Where


@over_all("client/python-sdk")
def the_python_sdk_bears_it(exchanges: Sequence[Exchange]) -> Inspected:
    """Official Python SDK.

    The installed SDK, plain and asynchronous, takes each recorded answer for what it is. To
    mend: the findings on the wire in the same exchange say what is wrong with the bytes.
    """
    read = [
        (exchange, reading)
        for exchange, reading in zip(exchanges, python_sdk(exchanges), strict=True)
        if reading is not None
    ]
    found = tuple(
        (exchange, Finding(RULES[reading.result], Where(), reading.says))
        for exchange, reading in read
        if reading.result is not Result.FINE
    )
    counts = Counter(reading.result for _, reading in read)
    figures = ", ".join(f"{counts[result]} {result}" for result in Result if counts[result])
    return Inspected(len(read), found, f"{version()}: {figures}")
