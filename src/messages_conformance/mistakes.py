"""What a user can mend: the errors that are shown as one sentence, without a traceback."""

from messages_conformance.asking import GaveUpError
from messages_conformance.cassette import CassetteError
from messages_conformance.claims import ClaimsError
from messages_conformance.expectations import ExpectationsError
from messages_conformance.live import LiveError
from messages_conformance.recording import SecretLeakError
from messages_conformance.report.files import SuffixError
from messages_conformance.suites import SuiteError
from messages_conformance.transport import SetupError

MISTAKES = (
    CassetteError,
    ClaimsError,
    ExpectationsError,
    GaveUpError,
    LiveError,
    SecretLeakError,
    SetupError,
    SuffixError,
    SuiteError,
)
