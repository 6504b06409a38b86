"""What this machine refuses: one sentence that says what, where and what to do, and exit code 2."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import click
import pytest

from messages_conformance import cli
from messages_conformance.claims import library
from messages_conformance.cli.common import Command
from messages_conformance.errors import explain
from messages_conformance.files import replacing, write_text
from support import saved_files
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")

ONE_PAGE = ("report", "--target", "llama.cpp", "--row", "header/*")


def command(
    *arguments: str | Path,
    before: Callable[[], object] | None = None,
    stdout: int = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own, which calls ``before`` at its start."""
    return subprocess.run(
        [sys.executable, "-m", "messages_conformance", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        preexec_fn=before,
        check=False,
    )


@pytest.fixture
def traffic(tmp_path: Path) -> Path:
    path = tmp_path / "traffic.jsonl"
    path.write_bytes(b"".join(map(saved_files.line, saved_files.EXCHANGES)))
    return path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("arguments", [("targets",), ONE_PAGE])
def test_a_full_disk_behind_standard_output_is_named(arguments: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = command(*arguments, stdout=full)
    finally:
        os.close(full)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: standard output: No space left on device; make room, or write elsewhere"
    )


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_closed_stream_is_nothing_to_stumble_over(closed: tuple[int, ...], traffic: Path) -> None:
    """What is opened next must not take its number: what is printed would get into that file."""
    output = traffic.with_name("inventory.json")

    def close() -> None:
        for number in closed:
            os.close(number)

    done = command("app", "scan", traffic, "--output", output, before=close)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    said = command("targets", before=close)
    assert said.returncode == 0
    assert bool(said.stdout) is (1 not in closed)
    assert said.stderr == ""


def test_a_program_gets_a_stream_that_was_closed(tmp_path: Path) -> None:
    """It may print; what it prints is lost, as its user asked for."""
    program = ("sh", "-c", "echo hello && echo hello >&2 && touch printed")
    command("app", "record", "--", *program, before=lambda: os.close(1))
    assert (tmp_path / "printed").exists()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((*ONE_PAGE, "--output", "report.html"), "report.html"),
        (("init", "mine", "--base-url", "http://127.0.0.1:1", "--model", "m"), "mine"),
        (("app", "scan", "traffic.jsonl", "--output", "inventory.json"), "inventory.json"),
    ],
)
def test_a_file_that_cannot_be_written_whole_is_named_and_not_begun(
    arguments: tuple[str, ...], names: str, traffic: Path
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = command(*arguments, before=limit)
    assert done.returncode == 2
    (said,) = done.stderr.splitlines()
    assert names in said
    assert said.endswith(
        ": File too large; raise the limit of a file's size ('ulimit -f'), or write elsewhere"
    )
    assert [path for path in traffic.parent.rglob("*") if path.is_file()] == [traffic]


def test_a_server_without_file_descriptors_is_given_up_at_once(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))

    done = command("app", "record", "--", "true", before=limit)
    assert done.returncode == 2
    (said,) = done.stderr.splitlines()
    assert said.endswith(
        "Too many open files; raise the limit ('ulimit -n'), or close other programs"
    )


@pytest.mark.parametrize(
    ("problem", "says"),
    [(MemoryError(), "has no memory left"), (BrokenExecutor(), "or share the work among fewer")],
)
def test_memory_that_runs_out_is_ours(
    problem: BaseException, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(library, "known", fail)
    said = refused(call("targets"))
    assert says in said


def test_a_folder_that_cannot_be_made_is_named(traffic: Path) -> None:
    said = refused(call("app", "scan", traffic, "--output", traffic / "x" / "y.json"))
    assert str(traffic) in said
    assert "a part of the path is no folder; name another" in said


def test_a_full_disk_is_an_error_about_what_is_written(tmp_path: Path) -> None:
    """What was copied, or the temporary name, would mislead."""
    path = tmp_path / "copy"
    with pytest.raises(OSError, match="No space") as full, replacing(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "the source")
    assert explain(full.value) == (
        f"{path}: No space left on device; make room, or write elsewhere"
    )
    with pytest.raises(OSError, match="Permission") as denied, replacing(path) as temporary:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(temporary))
    assert explain(denied.value).startswith(f"{path}: Permission denied; ")


def test_a_disk_that_is_read_only_is_an_error_about_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, what was not written cannot be removed either."""
    path = tmp_path / "copy"

    def refuse(refused: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(refused))

    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match="Read-only") as denied:
        write_text(path, "x")
    assert denied.value.filename == str(path)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EMFILE, errno.EDQUOT])
def test_what_the_system_refuses_comes_with_advice(code: int) -> None:
    said = explain(OSError(code, os.strerror(code), "a/b"))
    assert said.startswith(f"a/b: {os.strerror(code)}; ")


def test_our_own_reason_needs_no_further_advice() -> None:
    assert explain(OSError(errno.EFBIG, "Is larger than 32 MB", "a")) == "a: Is larger than 32 MB"


def commands(group: click.Group) -> Iterator[click.Command]:
    for name in group.list_commands(click.Context(group)):
        one = group.commands[name]
        yield from commands(one) if isinstance(one, click.Group) else [one]


def test_every_command_turns_such_errors_into_a_sentence() -> None:
    found = list(commands(cli.main))
    assert len(found) > 20
    assert [one.name for one in found if not isinstance(one, Command)] == []
