"""Small hand-made reports for the tests of the report."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

from messages_conformance.claims.page import Model, Range, Revision, Row, Section, Series, Target
from messages_conformance.protocol.exchange import KEY, Exchange, Place, Request
from messages_conformance.report import (
    Cell,
    Observation,
    Provenance,
    RecordingSummary,
    Report,
    ReportedFinding,
    TargetReport,
)
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Claim, Evidence, Kind, judge

HOST = "acme.example"
REVISION = Revision(
    target=Target("acme", "Acme", f"https://{HOST}/anthropic", ("x-api-key",), "2023-06-01"),
    date=datetime.date(2026, 1, 31),
    title="Acme's Messages API",
    url=f"https://{HOST}/docs",
    note="Copied by hand.",
    sections=(Section("basic", "Basic fields"), Section("content", "Message fields")),
    series=(
        Series("small", "Small", (Model("s-1", "small", False), Model("s-2", "small", False))),
        Series("large", "Large", (Model("l-1", "large", True), Model("l-2", "large", True))),
    ),
    rows=(
        Row(
            "basic/top_p",
            "top_p",
            Claim.SUPPORTED,
            "Supported, below 1",
            "table 2",
            "quoted",
            range=Range(0, 1, True),
            example=0.5,
        ),
        Row(
            "basic/metadata",
            "metadata",
            Claim.UNSUPPORTED,
            "-",
            "table 2",
            "recovered",
            exceptions={"large": Claim.SUPPORTED},
        ),
        Row("content/image", "image", Claim.UNKNOWN, "Not mentioned", "table 3", "inferred"),
    ),
)
AS_CLAIMED = {
    Claim.SUPPORTED: Kind.WORKS,
    Claim.UNSUPPORTED: Kind.REFUSED,
    Claim.IGNORED: Kind.IGNORED,
    Claim.UNKNOWN: Kind.WORKS,
}
PROVENANCE = Provenance(
    Evidence.RECORDED,
    (HOST,),
    ("acme 1.2",),
    ("2026-02-01", "2026-02-01"),
    (RecordingSummary("acme/s-1/basic.yaml", 12, 3400, 560),),
)


def exchange(body: bytes = b'{"type": "message"}', position: int = 0) -> Exchange:
    request = Request(
        {"model": "s-1", "messages": [{"role": "user", "content": "Hi."}], "top_p": 0.5},
        (("x-api-key", KEY),),
    )
    return Exchange(request, 200, (), body, place=Place("acme/s-1/basic.yaml", position))


def cell(
    row: Row,
    model: Model,
    kind: Kind | None = None,
    evidence: Evidence = Evidence.RECORDED,
    behaviour: Behaviour | None = None,
) -> Cell:
    """A cell as claimed, unless told what was seen."""
    claim = row.claim_for(model)
    saw = behaviour or Behaviour(kind or AS_CLAIMED[claim], "It was so.", (exchange(),))
    ground = Evidence.NONE if saw.kind is Kind.UNMEASURED else evidence
    return Cell.judged(
        model, row, claim, saw, judge(claim, saw.kind, carries_content=row.carries_content), ground
    )


def target(
    kinds: Mapping[tuple[str, str], Kind | Behaviour] | None = None,
    evidence: Evidence = Evidence.RECORDED,
) -> TargetReport:
    """All rows and models, as claimed save for the cells given under (row id, model id)."""
    told = kinds or {}
    cells = []
    for row in REVISION.rows:
        for model in REVISION.models:
            saw = told.get((row.id, model.id))
            if isinstance(saw, Behaviour):
                cells.append(cell(row, model, evidence=evidence, behaviour=saw))
            else:
                cells.append(cell(row, model, saw, evidence))
    provenance = replace(PROVENANCE, evidence=evidence)
    return TargetReport(REVISION, provenance, REVISION.rows, REVISION.models, tuple(cells))


def finding(
    severity: Severity = Severity.CONTRACT,
    position: int = 0,
    rule: str = "RS-USE-1",
    where: str = "event 1",
    message: str = "usage is missing",
    model: Model = REVISION.models[0],
) -> ReportedFinding:
    return ReportedFinding(
        model, rule, severity, Place("acme/s-1/basic.yaml", position), where, message
    )


def observation(
    *findings: ReportedFinding,
    exchanges: int = 12,
    row: str = "wire/message",
    figures: str = "",
    model: Model = REVISION.models[0],
) -> Observation:
    ground = Evidence.RECORDED if exchanges else Evidence.NONE
    return Observation(row, "Plain answers", model, exchanges, figures, ground, findings)


def report(*targets: TargetReport) -> Report:
    return Report("0.1.0", "2026-02-02T08:00:00+00:00", targets)
