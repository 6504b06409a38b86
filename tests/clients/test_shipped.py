"""What ships of the SDK's readings is what it makes of the answers, and holds for nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import imports, resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.clients import anthropic_calls, anthropic_python, shipped, state
from messages_conformance.clients.anthropic_python import READER, read_anew, read_with_python_sdk
from messages_conformance.clients.readable import is_readable, key_of
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult
from messages_conformance.protocol.exchange import Exchange

PATH = resources.folder("cassettes") / shipped.FILE
DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
AGAIN = "run: python scripts/ship_reports.py"
LOSES = ClientResult(ClientOutcome.LOSES, "it loses something")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of results that is found in place of the one that ships."""
    path = tmp_path / shipped.FILE
    path.write_text(shipped.to_text(shipped.document(READER, {"a": FINE, "b": LOSES})))
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path)
    forget()
    yield path
    monkeypatch.undo()
    forget()


def forget() -> None:
    for remembered in (shipped.results, state.environment, state.code):
        remembered.cache_clear()


def answers(model: str, target: str) -> dict[str, Exchange]:
    tape = Tape.load(resources.folder("cassettes"), target, model)
    return {key_of(each): each for each in tape.exchanges if is_readable(each)}


def test_those_that_ship_are_of_this_code() -> None:
    assert DOCUMENT["code"] == state.code(READER), AGAIN


def test_what_ships_is_what_the_sdk_makes_of_the_answers() -> None:
    if state.environment() not in DOCUMENT["made_by"]:
        pytest.skip("the readings that ship are of another SDK, or another Python")
    known = shipped._read(DOCUMENT)
    all_of_one = answers("qwen-plus", "model-studio")
    assert all_of_one.keys() <= known.keys(), AGAIN
    some = dict(list(all_of_one.items())[::5])
    assert read_anew(some) == {key: known[key] for key in some}, AGAIN


def test_they_are_found_where_code_and_environment_are_the_same(written: Path) -> None:
    assert shipped.results(READER) == {"a": FINE, "b": LOSES}


@pytest.mark.parametrize("library", ["anthropic", "pydantic", "python"])
def test_another_environment_has_none(
    library: str, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = {**state.environment(), library: "99"}
    monkeypatch.setattr(state, "environment", lambda: another)
    assert shipped.results(READER) == {}


def test_a_changed_byte_of_the_code_that_compares_leaves_none(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "compare.py"
    file_of = imports.file_of
    changed.write_bytes(file_of("messages_conformance.clients.compare").read_bytes() + b"\n")
    monkeypatch.setattr(
        imports,
        "file_of",
        lambda name: changed if name.endswith(".compare") else file_of(name),
    )
    state.code.cache_clear()
    assert shipped.results(READER) == {}


def test_all_code_that_reads_and_compares_is_known_and_no_more() -> None:
    modules = imports.all_imported([READER])
    assert {
        f"messages_conformance.{name}"
        for name in (
            "cassettes.response",
            "clients.compare",
            "clients.readable",
            "protocol.sse",
            "protocol.accumulate",
            "protocol.exchange",
        )
    } <= modules
    packages = {name.split(".")[1] for name in modules if "." in name}
    assert packages == {"cassettes", "clients", "protocol"}


def test_an_answer_that_ships_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    every = answers("qwen-plus", "model-studio")
    monkeypatch.setenv("MESSAGES_CONFORMANCE_CACHE", str(tmp_path))
    monkeypatch.setattr(shipped, "results", lambda _: dict.fromkeys(every, LOSES))
    monkeypatch.setattr(anthropic_calls.Sdk, "opened", lambda: pytest.fail("read again"))
    assert set(read_with_python_sdk(every.values())) == {LOSES}
    anthropic_python._remembered.clear()


def made_by(*names: str) -> list[dict[str, str]]:
    return [{"python": name} for name in names]


def test_an_environment_that_makes_the_same_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    def document(python: str, made: dict[str, ClientResult], before: Any) -> Any:
        monkeypatch.setattr(state, "environment", lambda: {"python": python})
        return shipped.document(READER, made, before)

    first = document("1", {"a": FINE, "b": LOSES}, None)
    both = document("2", {"b": LOSES, "a": FINE}, first)
    assert both == {**first, "made_by": made_by("2", "1")}
    assert document("2", {"a": FINE, "b": LOSES}, both) == both
    assert document("3", {"a": FINE, "b": FINE}, both)["made_by"] == made_by("3")
    other_code = {**both, "code": "another"}
    assert document("3", {"a": FINE, "b": LOSES}, other_code)["made_by"] == made_by("3")
