"""What a run leaves behind where it is stopped, and how to go on: said however it was stopped."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from messages_conformance.cassettes.tape import files_of
from messages_conformance.cli.common import Failure
from messages_conformance.display import visible
from messages_conformance.errors import GaveUpError, explain


@contextlib.contextmanager
def says_what_is_kept(cassettes: Path, go_on: str) -> Iterator[None]:
    """Ask an endpoint; where that is stopped, name the answers received, and how to ``go_on``.

    It is stopped by Ctrl-C or SIGTERM, by an endpoint that no longer answers, or by the disk.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        raise Failure(f"interrupted{_kept(cassettes, go_on)}") from stop
    except GaveUpError as stop:
        raise Failure(f"{visible(str(stop))}{_kept(cassettes, go_on)}") from stop
    except OSError as problem:
        raise Failure(f"{explain(problem)}{_kept(cassettes, go_on)}") from problem


def _kept(cassettes: Path, go_on: str) -> str:
    if not files_of(cassettes):
        return ""
    return f"; the answers received so far are in {cassettes}: {go_on}"
