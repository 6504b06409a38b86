"""What several tests of recording share."""

import dataclasses

import pytest

from messages_conformance.recording import preflight


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once before a run, unless the endpoint names a time."""
    policy = dataclasses.replace(preflight._RETRIES, first_wait=0.01)
    monkeypatch.setattr(preflight, "_RETRIES", policy)
