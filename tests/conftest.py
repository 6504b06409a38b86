"""Fixtures of several packages: no key, a small project, an endpoint."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from messages_conformance import reference
from messages_conformance.claims import library
from support import project_on_disk
from support.project_on_disk import ProjectOnDisk

ENVIRONMENT = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_RESTRICTED_KEY",
)

# No test depends on what an earlier run remembered; also not in the processes that it starts. What
# is worked out in this run, by whichever of its processes, is worked out once.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _memory = tempfile.TemporaryDirectory(prefix="messages-conformance-")
    os.environ["MESSAGES_CONFORMANCE_CACHE"] = _memory.name

# A machine under load is no reason to fail.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the search for garbage: it stays to the end.

    What tests make is searched less often than usual; they leave hardly any circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectOnDisk:
    return project_on_disk.install(tmp_path / "project", monkeypatch)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The reference endpoint instead of Model Studio, its key in the environment."""
    key = "sk-the-key-of-this-test"
    revision = library.shipped("model-studio", "2025-11-13")
    with reference.running(reference.app(revision, key=key)) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        yield key
