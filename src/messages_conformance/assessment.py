"""From a selection and a folder of cassettes to a judged report, and how it comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from messages_conformance import claims, expectations, judge, shipped
from messages_conformance.expectations import Expectations, Outcome
from messages_conformance.report.model import Report
from messages_conformance.selection import Chosen
from messages_conformance.suites import Suites
from messages_conformance.verdict import Evidence
from messages_conformance.zoo import shipped as zoo


@dataclass(frozen=True)
class Assessment:
    """A report, and the deviations that are accepted in it, by target id."""

    report: Report
    accepted: Mapping[str, Expectations]

    @property
    def exit_code(self) -> int:
        """0 as claimed or accepted, 1 promises broken or findings, 2 nothing could be judged."""
        return expectations.exit_code(self.report, self.accepted)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is accepted, and which acceptance is outdated, one line for each such cell."""
        return tuple(
            f"{'accepted' if ruling.outcome is Outcome.ACCEPTED else 'not accepted'}: "
            f"{cell.row_id}, {cell.model.id}: {cell.verdict.name} ({ruling.reason})"
            for target in self.report.targets
            for cell, ruling in expectations.rulings(target, self.accepted)
            if ruling.reason
        )


def accepted() -> Mapping[str, Expectations]:
    """The accepted deviations that come with the project, by target id.

    Raises:
        ClaimsError, ExpectationsError: a shipped file cannot be used.
    """
    revisions = [claims.load(path) for path in claims.find(shipped.folder("claims"))]
    folder = shipped.folder("expectations")
    return {revision.target.id: expectations.load(folder, revision) for revision in revisions}


def assess(
    chosen: Iterable[Chosen], suites: Suites, cassettes: Path, evidence: Evidence | None = None
) -> Assessment:
    """Judge what is recorded of what was chosen; needs no network.

    ``evidence`` says what the recordings are where they do not know it: `live` just after a run.

    Raises:
        CassetteError: a cassette cannot be used.
        ClaimsError, ExpectationsError: a shipped file cannot be used.
    """
    targets = (
        judge.judge_target(
            c.revision,
            c.rows,
            c.models,
            suites,
            cassettes,
            inspections=[i for _, i in suites.inspections if c.inspects(i.row)],
            evidence=evidence,
        )
        for c in chosen
    )
    report = replace(judge.report_of(targets), detection=zoo.detection())
    return Assessment(report, accepted())
