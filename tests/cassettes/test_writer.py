"""Cassettes are written at once, in the page's order, and never over what must be kept."""

import asyncio
import dataclasses
import errno
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.cassettes import tape as cassette
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.cassettes.tape import Entry, FoundEntry, Tape
from messages_conformance.cassettes.writer import CassetteWriter, Origin, lock_folder
from messages_conformance.errors import CassetteError, SecretLeakError
from messages_conformance.protocol.exchange import Exchange
from support import small_project

ROWS = ["basic/a", "basic/b", "tools/a"]


def read(root: Path) -> dict[str, list[str]]:
    """The prompts recorded in each file, in its order."""
    files: dict[str, list[str]] = {}
    for exchange in Tape.load(root, small_project.TARGET.id, small_project.MODEL.id).exchanges:
        assert exchange.place is not None
        files.setdefault(Path(exchange.place.cassette).stem, []).append(
            exchange.request.body["messages"][0]["content"]
        )
    return files


def tape(root: Path) -> Tape:
    return Tape.load(root, small_project.TARGET.id, small_project.MODEL.id)


def found(root: Path) -> list[FoundEntry]:
    return list(cassette.read_entries(root, small_project.TARGET.id, small_project.MODEL.id))


def add(
    writer: CassetteWriter,
    origin: Origin,
    nth: int,
    exchange: Exchange,
    *,
    superseded: bool = False,
) -> None:
    asyncio.run(writer.add(origin, nth, exchange, superseded=superseded))


def exchange(prompt: str) -> Exchange:
    return small_project.exchange(small_project.request(prompt))


