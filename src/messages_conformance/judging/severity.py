"""A finding is as grave as the row it belongs to: what a page never promised breaks no promise.

That a request with a mistake in it is refused is promised only where a page has rows about
refusals; an endpoint that documents none may be lenient. What a page says is missing of its answers
is missing as it says. Such findings are advisories.
"""

from dataclasses import replace
from typing import Final

from messages_conformance.claims.page import Model, Revision
from messages_conformance.report.report import Observation
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Claim

_REFUSALS: Final = frozenset(
    {
        *(f"TU-{n}" for n in (1, 2, 3, 4, 7, 12, 13)),
        *(f"TH-{n}" for n in (3, 4, 5, 6, 7, 9, 10, 14)),
        *(f"PC-{n}" for n in (2, 3, 4, 5)),
    }
)
"""Rules that a request with a mistake in it is refused."""
_ADMITTED: Final = {"RS-THK-3": "response/thinking/signature", "TH-16": "basic/thinking"}
"""Rules that a row of a page may admit to break."""


def as_page_claims(seen: Observation, page: Revision) -> Observation:
    """The observation with findings as grave as the page's claims make them."""
    promises_refusals = any(
        row.id.startswith("refusal/") and row.claim_for(seen.model) is Claim.SUPPORTED
        for row in page.rows
    )
    lenient = frozenset() if promises_refusals else _REFUSALS
    admitted = {rule for rule, row in _ADMITTED.items() if _admits(page, row, seen.model)}
    findings = tuple(
        replace(finding, severity=Severity.ADVISORY)
        if finding.rule in lenient | admitted and finding.severity is Severity.CONTRACT
        else finding
        for finding in seen.findings
    )
    return seen if findings == seen.findings else replace(seen, findings=findings)


def _admits(page: Revision, row: str, model: Model) -> bool:
    """Whether the page says that a part of the row is missing, or that the model always thinks."""
    if row == "basic/thinking":
        return model.thinking_default == "always"
    found = page.rows_by_id.get(row)
    return found is not None and found.claim_for(model) is Claim.PARTIAL
