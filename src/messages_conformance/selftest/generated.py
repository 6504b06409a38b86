"""The generated figure of detection power: how many faults that nobody wrote are seen, and by what.

A draw is tried with the rows alone, then with the rows in company (`combinations/*`), then with an
exploration, until something fails that does not fail on the clean endpoint. What nothing sees is
asked more widely: where not one answer differs from the clean endpoint's, the draw changes nothing
that a client could tell, and is left out of the figure. So is a draw whose condition no request
meets that the clean endpoint answers, such as a field that its page does not support.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context

from messages_conformance.probing.company import exploration
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.reference.pipeline import Stages
from messages_conformance.selftest import conditional
from messages_conformance.selftest.conditional import Draw
from messages_conformance.selftest.dry_run import (
    CleanEndpoint,
    DryRunResult,
    run_suites,
    shipped_suites,
)
from messages_conformance.selftest.run import IN_COMPANY, clean_endpoint
from messages_conformance.verdict import Standing

ROWS, COMBINATIONS, EXPLORATION = "rows", "combinations", "exploration"
"""What may see a fault, in the order in which it is tried."""
DRAWS = 300
"""How many rows in company an exploration asks."""
_PARTS = 10
"""An exploration ends with the part of it that sees the fault."""
_WIDER = (1_001, 1_002)
"""The seeds of the explorations that look for any difference at all."""
_WORSE = (Standing.BAD, Standing.WARNING, Standing.OBSERVED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draw."""

    name: str
    condition: str
    """The kind of its condition."""
    section: str
    endpoint: str
    seen_by: str
    """`ROWS`, `COMBINATIONS` or `EXPLORATION`; empty where nothing sees it."""
    how: str
    """What failed, in a sentence."""
    changes_something: bool
    """Whether any answer differs from the clean endpoint's."""
    is_legal: bool
    """Whether the clean endpoint answers any request that meets the condition."""


@dataclass(frozen=True, slots=True)
class GeneratedPower:
    """The outcomes of all draws of one seed."""

    seed: int
    outcomes: tuple[Outcome, ...]
    false_alarms: tuple[str, ...]
    """What was held against the clean endpoints."""

    @property
    def counted(self) -> tuple[Outcome, ...]:
        """The draws that change something, under a condition that legal requests meet."""
        return tuple(one for one in self.outcomes if one.changes_something and one.is_legal)

    @property
    def unseen(self) -> tuple[Outcome, ...]:
        """The draws that change something which nothing sees."""
        return tuple(one for one in self.counted if not one.seen_by)

    def seen(self, *by: str) -> int:
        """How many draws some of these see."""
        return sum(one.seen_by in by for one in self.counted)

    def by(self, kind: Callable[[Outcome], str]) -> Iterator[tuple[str, int, int, int]]:
        """For each kind: its name, how many rows alone see, how many anything sees, of how many."""
        of = Counter(kind(one) for one in self.counted)
        rows = Counter(kind(one) for one in self.counted if one.seen_by == ROWS)
        seen = Counter(kind(one) for one in self.counted if one.seen_by)
        return ((name, rows[name], seen[name], of[name]) for name in sorted(of))


