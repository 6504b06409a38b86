"""What a person can fix: errors that are shown as one sentence, without a traceback.

    UserError
    ├── ClaimsError         a claims file, or a target, model or row that no claims file has
    ├── SuiteError          a folder of suites
    ├── ExpectationsError   a file of known deviations
    ├── CassetteError       a cassette, or a folder of cassettes
    ├── TrafficError        a saved file of answers for `lint`
    ├── ClientsError        a table of what a client sends or makes of answers
    ├── ReportError         a saved report, or a file name whose suffix names no format
    ├── CombineError        reports or recordings that cannot be combined
    ├── ShardError          a shard that is not written as N/M, or more shards than there is work
    ├── KillMatrixError     a saved kill matrix
    ├── SetupError          the endpoint's address, its key, a proxy, certificates
    ├── RunError            a live run that cannot begin
    ├── GaveUpError         a run that was stopped because the endpoint answers nothing, or too much
    └── SecretLeakError     a credential that would be written to a file

The message of each says what is wrong, where, and how to fix it. The command line and the pytest
plugin catch `UserError` and print the message, so a new error needs no registration.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from typing import Final

_MAKE_ROOM: Final = "make room, or write elsewhere"
_CLOSE_FILES: Final = "raise the limit ('ulimit -n'), or close other programs"
_ELSEWHERE: Final = "change what may be read and written there, or name another place"
_ADVICE: Final = {
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EFBIG: "raise the limit of a file's size ('ulimit -f'), or write elsewhere",
    errno.EMFILE: _CLOSE_FILES,
    errno.ENFILE: _CLOSE_FILES,
    errno.ENOMEM: "close other programs, or try a machine with more memory",
    errno.EACCES: _ELSEWHERE,
    errno.EPERM: _ELSEWHERE,
    errno.EROFS: _ELSEWHERE,
    errno.ENOTDIR: "a part of the path is no folder; name another",
    errno.ENAMETOOLONG: "name a shorter path",
    errno.EIO: "check the disk, or write elsewhere",
}
NO_MEMORY: Final = "this machine has no memory left; close other programs, or give it less at once"


class UserError(Exception):
    """Something that a person can fix; the message is one sentence that says how.

    Where a file has several mistakes, ``mistakes`` has one sentence for each.
    """

    def __init__(self, message: str, mistakes: Iterable[str] = ()) -> None:
        self.message = message
        self.mistakes = tuple(mistakes)
        super().__init__(message, self.mistakes)

    def __str__(self) -> str:
        """The message, and each of the mistakes on a line of its own."""
        return "\n  ".join((self.message, *self.mistakes))


class ClaimsError(UserError):
    """A claims file cannot be used, or has no target, model or row of the given name."""


class SuiteError(UserError):
    """Suites cannot be used."""


class ExpectationsError(UserError):
    """An expectations file cannot be used."""


class CassetteError(UserError):
    """A cassette cannot be used."""


class TrafficError(UserError):
    """A file of saved answers cannot be read."""


class ClientsError(UserError):
    """A table of what a client sends, or makes of answers, cannot be used."""


class ReportError(UserError):
    """A document is not a report, or the suffix of a file name names no format of reports."""


class CombineError(UserError):
    """Reports or recordings cannot be combined, because they contradict each other."""


class ShardError(UserError):
    """A shard is not written as N/M, or there are more shards than pieces of work."""


class KillMatrixError(UserError):
    """A kill matrix cannot be read."""


class SetupError(UserError):
    """The endpoint cannot be tested with the address, key or environment that was given."""


class RunError(UserError):
    """A live run cannot begin."""


class GaveUpError(UserError):
    """A run was stopped: the endpoint no longer answers, or answers far too much."""


class SecretLeakError(UserError):
    """A credential would be written to a file, or is in one already."""


def causes_of(problem: BaseException) -> Iterator[BaseException]:
    """An error, and what caused it, however far back."""
    yield problem
    inner = problem.exceptions if isinstance(problem, BaseExceptionGroup) else ()
    for cause in (problem.__cause__, problem.__context__, *inner):
        if cause is not None:
            yield from causes_of(cause)


def explain(problem: OSError) -> str:
    """What the system refused, where, and what to do, in one sentence."""
    where = f"{os.fsdecode(problem.filename)}: " if problem.filename else ""
    said = problem.strerror or str(problem) or type(problem).__name__
    # Where the reason is our own, so is the advice.
    is_systems = problem.errno is not None and said == os.strerror(problem.errno)
    advice = _ADVICE.get(problem.errno or 0, "") if is_systems else ""
    return f"{where}{said}" + (f"; {advice}" if advice else "")
