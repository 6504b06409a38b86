"""Judging, compared with what a reader saw in the raw exchanges of real servers.

`tests/reviewed/<target>.toml` lists every cell of the shipped recordings of a target with the
behaviour that a reader found. Where judging finds another one, either it is wrong or the recording
has changed and must be read again.
"""

import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.judging import judge
from messages_conformance.probing import loader
from messages_conformance.verdict import Evidence

REVIEWED = Path(__file__).parents[1] / "reviewed"
SIMULATED = "model-studio"
"""Its recordings are of the reference endpoint."""


@pytest.mark.parametrize("target", sorted(path.stem for path in REVIEWED.glob("*.toml")))
def test_judging_sees_what_a_reader_saw(target: str) -> None:
    reviewed = tomllib.loads((REVIEWED / f"{target}.toml").read_text(encoding="utf-8"))
    revision = library.shipped(target)
    report = judge.judge_target(
        revision,
        revision.rows,
        [model for model in revision.models if model.id in reviewed],
        loader.load(resources.folder("suites")),
        resources.folder("cassettes"),
    )
    assert {
        model: {c.row.id: c.kind.value for c in report.cells if c.model.id == model}
        for model in reviewed
    } == {model: {row: seen[0] for row, seen in rows.items()} for model, rows in reviewed.items()}
    assert {cell.evidence for cell in report.cells} <= {Evidence.RECORDED, Evidence.NONE}


def test_every_recorded_model_of_a_real_server_was_read() -> None:
    recorded = {
        (folder.parent.name, unquote(folder.name))
        for folder in resources.folder("cassettes").glob("*/*/")
        if folder.parent.name != SIMULATED
    }
    read = {
        (path.stem, model)
        for path in REVIEWED.glob("*.toml")
        for model in tomllib.loads(path.read_text(encoding="utf-8"))
    }
    assert recorded == read
