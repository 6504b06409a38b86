"""What differs between two reports, row by row: better, worse, new, gone, or other and why.

The two may be of different dates, models, hosts, revisions of a page or versions of the suite. They
are compared as a caller sees it: by what the endpoint does first, and by what its page says of that
second. What could not be judged on one side is never better or worse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from messages_conformance.report.repeats import badness
from messages_conformance.report.report import Cell, Judged, Observation, Report
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Claim, Evidence, Kind, Standing


class Change(StrEnum):
    """How a row differs, the most urgent first."""

    WORSE = "worse"
    BETTER = "better"
    NEW = "new"
    """Only the second report has it."""
    GONE = "gone"
    """Only the first report has it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of one model that differs."""

    change: Change
    target: str
    model: str
    """Of two models that are compared, ``one → other``; so is the target."""
    row: str
    before: Judged | None
    """None for a new row."""
    after: Judged | None
    """None for one that is gone."""
    why: str = ""
    """What else differs, and so may be the reason: the claim, the evidence, what was recorded."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, and what differs between them."""

    before: Report
    after: Report
    differences: tuple[Difference, ...]
    """By how urgent they are, then in the order of the reports."""
    same: int
    """How many rows of models are alike in both."""
    compared: int
    """How many rows of models both reports have."""
    circumstances: tuple[str, ...]
    """What differs besides: versions, revisions, hosts, evidence."""

    def of(self, change: Change) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(one for one in self.differences if one.change is change)

    @property
    def exit_code(self) -> int:
        """0 nothing is worse, 1 something is, 2 nothing could be compared."""
        if not self.compared:
            return 2
        return 1 if self.of(Change.WORSE) else 0


