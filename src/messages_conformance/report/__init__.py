"""The report: one immutable value, one JSON document, and what can be done with several."""

from messages_conformance.report.report import (
    Cell,
    Judged,
    Observation,
    Provenance,
    RecordingSummary,
    Report,
    ReportedFinding,
    TargetReport,
)

__all__ = [
    "Cell",
    "Judged",
    "Observation",
    "Provenance",
    "RecordingSummary",
    "Report",
    "ReportedFinding",
    "TargetReport",
]
