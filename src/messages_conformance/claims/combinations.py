"""Rows that no page has: what a page promises line by line must hold together.

They are added to every page that has the features they combine, as it is read. What a page says
of each feature alone is all that they rest on.
"""

from dataclasses import replace

from messages_conformance.claims.page import Revision, Row, Section
from messages_conformance.verdict import Claim

SECTION = Section("combinations", "Features in company")
COMBINED = (
    "basic/system",
    "tools/name",
    "tool_choice/tool",
    "basic/stop_sequences",
    "basic/max_tokens",
    "basic/stream",
    "content/text/cache_control",
    "basic/thinking",
    "basic/metadata",
    "basic/temperature",
    "basic/top_p",
    "basic/top_k",
    "basic/service_tier",
    "content/image",
)
"""The rows whose features are combined, where a page supports or ignores them."""
_NEEDED = ("basic/system", "basic/stream", "tools/name")
"""The rows without which a page has nothing to combine."""
_TITLES = {"pairs": "every pair of features", "triples": "every three features"}


def is_derived(row: Row) -> bool:
    """Whether a row is one of these, and so on no page."""
    return row.section == SECTION.id


def with_combinations(revision: Revision) -> Revision:
    """The page with the rows about features in company; unchanged where it has them."""
    rows = revision.rows_by_id
    if not all(id in rows and rows[id].claim is Claim.SUPPORTED for id in _NEEDED) or any(
        section.id == SECTION.id for section in revision.sections
    ):
        return revision
    accepted = (Claim.SUPPORTED, Claim.IGNORED)
    left_out = [id for id in COMBINED if id not in rows or rows[id].claim not in accepted]
    derived = tuple(
        Row(
            id=f"{SECTION.id}/{name}",
            title=title,
            claim=Claim.SUPPORTED,
            words="Not on the page, which claims each of these features by itself",
            source="derived from the page's other rows",
            basis="inferred",
            example=left_out or None,
        )
        for name, title in _TITLES.items()
    )
    return replace(
        revision,
        sections=(*revision.sections, SECTION),
        rows=(*revision.rows, *derived),
    )
