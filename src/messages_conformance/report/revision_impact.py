"""What another revision of a page means for the verdicts on what is recorded."""

from dataclasses import dataclass

from messages_conformance.verdict import Claim, Evidence, Verdict


@dataclass(frozen=True)
class Shift:
    """Recorded cells of a row that were judged alike, by the earlier and by the later page."""

    row: str
    claim: Claim
    """What the earlier page says for these models."""
    before: Verdict
    """By the earlier page."""
    after: Verdict | None
    """By the later page; None where it does not have the row any more."""
    models: tuple[str, ...]

    @property
    def lost_promise(self) -> bool:
        """Whether the verdict rests on a promise that the later page does not make."""
        return self.after is None and self.claim in (Claim.SUPPORTED, Claim.PARTIAL)


@dataclass(frozen=True)
class Impact:
    """What another revision means for all that is recorded of a target."""

    evidence: Evidence
    """That of the weakest recording; `none` where nothing is recorded."""
    models: tuple[str, ...] = ()
    """The models of the earlier page that have recordings."""
    models_gone: tuple[str, ...] = ()
    """Of these, the ones that the later page does not name: no verdict on them has a page."""
    shifts: tuple[Shift, ...] = ()
    """The verdicts, other than open ones, that are others by the later page, or of no row."""

    @property
    def lost_promises(self) -> tuple[Shift, ...]:
        """The verdicts that rest on a promise which is no longer made."""
        return tuple(shift for shift in self.shifts if shift.lost_promise)

    @property
    def lost_rows(self) -> tuple[Shift, ...]:
        """The other verdicts whose row the later page lacks: nothing was promised there."""
        return tuple(s for s in self.shifts if s.after is None and not s.lost_promise)

    @property
    def changed(self) -> tuple[Shift, ...]:
        """The verdicts on rows of both pages that come out differently."""
        return tuple(shift for shift in self.shifts if shift.after is not None)
