"""The official Python SDK's reading of recorded answers, each read once.

What it makes of the shipped answers ships beside them, and of others is remembered on disk; for
another SDK, or after a change of the code that compares, all are read anew.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

from messages_conformance.clients import memory, shipped, state
from messages_conformance.clients.readable import is_readable, key_of
from messages_conformance.clients.result import ClientResult
from messages_conformance.protocol.exchange import Exchange

READER: Final = "messages_conformance.clients.anthropic_calls"
"""The module whose code a result depends on, with all that it imports."""


def read_with_python_sdk(exchanges: Iterable[Exchange]) -> tuple[ClientResult | None, ...]:
    """What the SDK makes of each answer; None for an answer that it is not fed with.

    Those are answers to other requests than for a message, answers that never came, and answers
    that the recorder stopped.
    """
    given = tuple(exchanges)
    keys = [key_of(exchange) if is_readable(exchange) else None for exchange in given]
    known = ChainMap(_known(), shipped.results(READER))
    results = {key: known[key] for key in keys if key is not None and key in known}
    unknown = {
        key: exchange
        for key, exchange in zip(keys, given, strict=True)
        if key is not None and key not in results
    }
    if unknown:
        made = read_anew(unknown)
        _remember(made)
        results |= made
    return tuple(None if key is None else results[key] for key in keys)


def read_anew(exchanges: Mapping[str, Exchange]) -> dict[str, ClientResult]:
    """What the SDK makes of answers under their keys, whatever is known."""
    from messages_conformance.clients.anthropic_calls import Sdk  # needed at first use only

    with Sdk.opened() as sdk:
        return {key: sdk.read(exchange) for key, exchange in exchanges.items()}


_remembered: dict[Path | None, dict[str, ClientResult]] = {}
"""Earlier results by a digest of what they depend on, for each file; None: in this process only."""


def _known() -> dict[str, ClientResult]:
    path = _file()
    if path not in _remembered:
        _remembered[path] = memory.read(path) if path else {}
    return _remembered[path]


def _remember(made: dict[str, ClientResult]) -> None:
    path = _file()
    known = _known()
    if len(known) + len(made) > memory.MOST:
        known.clear()
    known.update(made)
    if path:
        memory.write(path, made)


def _file() -> Path | None:
    folder = memory.folder()
    return folder / f"anthropic-{state.whole(READER)}.json" if folder else None


def version() -> str:
    """The SDK that is installed, for example ``anthropic 2.12.0``."""
    return f"anthropic {metadata.version('anthropic')}"
