"""Judge what is recorded by two revisions of a page, and see which verdicts change."""

from collections.abc import Iterator
from pathlib import Path

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.changes import Changes
from messages_conformance.claims.page import Model
from messages_conformance.judging.judge import judge_model
from messages_conformance.probing.loader import Suites
from messages_conformance.report.revision_impact import Impact, Shift
from messages_conformance.verdict import Claim, Evidence, Standing, Verdict


def impact(changes: Changes, suites: Suites, cassettes: Path) -> Impact:
    """What changes mean for what is recorded of the target, whichever revision it is for.

    Only rows that are gone, or that promise something else, are judged.

    Raises:
        CassetteError: a cassette cannot be used.
    """
    target = changes.before.target.id
    tapes = {m: Tape.load(cassettes, target, m.id) for m in changes.before.models}
    recorded = {model: tape for model, tape in tapes.items() if tape.entries}
    later = {model.id: model for model in changes.after.models}
    found: dict[tuple[str, Claim, Verdict, Verdict | None], list[str]] = {}
    for model, tape in recorded.items():
        if model.id in later:
            for key in _shifts(changes, suites, tape, model, later[model.id]):
                found.setdefault(key, []).append(model.id)
    order = [row.id for row in changes.before.rows]
    return Impact(
        evidence=_weakest(recorded),
        models=tuple(model.id for model in recorded),
        models_gone=tuple(model.id for model in recorded if model.id not in later),
        shifts=tuple(
            Shift(*key, tuple(models))
            for key, models in sorted(found.items(), key=lambda one: order.index(one[0][0]))
        ),
    )


def _shifts(
    changes: Changes, suites: Suites, tape: Tape, model: Model, later: Model
) -> Iterator[tuple[str, Claim, Verdict, Verdict | None]]:
    """The verdicts on one model that are others by the later page."""
    common = [row for row in changes.common if row.change or row.models or row in changes.limits]
    before = [*changes.gone, *(row.before for row in common)]
    afterwards = {
        cell.row.id: cell.verdict
        for cell in judge_model(changes.after, later, [row.after for row in common], suites, tape)
    }
    for cell in judge_model(changes.before, model, before, suites, tape):
        after = afterwards.get(cell.row.id)
        if cell.verdict.standing is not Standing.OPEN and cell.verdict != after:
            yield cell.row.id, cell.claim, cell.verdict, after


def _weakest(recorded: dict[Model, Tape]) -> Evidence:
    kinds = [
        Evidence.SIMULATED if tape.simulated else Evidence.RECORDED for tape in recorded.values()
    ]
    return max(kinds, key=list(Evidence).index, default=Evidence.NONE)
