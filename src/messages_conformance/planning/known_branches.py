"""The branches of probes that were found before, on disk: to find them takes most of a plan's time.

They depend on the code, the suites, and what the page claims for a model, but neither on the name
of the model nor on that of the target. So the plan of one row, and of an endpoint of one's own,
rests on what was found for all rows, and for a model of the page that is claimed to do the same.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from messages_conformance import memory
from messages_conformance.claims import document as claims
from messages_conformance.claims.page import Model, Revision
from messages_conformance.planning.explore import Branch
from messages_conformance.probing.loader import Suites
from messages_conformance.recording.cost import Cost

_KIND: Final = "branches"
_ONLY_NAMES: Final = {"id", "name", "base_url", "hosts"}
"""What a target is called and where it is reached."""
_ONLY_WORDS: Final = {"title", "words", "source", "basis", "claim", "exceptions"}
"""What a row is called, where it stands, and what it claims for all models."""

_OF_MODEL: Final = {"id", "series", "aliases"}
"""How a model is called."""


class KnownBranches:
    """What is remembered for the models of one page, and what is added in this plan."""

    def __init__(self, revision: Revision, suites: Suites, auth: str, *, kept: bool) -> None:
        """Remember for this page; nothing where it is not to be ``kept``."""
        self._revision = revision
        self._suites = suites
        self._auth = auth
        self._kept = kept and bool(suites.source) and memory.folder() is not None
        self._known: dict[str, dict[str, Any]] = {}
        """What is known of each kind of model, by its key and then by fingerprint."""
        self._added: dict[str, dict[str, Any]] = {}
        self._keys: dict[Model, str] = {}

    def recall(self, model: Model, fingerprint: str) -> list[Branch] | None:
        """The branches of a probe with this fingerprint; None if they are not known."""
        if not self._kept:
            return None
        key = self._key(model)
        if key not in self._known:
            found = memory.recall(_KIND, key)
            self._known[key] = found if isinstance(found, dict) else {}
        written = self._known[key].get(fingerprint)
        try:
            return list(_read(written)) if isinstance(written, dict) else None
        except (IndexError, KeyError, TypeError, ValueError):
            return None

    def add(self, model: Model, fingerprint: str, branches: list[Branch]) -> None:
        """Know the branches from now on."""
        if self._kept:
            self._added.setdefault(self._key(model), {})[fingerprint] = _written(branches)

    def save(self) -> None:
        """Write what was added; what another process wrote meanwhile stays."""
        for key, added in self._added.items():
            known = memory.recall(_KIND, key)
            memory.remember(_KIND, key, {**(known if isinstance(known, dict) else {}), **added})

    def _key(self, model: Model) -> str:
        if model not in self._keys:
            self._keys[model] = self._key_of(model)
        return self._keys[model]

    def _key_of(self, model: Model) -> str:
        page = claims.to_document(self._revision)
        target = {name: page["target"][name] for name in page["target"].keys() - _ONLY_NAMES}
        rows = [
            [{name: row[name] for name in row.keys() - _ONLY_WORDS}, claimed.claim_for(model)]
            for row, claimed in zip(page["row"], self._revision.rows, strict=True)
        ]
        about = {name: value for name, value in asdict(model).items() if name not in _OF_MODEL}
        return memory.digest(
            memory.state(),
            self._suites.source,
            self._auth,
            json.dumps([target, rows, about], sort_keys=True),
        )


def _written(branches: Iterable[Branch]) -> dict[str, Any]:
    """All requests once, and for each branch which of them it sends, at what cost."""
    numbers: dict[Any, int] = {}
    sent = [
        [
            numbers.setdefault((*slot, cost.requests, cost.input, cost.output), len(numbers))
            for slot, cost in branch.items()
        ]
        for branch in branches
    ]
    return {"requests": [list(request) for request in numbers], "branches": sent}


def _read(written: dict[str, Any]) -> Iterable[Branch]:
    requests = [
        ((str(key), int(nth)), Cost(int(number), int(read), int(said)))
        for key, nth, number, read, said in written["requests"]
    ]
    return (dict(requests[at] for at in branch) for branch in written["branches"])
