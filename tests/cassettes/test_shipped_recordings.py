"""What ships of recordings says nothing of the machine on which they were made."""

import re
from pathlib import Path

import pytest

from messages_conformance import resources

REPORTS = Path(__file__).parents[2] / "reports"
OF_ONE_MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|workspace|mnt)/[\w.-]+")
"""Folders of a person, or of one machine; a stack trace may name where a server is installed."""
SHIPPED = [*resources.folder("cassettes").glob("*/*/*.yaml"), *REPORTS.glob("*.*")]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_folder_of_one_machine_is_named(path: Path) -> None:
    assert OF_ONE_MACHINE.findall(path.read_text(encoding="utf-8")) == []
