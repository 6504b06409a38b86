"""Part of a report: only some models and rows of it."""

import fnmatch
from collections.abc import Sequence
from dataclasses import replace

from messages_conformance.report.report import Report, TargetReport


def choose(
    report: Report,
    models: Sequence[str] = (),
    rows: Sequence[str] = (),
    *,
    targets: Sequence[str] = (),
    series: Sequence[str] = (),
) -> Report:
    """The report of the models and rows that fit a pattern; no pattern means all of them.

    ``targets`` are ids, ``series`` ids or names.
    """
    if not (models or rows or targets or series):
        return report
    chosen = (one for one in report.targets if not targets or one.revision.target.id in targets)
    kept = (_choose(one, _models(one, models, series), rows) for one in chosen)
    return replace(report, targets=tuple(target for target in kept if target.judged))


def _models(target: TargetReport, models: Sequence[str], series: Sequence[str]) -> Sequence[str]:
    """The patterns of models, with the models of the series that are named."""
    named = [one for one in target.revision.series if any(map(one.is_named, series))]
    ids = [model.id for one in named for model in one.models]
    # A series that this target has not must not choose all of its models.
    return (*models, *ids) or (("",) if series else ())


def _choose(target: TargetReport, models: Sequence[str], rows: Sequence[str]) -> TargetReport:
    def has(id: str, patterns: Sequence[str]) -> bool:
        return not patterns or any(fnmatch.fnmatchcase(id, one) for one in patterns)

    return replace(
        target,
        rows=tuple(row for row in target.rows if has(row.id, rows)),
        models=tuple(model for model in target.models if has(model.id, models)),
        cells=tuple(c for c in target.cells if has(c.row_id, rows) and has(c.model.id, models)),
        observations=tuple(
            o for o in target.observations if has(o.row_id, rows) and has(o.model.id, models)
        ),
    )
