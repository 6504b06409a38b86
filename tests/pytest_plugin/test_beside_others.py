"""The plugin is loaded in every pytest run of its environment, and disturbs none of them."""

import pytest

from messages_conformance.pytest_plugin.options import dest

OTHERS_OPTIONS = """
def pytest_addoption(parser):
    for name in ("model", "target", "row", "series", "report", "live", "shard", "budget", "resume",
                 "overwrite", "concurrency", "cassettes", "expectations", "opt-in"):
        parser.addoption(f"--{name}", dest=name)
"""
OTHERS_TESTS = """
import sys

import pytest


def test_options(request):
    assert request.config.getoption("model") == "mine"
    assert request.config.getoption("report") == "none"
    assert request.config.getoption("live") == "no"


@pytest.mark.tools
def test_markers():
    pass


def test_properties(record_property):
    record_property("verdict", "guilty")


def test_nothing_is_imported():
    ours = {name for name in sys.modules if name.startswith("messages_conformance")}
    assert ours == {
        "messages_conformance",
        "messages_conformance.pytest_plugin",
        "messages_conformance.pytest_plugin.live",
        "messages_conformance.pytest_plugin.options",
        "messages_conformance.pytest_plugin.plugin",
        "messages_conformance.resources",
    }
"""


def test_a_project_with_options_of_the_same_names_runs_its_own_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeconftest(OTHERS_OPTIONS)
    pytester.makeini("[pytest]\nmarkers = tools: carpentry\nfilterwarnings = error\n")
    (pytester.mkdir("claims") / "readme.txt").touch()
    (pytester.mkdir("suites") / "test_tools.py").write_text(OTHERS_TESTS)
    result = pytester.runpytest_subprocess(
        *("suites", "--model", "mine", "--report", "none", "--live", "no", "--strict-markers"),
    )
    result.assert_outcomes(passed=4)
    assert "conformance" not in result.stdout.str().partition("collected")[2]


def test_every_option_has_the_prefix(pytester: pytest.Pytester) -> None:
    (group,) = [
        group
        for group in pytester.parseconfig()._parser._groups
        if group.name == "messages-conformance"
    ]
    assert group.options
    for option in group.options:
        (name,) = option.names()
        assert name.startswith("--mc-")
        assert option.dest == dest(name.removeprefix("--mc-"))
