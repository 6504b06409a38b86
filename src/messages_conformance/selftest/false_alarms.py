"""Clean endpoints with an uncooperative model: none of them may be accused."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.report.report import Judged
from messages_conformance.selftest.dry_run import rehearse, shipped_suites
from messages_conformance.selftest.run import world_of
from messages_conformance.verdict import Kind, Standing


@dataclass(frozen=True)
class Seen:
    """What one row came to in one run."""

    row: str
    standing: Standing
    kind: Kind
    summary: str


@dataclass(frozen=True)
class Mood:
    """One run of the whole suite over a clean endpoint with a moody model."""

    world: str
    seed: int
    rows: tuple[Seen, ...]
    requests: int
    output_tokens: int

    @property
    def red(self) -> tuple[Seen, ...]:
        """What was held against the endpoint; all of it wrongly."""
        return tuple(row for row in self.rows if row.standing is Standing.BAD)


def moody(world: str, seed: int, cooperation: Cooperation) -> Mood:
    """Run the whole suite over a clean endpoint, by its name, with a model of that cooperation."""
    clean = world_of(world)
    outcome = rehearse(clean, cooperation.put_into(clean.stages), shipped_suites(), seed=seed)
    judged: tuple[Judged, ...] = (*outcome.cells, *outcome.observations)
    seen = tuple(Seen(one.row_id, one.verdict.standing, one.kind, one.summary) for one in judged)
    return Mood(world, seed, seen, outcome.requests, outcome.output_tokens)


def moods(
    world: str, seeds: Iterable[int], cooperation: Cooperation, *, processes: int | None = None
) -> tuple[Mood, ...]:
    """Do so under each of some seeds, on several processes."""
    run = partial(moody, world, cooperation=cooperation)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return tuple(pool.map(run, seeds))
