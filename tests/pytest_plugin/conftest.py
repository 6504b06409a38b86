"""A small project whose tests are run by a pytest inside of pytest."""

from pathlib import Path

import pytest

# After a pytest run in this process, pytester forgets the modules that the run imported. A second
# copy of a module has other classes than the first, so all of them are imported here beforehand.
from messages_conformance.pytest_plugin import items as items
from support import project_on_disk
from support.inner_pytest import Run
from support.project_on_disk import ProjectOnDisk


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> ProjectOnDisk:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # The options of the outer run are not for the inner one.
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return project_on_disk.install(pytester.path, monkeypatch)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def run(*arguments: str | Path) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "no:hypothesispytest", *arguments)

    return run
