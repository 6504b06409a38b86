"""What is remembered on disk comes back as it was, or not at all."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from messages_conformance import memory

DOCUMENT = {"words": ["žralok", "\ud800"], "figure": 0.1}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    return tmp_path / "memory" / "kind"


def test_a_document_comes_back(kept: Path) -> None:
    assert memory.recall("kind", "key") is None
    memory.remember("kind", "key", DOCUMENT)
    assert memory.recall("kind", "key") == DOCUMENT
    assert memory.recall("kind", "other") is None
    assert memory.recall("sort", "key") is None


def test_nobody_else_can_read_it(kept: Path) -> None:
    memory.remember("kind", "key", DOCUMENT)
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 80, -1])
def test_a_file_that_was_cut_off_is_ignored(kept: Path, cut: int) -> None:
    memory.remember("kind", "key", DOCUMENT)
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:cut])
    assert memory.recall("kind", "key") is None
    memory.remember("kind", "key", DOCUMENT)
    assert memory.recall("kind", "key") == DOCUMENT


def test_a_file_with_one_other_byte_is_ignored(kept: Path) -> None:
    memory.remember("kind", "key", DOCUMENT)
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert memory.recall("kind", "key") is None


def test_the_file_of_another_key_is_ignored(kept: Path) -> None:
    memory.remember("kind", "key", DOCUMENT)
    memory.remember("kind", "other", {"of": "another"})
    (kept / "key.json").write_bytes((kept / "other.json").read_bytes())
    assert memory.recall("kind", "key") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the system has no owners of files")
def test_what_others_can_write_is_not_believed(kept: Path) -> None:
    memory.remember("kind", "key", DOCUMENT)
    (kept / "key.json").chmod(0o666)
    assert memory.recall("kind", "key") is None
    (kept / "key.json").chmod(0o600)
    kept.chmod(0o777)
    assert memory.recall("kind", "key") is None


def test_a_folder_that_takes_nothing_is_no_mistake(kept: Path) -> None:
    kept.parent.write_text("no folder")
    memory.remember("kind", "key", DOCUMENT)
    assert memory.recall("kind", "key") is None


def test_an_empty_variable_switches_the_memory_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(memory.VARIABLE, "")
    memory.remember("kind", "key", DOCUMENT)
    assert memory.recall("kind", "key") is None
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_documents_go(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 3)
    for number in range(3):
        memory.remember("kind", str(number), DOCUMENT)
        os.utime(kept / f"{number}.json", (number, number))
    memory.recall("kind", "0")
    memory.remember("kind", "new", DOCUMENT)
    assert {path.stem for path in kept.iterdir()} == {"0", "2", "new"}


def test_documents_are_bounded_in_bytes(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LARGEST", 300)
    monkeypatch.setattr(memory, "_MOST_BYTES", 500)
    memory.remember("kind", "large", ["x" * 300])
    assert memory.recall("kind", "large") is None
    for number in range(5):
        memory.remember("kind", str(number), ["x" * 180])
    assert len(list(kept.iterdir())) == 2


def _write(number: int) -> None:
    for _ in range(50):
        memory.remember("kind", "key", [number] * 1000)
        found = memory.recall("kind", "key")
        assert found is None or len(set(found)) == 1


def test_processes_that_write_at_once_leave_a_whole_file(kept: Path) -> None:
    with ProcessPoolExecutor(2) as processes:
        list(processes.map(_write, range(2)))
    assert memory.recall("kind", "key") in ([0] * 1000, [1] * 1000)


def test_a_digest_differs_wherever_a_part_does() -> None:
    assert memory.digest("ab", "c") != memory.digest("a", "bc")
    assert memory.digest("a", "") != memory.digest("a")
    assert memory.digest("ä") == memory.digest("ä".encode())


def test_data_counts_wherever_it_lies_and_once(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "_shipped" / "suites").mkdir(parents=True)
    (package / "code.py").write_text("code")
    (package / "notes.md").write_text("no code")
    (package / "_shipped" / "suites" / "test_basic.py").write_text("a suite")
    assert list(memory._contents(package, "code")) == ["code/code.py", b"code"]
    shipped = package / "_shipped" / "suites"
    assert list(memory._contents(shipped, "suites")) == ["suites/test_basic.py", b"a suite"]
