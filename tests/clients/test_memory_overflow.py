"""A memory that overflows forgets, and the answers at hand are read all the same."""

import pytest

from messages_conformance.clients import anthropic_python, memory
from messages_conformance.clients.anthropic_python import read_with_python_sdk
from support import small_project


def test_answers_that_were_known_are_still_read_when_the_memory_overflows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(anthropic_python, "_remembered", {})
    monkeypatch.setattr(memory, "MOST", 2)
    first, second, third = (
        small_project.exchange(
            small_project.request(f"Prompt {n}."), small_project.message(f"Answer {n}.")
        )
        for n in range(3)
    )
    read_with_python_sdk([first, second])
    results = read_with_python_sdk([first, second, third])
    assert len(results) == 3
    assert all(result is not None for result in results)
