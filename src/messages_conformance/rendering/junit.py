"""A report as JUnit XML, the form in which CI systems take test results.

One suite for each target, one case for each row and model. A case fails where the endpoint falls
short or a known deviation is outdated. It is skipped with the reason where it was not measured or
is unclear, and where it falls short and that is accepted.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator

from messages_conformance.display import one_line, visible
from messages_conformance.rendering import reported, wire_table
from messages_conformance.rendering.curl import how_to_show
from messages_conformance.rendering.headline import first_sentence
from messages_conformance.report import repeats
from messages_conformance.report.decisive import decisive
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport

_FORBIDDEN = re.compile("[\ufffe\uffff]")
"""What XML cannot hold even when escaped, apart from what `visible` escapes."""


def render(report: Report) -> str:
    """Format a report as JUnit XML; text of others in it is escaped."""
    suites = [_suite(target, report) for target in report.targets]
    root = ET.Element("testsuites", {"name": "messages-conformance", **_counts(report.targets)})
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(target: TargetReport, report: Report) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        {
            "name": _text(target.revision.target.id),
            **_counts((target,)),
            "timestamp": _text(report.created),
        },
    )
    properties = ET.SubElement(suite, "properties")
    played = " | ".join(target.provenance.played)
    for name, value in (
        *([("simulated", played)] if played else []),
        ("revision", target.revision.date.isoformat()),
        ("evidence", target.provenance.evidence.value),
        ("hosts", ", ".join(target.provenance.hosts)),
        ("found", first_sentence(target)),
    ):
        ET.SubElement(properties, "property", {"name": name, "value": _text(value)})
    suite.extend(_case(target, judged, report) for judged in target.judged)
    return suite


def _counts(targets: tuple[TargetReport, ...]) -> dict[str, str]:
    found = Counter(outcome(judged) for target in targets for judged in target.judged)
    skipped = found[Outcome.OPEN] + found[Outcome.ACCEPTED]
    return {
        "tests": str(found.total()),
        "failures": str(found[Outcome.FAILED]),
        "errors": "0",
        "skipped": str(skipped),
        "time": "0",
    }


def _case(target: TargetReport, judged: Judged, report: Report) -> ET.Element:
    section = judged.row_id.partition("/")[0]
    case = ET.Element(
        "testcase",
        {
            "classname": _text(f"{target.revision.target.id}.{section}"),
            "name": _text(f"{judged.row_id} [{judged.model.id}]"),
            "time": "0",
        },
    )
    flaky = f"; flaky: {repeats.describe_results(judged.runs)}" if judged.flaky else ""
    seen = f"{judged.verdict.name}: {judged.summary}{flaky}"
    known = judged.known
    match outcome(judged):
        case Outcome.FAILED:
            message = f"{known.objection} ({seen})" if known and known.objection else seen
            failure = _marked(case, "failure", judged.verdict.name, message)
            failure.text = _body("\n".join(_details(judged, report)))
        case Outcome.ACCEPTED:
            reason = known.terms if known else ""
            _marked(case, "skipped", "accepted", f"accepted: {reason} ({seen})")
        case Outcome.OPEN:
            reason = f"; known: {known.terms}" if known else ""
            _marked(case, "skipped", judged.verdict.name, f"{seen}{reason}")
        case Outcome.PASSED:
            pass
    output = ET.SubElement(case, "system-out")
    link = f"\n{known.link}" if known and known.link else ""
    told = reported.newest(target, judged.row_id)
    said = f"\n{one_line(told)}" if told else ""
    output.text = _body(f"{seen} ({judged.evidence_in_words}){link}{said}")
    return case


def _marked(case: ET.Element, tag: str, kind: str, message: str) -> ET.Element:
    return ET.SubElement(case, tag, {"type": _text(kind), "message": _text(message)})


def _details(judged: Judged, report: Report) -> Iterator[str]:
    """What a reader needs to know why it fails, and what to do about it."""
    for label, words in report.told_of(judged):
        yield f"{label.lower()}: {words}"
    if judged.known:
        yield f"known deviation: {judged.known.terms} {judged.known.link}".rstrip()
    match judged:
        case Cell():
            yield f"the page says: {judged.claim}: {one_line(judged.row.words)}"
            yield f"exchanges: {', '.join(map(str, judged.places)) or 'none'}"
            for excerpt in judged.excerpts:
                yield from ("", str(excerpt))
                if places := str(decisive(excerpt, judged.row_id, judged.summary, judged.excerpts)):
                    yield f"decisive: {places}"
                if excerpt.place:
                    yield f"whole, to send again: {how_to_show(excerpt.place)}"
        case Observation():
            for (severity, rule), found in wire_table.by_rule(judged.findings):
                example = wire_table.typical_finding(found)
                yield f"{rule}, {severity}, {len(found)} ×: {example.message}"
                yield f"  first at {example.exchange}, {example.where}"


def _text(value: str) -> str:
    """Text for an attribute."""
    return _plain(one_line(value))


def _body(value: str) -> str:
    """Text for an element."""
    return _plain(visible(value))


def _plain(value: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
