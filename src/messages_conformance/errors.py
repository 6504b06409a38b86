"""What a person can fix: errors that are shown as one sentence, without a traceback.

    UserError
    ├── ClaimsError         a claims file, or a target, model or row that no claims file has
    ├── SuiteError          a folder of suites
    ├── ExpectationsError   a file of known deviations
    ├── CassetteError       a recording
    ├── TrafficError        a saved file of answers, handed to `lint`
    ├── ReportError         a saved report, or a file name that says no format
    ├── CombineError        reports or recordings that cannot be combined
    ├── ShardError          a shard that cannot be made
    ├── KillMatrixError     a saved kill matrix
    ├── SetupError          the endpoint's address, its key, a proxy, certificates
    ├── RunError            a live run that cannot begin
    ├── GaveUpError         a run that was stopped, for the endpoint answers nothing, or too much
    └── SecretLeakError     a credential that would get into a file

The message of each says what is wrong, where, and how to fix it. Whoever meets the person, the
command line or pytest, catches `UserError`; nothing needs to be registered anywhere.
"""


class UserError(Exception):
    """Something a person can fix; the message is one sentence that says how."""


class ClaimsError(UserError):
    """A claims file cannot be used, or has nothing of the name that was asked for."""


class SuiteError(UserError):
    """Suites cannot be used."""


class ExpectationsError(UserError):
    """An expectations file cannot be used."""


class CassetteError(UserError):
    """A cassette cannot be used."""


class TrafficError(UserError):
    """A file of saved answers cannot be read."""


class ReportError(UserError):
    """A document is no report, or a file name does not say which format is wanted."""


class CombineError(UserError):
    """Reports or recordings cannot be combined, because they contradict each other."""


class ShardError(UserError):
    """A shard cannot be made."""


class KillMatrixError(UserError):
    """A kill matrix cannot be read."""


class SetupError(UserError):
    """The endpoint cannot be tested with the address, key or environment that was given."""


class RunError(UserError):
    """A live run cannot begin."""


class GaveUpError(UserError):
    """A run was stopped: the endpoint answers nothing any more, or far too much."""


class SecretLeakError(UserError):
    """A credential would get into a file, or is in one already."""
