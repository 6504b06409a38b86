"""One run of all probes and inspections over an endpoint in this process, without sockets."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.judging import judge
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Step, credential, drive
from messages_conformance.protocol.exchange import Exchange, Place, Request
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import Endpoint
from messages_conformance.reference.pipeline import Stages
from messages_conformance.report.report import Cell, Observation
from messages_conformance.verdict import Behaviour, Evidence

COSTLY = frozenset({"error/413"})
"""Rows whose requests are too large to be made again for every fault."""


@dataclass(frozen=True)
class World:
    """A clean endpoint, and the page it is judged by."""

    name: str
    revision: Revision
    model: Model
    stages: Stages

    @classmethod
    def of(
        cls, name: str, target: str, model: str, stages: Stages, revision: str | None = None
    ) -> "World":
        """The world of a shipped target and one of its models."""
        page = library.shipped(target, revision)
        return cls(name, page, page.select_models((model,), ())[0], stages)


@dataclass(frozen=True)
class Outcome:
    """What one run came to."""

    cells: tuple[Cell, ...]
    observations: tuple[Observation, ...]
    requests: int
    output_tokens: int


def rehearse(
    world: World,
    stages: Stages,
    probes: Suites,
    *,
    seed: int = 0,
    costly: frozenset[str] = frozenset(),
) -> Outcome:
    """Put an endpoint of these stages to the test; of the `COSTLY` rows only those named."""
    endpoint = Endpoint(world.revision, in_process.KEYS, seed, stages=stages, crowding=0)
    rows = [row for row in world.revision.rows if row.id not in COSTLY - costly]
    return asyncio.run(_Rehearsal(world, endpoint).run(rows, probes))


@dataclass
class _Rehearsal:
    world: World
    endpoint: Endpoint
    answers: dict[tuple[str, int], Exchange] = field(default_factory=dict)
    auth: str = ""
    numbers: Iterator[int] = field(default_factory=count)

    async def run(self, rows: list[Row], probes: Suites) -> Outcome:
        model = self.world.model
        self.auth = await self._auth()
        cells = [
            judge.cell(model, row, await self._walk(row, probes[row.id].probe), Evidence.SIMULATED)
            for row in rows
            if row.id in probes
        ]
        exchanges = tuple(self.answers.values())
        # The clients run event loops of their own, which only another thread may hold.
        observations = await asyncio.to_thread(
            lambda: tuple(
                judge.observation(model, inspection, exchanges, Evidence.SIMULATED)
                for _, inspection in probes.inspections
            )
        )
        spent = sum(exchange.usage("output_tokens") for exchange in exchanges)
        return Outcome(tuple(cells), observations, len(exchanges), spent)

    async def _auth(self) -> str:
        """The header that the key is taken in, as it is found out before a live run."""
        target = self.world.revision.target
        for header in target.auth:
            headers = {**credential(header), "anthropic-version": target.api_version}
            sent = tuple((name, value) for name, value in headers.items() if value is not None)
            request = Request({"model": self.world.model.id}, sent)
            if (await self._ask(request)).status != 401:
                return header
        return target.auth[0]

    async def _walk(self, row: Row, probe: Probe) -> Behaviour:
        target = self.world.revision.target
        walk = drive(probe, Ask(self.world.model, row, target, self.auth))
        try:
            steps = next(walk)
            while True:
                steps = walk.send(tuple(await asyncio.gather(*map(self._answer, steps))))
        except StopIteration as end:
            behaviour: Behaviour = end.value
            return behaviour

    async def _answer(self, step: Step) -> Exchange:
        slot = (step.question.request.key, step.nth)
        if slot not in self.answers:
            self.answers[slot] = await self._ask(step.question.request)
        return self.answers[slot]

    async def _ask(self, request: Request) -> Exchange:
        return await in_process.ask(self.endpoint, request, Place("rehearsal", next(self.numbers)))


@cache
def shipped_suites() -> Suites:
    """The suites that come with the project."""
    return loader.load(resources.folder("suites"))
