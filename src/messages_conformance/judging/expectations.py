"""Known deviations: where a target is known to fall short, and which of that is accepted.

A deviation names cells and how they come out there::

    [[deviation]]
    row = "content/text/cache_*"
    model = "qwen-*"
    behaviour = "refused"
    reason = "Known since May; our app sends no cache marks."
    link = "https://example.com/tickets/7"
    expires = 2027-03-31

A cell that falls short as named is shown but does not fail, up to and on the day it expires. A
cell that is named and was judged to be anything else fails: either the endpoint was mended and
the deviation can go, or it got worse. A cell that was not measured says nothing either way. One
that flips between runs is what it was at its worst, so a deviation that comes and goes still
occurs.
"""

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, replace

from messages_conformance.report.deviation import DeviationState, KnownDeviation
from messages_conformance.report.repeats import describe_results
from messages_conformance.report.report import Judged, Report, TargetReport
from messages_conformance.verdict import Kind, Standing


@dataclass(frozen=True)
class Deviation:
    """Cells, by row and model patterns, that are known to fall short in one way, and why."""

    row: str
    model: str
    expected: Kind | str
    """The behaviour, or the name of the verdict."""
    reason: str
    link: str = ""
    """Where it is followed up."""
    expires: datetime.date | None = None
    """The last day on which it is accepted; None accepts it for good."""

    def names(self, row: str, model: str) -> bool:
        """Whether it speaks of a row, by its id, for a model, by its id."""
        return fnmatch.fnmatchcase(row, self.row) and fnmatch.fnmatchcase(model, self.model)

    def occurs(self, judged: Judged) -> bool:
        """Whether a cell falls short in the way that is expected."""
        if judged.verdict.standing is not Standing.BAD:
            return False
        if isinstance(self.expected, Kind):
            return judged.kind is self.expected
        return judged.verdict.name == self.expected

    def known(self, state: DeviationState, objection: str = "") -> KnownDeviation:
        """What it comes to in a cell."""
        return KnownDeviation(state, self.reason, self.link, self.expires, objection)


@dataclass(frozen=True)
class Expectations:
    """The known deviations of one target; none by default."""

    deviations: tuple[Deviation, ...] = ()

    def known(self, judged: Judged, today: datetime.date) -> KnownDeviation | None:
        """What the deviations come to in a cell; None where none names it.

        Several may name one cell, which then may come out as any of them says.
        """
        named = [each for each in self.deviations if each.names(judged.row_id, judged.model.id)]
        if not named:
            return None
        if judged.verdict.standing is Standing.OPEN:
            return named[0].known(DeviationState.PENDING)
        occurring = [each for each in named if each.occurs(judged)]
        for deviation in occurring:
            if deviation.expires is None or today <= deviation.expires:
                return deviation.known(DeviationState.ACCEPTED)
        if occurring:
            return occurring[-1].known(DeviationState.OUTDATED, _expired(occurring[-1], today))
        if judged.verdict.standing is Standing.BAD:
            return named[0].known(DeviationState.OUTDATED, _changed(named, judged))
        return named[0].known(
            DeviationState.OUTDATED,
            "a deviation is accepted here, but there is none any more: "
            "remove it from the expectations or narrow its patterns",
        )

    def rule(self, target: TargetReport, today: datetime.date) -> TargetReport:
        """A target's report in which every cell says what is known of it, and nothing older."""
        return replace(
            target,
            cells=tuple(replace(cell, known=self.known(cell, today)) for cell in target.cells),
            observations=tuple(
                replace(seen, known=self.known(seen, today)) for seen in target.observations
            ),
        )


def rule(report: Report, expected: Mapping[str, Expectations], today: datetime.date) -> Report:
    """A report in which every cell says what is known of it.

    ``expected`` holds the expectations by target id; a target without any has no deviation.
    """
    nothing = Expectations()
    return replace(
        report,
        targets=tuple(
            expected.get(target.revision.target.id, nothing).rule(target, today)
            for target in report.targets
        ),
    )


def _expired(deviation: Deviation, today: datetime.date) -> str:
    days = (today - (deviation.expires or today)).days
    return (
        f"was accepted until {deviation.expires}, {days} {'day' if days == 1 else 'days'} ago: "
        "mend the endpoint, or look again why it is accepted and give it a new date"
    )


def _changed(named: list[Deviation], judged: Judged) -> str:
    expected = " or ".join(repr(str(deviation.expected)) for deviation in named)
    by_behaviour = any(isinstance(deviation.expected, Kind) for deviation in named)
    now = judged.kind.value if by_behaviour else judged.verdict.name
    flips = f" ({describe_results(judged.runs)})" if judged.flaky else ""
    return (
        f"{expected} is accepted here, but it is {now!r} now{flips}: "
        "mend the endpoint, or change what is expected"
    )
