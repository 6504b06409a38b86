"""The reports that ship are what the shipped recordings show today."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "ship_reports.py"))


@pytest.mark.parametrize("target", SCRIPT["targets"]())
def test_a_shipped_report_is_what_its_recordings_show(target: str) -> None:
    for path, text in SCRIPT["files"](target):
        is_fresh = path.is_file() and path.read_text() == text
        assert is_fresh, f"{path} is not fresh; run 'python scripts/ship_reports.py'"
