"""What a report counts of each cassette it rests on."""

from collections.abc import Iterable

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report.report import Recording


def recordings_of(exchanges: Iterable[Exchange]) -> tuple[Recording, ...]:
    """Count the recorded exchanges and their tokens file by file, in the order of the names."""
    files: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        if exchange.place is not None:  # always so on a tape
            files.setdefault(exchange.place.cassette, []).append(exchange)
    return tuple(
        Recording(
            cassette=name,
            requests=len(held),
            input_tokens=sum(exchange.prompt_tokens for exchange in held),
            output_tokens=sum(exchange.usage("output_tokens") for exchange in held),
        )
        for name, held in sorted(files.items())
    )
