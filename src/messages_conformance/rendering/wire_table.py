"""What every rendering shows of the wire and of clients: counts, figures, and rules broken."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering.model_names import in_words
from messages_conformance.report.detection import Detection
from messages_conformance.report.report import Observation, ReportedFinding, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Evidence

HEADING = "On the wire, and in a client"
CAPTION = "exchanges that break a rule, of those looked at"


@dataclass(frozen=True)
class Line:
    """One model, with its observations; None where a row was not inspected for it."""

    model: Model
    seen: tuple[Observation | None, ...]

    @property
    def evidence(self) -> Evidence:
        """What all of them rest on; none where nothing was looked at."""
        grounds = {one.evidence for one in self.seen if one and one.exchanges}
        return next(iter(grounds), Evidence.NONE)


@dataclass(frozen=True)
class Board:
    """The rows that were inspected, as columns, and a line for each model."""

    rows: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Figures:
    """What was measured for one row, each sentence with the models it is about."""

    row: str
    title: str
    sayings: tuple[tuple[str, str], ...]
    """Pairs of the models in words and what was measured."""


@dataclass(frozen=True)
class Breach:
    """One rule found broken."""

    rule: str
    severity: Severity
    number: int
    """How often."""
    exchanges: int
    """In how many exchanges."""
    models: str
    example: ReportedFinding
    """The first with what was said most often."""

    @property
    def extent(self) -> str:
        """How often, where, and in which models."""
        times = f"{self.number:,} ×"
        if self.number > self.exchanges:
            noun = "exchange" if self.exchanges == 1 else "exchanges"
            times += f" in {self.exchanges:,} {noun}"
        return f"{times}, {self.models}"


def board(target: TargetReport) -> Board | None:
    """The observations of all models; None where nothing was inspected."""
    seen = {(one.row_id, one.model.id): one for one in target.observations}
    rows = tuple(dict.fromkeys(one.row_id for one in target.observations))
    lines = tuple(
        Line(model, tuple(seen.get((row, model.id)) for row in rows)) for model in target.models
    )
    return Board(rows, lines) if rows else None


def figures(target: TargetReport, detection: Detection | None = None) -> tuple[Figures, ...]:
    """The inspected rows with what they catch, where that is known, and what was measured.

    Models of which the same is said stand together.
    """
    rows: dict[tuple[str, str], dict[str, list[Model]]] = {}
    for one in target.observations:
        said = rows.setdefault((one.row_id, one.title), {})
        if one.figures:
            said.setdefault(one.figures, []).append(one.model)
    return tuple(
        Figures(
            row,
            title + (detection.remark(row) if detection else ""),
            tuple((in_words(target, m), words) for words, m in said.items()),
        )
        for (row, title), said in rows.items()
    )


def by_rule(
    findings: Iterable[ReportedFinding],
) -> list[tuple[tuple[Severity, str], list[ReportedFinding]]]:
    """Findings under severity and id of their rule, the gravest and most frequent first."""
    rules: dict[tuple[Severity, str], list[ReportedFinding]] = {}
    for finding in findings:
        rules.setdefault((finding.severity, finding.rule), []).append(finding)
    gravity = list(Severity)
    return sorted(rules.items(), key=lambda rule: (gravity.index(rule[0][0]), -len(rule[1])))


def breaches(target: TargetReport) -> tuple[Breach, ...]:
    """The rules found broken, each once however often that was."""
    return tuple(
        Breach(
            rule,
            severity,
            len(found),
            len({finding.exchange for finding in found}),
            in_words(target, [finding.model for finding in found]),
            example(found),
        )
        for (severity, rule), found in by_rule(target.findings)
    )


def example(findings: list[ReportedFinding]) -> ReportedFinding:
    """The first finding with the message that most of them have."""
    ((message, _),) = Counter(finding.message for finding in findings).most_common(1)
    return next(finding for finding in findings if finding.message == message)
