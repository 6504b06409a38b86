"""The trials: each fault on each clean endpoint that it is injected into, on several processes."""

import datetime
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from multiprocessing import get_context
from typing import TypeAlias, TypeVar

from messages_conformance import __version__
from messages_conformance.claims.combinations import SECTION
from messages_conformance.probing.loader import Suites
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    DOCUMENTED_2026,
    STRICT,
    STRICT_2026,
)
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import CleanResult, FailedRow, KillMatrix, Trial
from messages_conformance.report.report import Cell
from messages_conformance.selftest.dry_run import (
    COSTLY,
    CleanEndpoint,
    DryRunResult,
    run_suites,
    shipped_suites,
)
from messages_conformance.verdict import Kind, Standing

SEEDS = 20
"""With how many seeds, each another wording of the answers, clean endpoints are run."""
_JOBS_AT_ONCE = 4
"""Runs handed to a process at once."""
IN_COMPANY = f"{SECTION.id}/"
"""How the ids of rows about features in company begin."""
_WORSE = (Standing.BAD, Standing.WARNING, Standing.OBSERVED)

_R = TypeVar("_R")
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of finished runs, and of all runs."""


@dataclass(frozen=True)
class Simulated:
    """The target that a clean endpoint simulates, and the model that is asked for."""

    target: str
    model: str
    revision: str | None = None
    """The date of the target's page; None takes the newest."""


CLEAN_ENDPOINTS = {
    DOCUMENTED: Simulated("model-studio", "qwen-plus", "2025-11-13"),
    DOCUMENTED_2026: Simulated("model-studio", "qwen3.8-max", "2026-09-02"),
    STRICT: Simulated("anthropic", "claude-sonnet-4-5"),
    STRICT_2026: Simulated("anthropic-2026-10-21", "claude-sonnet-4-5"),
}
"""The clean endpoints, by the names that faults refer to them by."""


def run_selftest(
    faults: Iterable[Fault] = FAULTS.values(),
    *,
    seeds: int = SEEDS,
    processes: int | None = None,
    on_progress: Progress | None = None,
) -> KillMatrix:
    """Run a trial of every fault on each of its endpoints, and the clean endpoints with seeds.

    ``processes`` defaults to the number of cores.
    """
    began = time.perf_counter()
    chosen = tuple(faults)
    processes = processes or os.cpu_count() or 1
    trials = [
        (fault.name, name)
        for fault in chosen
        for name in fault.endpoints
        if name in CLEAN_ENDPOINTS
    ]
    runs = [(name, seed) for name in CLEAN_ENDPOINTS for seed in range(seeds)]
    total = len(trials) + len(runs)
    done = count(1)

    def reported(result: _R) -> _R:
        if on_progress:
            on_progress(next(done), total)
        return result

    # Each process is a fresh interpreter, as this one may hold threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        tried = pool.map(_run_trial, trials, chunksize=_JOBS_AT_ONCE)
        ran = pool.map(_run_clean, runs, chunksize=_JOBS_AT_ONCE)
        results = [reported(trial) for trial in tried]
        alarms = [reported(run) for run in ran]
        clean = list(pool.map(_describe, CLEAN_ENDPOINTS))
    return KillMatrix(
        suite_version=__version__,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        digest=digest(),
        seconds=round(time.perf_counter() - began, 1),
        processes=processes,
        complete={fault.name for fault in chosen} >= set(FAULTS),
        clean_endpoints=tuple(_with_alarms(one, alarms, seeds) for one in clean),
        trials=tuple(results),
    )


