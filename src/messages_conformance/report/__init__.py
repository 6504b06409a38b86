"""The report: one immutable value, one JSON document, and what can be done with several."""

from messages_conformance.report.provenance import Provenance, RecordingSummary
from messages_conformance.report.report import (
    BrokenClients,
    Cell,
    Judged,
    Observation,
    Report,
    ReportedFinding,
    TargetReport,
)

__all__ = [
    "BrokenClients",
    "Cell",
    "Judged",
    "Observation",
    "Provenance",
    "RecordingSummary",
    "Report",
    "ReportedFinding",
    "TargetReport",
]
