"""Keeping the HTTP libraries from logging headers, which may hold a key, while they serve us."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Final

LOGGERS: Final = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)
"""The loggers that records are made by; a filter does not hold for the loggers below its own."""


class _NothingBelowWarning(logging.Filter):
    """Below a warning these libraries log every request, and all headers as they came."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


@contextlib.contextmanager
def muted_logs() -> Iterator[None]:
    """Mute those loggers below warnings, at any level; several of these may overlap."""
    own = _NothingBelowWarning()
    for name in LOGGERS:
        logging.getLogger(name).addFilter(own)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(own)
