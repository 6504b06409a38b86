"""False alarms: what the suites hold against clean endpoints whose model is uncooperative."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import clean_endpoint
from messages_conformance.verdict import Kind, Standing


@dataclass(frozen=True)
class RowResult:
    """The judgement of one row in one run."""

    row: str
    standing: Standing
    kind: Kind
    summary: str


@dataclass(frozen=True)
class UncooperativeRun:
    """One run of all suites over a clean endpoint with an uncooperative model."""

    endpoint: str
    """The name of the clean endpoint."""
    seed: int
    rows: tuple[RowResult, ...]
    requests: int
    output_tokens: int

    @property
    def false_alarms(self) -> tuple[RowResult, ...]:
        """The rows that fail, although the endpoint keeps all promises."""
        return tuple(row for row in self.rows if row.standing is Standing.BAD)


def run_uncooperative(name: str, seed: int, cooperation: Cooperation) -> UncooperativeRun:
    """Run all suites over a clean endpoint with a model of that cooperation."""
    clean = clean_endpoint(name)
    stages = cooperation.apply_to(clean.stages)
    result = run_suites(clean, stages, shipped_suites(), seed=seed)
    rows = tuple(
        RowResult(one.row_id, one.verdict.standing, one.kind, one.summary) for one in result.judged
    )
    return UncooperativeRun(name, seed, rows, result.requests, result.output_tokens)


def run_uncooperative_seeds(
    name: str, seeds: Iterable[int], cooperation: Cooperation, *, processes: int | None = None
) -> tuple[UncooperativeRun, ...]:
    """Make one such run for each seed, on several processes."""
    run = partial(run_uncooperative, name, cooperation=cooperation)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return tuple(pool.map(run, seeds))
