"""Judging, compared with what a reader saw in the raw exchanges of a real server.

`tests/reviewed/llama.cpp.toml` lists every cell of the shipped llama.cpp recordings with the
behaviour that a reader found. Where judging finds another one, either it is wrong or the recording
has changed and must be read again.
"""

import tomllib
from pathlib import Path

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.judging import judge
from messages_conformance.probing import loader
from messages_conformance.verdict import Evidence

REVIEWED = Path(__file__).parents[1] / "reviewed" / "llama.cpp.toml"


def test_judging_sees_what_a_reader_saw() -> None:
    revision = library.shipped("llama.cpp")
    report = judge.judge_target(
        revision,
        revision.rows,
        revision.models,
        loader.load(resources.folder("suites")),
        resources.folder("cassettes"),
    )
    reviewed = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))
    assert {
        model: {c.row.id: c.kind.value for c in report.cells if c.model.id == model}
        for model in (m.id for m in revision.models)
    } == {model: {row: seen[0] for row, seen in rows.items()} for model, rows in reviewed.items()}
    assert {cell.evidence for cell in report.cells} == {Evidence.RECORDED, Evidence.NONE}
