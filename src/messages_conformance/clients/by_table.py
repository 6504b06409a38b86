"""What clients that are not run here make of recorded answers, by their tables of healing.

The tables were measured with the real clients (``healing/``). Nothing is installed or sent.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from messages_conformance.clients.readable import is_sendable
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult, combine
from messages_conformance.errors import ClientsError
from messages_conformance.healing.breaks import Effect, effects, phrase
from messages_conformance.healing.client import Client, Outcome
from messages_conformance.healing.tables import newest
from messages_conformance.protocol.exchange import MESSAGES, Exchange

_OUTCOMES: Final = {
    Outcome.RAISES: ClientOutcome.RAISES,
    Outcome.RETRIES: ClientOutcome.RAISES,
    Outcome.ENDLESS: ClientOutcome.RAISES,
    Outcome.COMPACTS: ClientOutcome.MISREADS,
    Outcome.GARBLES: ClientOutcome.MISREADS,
    Outcome.TRUNCATES: ClientOutcome.MISREADS,
    Outcome.EMPTY: ClientOutcome.LOSES,
    Outcome.LOSES: ClientOutcome.LOSES,
    Outcome.HIDES: ClientOutcome.LOSES,
}
"""What counts against an answer; what a client heals by itself, or merely waits for, does not."""


def read_by_table(id: str, exchanges: Iterable[Exchange]) -> Iterator[ClientResult | None]:
    """What the newest known version of a client makes of each answer it can get; None of others.

    Raises:
        ClientsError: there is no table of this client.
    """
    given = tuple(exchanges)
    results = read_by(table_of(id), given)
    for exchange, result in zip(given, results, strict=True):
        asked = exchange.request
        is_message = asked.path.partition("?")[0] == MESSAGES
        yield None if is_message and not is_sendable(asked) else result


def read_by(client: Client, exchanges: Iterable[Exchange]) -> Iterator[ClientResult | None]:
    """What a client makes of each answer by its table; None where none came."""
    for exchange in exchanges:
        yield None if exchange.status is None else _read(exchange, client)


def table_of(id: str) -> Client:
    """The table of the newest known version of a client.

    Raises:
        ClientsError: there is none.
    """
    if (client := newest(id)) is None:
        raise ClientsError(f"there is no table of a client {id!r}; healing/ has the tables")
    return client


def _read(exchange: Exchange, client: Client) -> ClientResult:
    found = [_result(each) for each in effects(exchange, (client,)) if each.outcome in _OUTCOMES]
    return combine(found) if found else FINE


def _result(effect: Effect) -> ClientResult:
    said = f"it {phrase(effect)} ({effect.condition.replace('_', ' ')})"
    return ClientResult(_OUTCOMES[effect.outcome], said)
