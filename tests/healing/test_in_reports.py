"""Who breaks on an answer stands beside the finding: in `lint`, in a report, in its JSON."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from messages_conformance import schemas
from messages_conformance.judging.judge import inspect_exchanges
from messages_conformance.probing.behaviours import refused, works
from messages_conformance.probing.inspection import Inspection, InspectionResult
from messages_conformance.protocol.exchange import Exchange, Place, Request
from messages_conformance.rendering import markdown, text
from messages_conformance.report import Cell
from messages_conformance.report.json_format import from_document, to_json
from messages_conformance.report.report import Report
from messages_conformance.rules.check import check
from messages_conformance.verdict import Claim, Evidence, Kind, judge
from support import sample_reports
from support.commands import call

NO_END = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message",'
    b'"role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":3,"output_tokens":1}}}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn",'
    b'"stop_sequence":null},"usage":{"output_tokens":2}}\n\n'
)
ENDLESS = "opencode 1.18.33 sends the request again and again, without end."


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "answer.jsonl"
    line = {
        "status": 200,
        "headers": {"content-type": "text/event-stream"},
        "body": NO_END.decode(),
    }
    path.write_text(json.dumps(line))
    return path


def test_lint_says_who_breaks_under_the_findings(saved: Path) -> None:
    said = call("lint", saved).stdout.splitlines()
    at = said.index(f"  → {ENDLESS}")
    assert any("ST-ORD-11" in line for line in said[:at])


def test_lint_counts_the_exchanges_that_clients_break_on(saved: Path) -> None:
    document = json.loads(call("lint", "--format", "json", saved, saved).stdout)
    assert schemas.complaint(document, "lint") is None
    assert {"message": ENDLESS, "exchanges": 2} in document["clients"]


def test_lint_of_a_bare_stream_says_who_breaks_too(tmp_path: Path) -> None:
    bare = tmp_path / "stream.txt"
    bare.write_bytes(NO_END)
    assert f"  → {ENDLESS}" in call("lint", bare).stdout.splitlines()
    events = tmp_path / "events.jsonl"
    lines = [line.removeprefix(b"data: ") for line in NO_END.splitlines() if b"data: " in line]
    events.write_bytes(b"\n".join(lines) + b"\n")
    assert ENDLESS in call("lint", events).stdout


def test_lint_of_grave_findings_alone_is_silent_about_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "refusal.jsonl"
    body = json.dumps({"message": "no", "code": "X"})
    headers = {"content-type": "application/json"}
    path.write_text(json.dumps({"status": 400, "headers": headers, "body": body}))
    assert "Bad Request" in call("lint", path).stdout
    assert "Bad Request" not in call("lint", "--severity", "breaking", path).stdout


def report() -> Report:
    """A report with one broken stream and one refusal."""
    target = sample_reports.target()
    model = target.models[0]
    stream = Exchange(
        Request({"stream": True}),
        200,
        (("content-type", "text/event-stream"),),
        NO_END,
        place=Place("acme/s-1/basic.yaml", 0),
    )
    found = tuple((stream, finding) for finding in check(stream))

    def inspect(_: Sequence[Exchange]) -> InspectionResult:
        """Streams."""
        return InspectionResult(1, found)

    inspection = Inspection("wire/stream", inspect)
    observed = inspect_exchanges(model, inspection, (stream,), Evidence.RECORDED)
    refusal = Exchange(
        Request({"model": "s-1", "thinking": {"type": "adaptive"}}),
        400,
        (("content-type", "application/json"),),
        b'{"type":"error","error":{"type":"invalid_request_error","message":"no thinking here"}}',
        place=Place("acme/s-1/basic.yaml", 1),
    )
    row = target.rows[0]
    verdict = judge(Claim.SUPPORTED, Kind.REFUSED)
    cell = Cell.judged(model, row, Claim.SUPPORTED, refused(refusal), verdict, Evidence.RECORDED)
    return sample_reports.report(replace(target, cells=(cell,), observations=(observed,)))


def test_a_report_says_who_breaks_on_a_rule_and_on_a_wording() -> None:
    (target,) = report().targets
    (observed,) = target.observations
    by_rule = {each.rule: each.sentences for each in observed.clients}
    assert ENDLESS in by_rule["ST-ORD-11"]
    (cell,) = target.cells
    assert any("would go on if the message said" in sentence for sentence in cell.clients)
    for rendered in (text.render(report(), None, False), markdown.render(report())):
        words = " ".join(rendered.split())
        assert "opencode 1.18.33 sends the request again and again, without end." in words
        assert "Claude Code 2.1.332 gives up here after 6 requests" in words


def test_a_report_is_the_same_after_it_was_saved() -> None:
    document = json.loads(to_json(report()))
    assert schemas.complaint(document, "report") is None
    assert from_document(document) == report()


def test_what_works_names_no_client() -> None:
    target = sample_reports.target()
    fine = works("it works", sample_reports.exchange())
    verdict = judge(Claim.SUPPORTED, Kind.WORKS)
    cell = Cell.judged(
        target.models[0], target.rows[0], Claim.SUPPORTED, fine, verdict, Evidence.RECORDED
    )
    assert cell.clients == ()
