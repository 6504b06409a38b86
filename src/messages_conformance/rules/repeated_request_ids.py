"""Whether each answer has a `request-id` of its own: what support asks for must tell them apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules import headers
from messages_conformance.rules.finding import Finding

_FEW: Final = 6
"""Answers that may share an id, as one may have been sent or saved several times."""
_MASKED: Final = re.compile(r"(?i)redact|masked|[*x]{2}|<")
"""Ids that whoever saved the answers has replaced."""


def check_request_ids(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Compare the ids of one model's answers, and tell each that is shared once."""
    by_id: dict[str, list[Exchange]] = defaultdict(list)
    for one in exchanges:
        id = one.header("request-id")
        if id and not _MASKED.search(id):
            by_id[id].append(one)
    for id, several in by_id.items():
        if len(several) > _FEW:
            yield several[0], headers.same_request_id(id, len(several))
