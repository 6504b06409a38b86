"""What a revision claims for one model of the endpoint."""

from dataclasses import dataclass

from messages_conformance.claims.page import Model, Range, Revision
from messages_conformance.verdict import Claim


@dataclass(frozen=True)
class ModelClaims:
    """The claims of a revision for one model."""

    revision: Revision
    model: Model

    def claim(self, row: str) -> Claim:
        """The claim of a row; `Claim.UNKNOWN` where the page lacks the row."""
        found = self.revision.rows_by_id.get(row)
        return found.claim_for(self.model) if found else Claim.UNKNOWN

    def range(self, row: str) -> Range:
        """The documented range of a row; an open one where none is documented."""
        found = self.revision.rows_by_id.get(row)
        return (found and found.range) or Range()
