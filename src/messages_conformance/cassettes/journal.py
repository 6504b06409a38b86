"""The journal of a run: every exchange of one model as soon as it has ended, one per line.

Each line is a cassette of one exchange, in JSON, so appending takes no longer as the journal grows.
When a run ends, its journal is turned into cassettes; a run that is killed leaves the journal, and
nothing is lost.
"""

import base64
import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from messages_conformance.cassettes.entry import Entry, Label, from_stored, to_stored
from messages_conformance.cassettes.stored_form import from_document
from messages_conformance.cassettes.yaml_format import MAX_RECORDING
from messages_conformance.cassettes.yaml_reader import TOO_LONG
from messages_conformance.files import open_file, sync_folder
from messages_conformance.protocol.exchange import Place

NAME = "journal.jsonl"
_BYTES = "base64"
"""The name of an object that holds bytes which are not UTF-8."""


class _Line:
    """A serializer for vcrpy: a document in one line of JSON."""

    @staticmethod
    def serialize(document: dict[str, Any]) -> str:
        return json.dumps(document, separators=(",", ":"), default=_encoded)


def _encoded(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    raise TypeError(f"a journal cannot hold {value!r}")


def _decoded(value: dict[str, Any]) -> Any:
    # A response header may have this name too; its value is a list.
    is_bytes = value.keys() == {_BYTES} and isinstance(value[_BYTES], str)
    return base64.b64decode(value[_BYTES]) if is_bytes else value


def to_line(label: Label, suite: str, step: int, entry: Entry) -> bytes:
    """Serialise one exchange, and where its request came from."""
    import vcr.serialize

    stored = to_stored(label, entry, suite=suite, step=step)
    return f"{vcr.serialize.serialize(stored, _Line)}\n".encode()


def read(path: Path, name: str) -> Iterator[tuple[Label, str, int, Entry]]:
    """Read label, suite, step and entry of each line; none if there is no journal.

    An incomplete last line is skipped: the run that wrote it was killed before it was kept.

    Raises:
        ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError,
        RecursionError: it is malformed.
    """
    if not path.exists():
        return
    with open_file(path) as file:
        for position in itertools.count():
            text = file.readline(MAX_RECORDING)
            if len(text) == MAX_RECORDING:
                raise ValueError(TOO_LONG)
            if not text.endswith(b"\n"):
                return
            stored = from_document(json.loads(text.decode(), object_hook=_decoded))
            suite, step = stored["metadata"]["suite"], stored["metadata"]["step"]
            if not isinstance(suite, str) or type(step) is not int:
                raise TypeError(f"line {position + 1} lacks its suite or step")
            label, entry = from_stored(stored, Place(name, position))
            yield label, suite, step, entry


def is_cut_off(path: Path) -> bool:
    """Whether a journal ends within a line, as where its run was killed while it wrote one.

    Raises:
        OSError: it cannot be read.
    """
    with open_file(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read() not in (b"", b"\n")


def merge(paths: Sequence[Path], into: Path) -> None:
    """Write the lines of several journals to a new one; a line of several of them counts once."""
    seen: set[bytes] = set()
    with into.open("xb") as merged:
        for path in paths:
            with open_file(path) as file:
                # An incomplete last line is no recording.
                for line in itertools.takewhile(lambda line: line.endswith(b"\n"), file):
                    digest = hashlib.sha256(line).digest()
                    if digest not in seen:
                        seen.add(digest)
                        merged.write(line)


class Journal:
    """A journal being written; lines that arrive while the disk is busy are written together."""

    def __init__(self, path: Path) -> None:
        """Append to what the file contains already."""
        self.path = path
        self._waiting: list[bytes] = []
        import asyncio  # takes a while, and most commands only read

        self._busy = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "journal")
        self._problem: OSError | None = None

    async def append(self, text: bytes) -> None:
        """Write a line; it is on the disk when this returns.

        Raises:
            OSError: it could not be written, or an earlier one could not.
        """
        self._waiting.append(text)
        async with self._busy:
            if self._waiting:
                import asyncio

                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._flush)
        if self._problem is not None:
            raise self._problem

    def close(self) -> None:
        """Write what is still waiting, and end; an error was raised by `append` before."""
        self._thread.submit(self._flush).result()
        self._thread.shutdown()

    def _flush(self) -> None:
        count = len(self._waiting)
        text = b"".join(self._waiting[:count])
        del self._waiting[:count]
        if text and self._problem is None:
            try:
                _append(self.path, text)
            except OSError as problem:
                self._problem = problem


def _append(path: Path, text: bytes) -> None:
    """Append to a file and flush it to the disk, or leave the file as it was."""
    new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            rest = text
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError as problem:
            with contextlib.suppress(OSError):
                file.truncate(size)
            problem.filename = problem.filename or str(path)
            raise
    if new:
        sync_folder(path.parent)