@dataclass(frozen=True, slots=True)
class _Slot:
    target: str
    model: str
    row: str


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports.

    Where each is of one target, or of one model, these may have different names.
    """
    old, new = _judged(before), _judged(after)
    targets = _renamed([s.target for s in old], [s.target for s in new])
    models = _renamed([s.model for s in old], [s.model for s in new])
    meant = {
        _Slot(
            targets.get(slot.target, slot.target), models.get(slot.model, slot.model), slot.row
        ): (slot)
        for slot in old
    }
    found: list[Difference] = []
    compared = 0
    for slot in dict.fromkeys((*meant, *new)):
        first = old.get(meant[slot]) if slot in meant else None
        second = new.get(slot)
        target = _arrow(meant[slot].target, slot.target) if slot in meant else slot.target
        model = _arrow(meant[slot].model, slot.model) if slot in meant else slot.model
        compared += first is not None and second is not None
        if (change := difference_of(first, second)) is not None:
            found.append(Difference(change[0], target, model, slot.row, first, second, change[1]))
    order = list(Change)
    found.sort(key=lambda one: order.index(one.change))
    both = sum(1 for one in found if one.before is not None and one.after is not None)
    return Comparison(
        before, after, tuple(found), compared - both, compared, _circumstances(before, after)
    )


def _judged(report: Report) -> Mapping[_Slot, Judged]:
    return {
        _Slot(target.revision.target.id, judged.model.id, judged.row_id): judged
        for target in report.targets
        for judged in target.judged
    }


def _renamed(before: Iterable[str], after: Iterable[str]) -> Mapping[str, str]:
    """What the one name of the first report is called in the second, where it has one too."""
    old, new = set(before), set(after)
    return {old.pop(): new.pop()} if len(old) == len(new) == 1 else {}


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def difference_of(before: Judged | None, after: Judged | None) -> tuple[Change, str] | None:
    """How two judgements differ, and why; None where they are alike."""
    if before is None:
        return Change.NEW, ""
    if after is None:
        return Change.GONE, ""
    if isinstance(before, Observation) or isinstance(after, Observation):
        return _of_observations(before, after)
    why = _reasons(before, after)
    if (before.kind, before.verdict) == (after.kind, after.verdict):
        return None
    silent = [name for name, one in (("before", before), ("now", after)) if _is_open(one)]
    if len(silent) == 2:
        return Change.OTHER, "judged neither time"
    if silent:
        return Change.OTHER, "; ".join(filter(None, (f"not judged {silent[0]}", why)))
    return _by_behaviour(before, after), why


def _is_open(judged: Judged) -> bool:
    return judged.verdict.standing is Standing.OPEN


def _by_behaviour(before: Cell, after: Cell) -> Change:
    """Better or worse, as a caller sees it: by the behaviour where that changed."""
    if before.claim is after.claim and before.verdict.standing is not after.verdict.standing:
        return _order(badness(before.kind, before.verdict), badness(after.kind, after.verdict))
    is_fine = before.verdict.standing is after.verdict.standing is Standing.GOOD
    if before.kind is after.kind or is_fine:
        return Change.OTHER
    return _order(_USE.index(before.kind), _USE.index(after.kind))


_USE = (Kind.BROKEN, Kind.IGNORED, Kind.REFUSED, Kind.PARTIAL, Kind.WORKS)
"""Of how much use each behaviour is: a clean refusal is at least noticed."""


def _order(before: int | tuple[int, int], after: int | tuple[int, int]) -> Change:
    if before == after:
        return Change.OTHER
    return Change.WORSE if after < before else Change.BETTER  # type: ignore[operator]


def _reasons(before: Cell, after: Cell) -> str:
    reasons = []
    if before.claim is not after.claim:
        reasons.append(f"the page says {_says(after.claim)}, and said {_says(before.claim)}")
    if before.evidence is not after.evidence and not (_is_open(before) or _is_open(after)):
        reasons.append(f"{after.evidence}, and before {before.evidence}")
    return "; ".join(reasons)


def _says(claim: Claim) -> str:
    return "nothing" if claim is Claim.UNKNOWN else claim.value


def _of_observations(before: Judged, after: Judged) -> tuple[Change, str] | None:
    """Compare the rules that are broken: a rule that is broken newly makes it worse."""
    if not (isinstance(before, Observation) and isinstance(after, Observation)):
        return Change.OTHER, "inspected on one side, probed on the other"
    if not before.exchanges or not after.exchanges:
        if before.exchanges == after.exchanges:
            return None
        return Change.OTHER, f"nothing was inspected {'before' if after.exchanges else 'now'}"
    old, new = _rules(before), _rules(after)
    if old == new:
        return None
    parts = []
    if new - old:
        parts.append(f"newly broken: {', '.join(sorted(new - old))}")
    if old - new:
        parts.append(f"no longer broken: {', '.join(sorted(old - new))}")
    return (Change.WORSE if new - old else Change.BETTER), "; ".join(parts)


def _rules(seen: Observation) -> set[str]:
    return {found.rule for found in seen.findings if found.severity is not Severity.ADVISORY}


def _circumstances(before: Report, after: Report) -> tuple[str, ...]:
    """What differs besides the answers, and may be the reason of any difference."""
    pairs = (
        ("suite", {before.suite_version}, {after.suite_version}),
        ("page", _pages(before), _pages(after)),
        ("host", _hosts(before), _hosts(after)),
        ("server", _servers(before), _servers(after)),
        ("evidence", _evidence(before), _evidence(after)),
    )
    found = [
        f"{name}: {', '.join(sorted(old)) or 'none'} → {', '.join(sorted(new)) or 'none'}"
        for name, old, new in pairs
        if old != new
    ]
    if (Evidence.SIMULATED in _evidence(before)) != (Evidence.SIMULATED in _evidence(after)):
        found.append("one of the two is a simulation, which shows nothing about any vendor")
    return tuple(found)


def _pages(report: Report) -> set[str]:
    return {f"{t.revision.target.id} of {t.revision.date}" for t in report.targets}


def _hosts(report: Report) -> set[str]:
    return {host for target in report.targets for host in target.provenance.hosts}


def _servers(report: Report) -> set[str]:
    return {server for target in report.targets for server in target.provenance.servers}


def _evidence(report: Report) -> set[str]:
    return {target.provenance.evidence.value for target in report.targets}
