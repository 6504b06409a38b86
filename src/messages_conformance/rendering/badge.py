"""A report as the JSON of a badge, in the form that shields.io reads from an address.

It counts and gives no percentage. What rests on a simulation says so, and has no colour.
"""

import json

from messages_conformance.display import one_line
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Report
from messages_conformance.verdict import Evidence

LABEL = "Messages API"
_COLORS = {"passed": "brightgreen", "failed": "red", "nothing": "lightgrey"}


def render(report: Report) -> str:
    """Format a report for a badge: https://shields.io/badges/endpoint-badge."""
    message, color = _message(report)
    names = [one_line(target.revision.target.name) for target in report.targets]
    label = f"{LABEL}: {names[0]}" if len(names) == 1 else LABEL
    document = {"schemaVersion": 1, "label": label, "message": message, "color": color}
    return json.dumps(document, ensure_ascii=False) + "\n"


def _message(report: Report) -> tuple[str, str]:
    judged = [one for target in report.targets for one in target.judged]
    results = [outcome(one) for one in judged]
    failed, passed = results.count(Outcome.FAILED), results.count(Outcome.PASSED)
    accepted = results.count(Outcome.ACCEPTED)
    if not failed + passed + accepted:
        return "not measured", _COLORS["nothing"]
    parts = [f"{passed:,} as claimed"]
    parts += [f"{failed:,} fall short" if failed != 1 else "1 falls short"] if failed else []
    parts += [f"{accepted:,} accepted"] if accepted else []
    said = ", ".join(parts)
    if any(one.evidence is Evidence.SIMULATED for one in judged):
        return f"rehearsal: {said}", _COLORS["nothing"]
    return said, _COLORS["failed" if failed else "passed"]
