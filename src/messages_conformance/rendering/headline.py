"""The sentences that a target's report begins with: what was found, and on which evidence."""

import datetime
from urllib.parse import urlsplit

from messages_conformance.claims.page import Revision
from messages_conformance.display import plural
from messages_conformance.rendering import reported
from messages_conformance.rendering.tally import CellTally
from messages_conformance.report.merge_shards import missing_shards
from messages_conformance.report.report import Cell, Report, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Evidence, Standing

_BROKEN = {
    "wire": "Wire rules are broken in",
    "client": "A current client fails on",
}
_DAYS_SHOWN, _DAYS_A_MONTH = 60, 30.44
_MEASURED = (Evidence.LIVE, Evidence.RECORDED)


def first_sentence(target: TargetReport) -> str:
    """Say what was found, on which evidence; different kinds of evidence are counted separately."""
    name = target.revision.target.name
    size = f"{plural(len(target.rows), 'row')} × {plural(len(target.models), 'model')}"
    if not target.cells and any(one.exchanges for one in target.observations):
        found = _findings(target) or " No rule was found broken."
        return f"{_evidence(target.provenance.evidence, target)}{found}{_elsewhere(target)}"
    judged: dict[Evidence, list[Cell]] = {}
    open_cells = []
    for cell in target.cells:
        if cell.verdict.standing is Standing.OPEN:
            open_cells.append(cell)
        else:
            judged.setdefault(cell.evidence, []).append(cell)
    if not judged:
        found = str(CellTally.of(open_cells)) or "no cell was judged"
        return f"Nothing is known of {name}: {size}, {found}."
    if len(judged) == 1:
        (evidence,) = judged
        found = f"{_evidence(evidence, target)} {size}: {CellTally.of(target.cells)}."
        return found + _findings(target) + _elsewhere(target)
    sentences = [
        f"{_evidence(evidence, target)} {CellTally.of(judged[evidence])}."
        for evidence in Evidence
        if evidence in judged
    ]
    if open_cells:
        sentences.append(f"Not judged: {CellTally.of(open_cells)}.")
    found = f"Mixed evidence, counted separately: {size}. {' '.join(sentences)}"
    return found + _findings(target) + _elsewhere(target)


def evidence_sentence(target: TargetReport) -> str:
    """Say where a target's answers come from."""
    return _evidence(target.provenance.evidence, target) + _elsewhere(target)


def provenance_facts(target: TargetReport, report: Report) -> list[tuple[str, str]]:
    """Where the report comes from, as pairs of a label and a value."""
    provenance, page = target.provenance, target.revision
    detection, newer = report.detection, target.newer
    pairs = [
        ("Page", f"{page.title}, {page.dated}; {_age(page, report)}"),
        (
            "Newer page",
            f"{newer.dated}: {newer.sentence}{_how_to_compare(target)}" if newer else "",
        ),
        ("Reported", reported.headline(target) if target.reported else ""),
        ("Evidence", provenance.evidence.value),
        ("Answered by", ", ".join(provenance.hosts)),
        ("Recorded", _days(target)),
        ("Exchanges", f"{provenance.requests:,}"),
        ("Tokens", f"{provenance.input_tokens:,} in, {provenance.output_tokens:,} out"),
        ("Server", " | ".join(provenance.servers)),
        ("Simulated", " | ".join(provenance.played)),
        ("Selftest", detection.sentence if detection else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def _age(page: Revision, report: Report) -> str:
    """How old a page was when it was judged by."""
    days = (datetime.date.fromisoformat(report.created[:10]) - page.date).days
    if days < _DAYS_SHOWN:
        return f"{plural(max(days, 0), 'day')} old"
    return f"{plural(round(days / _DAYS_A_MONTH), 'month')} old"


def _how_to_compare(target: TargetReport) -> str:
    page, newer = target.revision, target.newer
    if newer is None:
        return ""
    dates = f"{page.date} {newer.date}"
    return f"; see 'messages-conformance revisions diff {dates} --target {page.target.id}'"


def masthead(report: Report) -> str:
    """Version and date of a report, and its extent where it is not of one whole run."""
    return f"messages-conformance {report.suite_version}, {report.created}{extent(report)}"


def extent(report: Report) -> str:
    """How many runs a report compares, or which shards it covers; empty for one whole run."""
    if report.runs:
        first = report.runs[0].created
        return f", {len(report.runs)} runs since {first}: the worst of each row counts"
    lacking = missing_shards(report)
    if not lacking:
        return ""
    return f", only shard {', '.join(report.shards)}; missing: {', '.join(lacking)}"


def _evidence(evidence: Evidence, target: TargetReport) -> str:
    """What kind of evidence it is, in a sentence or the beginning of one."""
    name = target.revision.target.name
    match evidence:
        case Evidence.LIVE | Evidence.RECORDED:
            provenance = target.provenance
            # The details after a semicolon are listed with the provenance.
            named = dict.fromkeys(server.partition(";")[0] for server in provenance.servers)
            server = f" ({', '.join(named)})" if named else ""
            host = ", ".join(provenance.hosts) or "an unnamed host"
            day = f" on {_days(target)}" if provenance.recorded else ""
            live = "Measured live" if evidence is Evidence.LIVE else "Measured"
            judged = "" if evidence is Evidence.LIVE else ", judged from the recording"
            return f"{live}{day} against {host}{server}{judged}."
        case Evidence.REPORTED:
            return "Reported: taken from public field reports, not measured by this suite."
        case Evidence.SIMULATED:
            return (
                f"Rehearsal: {name} was not asked. The project's own simulation answered, which "
                "shows nothing about the vendor."
            )
        case Evidence.NONE:
            return "Without evidence."


def _days(target: TargetReport) -> str:
    if target.provenance.recorded is None:
        return ""
    first, last = target.provenance.recorded
    return first if first == last else f"{first} to {last}"


def _findings(target: TargetReport) -> str:
    """Say how many exchanges have findings graver than an advisory; empty where none has."""
    sentences = ""
    for section, words in _BROKEN.items():
        broken = {
            finding.exchange
            for observation in target.observations
            if observation.row_id.startswith(f"{section}/")
            for finding in observation.findings
            if finding.severity is not Severity.ADVISORY
        }
        sentences += f" {words} {plural(len(broken), 'exchange')}." if broken else ""
    return sentences


def _elsewhere(target: TargetReport) -> str:
    """Say so where the measured address is not the documented one.

    A documented loopback address stands for any: it is that of software people run themselves.
    """
    address = urlsplit(target.revision.target.base_url)
    if address.hostname in ("127.0.0.1", "localhost", "::1"):
        return ""
    documented = address.netloc.removesuffix(":443" if address.scheme == "https" else ":80")
    hosts = {host.removesuffix(":443") for host in target.provenance.hosts}
    measured = any(judged.evidence in _MEASURED for judged in target.judged)
    if not measured or not hosts or documented in hosts:
        return ""
    return (
        f" The answers do not come from {documented}, the documented address: "
        "this is not a measurement of it."
    )
