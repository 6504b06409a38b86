"""Whatever JSON an endpoint puts anywhere: a run records it, judges it, and shows it."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messages_conformance.report.report import Report
from support import whole_run
from support.strange_json import strange
from support.whole_run import Spoilt

FEW = settings(
    deadline=None,
    max_examples=12,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""In CI; `benchmarks/fuzz.py --only 'whole runs'` has as many as there is time for."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("clean")
    whole_run.record(folder, Spoilt(None, lambda body: body))
    report = whole_run.judge(folder)
    assert {cell.verdict.name for target in report.targets for cell in target.cells} == {"kept"}
    return report


@FEW
@given(st.none() | st.integers(0, 30), st.integers(0, 10**6), strange)
def test_any_value_in_any_answer_of_a_run(
    clean: Report, number: int | None, place: int, value: Any
) -> None:
    with tempfile.TemporaryDirectory() as name:
        spoilt = Spoilt(number, lambda body: whole_run.replaced(body, place, value))
        whole_run.record(Path(name), spoilt)
        whole_run.use(whole_run.judge(Path(name)), Path(name), clean)