def run_trial(fault: Fault, name: str, suites: Suites | None = None) -> Trial:
    """Inject one fault into a clean endpoint; ``suites`` replaces the shipped ones."""
    clean, shipped, usual = _ready(name)
    costly = COSTLY & frozenset({fault.row})
    stages = fault.inject_into(clean.stages)
    known = usual.paths if suites is None else None
    result = run_suites(clean, stages, suites or shipped, costly=costly, known=known)
    verdicts = {cell.row_id: cell.verdict for cell in usual.cells}
    changed = [cell for cell in result.cells if cell.verdict != verdicts[cell.row_id]]
    failed = tuple(_failed_row(cell) for cell in changed if cell.verdict.standing in _WORSE)
    broken = _new_broken_rules(usual, result)
    rows = tuple(row.row for row in failed)
    by_rule = fault.rule in broken.get(fault.row, ())
    return Trial(
        fault=fault.name,
        says=fault.says,
        endpoint=name,
        row=fault.row,
        rule=fault.rule,
        detected=by_rule if fault.rule else fault.row in rows,
        failed_rows=failed,
        undeclared=tuple(
            cell.row_id
            for cell in changed
            if cell.verdict.standing in _WORSE
            and cell.row_id not in (fault.row, *fault.side_effects)
            # Rows in company rest on all others, so that any fault may show in them.
            and not cell.row_id.startswith(IN_COMPANY)
            and not _follows(cell, broken)
        ),
        inconclusive=tuple(c.row_id for c in changed if c.verdict.standing is Standing.OPEN),
        broken_rules=broken,
    )


@cache
def clean_endpoint(name: str) -> CleanEndpoint:
    """A clean endpoint by its name in `CLEAN_ENDPOINTS`."""
    simulated = CLEAN_ENDPOINTS[name]
    return CleanEndpoint.of(name, simulated.target, simulated.model, simulated.revision)


def _follows(cell: Cell, broken: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a row works, and only fails as clients cannot read the answers: as they must."""
    found = {rule for rules in broken.values() for rule in rules}
    return bool(cell.rules) and found.issuperset(cell.rules)


def _failed_row(cell: Cell) -> FailedRow:
    return FailedRow(cell.row_id, cell.verdict.name, cell.summary)


def _new_broken_rules(usual: DryRunResult, result: DryRunResult) -> dict[str, tuple[str, ...]]:
    known = {one.row_id: {f.rule for f in one.findings} for one in usual.observations}
    new = {
        one.row_id: tuple(sorted({f.rule for f in one.findings} - known[one.row_id]))
        for one in result.observations
    }
    return {row: rules for row, rules in new.items() if rules}


@cache
def _ready(name: str) -> tuple[CleanEndpoint, Suites, DryRunResult]:
    """A clean endpoint, the suites, and their result without a fault; made once per process."""
    clean, suites = clean_endpoint(name), shipped_suites()
    return clean, suites, run_suites(clean, clean.stages, suites, costly=COSTLY)


def _run_trial(job: tuple[str, str]) -> Trial:
    fault, name = job
    return run_trial(FAULTS[fault], name)


def _run_clean(job: tuple[str, int]) -> tuple[str, int, tuple[str, ...]]:
    """The false alarms on a clean endpoint with one seed, after its name and the seed."""
    name, seed = job
    clean, suites, _ = _ready(name)
    result = run_suites(clean, clean.stages, suites, seed=seed)
    alarms = [
        f"{one.row_id}: {one.summary}"
        for one in result.judged
        if one.verdict.standing is Standing.BAD
    ]
    return name, seed, tuple(alarms)


def _describe(name: str) -> CleanResult:
    clean, _, result = _ready(name)
    unprovoked = [c.row_id for c in result.cells if c.kind is Kind.UNMEASURED]
    inspected = [one.row_id for one in result.observations]
    tested = [c.row_id for c in result.cells if c.row_id not in unprovoked]
    return CleanResult(
        endpoint=name,
        target=clean.revision.target.id,
        revision=clean.revision.date.isoformat(),
        model=clean.model.id,
        requests=result.requests,
        seeds=0,
        false_alarms=(),
        rows=(*tested, *inspected),
        unprovoked=tuple(unprovoked),
    )


def _with_alarms(
    clean: CleanResult, runs: Sequence[tuple[str, int, tuple[str, ...]]], seeds: int
) -> CleanResult:
    alarms = tuple(
        f"seed {seed}: {alarm}"
        for name, seed, found in runs
        if name == clean.endpoint
        for alarm in found
    )
    return replace(clean, seeds=seeds, false_alarms=alarms)