def test_an_added_exchange_is_on_the_disk_at_once(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    add(writer, Origin("basic", "basic/a", 0), 0, exchange("one"))
    assert read(tmp_path) == {"journal": ["one"]}
    writer.close()
    assert read(tmp_path) == {"basic": ["one"]}
    assert not list(tmp_path.rglob("*.jsonl"))


def test_files_keep_the_order_of_the_page(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    add(writer, Origin("basic", "basic/b", 0), 0, exchange("b"))
    add(writer, Origin("basic", "basic/a", 1), 0, exchange("a, then"))
    add(writer, Origin("basic", "basic/a", 0), 0, exchange("a, first"))
    writer.close()
    assert read(tmp_path) == {"basic": ["a, first", "a, then", "b"]}


@pytest.mark.parametrize("first", ["tools", "basic"])
def test_a_shared_exchange_is_written_under_the_first_row(tmp_path: Path, first: str) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    origins = [Origin("tools", "tools/a", 0), Origin("basic", "basic/b", 0)]
    origins.sort(key=lambda one: one.suite != first)
    add(writer, origins[0], 0, exchange("shared"))
    for one in origins:
        writer.share(one, small_project.request("shared"), 0)
    writer.close()
    assert read(tmp_path) == {"basic": ["shared"]}


def test_superseded_responses_precede_the_answer(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    busy = dataclasses.replace(exchange("one"), status=429)
    for answer, superseded in ((busy, True), (busy, True), (exchange("one"), False)):
        add(writer, Origin("basic", "basic/a", 0), 0, answer, superseded=superseded)
    before = tape(tmp_path)
    writer.close()
    for found in (before, tape(tmp_path)):
        assert [entry.tried for entry in found.entries] == [1, 2, None]
        assert [exchange.status for exchange in found.superseded] == [429, 429]
        assert found.find(small_project.request("one"), 0) == exchange("one")


def test_a_failed_save_leaves_the_files_unchanged_and_the_journal_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    add(writer, Origin("basic", "basic/a", 0), 0, exchange("one"))

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        for prompt in ("two", "three"):
            with pytest.raises(OSError, match="No space"):
                add(writer, Origin("basic", "basic/b", 0), 0, exchange(prompt))
        with pytest.raises(OSError, match="No space"):
            writer.close()
        assert read(tmp_path) == {"journal": ["one"]}
        assert [path.name for path in writer.folder.iterdir()] == ["journal.jsonl"]
    resumed = CassetteWriter(tmp_path, small_project.label(), ROWS, resume=True)
    assert read(tmp_path) == {"basic": ["one"]}
    assert resumed.find(small_project.request("one"), 0) == exchange("one")


def test_the_journal_of_a_killed_run_is_compacted(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    add(writer, Origin("basic", "basic/a", 0), 0, exchange("one"))
    add(writer, Origin("tools", "tools/a", 0), 0, exchange("two"))
    journal = writer.folder / "journal.jsonl"
    left = journal.read_bytes()
    writer.close()
    # Killed between the last cassette and the end of the journal, and once more in a line.
    journal.write_bytes(left + left[:-9])
    assert read(tmp_path) == {"basic": ["one"], "tools": ["two"]}
    CassetteWriter(tmp_path, small_project.label(), ROWS, resume=True)
    assert read(tmp_path) == {"basic": ["one"], "tools": ["two"]}
    assert not journal.exists()


def test_an_incomplete_last_line_is_skipped_and_any_other_is_reported(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    for prompt in ("one", "two"):
        add(writer, Origin("basic", "basic/a", 0), 0, exchange(prompt))
    journal = writer.folder / "journal.jsonl"
    whole = journal.read_bytes()
    for length in range(len(whole.splitlines(keepends=True)[0]), len(whole) - 1, 97):
        journal.write_bytes(whole[:length])
        assert read(tmp_path) == {"journal": ["one"]}
    journal.write_bytes(b"{}\n" + whole)
    with pytest.raises(CassetteError, match=r"journal\.jsonl: is not a usable cassette"):
        tape(tmp_path)


@pytest.mark.parametrize("body", [b"\xff\x00", b"\r\n\x85\xe2\x80\xa8", "😀".encode()])
def test_the_journal_keeps_every_byte_of_a_body(tmp_path: Path, body: bytes) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    answer = small_project.exchange(small_project.request(), body)
    add(writer, Origin("basic", "basic/a", 0), 0, answer)
    assert tape(tmp_path).exchanges == (answer,)
    writer.close()
    assert tape(tmp_path).exchanges == (answer,)


def test_two_runs_cannot_write_into_one_folder(tmp_path: Path) -> None:
    with (
        lock_folder(tmp_path, overwrite=False),
        pytest.raises(CassetteError, match="another run is recording into this folder"),
        lock_folder(tmp_path, overwrite=True),
    ):
        pass
    with lock_folder(tmp_path, overwrite=False):
        pass


def test_a_key_is_not_written(tmp_path: Path) -> None:
    secrets = Secrets({"sk-a-very-secret-key": "<key>"})
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS, secrets=secrets)
    leaking = small_project.exchange(small_project.request(), b"\xff it is sk-a-very-secret-key")
    with pytest.raises(SecretLeakError, match=r"journal\.jsonl: .* contains a key"):
        add(writer, Origin("basic", "basic/a", 0), 0, leaking)
    writer.close()
    assert read(tmp_path) == {}
    small_project.cassette(tmp_path, Entry(leaking, "basic/a", 0))
    with pytest.raises(SecretLeakError, match=r"basic\.yaml#0: .* contains a key"):
        CassetteWriter(tmp_path, small_project.label(), ROWS, resume=True, secrets=secrets)


def test_recordings_are_not_overwritten_by_default(tmp_path: Path) -> None:
    small_project.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    with pytest.raises(
        CassetteError,
        match=r"contains recordings already; name another folder, or let .run. use --resume",
    ):
        CassetteWriter(tmp_path, small_project.label(), ROWS)
    assert read(tmp_path) == {"basic": ["old"]}


def test_overwriting_deletes_what_was_recorded(tmp_path: Path) -> None:
    small_project.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS, overwrite=True)
    assert writer.find(small_project.request("old"), 0) is None
    add(writer, Origin("tools", "tools/a", 0), 0, exchange("new"))
    writer.close()
    assert read(tmp_path) == {"tools": ["new"]}


def test_resuming_keeps_what_was_recorded(tmp_path: Path) -> None:
    huge = "x" * 70_000
    small_project.cassette(
        tmp_path,
        Entry(exchange("old"), "basic/a", 0),
        Entry(exchange(huge), "basic/b", 0),
        Entry(Exchange(small_project.request("lost"), None, ended="unreachable"), "tools/a", 0),
    )
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS, resume=True)
    assert writer.find(small_project.request("old"), 0)
    assert writer.find(small_project.request("lost"), 0) is None
    add(writer, Origin("basic", "basic/b", 1), 0, exchange("new"))
    tape = Tape.load(tmp_path, small_project.TARGET.id, small_project.MODEL.id)
    assert [
        tape.find(small_project.request(p), 0) is None for p in ("old", huge, "new", "lost")
    ] == [
        False,
        False,
        False,
        True,
    ]


def test_a_recording_is_not_continued_from_another_endpoint(tmp_path: Path) -> None:
    small_project.cassette(tmp_path, Entry(exchange("old"), "basic/a", 0))
    elsewhere = small_project.label(base_url="https://elsewhere.example")
    with pytest.raises(CassetteError, match=r"cannot be continued from https://elsewhere\.example"):
        CassetteWriter(tmp_path, elsewhere, ROWS, resume=True)


def test_shipped_cassettes_are_not_changed_by_default() -> None:
    with (
        pytest.raises(CassetteError, match="cassettes that ship with the project"),
        lock_folder(resources.folder("cassettes"), overwrite=False),
    ):
        pass


def test_one_answer_of_the_reference_endpoint_makes_all_files_simulated(tmp_path: Path) -> None:
    writer = CassetteWriter(tmp_path, small_project.label(), ROWS)
    add(writer, Origin("basic", "basic/a", 0), 0, exchange("one"))
    simulated = dataclasses.replace(
        exchange("two"), headers=(("x-messages-conformance", "reference"),)
    )
    add(writer, Origin("tools", "tools/a", 0), 0, simulated)
    writer.close()
    assert {kept.label.evidence for kept in found(tmp_path)} == {"simulated"}
    assert {kept.suite for kept in found(tmp_path)} == {"basic", "tools"}
