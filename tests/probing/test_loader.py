"""Suites are found by their files, and each row has one probe."""

from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.errors import SuiteError
from messages_conformance.probing import loader
from support import small_project


def test_probes_are_found_under_their_rows_with_the_name_of_their_suite(tmp_path: Path) -> None:
    found = small_project.suites_of(
        tmp_path,
        basic=small_project.SUITE,
        tool_choice=small_project.SUITE.replace("basic/", "tool_choice/"),
    )
    assert {row: placed.suite for row, placed in found.items()} == {
        "basic/temperature": "basic",
        "basic/stop": "basic",
        "tool_choice/temperature": "tool_choice",
        "tool_choice/stop": "tool_choice",
    }
    assert found["basic/stop"].probe.name == "stop"


def test_two_probes_for_one_row_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SuiteError, match=r"test_b\.py: temperature is for row .* of test_a\.py; keep one"
    ):
        small_project.suites_of(tmp_path, a=small_project.SUITE, b=small_project.SUITE)


def test_a_folder_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="holds no suite"):
        loader.load(tmp_path)


def test_the_suites_that_ship_can_be_loaded_twice() -> None:
    folder = resources.folder("suites")
    assert loader.load(folder).keys() == loader.load(folder).keys()
