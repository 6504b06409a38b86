"""Whether refusals say what is wrong: whether those of different requests differ in what they say.

A sentence that names a field of its request says something, also if it comes often. A few refusals
may have one reason, so only many of them, without any that says more, show that none tells it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.exchange import MESSAGES, Exchange
from messages_conformance.rules import errors
from messages_conformance.rules.finding import Finding

_INVALID: Final = (400, 422)
"""The statuses of a request that is wrong itself."""
_LEAST: Final = 6
"""Refusals of different requests that have one reason by chance, at most."""
_MOST_SENTENCES: Final = 2
"""Sentences that say nothing: one for what is no JSON, and one for all else."""
_ALWAYS: Final = frozenset({"model", "messages", "max_tokens", "system", "tools", "header"})
"""Words for fields that a request may lack."""
_COMMON: Final = frozenset(
    {"not", "any", "type", "name", "text", "data", "source", "input", "error", "request", "what"}
)
"""Names of fields that a sentence may hold without naming them."""
_FIGURES: Final = re.compile(r"[\w-]*\d[\w-]*")
"""Numbers and ids, which differ though the sentence is the same."""
_WORD: Final = re.compile(r"[a-z_]{3,}")
_DEEPEST: Final = 12


def check_refusals(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Compare the refusals of one model with one another."""
    refused = {
        one.request.digest: one
        for one in exchanges
        if one.status in _INVALID and one.request.path == MESSAGES and one.error
    }
    if len(refused) < _LEAST:
        return
    sentences: dict[str, Exchange] = {}
    for one in refused.values():
        message = one.error.message if one.error else ""
        if _names_a_field(message, one.request.body):
            return
        sentences.setdefault(_FIGURES.sub("", message).strip(), one)
    if len(sentences) > _MOST_SENTENCES:
        return
    for one in sentences.values():
        said = " or ".join(e.error.message for e in sentences.values() if e.error)
        yield one, errors.says_the_same(said, len(refused))


def _names_a_field(message: str, body: Any) -> bool:
    """Whether a message names a field of the request, or one that it lacks."""
    words = set(_WORD.findall(message.lower())) - _COMMON
    return bool(words & (_ALWAYS | set(_names_in(body, _DEEPEST))))


def _names_in(value: Any, depth: int) -> Iterator[str]:
    """The names of all fields of a JSON value, in lower case."""
    if depth and isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name).lower()
            yield from _names_in(inner, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _names_in(inner, depth - 1)
