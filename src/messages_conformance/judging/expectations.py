"""Known deviations: where a target is known to fall short, and which of that is accepted.

A deviation covers cells and says how they come out::

    [[deviation]]
    row = "content/text/cache_*"
    model = "qwen-*"
    behaviour = "refused"
    reason = "Known since May; our app sends no cache_control."
    link = "https://example.com/tickets/7"
    expires = 2027-03-31

A cell that falls short as expected is shown but does not fail, up to and on the day it expires. A
covered cell that comes out in any other way fails: either the endpoint was fixed and the
deviation can be removed, or it got worse. A cell that was not measured is neither; nor is a row
about the wire or a client that holds, where only some rows of the page were asked. A cell that
flips between runs counts as the worst of them, so a deviation that comes and goes still occurs.
"""

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, replace

from messages_conformance.report.deviation import DeviationState, KnownDeviation
from messages_conformance.report.repeats import describe_results
from messages_conformance.report.report import Judged, Observation, Report, TargetReport
from messages_conformance.verdict import Evidence, Kind, Standing


@dataclass(frozen=True)
class Deviation:
    """Cells, by row and model patterns, that are known to fall short in one way, and why."""

    row: str
    model: str
    expected: Kind | str
    """The behaviour, or the name of the verdict."""
    reason: str
    link: str = ""
    """Where it is tracked."""
    expires: datetime.date | None = None
    """The last day on which it is accepted; None accepts it for good."""

    def covers(self, row: str, model: str) -> bool:
        """Whether its patterns match a row id and a model id."""
        return fnmatch.fnmatchcase(row, self.row) and fnmatch.fnmatchcase(model, self.model)

    def occurs_in(self, judged: Judged) -> bool:
        """Whether a cell falls short in the way that is expected."""
        if judged.verdict.standing is not Standing.BAD:
            return False
        if isinstance(self.expected, Kind):
            return judged.kind is self.expected
        return judged.verdict.name == self.expected

    def known(self, state: DeviationState, objection: str = "") -> KnownDeviation:
        """What a report says of it in a cell."""
        return KnownDeviation(state, self.reason, self.link, self.expires, objection)


@dataclass(frozen=True)
class Expectations:
    """The known deviations of one target; none by default."""

    deviations: tuple[Deviation, ...] = ()
    of_all: bool = True
    """Whether all rows of the page are asked; a few exchanges do not show that a client's trouble,
    or a broken wire rule, no longer occurs."""
    ships: bool = False
    """Whether they ship with the project. Then they are about the real server, and that one of them
    does not occur in a simulation says nothing."""

    def on(self, target: TargetReport) -> "Expectations":
        """The same, with regard to whether a report is on all rows of its page."""
        asked = {row.id for row in target.rows}
        return replace(self, of_all=self.of_all and asked >= target.revision.rows_by_id.keys())

    def match(self, judged: Judged, today: datetime.date) -> KnownDeviation | None:
        """Whether a cell's known deviation is accepted, outdated or pending; None without one.

        Several deviations may cover one cell, which may then come out as any of them says.
        """
        covering = [each for each in self.deviations if each.covers(judged.row_id, judged.model.id)]
        if not covering:
            return None
        if judged.verdict.standing is Standing.OPEN:
            return covering[0].known(DeviationState.PENDING)
        occurring = [each for each in covering if each.occurs_in(judged)]
        for deviation in occurring:
            if deviation.expires is None or today <= deviation.expires:
                return deviation.known(DeviationState.ACCEPTED)
        if occurring:
            return occurring[-1].known(DeviationState.OUTDATED, _expired(occurring[-1], today))
        if judged.verdict.standing is Standing.BAD:
            return covering[0].known(DeviationState.OUTDATED, _changed(covering, judged))
        if isinstance(judged, Observation) and not self.of_all:
            return covering[0].known(DeviationState.PENDING)
        if self.ships and judged.evidence is Evidence.SIMULATED:
            return covering[0].known(DeviationState.PENDING)
        return covering[0].known(
            DeviationState.OUTDATED,
            "a deviation is accepted here, but it no longer occurs: "
            "remove it from the expectations or narrow its patterns",
        )

    def apply_to(self, target: TargetReport, today: datetime.date) -> TargetReport:
        """A target's report whose cells say which deviations are known by now."""
        match = self.on(target).match
        return replace(
            target,
            cells=tuple(replace(cell, known=match(cell, today)) for cell in target.cells),
            observations=tuple(
                replace(seen, known=match(seen, today)) for seen in target.observations
            ),
        )


def apply_expectations(
    report: Report, expectations: Mapping[str, Expectations], today: datetime.date
) -> Report:
    """A report whose cells say which deviations are known by now.

    ``expectations`` are keyed by target id; a target without any has no known deviation.
    """
    none = Expectations()
    return replace(
        report,
        targets=tuple(
            expectations.get(target.revision.target.id, none).apply_to(target, today)
            for target in report.targets
        ),
    )


def _expired(deviation: Deviation, today: datetime.date) -> str:
    days = (today - (deviation.expires or today)).days
    return (
        f"was accepted until {deviation.expires}, {days} {'day' if days == 1 else 'days'} ago: "
        "fix the endpoint, or check whether it is still acceptable and set a new date"
    )


def _changed(covering: list[Deviation], judged: Judged) -> str:
    expected = " or ".join(repr(str(deviation.expected)) for deviation in covering)
    by_behaviour = any(isinstance(deviation.expected, Kind) for deviation in covering)
    now = judged.kind.value if by_behaviour else judged.verdict.name
    flips = f" ({describe_results(judged.runs)})" if judged.flaky else ""
    return (
        f"{expected} is accepted here, but it is {now!r} now{flips}: "
        "fix the endpoint, or change what is expected"
    )
