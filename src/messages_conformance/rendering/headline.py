"""The plain words a target's report opens with: what was found, and on what kind of evidence."""

from urllib.parse import urlsplit

from messages_conformance.display import plural
from messages_conformance.rendering.tally import Tally
from messages_conformance.report.detection import Detection
from messages_conformance.report.merge_shards import missing_shards
from messages_conformance.report.report import Cell, Report, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Evidence, Standing

_BROKEN = {
    "wire": "Wire rules are broken in",
    "client": "A current client stumbles over",
}
_MEASURED = (Evidence.LIVE, Evidence.RECORDED)


def first_sentence(target: TargetReport) -> str:
    """Say what was found, on which ground; cells on unlike ground are counted apart."""
    name = target.revision.target.name
    size = f"{plural(len(target.rows), 'row')} × {plural(len(target.models), 'model')}"
    if not target.cells and any(one.exchanges for one in target.observations):
        found = _findings(target) or " No rule was found broken."
        return f"{_ground(target.provenance.evidence, target)}{found}{_elsewhere(target)}"
    grounds: dict[Evidence, list[Cell]] = {}
    open_cells = []
    for cell in target.cells:
        if cell.verdict.standing is Standing.OPEN:
            open_cells.append(cell)
        else:
            grounds.setdefault(cell.evidence, []).append(cell)
    if not grounds:
        found = str(Tally.of(open_cells)) or "no cell was judged"
        return f"Nothing is known of {name}: {size}, {found}."
    if len(grounds) == 1:
        (evidence,) = grounds
        found = f"{_ground(evidence, target)} {size}: {Tally.of(target.cells)}."
        return found + _findings(target) + _elsewhere(target)
    told = [
        f"{_ground(evidence, target)} {Tally.of(grounds[evidence])}."
        for evidence in Evidence
        if evidence in grounds
    ]
    if open_cells:
        told.append(f"Besides: {Tally.of(open_cells)}.")
    found = f"Mixed evidence, counted apart: {size}. {' '.join(told)}"
    return found + _findings(target) + _elsewhere(target)


def provenance(target: TargetReport, detection: Detection | None = None) -> list[tuple[str, str]]:
    """Where the report comes from, as pairs of a label and what stands there."""
    ground, page = target.provenance, target.revision
    pairs = [
        ("Page", f"{page.title}, {page.date.isoformat()}"),
        ("Evidence", ground.evidence.value),
        ("Answered by", ", ".join(ground.hosts)),
        ("Recorded", _days(target)),
        ("Exchanges", f"{ground.requests:,}"),
        ("Tokens", f"{ground.input_tokens:,} in, {ground.output_tokens:,} out"),
        ("Server", " | ".join(ground.servers)),
        ("Rows", detection.sentence if detection else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def masthead(report: Report) -> str:
    """What a report is: by which version, when, and of what where it is not of one whole run."""
    return f"messages-conformance {report.suite_version}, {report.created}{extent(report)}"


def extent(report: Report) -> str:
    """What follows after version and date: of how many runs, or of which shards, it is."""
    if report.runs:
        first = report.runs[0].created
        return f", {len(report.runs)} runs since {first}: the worst of each row counts"
    lacking = missing_shards(report)
    if not lacking:
        return ""
    return f", shard {', '.join(report.shards)} only: without {', '.join(lacking)}"


def _ground(evidence: Evidence, target: TargetReport) -> str:
    """What kind of evidence it is, in a sentence or as the beginning of one."""
    name = target.revision.target.name
    match evidence:
        case Evidence.LIVE | Evidence.RECORDED:
            ground = target.provenance
            # What follows a semicolon are particulars; they stand with the provenance.
            named = dict.fromkeys(server.partition(";")[0] for server in ground.servers)
            server = f" ({', '.join(named)})" if named else ""
            host = ", ".join(ground.hosts) or "an unnamed host"
            day = f" on {_days(target)}" if ground.recorded else ""
            live = "Measured live" if evidence is Evidence.LIVE else "Measured"
            judged = "" if evidence is Evidence.LIVE else ", judged from the recording"
            return f"{live}{day} against {host}{server}{judged}."
        case Evidence.REPORTED:
            return "Reported: taken from public field reports, not measured by this suite."
        case Evidence.SIMULATED:
            return (
                "Simulated: the project's own reference endpoint answered; this is no measurement "
                f"of {name}."
            )
        case Evidence.NONE:
            return "On no evidence."


def _days(target: TargetReport) -> str:
    if target.provenance.recorded is None:
        return ""
    first, last = target.provenance.recorded
    return first if first == last else f"{first} to {last}"


def _findings(target: TargetReport) -> str:
    """Say in how many exchanges what is worse than an advisory was found, where that is any."""
    told = ""
    for section, words in _BROKEN.items():
        broken = {
            finding.exchange
            for observation in target.observations
            if observation.row_id.startswith(f"{section}/")
            for finding in observation.findings
            if finding.severity is not Severity.ADVISORY
        }
        told += f" {words} {plural(len(broken), 'exchange')}." if broken else ""
    return told


def _elsewhere(target: TargetReport) -> str:
    """Say so where what was measured is not the address the page documents.

    A loopback address is nobody's in particular: software that one runs oneself documents it.
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
        f" What answered is not {documented}, the address the page documents: "
        "this is no measurement of that."
    )
