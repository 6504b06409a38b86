"""Tests are chosen as in any pytest run: by id, by marker, by keyword, by the package's name."""

import os
import shutil
from pathlib import Path

import pytest

from messages_conformance import resources
from support import project_on_disk
from support.inner_pytest import Run
from support.project_on_disk import ProjectOnDisk

TOOLS = '''
from messages_conformance.probing import row, works

@row("tools/name")
def name(ask):
    """It is taken."""
    answer = yield ask("Hi.", tools=[])
    return works("taken", answer)
'''
ROW = """
[[section]]
id = "tools"
title = "Tools"

[[row]]
id = "tools/name"
title = "name"
claim = "supported"
words = "Yes"
source = "the page"
basis = "quoted"
"""


@pytest.fixture
def project(project: ProjectOnDisk) -> ProjectOnDisk:
    """The small project with a second section."""
    (project.root / "suites" / "test_tools.py").write_text(TOOLS)
    claims = project.root / "claims" / "world" / "2025-11-13.toml"
    claims.write_text(claims.read_text() + ROW)
    project.record("small-1")
    return project


def collected(result: pytest.RunResult) -> set[str]:
    """The ids of the tests, without their files."""
    return {line.partition("::")[2] for line in result.outlines if "::" in line}


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("tools", {"tools/name"}),
        ("basic and not tools", {"basic/temperature", "basic/stop", "basic/huge"}),
        ('row(id="basic/stop")', {"basic/stop"}),
        ('tools or row(id="basic/stop")', {"tools/name", "basic/stop"}),
    ],
)
def test_sections_and_rows_are_markers(
    project: ProjectOnDisk, run: Run, expression: str, chosen: set[str]
) -> None:
    result = run(
        *("suites", "--collect-only", "-q", "--mc-model", "small-1", "--strict-markers"),
        *("-m", expression),
    )
    assert result.ret == 0
    assert collected(result) == {f"{row}[small-1]" for row in chosen}


def test_keywords_match_sections_rows_and_models(project: ProjectOnDisk, run: Run) -> None:
    def names(keywords: str) -> set[str]:
        return collected(run("suites", "--collect-only", "-q", "-k", keywords))

    assert names("basic/stop") == {"basic/stop[small-1]", "basic/stop[small-2]"}
    assert names("tools and small-2") == {"tools/name[small-2]"}
    assert names("stop and not small-1") == {"basic/stop[small-2]"}


def test_a_row_is_chosen_by_its_id_for_all_models_or_for_one(
    project: ProjectOnDisk, run: Run
) -> None:
    suite = "suites/test_basic.py::basic/stop"
    both = run(suite, "--collect-only", "-q")
    assert collected(both) == {"basic/stop[small-1]", "basic/stop[small-2]"}
    one = run(f"{suite}[small-2]", "--collect-only", "-q")
    assert collected(one) == {"basic/stop[small-2]"}


def test_your_own_claims_are_a_target_like_any_other(project: ProjectOnDisk, run: Run) -> None:
    own = project.root / "mine.toml"
    mine = project_on_disk.CLAIMS.replace('"world"', '"mine"').replace('"small-1"', '"mine-1"')
    own.write_text(mine)
    chosen = ("--mc-claims", own, "--mc-target", "mine", "--mc-model", "mine-1")
    result = run("suites", "--collect-only", "-q", *chosen, "-k", "stop")
    assert collected(result) == {"basic/stop[mine-1]"}


def test_markers_are_listed_where_the_suites_are_named(project: ProjectOnDisk, run: Run) -> None:
    listed = str(run("--markers", "suites").stdout)
    for marker in ("@pytest.mark.row(id):", "@pytest.mark.basic:", "@pytest.mark.tools:"):
        assert marker in listed
    assert "messages-conformance" not in str(run("--markers").stdout)


def test_the_name_of_the_package_means_the_suites(
    project: ProjectOnDisk, run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_plain="def test_plain(): pass")
    result = run("--pyargs", "messages_conformance", "--collect-only", "-q", "-m", "tools")
    assert collected(result) == {"tools/name[small-1]", "tools/name[small-2]"}
    beside = run("--pyargs", "messages_conformance", "test_plain.py", "-m", "not basic")
    beside.assert_outcomes(passed=1, skipped=2, deselected=6)


def test_an_installed_wheel_has_the_suites_inside_the_package(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders of a wheel, laid out by hand as the build does it."""
    package = pytester.path / "site" / "messages_conformance"
    shutil.copytree(
        Path(resources.__file__).parent,
        package,
        ignore=shutil.ignore_patterns("__pycache__", "_shipped"),
    )
    shipped = project_on_disk.write_project(package / "_shipped")
    shipped.record("small-1")
    (shipped.root / "schemas").symlink_to(resources.folder("schemas"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package.parent)]))
    pytester.mkdir("elsewhere")
    monkeypatch.chdir("elsewhere")
    chosen = ("--mc-model", "small-1", "-v", "-m", "basic", "--strict-markers")
    result = pytester.runpytest_subprocess("--pyargs", "messages_conformance", *chosen)
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*test_basic.py::basic/temperature[[]small-1] PASSED*"])
