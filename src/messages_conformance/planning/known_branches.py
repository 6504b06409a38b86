"""The branches of probes that were found before: to find them takes most of a plan's time.

They depend on the code, the suites, what the page claims, and what the probe asks of an endpoint
that keeps it; but neither on the name of the model nor on that of the target. So the plan of one
row, and of an endpoint of one's own, rests on what was found for all rows of a page that claims the
same.

Those of the pages that are planned most ship in `plans/`; the others are remembered on disk.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from messages_conformance import memory, resources
from messages_conformance.claims import document as claims
from messages_conformance.claims.page import Revision
from messages_conformance.planning.explore import Branch
from messages_conformance.probing.loader import Suites
from messages_conformance.recording.cost import Cost
from messages_conformance.report import fingerprint as fingerprints

FILE: Final = "branches.json"
"""The file in `plans/`: the fingerprint of all that it depends on, and the branches of the probes
of each page."""
_KIND: Final = "branches"
_ONLY_NAMES: Final = {"id", "name", "base_url", "hosts"}
"""What a target is called and where it is reached."""
_ONLY_WORDS: Final = {"title", "words", "source", "basis", "exceptions"}
"""What a row is called, and where it stands. What it claims for some models only shows in what is
asked of them."""


@cache
def shipped() -> Mapping[str, Any]:
    """What ships for each page, by its key; nothing if code or data have changed since."""
    path = resources.folder("plans") / FILE
    if not path.is_file():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    is_current = document["digest"] == fingerprints.digest(fingerprints.PLANNER)
    pages: Mapping[str, Any] = document["pages"] if is_current else {}
    return pages


class KnownBranches:
    """What is known for one page, and what is added in this plan."""

    def __init__(self, revision: Revision, suites: Suites, auth: str, *, kept: bool) -> None:
        """Know what was found for this page; nothing where it is not to be ``kept``."""
        self._kept = kept and bool(suites.source)
        self.key = _key_of(revision, suites, auth) if self._kept else ""
        """Equal for pages that claim the same."""
        known = {**_remembered(self.key), **shipped().get(self.key, {})} if self._kept else {}
        self._known: Mapping[str, Any] = known
        self._added: dict[str, Any] = {}
        self.used: dict[str, Any] = {}
        """What this plan rests on, by fingerprint, known or added; it can be written as JSON."""

    def recall(self, fingerprint: str) -> list[Branch] | None:
        """The branches of a probe with this fingerprint; None if they are not known."""
        written = self._known.get(fingerprint)
        try:
            branches = list(_read(written)) if isinstance(written, dict) else None
        except (IndexError, KeyError, TypeError, ValueError):
            return None
        if branches is not None:
            self.used[fingerprint] = written
        return branches

    def add(self, fingerprint: str, branches: list[Branch]) -> None:
        """Know the branches from now on."""
        if self._kept:
            self._added[fingerprint] = self.used[fingerprint] = _written(branches)

    def save(self) -> None:
        """Remember what was added; what another process wrote meanwhile stays."""
        if self._added:
            known = _remembered(self.key)
            memory.remember(_KIND, _on_disk(self.key), {**known, **self._added})


def _key_of(revision: Revision, suites: Suites, auth: str) -> str:
    page = claims.to_document(revision)
    target = {name: page["target"][name] for name in page["target"].keys() - _ONLY_NAMES}
    rows = [{name: row[name] for name in row.keys() - _ONLY_WORDS} for row in page["row"]]
    return memory.digest(suites.source, auth, json.dumps([target, rows], sort_keys=True))


def _on_disk(key: str) -> str:
    """What is remembered depends on all code and libraries as well."""
    return memory.digest(memory.state(), key)


def _remembered(key: str) -> Mapping[str, Any]:
    found = memory.recall(_KIND, _on_disk(key)) if memory.folder() else None
    return found if isinstance(found, dict) else {}


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
