"""Keys of the environment in everything that leaves: reports, messages, tracebacks.

Recordings contain no key (`cassettes.redact`). But they may come from elsewhere, and an error may
quote what was set. So every text is looked through once more before it is printed or written.
"""

import functools
import os
import sys
import traceback
from collections.abc import Mapping
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
    sys.stdout, sys.stderr = _keyless(sys.stdout), _keyless(sys.stderr)
    sys.excepthook = _print_traceback


class _KeylessStream:
    """A text stream that no key of the environment is written to."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(without_keys(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _keyless(stream: TextIO) -> TextIO:
    return stream if isinstance(stream, _KeylessStream) else cast(TextIO, _KeylessStream(stream))


def _print_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(without_keys(text))
