"""Run the probes over recordings, and compare what they saw with what the page claims.

Nothing but the cassettes is read: no network, and the same result every time.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from messages_conformance import __version__
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model, Revision, Row, Target
from messages_conformance.healing.breaks import who_breaks
from messages_conformance.judging import remembered
from messages_conformance.judging.judged_model import JudgedModel, provenance_of, source_of
from messages_conformance.judging.readability import Readability
from messages_conformance.judging.remembered import Keys
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.probing.behaviours import unmeasured
from messages_conformance.probing.driver import Batch, UnansweredError, run_probe
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Purpose, Step
from messages_conformance.protocol.exchange import Exchange, Place
from messages_conformance.report import (
    BrokenClients,
    Cell,
    Observation,
    Report,
    ReportedFinding,
    TargetReport,
)
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.report.report import EXCERPTS
from messages_conformance.rules.finding import Finding
from messages_conformance.verdict import Behaviour, Claim, Evidence, Kind, judge

_LOOKED_AT: Final = 20
"""How many of the exchanges that break a rule are asked who breaks on them."""


def judge_model(
    revision: Revision,
    model: Model,
    rows: Sequence[Row],
    suites: Suites,
    tape: Tape,
    *,
    evidence: Evidence | None = None,
    readability: Readability | None = None,
) -> tuple[Cell, ...]:
    """Judge some rows for one model; ``evidence`` is for a tape that was recorded just now.

    A simulated tape stays simulated, whatever ``evidence`` says. ``readability`` is that of the
    tape, for those who judge row by row; it takes a while to make.

    Raises:
        ProbeDefectError: a probe raised an exception; a note names the row and the model.
    """
    readability = readability or Readability(tape.exchanges)
    stated = _evidence(tape, evidence)
    return tuple(
        _judge_row(revision.target, model, row, suites, tape, readability, stated)[0]
        for row in rows
    )


def judge_row(
    revision: Revision, model: Model, row: Row, suites: Suites, tape: Tape
) -> tuple[Cell, tuple[tuple[Exchange, Purpose | None], ...]]:
    """Judge one row as `judge_model` does; also return the exchanges that show it.

    Each comes with why the probe asked, which is None where no probe did. What puts the row to the
    test comes first, controls come last.
    """
    readability = Readability(tape.exchanges)
    stated = _evidence(tape, None)
    return _judge_row(revision.target, model, row, suites, tape, readability, stated)


_Shown: TypeAlias = tuple[tuple[Exchange, Purpose | None], ...]
"""The exchanges that show a behaviour, and why each was asked."""


def _judge_row(
    target: Target,
    model: Model,
    row: Row,
    suites: Suites,
    tape: Tape,
    readability: Readability,
    evidence: Evidence,
) -> tuple[Cell, _Shown]:
    purposes: dict[str, Purpose] = {}

    def note(step: Step) -> None:
        purposes[step.question.request.key] = step.question.purpose

    behaviour = readability.apply(row.id, _behaviour(target, model, row, suites, tape, note))
    shown = [(each, purposes.get(each.request.key)) for each in behaviour.exchanges]
    shown.sort(key=lambda one: _DECISIVE.index(one[1]))
    kept = _excerpts(row.id, shown)
    return judge_behaviour(model, row, behaviour, evidence, kept), tuple(shown)


def _excerpts(row: str, shown: Sequence[tuple[Exchange, Purpose | None]]) -> tuple[Excerpt, ...]:
    """What a report keeps: the most decisive exchanges, and a control beside them."""
    asked = [one for one in shown if one[1] is not Purpose.CONTROL]
    controls = [one for one in shown if one[1] is Purpose.CONTROL]
    kept = (*asked[:EXCERPTS], *controls[:1])
    return tuple(excerpt(each, why.role_in(row) if why else None) for each, why in kept)


_DECISIVE = (Purpose.TEST, Purpose.INVALID, Purpose.SHARED, None, Purpose.CONTROL)
"""Why something is asked, the most decisive first."""


def inspect_model(
    model: Model, inspection: Inspection, tape: Tape, *, evidence: Evidence | None = None
) -> Observation:
    """Check everything recorded of one model for one row; ``evidence`` as in `judge_model`."""
    return inspect_exchanges(model, inspection, tape.exchanges, _evidence(tape, evidence))


def judge_behaviour(
    model: Model,
    row: Row,
    behaviour: Behaviour,
    evidence: Evidence,
    excerpts: tuple[Excerpt, ...] | None = None,
) -> Cell:
    """Compare what was seen of a row with what the page claims for the model.

    ``excerpts`` are what the cell keeps of the exchanges, by default of the first ones.
    """
    claim = row.claim_for(model)
    measured = behaviour.kind is not Kind.UNMEASURED
    verdict = judge(
        claim,
        behaviour.kind,
        carries_content=row.carries_content,
        as_the_page_says=row.admits(behaviour.lacking),
    )
    if claim is Claim.PARTIAL and behaviour.kind is Kind.PARTIAL:
        admitted = "; ".join(lack.words for lack in row.lacks)
        said = f"{behaviour.summary} (missing, as the page says: {admitted})"
        behaviour = replace(behaviour, summary=said)
    return Cell.judged(
        model,
        row,
        claim,
        behaviour,
        verdict,
        evidence if measured else Evidence.NONE,
        excerpts,
    )


def inspect_exchanges(
    model: Model, inspection: Inspection, exchanges: Sequence[Exchange], evidence: Evidence
) -> Observation:
    """Check exchanges, each with its place in a cassette, for one inspected row."""
    seen = inspection.function(exchanges)
    return Observation(
        row_id=inspection.row,
        title=inspection.title,
        model=model,
        exchanges=seen.exchanges,
        figures=seen.figures,
        evidence=evidence if seen.exchanges else Evidence.NONE,
        findings=tuple(
            ReportedFinding(
                model=model,
                rule=finding.rule.id,
                severity=finding.rule.severity,
                exchange=exchange.place,
                where=str(finding.where),
                message=finding.message,
            )
            for exchange, finding in seen.findings
            if exchange.place is not None
        ),
        clients=tuple(_clients(seen.findings)),
        excerpts=tuple(_first_of_each_rule(seen.findings)),
    )


def _first_of_each_rule(findings: Iterable[tuple[Exchange, Finding]]) -> Iterator[Excerpt]:
    """An exchange for each rule that is broken."""
    first: dict[str, Exchange] = {}
    for exchange, finding in findings:
        first.setdefault(finding.rule.id, exchange)
    return map(excerpt, {exchange.place: exchange for exchange in first.values()}.values())


def _clients(findings: Iterable[tuple[Exchange, Finding]]) -> Iterator[BrokenClients]:
    """Who breaks on each broken rule, by the first exchanges that break it."""
    by_rule: dict[str, dict[Place | None, Exchange]] = {}
    for exchange, finding in findings:
        by_rule.setdefault(finding.rule.id, {}).setdefault(exchange.place, exchange)
    for rule, exchanges in by_rule.items():
        said: dict[str, None] = {}
        for exchange in islice(exchanges.values(), _LOOKED_AT):
            said |= dict.fromkeys(who_breaks(exchange, rule))
        if said:
            yield BrokenClients(rule, tuple(said))


def judge_target(
    revision: Revision,
    rows: Sequence[Row],
    models: Sequence[Model],
    suites: Suites,
    cassettes: Path,
    *,
    inspections: Iterable[Inspection] = (),
    evidence: Evidence | None = None,
) -> TargetReport:
    """Judge rows and inspections for some models of a target, from a folder of cassettes.

    Raises:
        CassetteError: a cassette cannot be used.
    """
    inspections = tuple(inspections)
    keys = Keys(revision, rows, inspections, suites, cassettes, evidence)

    def judge_whole(model: Model) -> JudgedModel:
        """Rows and inspections of a model, one after the other: what they parse is the same."""
        known_as = keys.of(model)
        if known := remembered.recall(known_as, model, rows, inspections):
            return known
        tape = Tape.load(cassettes, revision.target.id, model.id)
        judged = JudgedModel(
            judge_model(revision, model, rows, suites, tape, evidence=evidence),
            tuple(
                as_page_claims(inspect_model(model, one, tape, evidence=evidence), revision)
                for one in inspections
            ),
            source_of(tape, _evidence(tape, evidence)),
        )
        # What changed while it was read is not what the key is of.
        if known_as == keys.of(model):
            remembered.remember(known_as, judged)
        return judged

    known = [judge_whole(model) for model in models]
    return TargetReport(
        revision=revision,
        provenance=provenance_of([judged.source for judged in known]),
        rows=tuple(rows),
        models=tuple(models),
        cells=tuple(cell for judged in known for cell in judged.cells),
        observations=tuple(
            judged.observations[at] for at in range(len(inspections)) for judged in known
        ),
    )


def make_report(targets: Iterable[TargetReport]) -> Report:
    """Make a report of judged targets, dated now."""
    now = datetime.datetime.now(datetime.UTC)
    return Report(__version__, now.isoformat(timespec="seconds"), tuple(targets))


def _behaviour(
    target: Target,
    model: Model,
    row: Row,
    suites: Suites,
    tape: Tape,
    note: Callable[[Step], None],
) -> Behaviour:
    if row.id not in suites:
        return unmeasured("no probe puts this row to the test")
    probe = suites[row.id].probe
    auth = tape.label.auth if tape.label else target.auth[0]
    ask = Ask(model, row, target, auth, tape.superseded)
    try:
        return _replay(probe, ask, tape, note)
    except Exception as defect:
        defect.add_note(f"while judging row {row.id!r} for {model.id}")
        raise


def _replay(probe: Probe, ask: Ask, tape: Tape, note: Callable[[Step], None]) -> Behaviour:
    """Run a probe over the tape until it has seen enough, or the tape ends."""

    def find(batch: Batch) -> list[Exchange | None]:
        for step in batch:
            note(step)
        return [tape.find(step.question.request, step.nth) for step in batch]

    try:
        return run_probe(probe, ask, find)
    except UnansweredError as end:
        return _unrecorded(probe, tape, end.batch)


def _unrecorded(probe: Probe, tape: Tape, number: int) -> Behaviour:
    """Say why a probe's step, counted from 1, is not recorded."""
    if probe.row in tape.rows:
        return unmeasured(
            f"the recording ends before the probe's step {number}: the run was not finished, or "
            "the probe has changed since; 'run --resume' asks only what is missing"
        )
    return unmeasured(f"not opted in: {probe.opt_in}" if probe.opt_in else "no recording")


def _evidence(tape: Tape, stated: Evidence | None) -> Evidence:
    return Evidence.SIMULATED if tape.simulated else stated or Evidence.RECORDED
