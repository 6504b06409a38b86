"""The report as one JSON document and back; its shape is ``schemas/report.schema.json``.

What a saved report lacks is left out, never null, save the status of an exchange that brought
no response.
"""

import json
from dataclasses import asdict
from typing import Any, TypeAlias

from messages_conformance import schemas
from messages_conformance.claims.page import Row
from messages_conformance.display import json_text
from messages_conformance.errors import ReportError
from messages_conformance.protocol.exchange import Place
from messages_conformance.report import from_json
from messages_conformance.report.deviation import Known
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import (
    Cell,
    Finding,
    Judged,
    Observation,
    Provenance,
    Report,
    TargetReport,
)
from messages_conformance.stats import CONFIDENCE
from messages_conformance.verdict import Samples

Document: TypeAlias = dict[str, Any]


def to_json(report: Report) -> str:
    """Serialise a report, readably and so that no model's words can steer a terminal."""
    return dump(to_document(report))


def dump(document: Document) -> str:
    """Serialise a document, ending in a newline."""
    return json_text(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def to_document(report: Report) -> Document:
    """Turn a report into the document that every rendering starts from."""
    known = {"detection": report.detection.document} if report.detection else {}
    return {
        "suite_version": report.suite_version,
        "created": report.created,
        **({"shards": list(report.shards)} if report.shards else {}),
        **({"runs": [asdict(run) for run in report.runs]} if report.runs else {}),
        **known,
        "targets": [_target(target) for target in report.targets],
        "cells": [_cell(cell, target) for target in report.targets for cell in target.cells],
        "observations": [
            _observation(observation, target)
            for target in report.targets
            for observation in target.observations
        ],
        "findings": [
            _finding(finding, observation, target)
            for target in report.targets
            for observation in target.observations
            for finding in observation.findings
        ],
    }


def from_document(document: Any) -> Report:
    """Read a report back.

    Raises:
        ReportError: the document breaks the schema, or names what it does not hold.
    """
    if complaint := schemas.complaint(document, "report"):
        raise ReportError(
            f"this is no report of messages-conformance: {complaint}; "
            "write one with 'messages-conformance report --format json'"
        )
    try:
        return from_json.report(document)
    except KeyError as missing:
        raise ReportError(
            f"this report contradicts itself: a cell or finding names {missing.args[0]!r}, "
            "which its targets do not hold; write it anew rather than by hand"
        ) from missing
    except ValueError as problem:
        raise ReportError(
            f"this report holds what cannot be ({problem}); write it anew rather than by hand"
        ) from problem


def _target(target: TargetReport) -> Document:
    revision = target.revision
    return {
        "id": revision.target.id,
        "name": revision.target.name,
        "base_url": revision.target.base_url,
        "auth": list(revision.target.auth),
        "api_version": revision.target.api_version,
        "defaults": dict(revision.target.defaults),
        "profile": revision.target.profile,
        "revision": {
            "date": revision.date.isoformat(),
            "title": revision.title,
            "url": revision.url,
            "note": revision.note,
        },
        "series": [
            {
                "id": series.id,
                "name": series.name,
                "models": [{"id": model.id, "thinks": model.thinks} for model in series.models],
            }
            for series in revision.series
        ],
        "sections": [{"id": section.id, "title": section.title} for section in revision.sections],
        "rows": [_row(row) for row in target.rows],
        "models": [model.id for model in target.models],
        "provenance": _provenance(target.provenance),
    }


def _row(row: Row) -> Document:
    document: Document = {
        "id": row.id,
        "section": row.section,
        "title": row.title,
        "claim": row.claim.value,
        "words": row.words,
        "source": row.source,
        "basis": row.basis,
        "carries_content": row.carries_content,
        "exceptions": {name: claim.value for name, claim in row.exceptions.items()},
    }
    if row.example is not None:
        document["example"] = row.example
    if row.range is not None:
        bounds = {"minimum": row.range.minimum, "maximum": row.range.maximum}
        document["range"] = {
            **{name: bound for name, bound in bounds.items() if bound is not None},
            "excludes_maximum": row.range.excludes_maximum,
        }
    return document


def _provenance(provenance: Provenance) -> Document:
    document: Document = {
        "evidence": provenance.evidence.value,
        "hosts": list(provenance.hosts),
        "servers": list(provenance.servers),
        "requests": provenance.requests,
        "input_tokens": provenance.input_tokens,
        "output_tokens": provenance.output_tokens,
        "recordings": [asdict(recording) for recording in provenance.recordings],
    }
    if provenance.recorded:
        document["recorded"] = dict(zip(("first", "last"), provenance.recorded, strict=True))
    return document


def _cell(cell: Cell, target: TargetReport) -> Document:
    document: Document = {
        "target": target.revision.target.id,
        "revision": target.revision.date.isoformat(),
        "series": cell.model.series,
        "model": cell.model.id,
        "row": cell.row.id,
        "claim": cell.claim.value,
        "behaviour": cell.behaviour.kind.value,
        "verdict": cell.verdict.name,
        "standing": cell.verdict.standing.value,
        "evidence": cell.evidence.value,
        "summary": cell.behaviour.summary,
        "exchanges": [_place(place) for place in cell.places],
    }
    if cell.behaviour.lacking:
        document["lacking"] = list(cell.behaviour.lacking)
    if samples := cell.behaviour.samples:
        document["samples"] = _samples(samples)
    if cell.shown:
        document["shown"] = [_excerpt(excerpt) for excerpt in cell.shown]
    return document | _runs(cell) | _known(cell.known)


def _observation(observation: Observation, target: TargetReport) -> Document:
    document: Document = {
        "target": target.revision.target.id,
        "revision": target.revision.date.isoformat(),
        "series": observation.model.series,
        "model": observation.model.id,
        "row": observation.row_id,
        "title": observation.title,
        "exchanges": observation.exchanges,
        "broken": observation.broken,
        "behaviour": observation.kind.value,
        "standing": observation.verdict.standing.value,
        "evidence": observation.evidence.value,
        "summary": observation.summary,
    }
    if observation.figures:
        document["figures"] = observation.figures
    if observation.deferred:
        document["deferred"] = True
    return document | _runs(observation) | _known(observation.known)


def _samples(samples: Samples) -> Document:
    low, high = (round(share, 4) for share in samples.interval)
    interval = {"low": low, "high": high, "confidence": CONFIDENCE}
    return {"seen": samples.seen, "of": samples.of, "interval": interval}


def _runs(judged: Judged) -> Document:
    """How a cell came out in several runs, and that it flips, where it does."""
    if not judged.runs:
        return {}
    ways = [
        {
            "behaviour": way.kind.value,
            "verdict": way.verdict.name,
            "standing": way.verdict.standing.value,
            "times": way.times,
        }
        for way in judged.runs
    ]
    return {"runs": ways, **({"flaky": True} if judged.flaky else {})}


def _known(known: Known | None) -> Document:
    """What is known of a cell, under the name of its state."""
    if known is None:
        return {}
    terms: Document = {"reason": known.reason}
    if known.link:
        terms["link"] = known.link
    if known.expires:
        terms["expires"] = known.expires.isoformat()
    if known.objection:
        terms["objection"] = known.objection
    return {known.state.value: terms}


def _finding(finding: Finding, observation: Observation, target: TargetReport) -> Document:
    return {
        "target": target.revision.target.id,
        "revision": target.revision.date.isoformat(),
        "model": finding.model.id,
        "row": observation.row_id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "exchange": _place(finding.exchange),
        "where": finding.where,
        "message": finding.message,
    }


def _place(place: Place) -> Document:
    return {"cassette": place.cassette, "position": place.position}


def _excerpt(excerpt: Excerpt) -> Document:
    document: Document = {
        "request": {
            "method": excerpt.method,
            "path": excerpt.path,
            "headers": [list(header) for header in excerpt.headers],
            "body": excerpt.sent,
        },
        "status": excerpt.status,
        "ended": excerpt.ended,
        "body": excerpt.body,
    }
    return document if excerpt.place is None else {"exchange": _place(excerpt.place)} | document
