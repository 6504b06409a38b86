"""What current clients make of every answer, whichever row asked for it."""

from collections import Counter
from collections.abc import Sequence

from messages_conformance.clients.anthropic_python import read_with_python_sdk, version
from messages_conformance.clients.result import ClientOutcome
from messages_conformance.probing.inspection import Inspected, over_all
from messages_conformance.protocol.exchange import Exchange


@over_all("client/python-sdk")
def the_python_sdk_bears_it(exchanges: Sequence[Exchange]) -> Inspected:
    """Official Python SDK.

    The installed SDK, plain and asynchronous, takes each recorded answer for what it is. To
    mend: the findings on the wire in the same exchange say what is wrong with the bytes.
    """
    read = [
        (exchange, result)
        for exchange, result in zip(exchanges, read_with_python_sdk(exchanges), strict=True)
        if result is not None
    ]
    found = tuple(
        (exchange, finding) for exchange, result in read if (finding := result.finding) is not None
    )
    counts = Counter(result.outcome for _, result in read)
    figures = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in ClientOutcome if counts[outcome]
    )
    return Inspected(len(read), found, f"{version()}: {figures}")
