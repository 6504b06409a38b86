"""Cassettes being written: at once, in the page's order, and never over what must stay."""

import dataclasses
from pathlib import Path

import pytest

import worlds
from messages_conformance import shipped
from messages_conformance.cassette import CassetteError, Entry, Tape
from messages_conformance.exchange import Exchange
from messages_conformance.recording import Asked, Recording

ROWS = ["basic/a", "basic/b", "tools/a"]


def read(root: Path) -> dict[str, list[str]]:
    """The prompts recorded in each file, in its order."""
    files: dict[str, list[str]] = {}
    for exchange in Tape.load(root, worlds.TARGET.id, worlds.MODEL.id).exchanges:
        assert exchange.place is not None
        files.setdefault(Path(exchange.place.cassette).stem, []).append(
            exchange.request.body["messages"][0]["content"]
        )
    return files


def exchange(prompt: str) -> Exchange:
    return worlds.exchange(worlds.request(prompt))


def test_what_is_added_is_on_the_disk_at_once(tmp_path: Path) -> None:
    recording = Recording(tmp_path, worlds.label(), ROWS)
    recording.add(Asked("basic", "basic/a", 0), 0, exchange("one"))
    assert read(tmp_path) == {"basic": ["one"]}


def test_files_hold_the_order_of_the_page_whatever_came_first(tmp_path: Path) -> None:
    recording = Recording(tmp_path, worlds.label(), ROWS)
    recording.add(Asked("basic", "basic/b", 0), 0, exchange("b"))
    recording.add(Asked("basic", "basic/a", 1), 0, exchange("a, then"))
    recording.add(Asked("basic", "basic/a", 0), 0, exchange("a, first"))
    assert read(tmp_path) == {"basic": ["a, first", "a, then", "b"]}


@pytest.mark.parametrize("first", ["tools", "basic"])
def test_what_rows_share_stands_with_the_first_of_them(tmp_path: Path, first: str) -> None:
    recording = Recording(tmp_path, worlds.label(), ROWS)
    asked = [Asked("tools", "tools/a", 0), Asked("basic", "basic/b", 0)]
    for one in sorted(asked, key=lambda one: one.suite != first):
        recording.add(one, 0, exchange("shared"))
    assert read(tmp_path) == {"basic": ["shared"]}


def test_a_save_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(tmp_path, worlds.label(), ROWS)
    recording.add(Asked("basic", "basic/a", 0), 0, exchange("one"))

    def full(descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        recording.add(Asked("basic", "basic/b", 0), 0, exchange("two"))
    assert read(tmp_path) == {"basic": ["one"]}


def test_recordings_are_not_written_over_unasked(tmp_path: Path) -> None:
    worlds.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    with pytest.raises(CassetteError, match="holds recordings already; say whether to resume"):
        Recording(tmp_path, worlds.label(), ROWS)
    assert read(tmp_path) == {"basic": ["old"]}


def test_overwriting_starts_anew(tmp_path: Path) -> None:
    worlds.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    recording = Recording(tmp_path, worlds.label(), ROWS, overwrite=True)
    assert recording.find(worlds.request("old"), 0) is None
    recording.add(Asked("tools", "tools/a", 0), 0, exchange("new"))
    assert read(tmp_path) == {"tools": ["new"]}


def test_resuming_keeps_what_is_there(tmp_path: Path) -> None:
    huge = "x" * 70_000
    worlds.cassette(
        tmp_path,
        Entry(exchange("old"), "basic/a", 0),
        Entry(exchange(huge), "basic/b", 0),
        Entry(Exchange(worlds.request("lost"), None, ended="unreachable"), "tools/a", 0),
    )
    recording = Recording(tmp_path, worlds.label(), ROWS, resume=True)
    assert recording.find(worlds.request("old"), 0)
    assert recording.find(worlds.request("lost"), 0) is None
    recording.add(Asked("basic", "basic/b", 1), 0, exchange("new"))
    tape = Tape.load(tmp_path, worlds.TARGET.id, worlds.MODEL.id)
    assert [tape.find(worlds.request(p), 0) is None for p in ("old", huge, "new", "lost")] == [
        False,
        False,
        False,
        True,
    ]


def test_the_recording_of_one_endpoint_is_not_continued_from_another(tmp_path: Path) -> None:
    worlds.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    elsewhere = worlds.label(base_url="https://elsewhere.example")
    with pytest.raises(CassetteError, match=r"cannot be continued from https://elsewhere\.example"):
        Recording(tmp_path, elsewhere, ROWS, resume=True)


@pytest.mark.parametrize("resume", [True, False])
def test_shipped_cassettes_are_not_touched_unasked(resume: bool) -> None:
    with pytest.raises(CassetteError, match="cassettes that ship with the project"):
        Recording(shipped.folder("cassettes"), worlds.label(), ROWS, resume=resume)


def test_one_answer_of_the_reference_endpoint_makes_all_files_simulated(tmp_path: Path) -> None:
    recording = Recording(tmp_path, worlds.label(), ROWS)
    recording.add(Asked("basic", "basic/a", 0), 0, exchange("one"))
    simulated = dataclasses.replace(
        exchange("two"), headers=(("x-messages-conformance", "reference"),)
    )
    recording.add(Asked("tools", "tools/a", 0), 0, simulated)
    labels = Tape.load(tmp_path, worlds.TARGET.id, worlds.MODEL.id).labels
    assert [label.evidence for label in labels] == ["simulated", "simulated"]
