"""A finding is as grave as the row it belongs to: what a page never promised breaks no promise.

That a request with a mistake in it is refused is promised only where a page has rows about
refusals; an endpoint that documents none may be lenient. What the page itself calls missing,
ignored or unsupported breaks no promise either. Such findings are advisories.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from messages_conformance.claims.page import Model, Revision, Row
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
_OF_ROWS: Final[Mapping[str, tuple[tuple[str, str | None], ...]]] = MappingProxyType(
    {
        "RS-STOP-2": (("basic/stop_sequences", "stop_sequence"), ("response/stop_sequence", None)),
        "RS-STOP-8": (("basic/stop_sequences", "stop"),),
        "RS-TOOL-4": (("tool_choice/disable_parallel_tool_use", None),),
        "RS-TOOL-5": (("tool_choice/any", None), ("tool_choice/tool", None)),
        "RS-TOOL-8": (("request/strict_tools", None),),
        "RS-THK-3": (("response/thinking/signature", None),),
        "RS-THK-5": (("basic/thinking", None),),
        "ST-THK-2": (("basic/thinking/display", None),),
        "CT-9": (("output_config/format", "schema"),),
    }
)
"""For each rule the rows that promise what it asks for. The tag names the part that a page may call
missing; None stands for any part."""
_NOT_PROMISED: Final = frozenset({Claim.UNSUPPORTED, Claim.IGNORED, Claim.UNKNOWN})


def as_page_claims(seen: Observation, page: Revision) -> Observation:
    """The observation with findings as grave as the page's claims make them."""
    promises_refusals = any(
        row.id.startswith("refusal/") and row.claim_for(seen.model) is Claim.SUPPORTED
        for row in page.rows
    )
    lenient = frozenset() if promises_refusals else _REFUSALS
    admitted = _of_rows(page, seen.model) | _of_model(seen.model)
    findings = tuple(
        replace(finding, severity=Severity.ADVISORY)
        if finding.rule in lenient | admitted and finding.severity is Severity.CONTRACT
        else finding
        for finding in seen.findings
    )
    return seen if findings == seen.findings else replace(seen, findings=findings)


def _of_rows(page: Revision, model: Model) -> frozenset[str]:
    """The rules whose rows the page does not promise to this model."""
    return frozenset(
        rule
        for rule, rows in _OF_ROWS.items()
        if any(_admits(page.rows_by_id.get(row), model, tag) for row, tag in rows)
    )


def _of_model(model: Model) -> frozenset[str]:
    """The rules that the page says this model does not keep to."""
    thinks = {"TH-16"} if model.thinking_default == "always" else set()
    counts = {"RS-STOP-5", "RS-STOP-7"} if model.max_tokens_counts == "text" else set()
    return frozenset(thinks | counts)


def _admits(row: Row | None, model: Model, tag: str | None) -> bool:
    """Whether the page does not promise the row to the model, or says that this part is missing."""
    if row is None:
        return False
    claim = row.claim_for(model)
    if claim is Claim.PARTIAL:
        return tag is None or any(lack.tag == tag for lack in row.lacks)
    return claim in _NOT_PROMISED
