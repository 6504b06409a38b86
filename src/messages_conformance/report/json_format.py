"""The report as one JSON document, and back; its shape is ``schemas/report.schema.json``.

Values become JSON field by field, and what is at its default is left out. Only what relates them
is written here: a page stands in the form of a claims file, and cells, observations and findings
stand in lists of their own, where each names its target, revision, model and row.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json as to_json_bytes

from messages_conformance import schemas
from messages_conformance.claims import document as claims
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Model, Row
from messages_conformance.display import json_text
from messages_conformance.errors import ReportError
from messages_conformance.report.decisive import Decisive, decisive
from messages_conformance.report.newer_page import NewerPage
from messages_conformance.report.provenance import Provenance
from messages_conformance.report.repeats import RunResult
from messages_conformance.report.report import (
    Cell,
    Judged,
    Observation,
    Report,
    ReportedFinding,
    TargetReport,
)
from messages_conformance.stats import CONFIDENCE
from messages_conformance.verdict import Kind, Standing, Verdict

FORMAT: Final = 1
"""The format of what is written. It rises where a field changes its meaning or goes; a new field
does not raise it. What this version reads is of this format or of none, as before it was named."""

Document: TypeAlias = dict[str, Any]
_Key: TypeAlias = tuple[str, ...]

_TARGET = ("target", "revision")
"""What a cell, an observation and a finding name their target by."""
_SLOT = (*_TARGET, "model", "row")
"""What a finding names its observation by."""


def to_json(report: Report) -> str:
    """Serialise a report, readably and so that no model's words can steer a terminal."""
    return json_text(_written(to_document(report))) + "\n"


def _written(document: Document) -> str:
    """The same text as ``json.dumps`` makes, in a third of its time."""
    try:
        return to_json_bytes(document, indent=2).decode()
    except ValueError:  # It holds what no UTF-8 can: half of a surrogate pair.
        return json.dumps(document, indent=2, ensure_ascii=False)


def to_document(report: Report) -> Document:
    """Turn a report into the value that is written as JSON."""
    cells, observations, findings = [], [], []
    for target in report.targets:
        cells += [_cell(cell, target) for cell in target.cells]
        for observation in target.observations:
            observations.append(_observation(observation, target))
            findings += [
                _of(target, found.model, row=observation.row_id)
                | _dump(ReportedFinding, found, "model")
                for found in observation.findings
            ]
    return {
        "format": FORMAT,
        **_dump(Report, report, "targets"),
        "targets": [_target(target) for target in report.targets],
        "cells": cells,
        "observations": observations,
        "findings": findings,
    }


def _target(target: TargetReport) -> Document:
    return {
        "claims": claims.to_document(target.revision),
        "rows": [row.id for row in target.rows],
        "models": [model.id for model in target.models],
        "provenance": _dump(Provenance, target.provenance),
        **(
            {"newer": adapter(NewerPage).dump_python(target.newer, mode="json")}
            if target.newer
            else {}
        ),
        **({"reported": _reported(target)} if target.reported else {}),
    }


def _reported(target: TargetReport) -> list[Document]:
    """What others reported; the details of what was exchanged stay with the source."""
    return [_dump(FieldReport, report, "detail") for report in target.reported]


def _cell(cell: Cell, target: TargetReport) -> Document:
    written = _dump(Cell, cell, "model", "row", "verdict", "runs")
    for shown, entry in zip(cell.excerpts, written.get("excerpts", ()), strict=False):
        places = decisive(shown, cell.row_id, cell.summary, cell.excerpts)
        entry.update({"decisive": decided} if (decided := _dump(Decisive, places)) else {})
    if cell.samples:
        low, high = (round(share, 4) for share in cell.samples.interval)
        written["samples"]["interval"] = {"low": low, "high": high, "confidence": CONFIDENCE}
    return {
        **_of(target, cell.model, series=cell.model.series, row=cell.row.id),
        **written,
        **_verdict(cell),
        **_runs(cell),
    }


def _observation(observation: Observation, target: TargetReport) -> Document:
    """An observation with what follows from its findings, for those who only read the JSON."""
    return {
        **_of(target, observation.model, series=observation.model.series),
        **_dump(Observation, observation, "model", "findings", "runs"),
        "broken": observation.broken,
        "behaviour": observation.kind.value,
        "summary": observation.summary,
        **_verdict(observation),
        **_runs(observation),
    }


def _of(target: TargetReport, model: Model, **more: str) -> Document:
    """What an entry of a list is of."""
    page = target.revision
    return {"target": page.target.id, "revision": str(page.date), "model": model.id, **more}


def _verdict(judged: Judged | RunResult) -> Document:
    return {"verdict": judged.verdict.name, "standing": judged.verdict.standing.value}


