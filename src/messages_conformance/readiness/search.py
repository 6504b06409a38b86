"""A search for tools that were deferred: what a program sends once the model has made one.

That an endpoint takes tools that are deferred does not say that it takes the references by which
they are loaded. The first request shows nothing of it: the client would end in the middle of its
work.
"""

from collections.abc import Container, Generator, Iterable, Sequence
from typing import Final

from messages_conformance.healing.client import Client
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import changes
from messages_conformance.readiness.dialect import Dialect, Feature
from messages_conformance.readiness.result import Seen, State
from messages_conformance.readiness.walk import describe, is_success, walk_in_batches

_DEFERRED: Final = "deferred_tools"
_THINKING: Final = "thinking"
_SEARCH: Final = "search"
_SEARCHED: Final = "tool_search"
_SEARCHED_WORDS: Final = "the result of a search for tools"


def search(
    dialect: Dialect,
    client: Client | None,
    whole: Request,
    refused: Container[str],
    off: tuple[Feature, ...],
    swapped: tuple[Feature, ...],
) -> Generator[tuple[Request, ...], tuple[Exchange, ...], tuple[list[Seen], tuple[Feature, ...]]]:
    """The turn after a search, asked by itself, and what is left out with what comes of it.

    ``refused`` is what was refused alone, ``off`` what the settings leave out already.
    """
    later = dialect.of_case(_SEARCH)[1:2]
    deferred = next((each for each in dialect.features if each.id == _DEFERRED), None)
    if not later or deferred is None or deferred in off or _is_lost(dialect, refused):
        return [], off
    calm = (*off, *swapped, *(each for each in dialect.features if each.id == _THINKING))
    request = changes.without(changes.for_model(later[0], whole.body["model"]), calm)
    (first,) = yield (request,)
    if is_success(first):
        return [Seen(_SEARCHED, _SEARCHED_WORDS, State.ACCEPTED)], off
    ended = yield from walk_in_batches(request, client, dialect.features)
    state = State.HEALED if ended.answered else State.SET
    return [Seen(_SEARCHED, _SEARCHED_WORDS, state, describe(first))], (*off, deferred)


def _is_lost(dialect: Dialect, refused: Container[str]) -> bool:
    """Whether something was refused that nothing leaves out: then every turn fails of that."""
    return any(each.id in refused and not each.has_setting for each in dialect.features)


def advice(searched: Sequence[Seen]) -> Iterable[str]:
    """What the first request does not show: where the client ends later without the settings."""
    for each in searched:
        if each.state is State.SET:
            yield f"without the setting it gives up once it has searched for a tool: {each.said}"
