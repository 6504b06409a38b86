"""What clients made of answers is remembered on disk, and never believed against the bytes."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from messages_conformance.clients import anthropic_calls, anthropic_python, memory, state
from messages_conformance.clients.anthropic_python import read_with_python_sdk
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult
from messages_conformance.protocol.exchange import Exchange
from support import small_project

ANSWER = small_project.exchange(small_project.request(), small_project.message())
NOT_JSON = replace(ANSWER, body=b"<html>", headers=(("content-type", "application/json"),))
RAISES = ClientResult(ClientOutcome.RAISES, "it raises an error")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "remembered"
    monkeypatch.setenv(memory.VARIABLE, str(folder))
    yield folder
    anthropic_python._remembered.clear()


def read_anew(exchange: Exchange) -> ClientResult | None:
    """As another process would: with what is on disk, and nothing else."""
    anthropic_python._remembered.clear()
    return read_with_python_sdk([exchange])[0]


def forget_state() -> None:
    state.environment.cache_clear()
    state.whole.cache_clear()


def count_openings(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    opened: list[None] = []
    before = anthropic_calls.Sdk.opened

    def opening() -> object:
        opened.append(None)
        return before()

    monkeypatch.setattr(anthropic_calls.Sdk, "opened", opening)
    return opened


def test_an_answer_read_once_is_not_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [read_anew(ANSWER), read_anew(NOT_JSON)]
    opened = count_openings(monkeypatch)
    assert [read_anew(ANSWER), read_anew(NOT_JSON)] == first
    assert not opened


def test_one_other_byte_is_another_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_anew(ANSWER)
    opened = count_openings(monkeypatch)
    read_anew(replace(ANSWER, body=ANSWER.body + b" "))
    assert opened


def test_another_sdk_remembers_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_anew(ANSWER)
    monkeypatch.setattr(metadata, "version", lambda _: "99")
    forget_state()
    opened = count_openings(monkeypatch)
    read_anew(ANSWER)
    forget_state()
    assert opened


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"KEY": ["fine", "and yet not"]}',
        b'{"KEY": ["misreads", ""]}',
        b'{"KEY": ["better than fine", "x"]}',
        b'{"KEY": {"outcome": "fine"}}',
        b'{"KEY": [[], 1]}',
        b'{"KEY": ["misreads", "' + b"x" * 5000 + b'"]}',
    ],
)
def test_a_damaged_file_is_ignored_and_replaced(folder: Path, content: bytes) -> None:
    expected = read_anew(ANSWER)
    (file,) = folder.glob("*.json")
    (key,) = json.loads(file.read_text())
    file.write_bytes(content.replace(b"KEY", key.encode()))
    assert read_anew(ANSWER) == expected
    assert list(memory.read(file)) == [key]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the system has no owners of files")
def test_a_file_that_others_can_write_is_not_believed(folder: Path) -> None:
    file = folder / "anthropic-1.json"
    memory.write(file, {"a": RAISES})
    assert memory.read(file) == {"a": RAISES}
    file.chmod(0o666)
    assert memory.read(file) == {}


def test_a_folder_that_takes_nothing_changes_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "file"))
    assert read_anew(ANSWER) == FINE
    anthropic_python._remembered.clear()


def test_an_empty_variable_switches_the_memory_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(memory.VARIABLE, "")
    read_anew(ANSWER)
    assert list(tmp_path.iterdir()) == []


def write_some(path: Path, number: int) -> None:
    for each in range(20):
        memory.write(path, {f"{number}/{each}": RAISES})


def test_processes_that_write_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "own" / "anthropic-1.json"
    with ProcessPoolExecutor(3) as processes:
        list(processes.map(write_some, [file] * 3, range(3)))
    known = memory.read(file)
    assert known
    assert set(known.values()) == {RAISES}


def test_the_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 3)
    for number in range(9):
        memory.write(tmp_path / f"anthropic-{number}.json", {f"{at}": RAISES for at in range(5)})
    kept = sorted(tmp_path.glob("*.json"))
    assert len(kept) == 4
    assert all(list(memory.read(file)) == ["2", "3", "4"] for file in kept)
