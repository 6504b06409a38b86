"""One run of all suites over a reference endpoint in this process, without sockets."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.judging import judge
from messages_conformance.judging.readability import Readability
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.probing import loader
from messages_conformance.probing.driver import Batch, run_probe_async
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Step, credential
from messages_conformance.protocol.exchange import Exchange, Place, Request
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.profiles import stages_of
from messages_conformance.report.report import Cell, Judged, Observation
from messages_conformance.selftest import alike
from messages_conformance.verdict import Behaviour, Evidence

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
) -> DryRunResult:
    """Run all suites over an endpoint of these stages; of the `COSTLY` rows only those named.

    ``asked`` is the page whose rows are asked, where that is not the one the endpoint simulates.
    """
    endpoint = ReferenceEndpoint(clean.revision, in_process.KEYS, seed, stages=stages, crowding=0)
    page = asked or clean.revision
    rows = [row for row in page.rows if row.id not in COSTLY - costly]
    run = _Run(replace(clean, revision=page), endpoint)
    asyncio.run(run.ask_all(rows, suites))
    # Only now: the clients that read the answers run event loops of their own.
    return _judge(run, suites)


def _judge(run: "_Run", suites: Suites) -> DryRunResult:
    model, page = run.clean.model, run.clean.revision
    exchanges = tuple(run.answers.values())
    readability = Readability(exchanges)
    cells = tuple(
        judge.judge_behaviour(model, row, readability.apply(row.id, behaviour), Evidence.SIMULATED)
        for row, behaviour in run.seen
    )
    observations = tuple(
        as_page_claims(
            judge.inspect_exchanges(model, inspection, exchanges, Evidence.SIMULATED), page
        )
        for _, inspection in suites.inspections
    )
    spent = sum(exchange.usage("output_tokens") for exchange in exchanges)
    return DryRunResult(cells, observations, len(exchanges), spent, exchanges)


# asyncio words the coroutine's object, with all that it holds, to set up its signal handler.
@dataclass(repr=False)
class _Run:
    """What the probes ask of the endpoint, what it answers, and what they see."""

    clean: CleanEndpoint
    endpoint: ReferenceEndpoint
    answers: dict[tuple[str, int], Exchange] = field(default_factory=dict)
    seen: list[tuple[Row, Behaviour]] = field(default_factory=list)
    auth: str = ""
    numbers: Iterator[int] = field(default_factory=count)

    async def ask_all(self, rows: list[Row], suites: Suites) -> None:
        """Run the probes of some rows."""
        self.auth = await self._find_auth()
        for row in rows:
            if row.id in suites:
                self.seen.append((row, await self._run_probe(row, suites[row.id].probe)))

    async def _find_auth(self) -> str:
        """The header that the endpoint reads the key from, found as before a live run."""
        target = self.clean.revision.target
        for header in target.auth:
            headers = {**credential(header), "anthropic-version": target.api_version}
            sent = tuple((name, value) for name, value in headers.items() if value is not None)
            request = Request({"model": self.clean.model.id}, sent)
            if (await self._ask(request)).status != 401:
                return header
        return target.auth[0]

    async def _run_probe(self, row: Row, probe: Probe) -> Behaviour:
        async def answer(batch: Batch) -> list[Exchange]:
            return await asyncio.gather(*map(self._answer, batch))

        ask = Ask(self.clean.model, row, self.clean.revision.target, self.auth)
        return await run_probe_async(probe, ask, answer)

    async def _answer(self, step: Step) -> Exchange:
        slot = (step.question.request.key, step.nth)
        if slot not in self.answers:
            self.answers[slot] = await self._ask(step.question.request)
        return self.answers[slot]

    async def _ask(self, request: Request) -> Exchange:
        place = Place("selftest", next(self.numbers))
        return alike.kept(await in_process.ask(self.endpoint, request, place))


@cache
def shipped_suites() -> Suites:
    """The suites that come with the project."""
    return loader.load(resources.folder("suites"))