def run_generated(
    number: int,
    seed: int,
    *,
    draws: int = DRAWS,
    processes: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> GeneratedPower:
    """Try so many faults drawn by a seed, on several processes.

    ``draws`` is how many rows in company an exploration asks.
    """
    seeded = _Seeded(number, seed, draws)
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        positions = range(number)
        for outcome in pool.map(partial(_try, seeded), positions, chunksize=4):
            outcomes.append(outcome)
            if on_progress:
                on_progress(len(outcomes), number)
        names = sorted({one.endpoint for one in conditional.draw(number, seed)})
        alarms = [alarm for found in pool.map(partial(_alarms, seeded), names) for alarm in found]
    return GeneratedPower(seed, tuple(outcomes), tuple(alarms))


@dataclass(frozen=True, slots=True)
class _Seeded:
    """What all trials of a run share."""

    number: int
    seed: int
    draws: int


@dataclass(frozen=True)
class _Ready:
    """A clean endpoint, all that is asked of it, and what it answers without a fault."""

    clean: CleanEndpoint
    asked: tuple[tuple[str, CleanEndpoint, Suites], ...]
    wider: tuple[tuple[CleanEndpoint, Suites], ...]

    @classmethod
    def of(cls, name: str, seeded: _Seeded) -> "_Ready":
        clean, suites = clean_endpoint(name), shipped_suites()
        explored = _explored(clean, suites, seeded.seed, seeded.draws)
        return cls(
            clean,
            (
                (ROWS, _only(clean, "", but=IN_COMPANY), suites),
                *(
                    ((COMBINATIONS, _only(clean, IN_COMPANY), suites),)
                    if any(row.startswith(IN_COMPANY) for row in suites)
                    else ()
                ),
                *((EXPLORATION, part, found) for part, found in explored),
            ),
            tuple(one for wide in _WIDER for one in _explored(clean, suites, wide, seeded.draws)),
        )


def _only(clean: CleanEndpoint, begins: str, but: str = "-") -> CleanEndpoint:
    rows = tuple(
        row
        for row in clean.revision.rows
        if row.id.startswith(begins) and not row.id.startswith(but)
    )
    return replace(clean, revision=replace(clean.revision, rows=rows))


def _explored(
    clean: CleanEndpoint, suites: Suites, seed: int, draws: int
) -> tuple[tuple[CleanEndpoint, Suites], ...]:
    found = exploration.explore(clean.revision, clean.model, suites, seed=seed, draws=draws)
    rows = found.rows
    size = -(-len(rows) // _PARTS)
    return tuple(
        (replace(clean, revision=replace(clean.revision, rows=rows[at : at + size])), found.suites)
        for at in range(0, len(rows), size)
    )


_ready = cache(_Ready.of)
_drawn = cache(conditional.draw)


@cache
def _usual(name: str, seeded: _Seeded, at: int, wider: bool) -> DryRunResult:
    """The result of one part without a fault."""
    ready = _ready(name, seeded)
    asked = ready.wider[at] if wider else ready.asked[at][1:]
    return run_suites(asked[0], ready.clean.stages, asked[1])


def _try(seeded: _Seeded, position: int) -> Outcome:
    drawn = _drawn(seeded.number, seeded.seed)[position]
    name = drawn.endpoint
    ready = _ready(name, seeded)
    if not _is_met(drawn, seeded):
        return _outcome(drawn, "", "", changed=False, is_legal=False)
    changed = False
    for at, (by, clean, suites) in enumerate(ready.asked):
        usual = _usual(name, seeded, at, False)
        result = _run(clean, drawn, suites)
        if how := next(_worse(usual, result), ""):
            return _outcome(drawn, by, how, changed=True)
        changed = changed or _differs(usual, result)
    for at, (clean, suites) in enumerate(() if changed else ready.wider):
        if changed := _differs(_usual(name, seeded, at, True), _run(clean, drawn, suites)):
            break
    return _outcome(drawn, "", "", changed=changed)


def _is_met(drawn: Draw, seeded: _Seeded) -> bool:
    """Whether the clean endpoint answers any request that meets the condition."""
    test = drawn.condition.start()
    ready = _ready(drawn.endpoint, seeded)
    return any(
        test(exchange.request.body)
        for at in range(len(ready.asked))
        for exchange in _usual(drawn.endpoint, seeded, at, False).exchanges
        if exchange.answered and isinstance(exchange.request.body, dict)
    )


def _run(clean: CleanEndpoint, drawn: Draw, suites: Suites) -> DryRunResult:
    stages: Stages = drawn.conditional.inject_into(clean.stages)
    return run_suites(clean, stages, suites)


def _worse(usual: DryRunResult, result: DryRunResult) -> Iterator[str]:
    """What fails that does not fail without the fault."""
    known = {cell.row_id: cell.verdict for cell in usual.cells}
    for cell in result.cells:
        if cell.verdict != known[cell.row_id] and cell.verdict.standing in _WORSE:
            yield f"{cell.row_id}: {cell.summary}"
    rules = {(one.row_id, f.rule) for one in usual.observations for f in one.findings}
    for one in result.observations:
        for finding in one.findings:
            if (one.row_id, finding.rule) not in rules:
                yield f"{one.row_id}, {finding.rule}: {finding.message}"


def _differs(usual: DryRunResult, result: DryRunResult) -> bool:
    """Whether any answer differs: its status, its headers or its body."""
    return len(usual.exchanges) != len(result.exchanges) or any(
        _timeless(one) != _timeless(other)
        for one, other in zip(usual.exchanges, result.exchanges, strict=True)
    )


def _timeless(exchange: Exchange) -> tuple[object, ...]:
    """What an answer holds, but for the headers that tell the time."""
    headers = [header for header in exchange.headers if not header[0].endswith("-reset")]
    return exchange.status, headers, exchange.body, exchange.ended


def _outcome(drawn: Draw, by: str, how: str, *, changed: bool, is_legal: bool = True) -> Outcome:
    return Outcome(
        drawn.conditional.name,
        drawn.condition.kind,
        drawn.section,
        drawn.endpoint,
        by,
        how,
        changed,
        is_legal,
    )


def _alarms(seeded: _Seeded, name: str) -> Iterable[str]:
    """What is held against a clean endpoint."""
    ready = _ready(name, seeded)
    return [
        f"{name}: {one.row_id}: {one.summary}"
        for at in range(len(ready.asked))
        for one in _usual(name, seeded, at, False).judged
        if one.verdict.standing is Standing.BAD
    ]


def to_text(power: GeneratedPower, *, lists: bool = True) -> str:
    """The figure, kind by kind, and what stays unseen."""
    counted, number = len(power.counted), len(power.outcomes)
    impossible = sum(not one.is_legal for one in power.outcomes)
    idle = number - counted - impossible
    rows, seen = power.seen(ROWS), power.seen(ROWS, COMBINATIONS, EXPLORATION)
    with_combinations = power.seen(ROWS, COMBINATIONS)
    lines = [
        f"Seed {power.seed}: {number} faults drawn, each under a condition; "
        f"{impossible} need what the endpoint does not take, and {idle} change no answer: "
        f"{counted} are counted.",
        f"Seen by the rows alone: {rows} of {counted} ({_share(rows, counted)}).",
        f"Seen by rows and combinations: {with_combinations} of {counted} "
        f"({_share(with_combinations, counted)}).",
        f"Seen by rows, combinations or an exploration of {DRAWS} draws: {seen} of {counted} "
        f"({_share(seen, counted)}).",
        f"Held against a clean endpoint: {len(power.false_alarms)}.",
        *(f"  {alarm}" for alarm in power.false_alarms),
        "",
        "by condition (rows alone, all, of):",
        *(_line(*one) for one in power.by(lambda one: one.condition)),
        "by table of the fault (rows alone, all, of):",
        *(_line(*one) for one in power.by(lambda one: one.section)),
    ]
    if lists and power.unseen:
        lines += ["", "unseen:", *(f"  {one.name} ({one.endpoint})" for one in power.unseen)]
    return "\n".join(lines) + "\n"


def _share(part: int, of: int) -> str:
    return f"{100 * part / of:.1f} %" if of else "none"


def _line(name: str, rows: int, seen: int, of: int) -> str:
    return f"  {name:<24} {rows:>4} {seen:>4} {of:>4}"
