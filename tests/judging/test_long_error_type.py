"""A name of 700 kB in an error does not blow up the report."""

import json
from pathlib import Path

from messages_conformance.judging import judge
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
    world = small_project.revision("basic/long")
    found = small_project.suites_of(tmp_path / "suites", basic=REFUSED)
    report = judge.judge_target(world, world.rows, world.models, found, tmp_path / "tapes")
    assert report.cells[0].verdict.name == "wrongly refused"
    assert len(repr(report)) < 100_000