def _runs(judged: Judged) -> Document:
    """How a cell came out in several runs, and that it is flaky, where it is."""
    ways = [
        {"behaviour": way.kind.value, **_verdict(way), "times": way.times} for way in judged.runs
    ]
    return ({"runs": ways} if ways else {}) | ({"flaky": True} if judged.flaky else {})


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes the values of a type; to make it takes a while."""
    return TypeAdapter(kind)


def _dump(kind: Any, value: Any, *without: str) -> Document:
    written: Document = adapter(kind).dump_python(
        value, mode="json", by_alias=True, exclude_defaults=True, exclude=set(without)
    )
    return written


def from_document(document: Any) -> Report:
    """Read a report back.

    Raises:
        ReportError: the document breaks the schema, or contradicts itself.
    """
    written = document.get("format") if isinstance(document, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise ReportError(
            f"this report is of format {written}, and this version reads up to {FORMAT}; "
            "install the version that wrote it, or a newer one"
        )
    if complaint := schemas.complaint(document, "report"):
        raise ReportError(
            f"this is not a report of messages-conformance: {complaint}; "
            "write one with 'messages-conformance report --format json'"
        )
    try:
        return _report(document)
    except KeyError as missing:
        name = missing.args[0]
        raise ReportError(
            "this report contradicts itself: a cell or finding names "
            f"{' '.join(name) if isinstance(name, tuple) else name!r}, "
            "which its targets do not hold; write it again instead of editing it"
        ) from missing
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        raise ReportError(
            f"this report holds an impossible value, {first['input']!r} ({first['msg']}); "
            "write it again instead of editing it"
        ) from problem
    except ValueError as problem:
        raise ReportError(
            f"this report holds claims that no file can hold ({problem}); "
            "write it again instead of editing it"
        ) from problem


def _report(document: Document) -> Report:
    pages = [target["claims"] for target in document["targets"]]
    keys = [(page["target"]["id"], page["revision"]["date"]) for page in pages]
    slots = (_key(seen, _SLOT) for seen in document["observations"])
    cells = _grouped(document["cells"], _TARGET, keys)
    observations = _grouped(document["observations"], _TARGET, keys)
    findings = _grouped(document["findings"], _SLOT, slots)
    targets = [
        _target_of(target, cells[key], observations[key], findings)
        for target, key in zip(document["targets"], keys, strict=True)
    ]
    report: Report = adapter(Report).validate_python({**document, "targets": targets})
    return report


def _grouped(
    entries: Iterable[Document], names: Iterable[str], known: Iterable[_Key]
) -> dict[_Key, list[Document]]:
    """The entries under what they name; a KeyError where that is not known."""
    groups: dict[_Key, list[Document]] = {key: [] for key in known}
    for entry in entries:
        groups[_key(entry, names)].append(entry)
    return groups


def _key(entry: Document, names: Iterable[str]) -> _Key:
    return tuple(entry[name] for name in names)


def _target_of(
    document: Document,
    cells: Iterable[Document],
    observations: Iterable[Document],
    findings: dict[_Key, list[Document]],
) -> TargetReport:
    revision = claims.from_document(document["claims"])
    of_page = {model.id: model for model in revision.models}
    models = {id: of_page[id] for id in document["models"]}
    rows = {id: revision.rows_by_id[id] for id in document["rows"]}
    return TargetReport(
        revision=revision,
        provenance=adapter(Provenance).validate_python(document["provenance"]),
        rows=tuple(rows.values()),
        models=tuple(models.values()),
        cells=tuple(_cell_of(cell, models[cell["model"]], rows[cell["row"]]) for cell in cells),
        observations=tuple(
            _observation_of(seen, models[seen["model"]], findings[_key(seen, _SLOT)])
            for seen in observations
        ),
        newer=adapter(NewerPage).validate_python(document["newer"])
        if "newer" in document
        else None,
        reported=tuple(map(adapter(FieldReport).validate_python, document.get("reported", ()))),
    )


def _cell_of(document: Document, model: Model, row: Row) -> Cell:
    read = {"model": model, "row": row, "verdict": _verdict_of(document)}
    cell: Cell = adapter(Cell).validate_python({**document, **read, "runs": _runs_of(document)})
    return cell


def _observation_of(document: Document, model: Model, findings: list[Document]) -> Observation:
    found = [
        adapter(ReportedFinding).validate_python({**finding, "model": model})
        for finding in findings
    ]
    read = {"model": model, "findings": found, "runs": _runs_of(document)}
    seen: Observation = adapter(Observation).validate_python({**document, **read})
    return seen


def _runs_of(document: Document) -> tuple[RunResult, ...]:
    return tuple(
        RunResult(Kind(way["behaviour"]), _verdict_of(way), way["times"])
        for way in document.get("runs", ())
    )


def _verdict_of(document: Document) -> Verdict:
    return Verdict(document["verdict"], Standing(document["standing"]))
