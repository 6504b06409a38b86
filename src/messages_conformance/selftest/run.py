"""Letting every fault loose in every world that it concerns, on several processes at once."""

import datetime
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import count
from multiprocessing import get_context
from typing import TypeAlias, TypeVar

from messages_conformance import __version__
from messages_conformance.probing.loader import Suites
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.reference.faults.decorators import DOCUMENTED, STRICT, STRICT_2026
from messages_conformance.reference.profiles import PROFILES
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import Clean, KillMatrix, Trial, Turned
from messages_conformance.report.report import Cell, Judged
from messages_conformance.selftest.dry_run import COSTLY, Outcome, World, rehearse, shipped_suites
from messages_conformance.verdict import Kind, Standing

SEEDS = 20
"""Wordings of the follower under which the clean endpoints must come out without a fault."""
_AT_ONCE = 4
"""Runs handed to a process at once."""
_WORSE = (Standing.BAD, Standing.WARNING, Standing.OBSERVED)

_R = TypeVar("_R")
Progress: TypeAlias = Callable[[int, int], None]
"""Told how many of how many runs are done."""


@dataclass(frozen=True)
class _Place:
    """Where the faults are let loose."""

    target: str
    model: str
    profile: str
    revision: str | None = None
    """The date of the page; None takes the newest."""


WORLDS = {
    DOCUMENTED: _Place("model-studio", "qwen-plus", "documented", "2025-11-13"),
    STRICT: _Place("anthropic", "claude-sonnet-4-5", "strict"),
    STRICT_2026: _Place("anthropic-2026-10-21", "claude-sonnet-4-5", "strict"),
}
"""The clean endpoints, by the names that faults know them by."""


def inject(
    faults: Iterable[Fault] = FAULTS.values(),
    *,
    seeds: int = SEEDS,
    processes: int | None = None,
    on_progress: Progress | None = None,
) -> KillMatrix:
    """Run every fault in every world it concerns, and the clean worlds under some seeds."""
    began = time.perf_counter()
    chosen = tuple(faults)
    processes = processes or os.cpu_count() or 1
    trials = [(fault.name, world) for fault in chosen for world in fault.worlds if world in WORLDS]
    runs = [(world, seed) for world in WORLDS for seed in range(seeds)]
    total = len(trials) + len(runs)
    done = count(1)

    def told(result: _R) -> _R:
        if on_progress:
            on_progress(next(done), total)
        return result

    # A fresh interpreter for each process: what this one holds in threads is not copied.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        attempts = pool.map(_tried, trials, chunksize=_AT_ONCE)
        cleanly = pool.map(_ran_clean, runs, chunksize=_AT_ONCE)
        tried = [told(trial) for trial in attempts]
        clean = [told(run) for run in cleanly]
        described = list(pool.map(_described, WORLDS))
    return KillMatrix(
        suite_version=__version__,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        digest=digest(),
        seconds=round(time.perf_counter() - began, 1),
        processes=processes,
        complete={fault.name for fault in chosen} >= set(FAULTS),
        clean=tuple(_clean(one, clean, seeds) for one in described),
        trials=tuple(tried),
    )


def attempt(fault: Fault, name: str, probes: Suites | None = None) -> Trial:
    """Let one fault loose in one world; ``probes`` in place of those that ship with the suite."""
    world, usual, clean = _ready(name)
    costly = COSTLY & frozenset({fault.row})
    outcome = rehearse(world, fault.put_into(world.stages), probes or usual, costly=costly)
    before = {cell.row_id: cell.verdict for cell in clean.cells}
    changed = [cell for cell in outcome.cells if cell.verdict != before[cell.row_id]]
    turned = tuple(_turned(cell) for cell in changed if cell.verdict.standing in _WORSE)
    found = _new_rules(clean, outcome)
    rows = tuple(one.row for one in turned)
    by_rule = fault.rule in found.get(fault.row, ())
    return Trial(
        fault=fault.name,
        says=fault.says,
        world=name,
        row=fault.row,
        rule=fault.rule,
        caught=by_rule if fault.rule else fault.row in rows,
        turned=turned,
        undeclared=tuple(row for row in rows if row not in (fault.row, *fault.also)),
        blinded=tuple(c.row_id for c in changed if c.verdict.standing is Standing.OPEN),
        found=found,
    )


def _turned(cell: Cell) -> Turned:
    return Turned(cell.row_id, cell.verdict.name, cell.summary)


def _new_rules(clean: Outcome, outcome: Outcome) -> dict[str, tuple[str, ...]]:
    known = {one.row_id: {f.rule for f in one.findings} for one in clean.observations}
    new = {
        one.row_id: tuple(sorted({f.rule for f in one.findings} - known[one.row_id]))
        for one in outcome.observations
    }
    return {row: rules for row, rules in new.items() if rules}


@cache
def world_of(name: str) -> World:
    """A clean endpoint by its name."""
    place = WORLDS[name]
    return World.of(name, place.target, place.model, PROFILES[place.profile], place.revision)


@cache
def _ready(name: str) -> tuple[World, Suites, Outcome]:
    """A world, the suites, and how the world comes out without a fault; once a process."""
    world, probes = world_of(name), shipped_suites()
    return world, probes, rehearse(world, world.stages, probes, costly=COSTLY)


def _tried(job: tuple[str, str]) -> Trial:
    fault, world = job
    return attempt(FAULTS[fault], world)


def _ran_clean(job: tuple[str, int]) -> tuple[str, int, tuple[str, ...]]:
    """What falls short in a clean world under one seed."""
    name, seed = job
    world, probes, _ = _ready(name)
    outcome = rehearse(world, world.stages, probes, seed=seed)
    judged: tuple[Judged, ...] = (*outcome.cells, *outcome.observations)
    bad = [f"{one.row_id}: {one.summary}" for one in judged if one.verdict.standing is Standing.BAD]
    return name, seed, tuple(bad)


def _described(name: str) -> Clean:
    world, _, outcome = _ready(name)
    open_rows = [c.row_id for c in outcome.cells if c.kind is Kind.UNMEASURED]
    inspected = [one.row_id for one in outcome.observations]
    return Clean(
        world=name,
        target=world.revision.target.id,
        revision=world.revision.date.isoformat(),
        model=world.model.id,
        requests=outcome.requests,
        seeds=0,
        red=(),
        rows=tuple(c.row_id for c in outcome.cells if c.row_id not in open_rows) + tuple(inspected),
        unprovoked=tuple(open_rows),
    )


def _clean(described: Clean, runs: Sequence[tuple[str, int, tuple[str, ...]]], seeds: int) -> Clean:
    red = [
        f"seed {seed}: {one}"
        for world, seed, bad in runs
        if world == described.world
        for one in bad
    ]
    return Clean(**{**vars(described), "seeds": seeds, "red": tuple(red)})
