"""A name of 700 kB in an error does not blow up a report, in whatever form."""

import json
from pathlib import Path

from messages_conformance import resources
from messages_conformance.judging import judge
from messages_conformance.rendering.render import FORMAT_OF_SUFFIX, render
from messages_conformance.report.report import Report
from support import recordings, small_project

REFUSED = """
from messages_conformance.probing import row, works

@row("basic/long")
def long(ask):
    "It asks once."
    answer = yield ask("Hello.")
    return works("answered", answer)
"""
LONG = "very_long_error_" * 44_000


def test_an_error_type_of_700_kb_leaves_the_report_short(tmp_path: Path) -> None:
    error = {"type": "error", "error": {"type": LONG, "message": "No."}}
    body = small_project.http(json.dumps(error).encode(), status=400)
    recordings.record(tmp_path, lambda _: body, "basic/long", suites={"basic": REFUSED})
    wire = (resources.folder("suites") / "test_wire.py").read_text(encoding="utf-8")
    world = small_project.revision("basic/long")
    found = small_project.suites_of(tmp_path / "suites", basic=REFUSED, wire=wire)
    report = judge.judge_target(
        world,
        world.rows,
        world.models,
        found,
        tmp_path / "tapes",
        inspections=[inspection for _, inspection in found.inspections],
    )
    assert report.cells[0].verdict.name == "wrongly refused"
    # The wire rule that quotes the type is part of it.
    assert any("very_long_error_" in finding.message for finding in report.findings)
    assert len(repr(report)) < 100_000
    whole = Report("1", "2026-11-28T00:00:00+00:00", (report,))
    for format in FORMAT_OF_SUFFIX.values():
        assert len(render(whole, format)) < 400_000, format
