"""A schema-checked report document read back into values; `document` is its way in.

A name that the document does not hold raises KeyError.
"""

import datetime
from typing import Any

from messages_conformance.claims.document import from_document
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.detection import Detection
from messages_conformance.report.deviation import Known, State
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.repeats import CameOut, RunOf
from messages_conformance.report.report import (
    Cell,
    Finding,
    Observation,
    Provenance,
    Recording,
    Report,
    TargetReport,
)
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import (
    Behaviour,
    Claim,
    Evidence,
    Kind,
    Samples,
    Standing,
    Verdict,
)


def report(document: dict[str, Any]) -> Report:
    """Read a whole report: its targets, each with what was judged that names it."""
    revisions = [(target["id"], target["revision"]["date"]) for target in document["targets"]]
    cells: dict[tuple[str, str], list[Any]] = {revision: [] for revision in revisions}
    observations: dict[tuple[str, str], list[Any]] = {revision: [] for revision in revisions}
    findings: dict[tuple[str, ...], list[Any]] = {}
    for cell in document["cells"]:
        cells[cell["target"], cell["revision"]].append(cell)
    for observation in document["observations"]:
        found = findings[_slot(observation)] = []
        observations[observation["target"], observation["revision"]].append((observation, found))
    for finding in document["findings"]:
        if _slot(finding) not in findings:
            raise KeyError(finding["row"])
        findings[_slot(finding)].append(finding)
    return Report(
        suite_version=document["suite_version"],
        created=document["created"],
        shards=tuple(document.get("shards", ())),
        targets=tuple(
            _target(target, cells[revision], observations[revision])
            for target, revision in zip(document["targets"], revisions, strict=True)
        ),
        detection=Detection.of(document["detection"]) if "detection" in document else None,
        runs=tuple(RunOf(run["id"], run["created"]) for run in document.get("runs", ())),
    )


def _slot(document: Any) -> tuple[str, ...]:
    """What findings and the observation they belong to have in common."""
    return tuple(document[name] for name in ("target", "revision", "model", "row"))


def _target(document: Any, cells: list[Any], observations: list[Any]) -> TargetReport:
    revision = _revision(document)
    models = {model.id: model for model in revision.models}
    rows = revision.rows_by_id
    return TargetReport(
        revision=revision,
        provenance=_provenance(document["provenance"]),
        rows=revision.rows,
        models=tuple(models[id] for id in document["models"]),
        cells=tuple(_cell(cell, models[cell["model"]], rows[cell["row"]]) for cell in cells),
        observations=tuple(
            _observation(observation, models[observation["model"]], found)
            for observation, found in observations
        ),
    )


def _revision(document: Any) -> Revision:
    return from_document(
        {
            "target": document,
            "revision": document["revision"],
            "section": document["sections"],
            "series": document["series"],
            "row": document["rows"],
        }
    )


def _provenance(document: Any) -> Provenance:
    days = document.get("recorded")
    return Provenance(
        evidence=Evidence(document["evidence"]),
        hosts=tuple(document["hosts"]),
        servers=tuple(document["servers"]),
        recorded=(days["first"], days["last"]) if days else None,
        recordings=tuple(Recording(**recording) for recording in document["recordings"]),
    )


def _cell(document: Any, model: Model, row: Row) -> Cell:
    samples = document.get("samples")
    return Cell(
        model=model,
        row=row,
        claim=Claim(document["claim"]),
        behaviour=Behaviour(
            Kind(document["behaviour"]),
            document["summary"],
            samples=Samples(samples["seen"], samples["of"]) if samples else None,
            lacking=tuple(document.get("lacking", ())),
        ),
        verdict=Verdict(document["verdict"], Standing(document["standing"])),
        evidence=Evidence(document["evidence"]),
        places=tuple(_place(place) for place in document["exchanges"]),
        shown=tuple(_excerpt(excerpt) for excerpt in document.get("shown", ())),
        known=_known(document),
        runs=_runs(document),
    )


def _observation(document: Any, model: Model, findings: list[Any]) -> Observation:
    return Observation(
        row_id=document["row"],
        title=document["title"],
        model=model,
        exchanges=document["exchanges"],
        figures=document.get("figures", ""),
        evidence=Evidence(document["evidence"]),
        findings=tuple(_finding(finding, model) for finding in findings),
        known=_known(document),
        deferred=document.get("deferred", False),
        runs=_runs(document),
    )


def _runs(document: Any) -> tuple[CameOut, ...]:
    return tuple(
        CameOut(
            Kind(way["behaviour"]),
            Verdict(way["verdict"], Standing(way["standing"])),
            way["times"],
        )
        for way in document.get("runs", ())
    )


def _known(document: Any) -> Known | None:
    for state in State:
        if terms := document.get(state.value):
            day = terms.get("expires")
            return Known(
                state,
                terms["reason"],
                terms.get("link", ""),
                datetime.date.fromisoformat(day) if day else None,
                terms.get("objection", ""),
            )
    return None


def _finding(document: Any, model: Model) -> Finding:
    return Finding(
        model=model,
        rule=document["rule"],
        severity=Severity(document["severity"]),
        exchange=_place(document["exchange"]),
        where=document["where"],
        message=document["message"],
    )


def _place(document: Any) -> Place:
    return Place(document["cassette"], document["position"])


def _excerpt(document: Any) -> Excerpt:
    request = document["request"]
    return Excerpt(
        place=_place(document["exchange"]) if "exchange" in document else None,
        method=request["method"],
        path=request["path"],
        headers=tuple((name, value) for name, value in request["headers"]),
        sent=request["body"],
        status=document["status"],
        ended=document["ended"],
        body=document["body"],
    )
