"""The report: one immutable value, one JSON document, and renderings that only format it."""

from messages_conformance.report.report import Cell as Cell
from messages_conformance.report.report import Finding as Finding
from messages_conformance.report.report import Observation as Observation
from messages_conformance.report.report import Provenance as Provenance
from messages_conformance.report.report import Recording as Recording
from messages_conformance.report.report import Report as Report
from messages_conformance.report.report import TargetReport as TargetReport
