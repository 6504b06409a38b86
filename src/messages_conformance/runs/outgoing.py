"""Keys of the environment in everything that leaves: reports, messages, tracebacks.

Recordings contain no key (`cassettes.redact`). But they may come from elsewhere, and an error may
quote what was set. So every text is looked through once more before it is printed or written.
"""

import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Final, TextIO, cast

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.claims.base_url import split_url
from messages_conformance.recording import address

REMOVED: Final = "[key]"
"""What a key is replaced by; it means nothing in JSON, HTML, Markdown and XML."""
_VARIABLES: Final = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_RESTRICTED_KEY")


def secrets_of(environ: Mapping[str, str]) -> Secrets:
    """What the environment sets that nobody may read: keys, and passwords in addresses."""
    url = environ.get("ANTHROPIC_BASE_URL", "")
    values = {environ.get(name, "") for name in _VARIABLES}
    # A key where a URL belongs, and the other way round, is a frequent mistake.
    values = {value for value in values if split_url(value) is None}
    if split_url(url) is None:
        values.add(url)
    else:
        login, at, _ = url.rpartition("@")
        values |= {login.rpartition("://")[2].partition(":")[2] if at else ""}
    values |= set(address.passwords_of_proxies())
    return _secrets(tuple(sorted(values - {""})))


@functools.lru_cache(maxsize=8)
def _secrets(values: tuple[str, ...]) -> Secrets:
    return Secrets(dict.fromkeys(values, REMOVED))


def without_keys(text: str) -> str:
    """A text with `REMOVED` in place of the keys of the environment."""
    return secrets_of(os.environ).text(text)


def hide_keys() -> None:
    """From now on, print no key of the environment, and no traceback with one."""
    _open_closed_streams()
    sys.stdout = _keyless(sys.stdout, "standard output")
    sys.stderr = _keyless(sys.stderr, "standard error")
    sys.excepthook = _print_traceback


def _open_closed_streams() -> None:
    """Where standard output or error was closed, write to nothing.

    Otherwise the next file that is opened takes its number, and what a library prints gets into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing == number:
                os.set_inheritable(number, True)
            else:
                os.dup2(nothing, number)
                os.close(nothing)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


class _KeylessStream:
    """A text stream that no key of the environment is written to; it names itself in errors."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str) -> int:
        with self._named():
            self._stream.write(without_keys(text))
        return len(text)

    def flush(self) -> None:
        with self._named():
            self._stream.flush()

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            problem.filename = problem.filename or self._name
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _keyless(stream: TextIO, name: str) -> TextIO:
    if isinstance(stream, _KeylessStream):
        return stream
    return cast(TextIO, _KeylessStream(stream, name))


def _print_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(without_keys(text))
