"""One run of all suites over a reference endpoint in this process, without sockets."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from messages_conformance import resources
from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.judging import judge
from messages_conformance.judging.readability import Readability
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.probing import loader
from messages_conformance.probing.driver import Batch, run_probe_async
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Step, credential
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.profiles import stages_of
from messages_conformance.report.report import Cell, Judged, Observation
from messages_conformance.selftest import alike
from messages_conformance.selftest.alike import KnownPath
from messages_conformance.verdict import Evidence

COSTLY = frozenset({"error/413", "combinations/triples"})
"""Rows whose requests are too large, or too many, to be sent again for every fault."""


@dataclass(frozen=True)
class CleanEndpoint:
    """An endpoint without a fault, and the page it is judged by."""

    name: str
    revision: Revision
    model: Model
    stages: Stages

    @classmethod
    def of(cls, name: str, target: str, model: str, revision: str | None = None) -> "CleanEndpoint":
        """The endpoint that simulates a shipped target, asked for one of its models.

        ``revision`` is the date of its page, by default the newest.

        Raises:
            ClaimsError: there is no such target or revision.
            ValueError: it has no such model.
        """
        page = library.shipped(target, revision)
        (found,) = page.select_models((model,), ())
        return cls(name, page, found, stages_of(page.target))


@dataclass(frozen=True)
class DryRunResult:
    """What one run judged, and what it cost."""

    cells: tuple[Cell, ...]
    observations: tuple[Observation, ...]
    requests: int
    output_tokens: int
    exchanges: tuple[Exchange, ...] = ()
    paths: Mapping[str, KnownPath] = field(default_factory=dict)
    """The path of each probe, by its row."""

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The cells, then the observations."""
        return (*self.cells, *self.observations)


def run_suites(
    clean: CleanEndpoint,
    stages: Stages,
    suites: Suites,
    *,
    seed: int = 0,
    costly: frozenset[str] = frozenset(),
    asked: Revision | None = None,
    known: Mapping[str, KnownPath] | None = None,
) -> DryRunResult:
    """Run all suites over an endpoint of these stages; of the `COSTLY` rows only those named.

    ``asked`` is the page whose rows are asked, where that is not the one the endpoint simulates.
    ``known`` are the paths of the same suites in an earlier run: where a probe is answered as it
    was then, it is not run again.
    """
    endpoint = ReferenceEndpoint(clean.revision, in_process.KEYS, seed, stages=stages, crowding=0)
    page = asked or clean.revision
    rows = [row for row in page.rows if row.id not in COSTLY - costly]
    run = _Run(replace(clean, revision=page), endpoint, known or {})
    asyncio.run(run.ask_all(rows, suites))
    # Only now: the clients that read the answers run event loops of their own.
    return _judge(run, suites)


def _judge(run: "_Run", suites: Suites) -> DryRunResult:
    model, page = run.clean.model, run.clean.revision
    exchanges = tuple(run.answers.values())
    readability = Readability(exchanges)
    cells = tuple(_cell(path, readability) for path in run.paths.values())
    observations = tuple(
        as_page_claims(
            judge.inspect_exchanges(model, inspection, exchanges, Evidence.SIMULATED), page
        )
        for _, inspection in suites.inspections
    )
    spent = sum(exchange.usage("output_tokens") for exchange in exchanges)
    return DryRunResult(cells, observations, len(exchanges), spent, exchanges, run.paths)


def _cell(path: KnownPath, readability: Readability) -> Cell:
    behaviour = readability.apply(path.ask.row.id, path.behaviour)
    return judge.judge_behaviour(path.ask.model, path.ask.row, behaviour, Evidence.SIMULATED)


# asyncio words the coroutine's object, with all that it holds, to set up its signal handler.
@dataclass(repr=False)
class _Run:
    """What the probes ask of the endpoint, what it answers, and what they see."""

    clean: CleanEndpoint
    endpoint: ReferenceEndpoint
    known: Mapping[str, KnownPath] = field(default_factory=dict)
    answers: dict[Slot, Exchange] = field(default_factory=dict)
    paths: dict[str, KnownPath] = field(default_factory=dict)

    async def ask_all(self, rows: list[Row], suites: Suites) -> None:
        """Run the probes of some rows."""
        auth = await self._find_auth()
        for row in rows:
            if row.id in suites:
                ask = Ask(self.clean.model, row, self.clean.revision.target, auth)
                self.paths[row.id] = await self._path(suites[row.id].probe, ask)

    async def _find_auth(self) -> str:
        """The header that the endpoint reads the key from, found as before a live run."""
        target = self.clean.revision.target
        for header in target.auth:
            headers = {**credential(header), "anthropic-version": target.api_version}
            sent = tuple((name, value) for name, value in headers.items() if value is not None)
            request = Request({"model": self.clean.model.id}, sent)
            if (await in_process.ask(self.endpoint, request)).status != 401:
                return header
        return target.auth[0]

    async def _path(self, probe: Probe, ask: Ask) -> KnownPath:
        known = self.known.get(probe.row)
        if known and ask == known.ask and await self._is_answered_as(known):
            return known
        batches: list[Batch] = []
        answers: list[tuple[Exchange, ...]] = []

        async def answer(batch: Batch) -> tuple[Exchange, ...]:
            batches.append(batch)
            answers.append(await self._answer_all(batch))
            return answers[-1]

        behaviour = await run_probe_async(probe, ask, answer)
        return KnownPath(ask, tuple(batches), tuple(answers), behaviour)

    async def _is_answered_as(self, known: KnownPath) -> bool:
        """Ask what was asked then, as long as the answers are the same."""
        for batch, then in zip(known.batches, known.answers, strict=True):
            now = await self._answer_all(batch)
            if any(one is not other for one, other in zip(now, then, strict=True)):
                return False
        return True

    async def _answer_all(self, batch: Batch) -> tuple[Exchange, ...]:
        return tuple(await asyncio.gather(*map(self._answer, batch)))

    async def _answer(self, step: Step) -> Exchange:
        slot = (step.question.request.key, step.nth)
        if slot not in self.answers:
            place = alike.place_of(slot)
            asked = await in_process.ask(self.endpoint, step.question.request, place)
            self.answers[slot] = alike.kept(asked)
        return self.answers[slot]


@cache
def shipped_suites() -> Suites:
    """The suites that come with the project."""
    return loader.load(resources.folder("suites"))
