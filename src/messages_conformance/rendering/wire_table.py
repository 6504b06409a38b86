"""The table of the wire and of clients: broken exchanges, figures, and the rules broken."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report.detection import Detection
from messages_conformance.report.report import Observation, ReportedFinding, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Evidence

HEADING = "On the wire, and in a client"
CAPTION = "exchanges that break a rule, of those inspected"


@dataclass(frozen=True)
class WireLine:
    """One model, with its observations; None where a row was not inspected for it."""

    model: Model
    seen: tuple[Observation | None, ...]

    @property
    def evidence(self) -> Evidence:
        """What all of them rest on; none where nothing was inspected."""
        kinds = {one.evidence for one in self.seen if one and one.exchanges}
        return next(iter(kinds), Evidence.NONE)


@dataclass(frozen=True)
class WireTable:
    """The rows that were inspected, as columns, and a line for each model."""

    rows: tuple[str, ...]
    lines: tuple[WireLine, ...]


@dataclass(frozen=True)
class RowFigures:
    """What was measured for one row, with the models each sentence is about."""

    row: str
    title: str
    statements: tuple[tuple[str, str], ...]
    """Pairs of the models' names and what was measured."""


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
    """The first finding with the most frequent message."""
    clients: tuple[str, ...] = ()
    """Which clients break on it, and how."""

    @property
    def extent(self) -> str:
        """How often, where, and in which models."""
        times = f"{self.number:,} ×"
        if self.number > self.exchanges:
            noun = "exchange" if self.exchanges == 1 else "exchanges"
            times += f" in {self.exchanges:,} {noun}"
        return f"{times}, {self.models}"


def wire_table(target: TargetReport) -> WireTable | None:
    """The observations of all models as a table; None where nothing was inspected."""
    seen = {(one.row_id, one.model.id): one for one in target.observations}
    rows = tuple(dict.fromkeys(one.row_id for one in target.observations))
    lines = tuple(
        WireLine(model, tuple(seen.get((row, model.id)) for row in rows)) for model in target.models
    )
    return WireTable(rows, lines) if rows else None


def figures(target: TargetReport, detection: Detection | None = None) -> tuple[RowFigures, ...]:
    """The inspected rows with what was measured, and what they detect, where that is known.

    Models with the same figures stand together.
    """
    rows: dict[tuple[str, str], dict[str, list[Model]]] = {}
    for one in target.observations:
        by_figures = rows.setdefault((one.row_id, one.title), {})
        if one.figures:
            by_figures.setdefault(one.figures, []).append(one.model)
    return tuple(
        RowFigures(
            row,
            title + (detection.remark(row) if detection else ""),
            tuple((name_models(target, m), words) for words, m in by_figures.items()),
        )
        for (row, title), by_figures in rows.items()
    )


def by_rule(
    findings: Iterable[ReportedFinding],
) -> list[tuple[tuple[Severity, str], list[ReportedFinding]]]:
    """Findings under severity and id of their rule, the most severe and most frequent first."""
    rules: dict[tuple[Severity, str], list[ReportedFinding]] = {}
    for finding in findings:
        rules.setdefault((finding.severity, finding.rule), []).append(finding)
    severities = list(Severity)
    return sorted(rules.items(), key=lambda rule: (severities.index(rule[0][0]), -len(rule[1])))


def breaches(
    target: TargetReport, observations: Iterable[Observation] | None = None
) -> tuple[Breach, ...]:
    """The rules found broken, of all observations or of some, each listed once."""
    inspected = tuple(target.observations if observations is None else observations)
    clients: dict[str, dict[str, None]] = {}
    for seen in inspected:
        for each in seen.clients:
            clients.setdefault(each.rule, {}).update(dict.fromkeys(each.sentences))
    return tuple(
        Breach(
            rule,
            severity,
            len(found),
            len({finding.exchange for finding in found}),
            name_models(target, [finding.model for finding in found]),
            typical_finding(found),
            tuple(clients.get(rule, ())),
        )
        for (severity, rule), found in by_rule(f for seen in inspected for f in seen.findings)
    )


def broken_rows(target: TargetReport) -> tuple[Observation, ...]:
    """Of each inspected row that falls short, what was seen of the first such model."""
    first: dict[str, Observation] = {}
    for one in target.observations:
        if one.broken:
            first.setdefault(one.row_id, one)
    return tuple(first.values())


def typical_finding(findings: list[ReportedFinding]) -> ReportedFinding:
    """The first finding with the message that most of them have."""
    ((message, _),) = Counter(finding.message for finding in findings).most_common(1)
    return next(finding for finding in findings if finding.message == message)
