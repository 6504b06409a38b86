"""The verdict on a claim, given the behaviour that a probe saw."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from messages_conformance import stats
from messages_conformance.protocol.exchange import Exchange


class Claim(StrEnum):
    """What the vendor's page says about a row."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a probe saw."""

    WORKS = "works"
    PARTIAL = "partial"
    IGNORED = "ignored"
    REFUSED = "refused"
    BROKEN = "broken"
    UNCLEAR = "unclear"
    UNMEASURED = "unmeasured"


Role: TypeAlias = Literal[
    "asked", "control", "must be refused", "may be refused", "shared with other rows"
]
"""Why a request was sent, for the row that it is about."""


class Standing(StrEnum):
    """What a verdict means for somebody who relies on the page."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    OBSERVED = "observed"
    OPEN = "open"


class Evidence(StrEnum):
    """How strong the evidence for a cell is, strongest first."""

    LIVE = "live"
    RECORDED = "recorded"
    REPORTED = "reported"
    SIMULATED = "simulated"
    NONE = "none"


@dataclass(frozen=True)
class Samples:
    """How often something was seen in several answers, where chance plays a part.

    Raises:
        ValueError: ``seen`` is not between 0 and ``of``.
    """

    seen: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.seen <= self.of:
            raise ValueError(f"{self.seen} of {self.of} samples is not a share")

    @property
    def interval(self) -> tuple[float, float]:
        """The confidence interval of the share, from 0 to 1, at `stats.CONFIDENCE`."""
        return stats.interval(self.seen, self.of) if self.of else (0.0, 1.0)

    def __str__(self) -> str:
        """Count and interval: ``4 of 5 samples, 95 % interval 28 to 99 %``."""
        low, high = (round(100 * share) for share in self.interval)
        confidence = f"{stats.CONFIDENCE:.0%}".replace("%", " %")
        return f"{self.seen:,} of {self.of:,} samples, {confidence} interval {low} to {high} %"


_LONGEST: Final = 2000
"""Characters of a summary; the names that it quotes are the endpoint's, of any length."""


@dataclass(frozen=True)
class Behaviour:
    """What a probe saw, in one sentence, with the exchanges that show it."""

    kind: Kind
    summary: str
    exchanges: tuple[Exchange, ...] = ()
    samples: Samples | None = None
    lacking: tuple[str, ...] = ()
    """Where it is `partial`: the tags of what is missing, as a row's ``lacks`` names them."""
    rules: tuple[str, ...] = ()
    """Where it is `partial` as clients cannot read the answer: the wire rules that are broken."""

    def __post_init__(self) -> None:
        if len(self.summary) > _LONGEST:
            object.__setattr__(self, "summary", self.summary[: _LONGEST - 1] + "…")


@dataclass(frozen=True)
class Verdict:
    """The verdict on one cell: its name and what it means."""

    name: str
    standing: Standing


_TABLE: dict[Claim, dict[Kind, tuple[str, Standing]]] = {
    Claim.SUPPORTED: {
        Kind.WORKS: ("kept", Standing.GOOD),
        Kind.PARTIAL: ("partly kept", Standing.BAD),
        Kind.IGNORED: ("silently ignored", Standing.BAD),
        Kind.REFUSED: ("wrongly refused", Standing.BAD),
        Kind.BROKEN: ("broken", Standing.BAD),
    },
    Claim.PARTIAL: {
        Kind.WORKS: ("bonus", Standing.GOOD),
        Kind.PARTIAL: ("partly kept", Standing.BAD),
        Kind.IGNORED: ("silently ignored", Standing.BAD),
        Kind.REFUSED: ("wrongly refused", Standing.BAD),
        Kind.BROKEN: ("broken", Standing.BAD),
    },
    Claim.UNSUPPORTED: {
        Kind.WORKS: ("bonus", Standing.GOOD),
        Kind.PARTIAL: ("bonus", Standing.GOOD),
        Kind.IGNORED: ("silently ignored", Standing.WARNING),
        Kind.REFUSED: ("honest refusal", Standing.GOOD),
        Kind.BROKEN: ("broken", Standing.BAD),
    },
    Claim.IGNORED: {
        Kind.WORKS: ("bonus", Standing.GOOD),
        Kind.PARTIAL: ("bonus", Standing.GOOD),
        Kind.IGNORED: ("kept", Standing.GOOD),
        Kind.REFUSED: ("stricter", Standing.BAD),
        Kind.BROKEN: ("broken", Standing.BAD),
    },
    Claim.UNKNOWN: {
        Kind.WORKS: ("observed: works", Standing.OBSERVED),
        Kind.PARTIAL: ("observed: partial", Standing.OBSERVED),
        Kind.IGNORED: ("observed: ignored", Standing.OBSERVED),
        Kind.REFUSED: ("observed: refused", Standing.OBSERVED),
        Kind.BROKEN: ("broken", Standing.BAD),
    },
}


def judge(
    claim: Claim, kind: Kind, *, carries_content: bool = False, as_the_page_says: bool = False
) -> Verdict:
    """Return the verdict on a claim, given what a probe saw.

    ``carries_content`` says that the row's block holds content that the model is meant to see;
    dropping that silently is bad even if the page never promised it. ``as_the_page_says`` says
    that only parts are missing which the page itself names: the claim `partial` is kept then.
    ``unclear`` and ``unmeasured`` pass through as they are: neither good nor bad.
    """
    if kind in (Kind.UNCLEAR, Kind.UNMEASURED):
        return Verdict(kind.value, Standing.OPEN)
    name, standing = _TABLE[claim][kind]
    if claim is Claim.UNSUPPORTED and kind is Kind.IGNORED and carries_content:
        standing = Standing.BAD
    if claim is Claim.PARTIAL and kind is Kind.PARTIAL and as_the_page_says:
        name, standing = "kept", Standing.GOOD
    return Verdict(name, standing)
