"""Keeps exchanges in a file of JSON lines, without credentials.

They are written by a thread of their own: to look for keys takes time, which the program that is
being recorded must not wait for.
"""

import json
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Final, Self

from messages_conformance.applications.credentials import (
    is_credential,
    of_body,
    of_environment,
    of_headers,
    of_query,
)
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.display import json_text
from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import KEY
from messages_conformance.recording.transport import PRIVATE_HEADER
from messages_conformance.traffic.encoding import decode_body

_MAX_WAITING: Final = 64 * 1024 * 1024
"""Bytes that may wait to be written before the next request has to wait too."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that was passed on, and what came back."""

    method: str
    path: str
    """With its query, as it was sent."""
    request_headers: tuple[tuple[str, str], ...]
    request: bytes
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_complete: bool = True

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self.request) + len(self.body)


class Kept:
    """A file that exchanges are kept in; a context manager, which ends when all is written."""

    def __init__(self, file: IO[str], environ: Iterable[tuple[str, str]] = ()) -> None:
        self.count = 0
        self.problem: OSError | None = None
        """Why nothing more could be written."""
        self._file = file
        self._secrets = Secrets(dict.fromkeys(of_environment(environ), KEY))
        self._waiting: queue.SimpleQueue[Passed | None] = queue.SimpleQueue()
        self._waiting_bytes = 0
        self._is_writing = True
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._write_all, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.put(None)
        self._thread.join()

    def add(self, passed: Passed) -> None:
        """Keep one exchange; returns at once."""
        with self._changed:
            self._waiting_bytes += passed.size
        self._waiting.put(passed)

    def wait_for_room(self) -> None:
        """Wait while more is to be written than memory should hold."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting_bytes <= _MAX_WAITING or not self._is_writing
            )

    def _write_all(self) -> None:
        try:
            while (passed := self._waiting.get()) is not None:
                self._write(passed)
                with self._changed:
                    self._waiting_bytes -= passed.size
                    self._changed.notify_all()
        finally:  # Nobody waits for a writer that is gone.
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()

    def _write(self, passed: Passed) -> None:
        if self.problem is not None:
            return
        try:
            self._file.write(self._line(passed) + "\n")
            self._file.flush()
            self.count += 1
        except OSError as problem:
            self.problem = problem

    def _line(self, passed: Passed) -> str:
        self._learn(passed)
        secrets = self._secrets
        body, is_whole = _decoded(passed)
        kept, _ = secrets.body(body, ())
        asked, _ = secrets.body(passed.request, ())
        line: dict[str, Any] = {
            "method": passed.method,
            "path": secrets.text(passed.path),
            "request_headers": dict(secrets.headers(_shown(passed.request_headers))),
            "request": _json(asked),
            "status": passed.status,
            "headers": dict(secrets.headers(_shown(passed.headers))),
            "body": kept.decode("utf-8", "replace"),
            **({} if is_whole else {"ended": "cut"}),
        }
        # A lone surrogate, which JSON can hold and no file can, stays an escape.
        return json_text(json.dumps(line, ensure_ascii=False))

    def _learn(self, passed: Passed) -> None:
        """Note the credentials of an exchange, to find them wherever they are echoed."""
        found = {
            *of_headers(passed.request_headers),
            *of_headers(passed.headers),
            *of_query(passed.path),
            *of_body(passed.request),
        }
        if new := found - self._secrets.placeholders.keys():
            self._secrets = Secrets({**self._secrets.placeholders, **dict.fromkeys(new, KEY)})


def _decoded(passed: Passed) -> tuple[bytes, bool]:
    """The body without its compression, and whether all of it is there."""
    encoding = dict(passed.headers).get("content-encoding")
    try:
        body = decode_body(passed.body, encoding)
    except TrafficError:
        body = None
    return body or b"", passed.is_complete and body is not None


def _shown(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Headers without credentials and without what identifies a person or an organisation."""
    for name, value in headers:
        lowered = name.lower()
        if lowered != "cookie" and not PRIVATE_HEADER.fullmatch(lowered):
            yield lowered, KEY if is_credential(lowered) else value


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")
