"""What a person names by mistake, or got from a stranger: one sentence, soon, in little memory."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from messages_conformance import memory, resources
from messages_conformance.files import read_toml
from support import saved_files
from support.commands import call, refused


@pytest.fixture(autouse=True)
def _key(no_key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-the-key-of-this-test")


PAGE = ("--target", "llama.cpp", "--model", "smollm2*")
COMMANDS: dict[str, Callable[[Path], tuple[str | Path, ...]]] = {
    "report --from": lambda path: ("report", "--from", path),
    "report --expectations": lambda path: (
        *("report", "--target", "llama.cpp", "--row", "header/*", "--expectations", path),
    ),
    "report --claims": lambda path: ("report", "--target", "llama.cpp", "--claims", path),
    "explain --claims": lambda path: ("explain", "basic/system", "--claims", path),
    "combine": lambda path: ("combine", path, path),
    "diff": lambda path: ("diff", path, path),
    "lint --request": lambda path: ("lint", "--request", path, path.parent / "body.json"),
    "app check": lambda path: ("app", "check", path, "--target", "model-studio"),
    "app scan": lambda path: ("app", "scan", path),
    "app check --report": lambda path: (
        *("app", "check", path.parent / "body.json", "--target", "model-studio"),
        *("--report", path),
    ),
    "app replay": lambda path: (
        *("app", "replay", path, "--base-url", "http://127.0.0.1:9", "--model", "m", "--yes"),
    ),
    "show": lambda path: ("show", path, "basic/system"),
    "replay": lambda path: (*("replay", path, "basic/system", "--base-url", "http://127.0.0.1:9"),),
    "ready --from": lambda path: ("ready", "python-sdk", "--from", path),
    "revisions diff": lambda path: (
        *("revisions", "diff", "2025-11-13", "2026-02-24", "--target", "model-studio"),
        *("--claims", path),
    ),
    "explore --corpus": lambda path: (
        *("explore", *PAGE, "--base-url", "http://127.0.0.1:9", "--corpus", path),
        *("--output", path.parent / "run"),
    ),
}
CONTENTS = {
    "no text": bytes(range(256)) * 40,
    "zeros": bytes(5000),
    "UTF-16": "target = 'x'\n".encode("utf-16"),
    "deep": b"[" * 1_000_000,
    "deep keys": b"[" + b".".join([b"a"] * 50_000) + b"]\n",
    "deep arrays": b"a = " + b"[" * 100_000 + b"]" * 100_000,
    "dotted key": b".".join([b"a"] * 200_000) + b" = 1\n",
    "digits": b"target = " + b"9" * 900_000,
    "hexadecimal digits": b"target = 0x" + b"f" * 900_000,
    "many keys": b"".join(b"k%d = 1\n" % n for n in range(15_000)),
    "many tables": b"[[row]]\n[[deviation]]\n" * 3_000,
    "digits in JSON": b'{"targets": [' + b"9" * 1_000_000 + b"]}",
    "objects": b'{"targets": [' + b"{}," * 1_000_000 + b"{}]}",
    "fewer objects": b'{"targets": [' + b"{}," * 300_000 + b"{}]}",
    "not a number": b'{"targets": [NaN, Infinity, 1e999]}',
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_hostile_bytes_are_refused_in_short_sentences(
    command: Callable[[Path], tuple[str | Path, ...]], content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "body.json").write_text(json.dumps(saved_files.MESSAGE))
    path = tmp_path / "2026-01-01.toml"
    path.write_bytes(content)
    began = time.process_time()
    done = call(*command(path))
    assert time.process_time() - began < 5
    assert "Traceback" not in done.stderr
    assert done.exit_code == 2 or ("lint" in command(path) and b"{" in content)
    assert done.exit_code != 2 or str(path) in done.stderr
    assert all(len(line) < 2_500 for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()) < 60


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("kind", ["folder", "FIFO", "device", "loop", "endless", "large"])
def test_what_is_no_file_of_usual_size_is_not_read(
    command: Callable[[Path], tuple[str | Path, ...]], kind: str, tmp_path: Path
) -> None:
    (tmp_path / "body.json").write_text(json.dumps(saved_files.MESSAGE))
    path = tmp_path / "2026-01-01.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "large":
        path.touch()
        os.truncate(path, 300_000_000)
    else:
        targets = {"device": "/dev/zero", "loop": path.name, "endless": "/proc/self/mem"}
        path.symlink_to(targets[kind])
    done = call(*command(path))
    assert done.exit_code == 2
    if kind in ("FIFO", "device"):
        # Read as a file, a FIFO that nobody writes to would only be empty.
        assert re.search("a FIFO, a device or a socket|folder|director", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()[-1]) < 600


def test_settings_that_windows_saved_are_read(tmp_path: Path) -> None:
    page = resources.folder("claims") / "llama.cpp" / "2026-10-06.toml"
    path = tmp_path / page.name
    path.write_bytes(b"\xef\xbb\xbf" + page.read_bytes().replace(b"\n", b"\r\n"))
    assert read_toml(path)[0] == read_toml(page)[0]


def test_a_corpus_is_refused_by_its_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    lines = ('{"row": "basic/system", "beside": ["tool"]}', '{"row": "a", "beside": "tool"}')
    corpus.write_text("\n".join(lines))
    said = refused(call(*COMMANDS["explore --corpus"](corpus)))
    assert re.search(r"line 2: is no entry, .*each line is like \{", said)


def test_a_fifo_among_recordings_is_refused_also_with_a_memory(tmp_path: Path) -> None:
    folder = tmp_path / "tapes" / "llama.cpp" / "smollm2-135m-instruct"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "basic.yaml")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "messages_conformance", "report"),
            *("--target", "llama.cpp", "--cassettes", tmp_path / "tapes"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, memory.VARIABLE: str(tmp_path / "memory")},
    )
    assert done.returncode == 2
    assert "a FIFO, a device or a socket" in done.stderr
    assert "restore it, or move it out of the folder" in done.stderr
    assert "Traceback" not in done.stderr
