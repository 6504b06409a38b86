"""What a user can mend: the errors that are shown as one sentence, without a traceback."""

from messages_conformance.asking import GaveUpError
from messages_conformance.cassette import CassetteError
from messages_conformance.claims import ClaimsError
from messages_conformance.expectations_file import ExpectationsError
from messages_conformance.live import LiveError
from messages_conformance.recording import SecretLeakError
from messages_conformance.report.combine import CombineError
from messages_conformance.report.document import ReportError
from messages_conformance.report.files import SuffixError
from messages_conformance.shards import ShardError
from messages_conformance.suites import SuiteError
from messages_conformance.transport import SetupError

MISTAKES = (
    CassetteError,
    ClaimsError,
    CombineError,
    ExpectationsError,
    GaveUpError,
    LiveError,
    ReportError,
    SecretLeakError,
    SetupError,
    ShardError,
    SuffixError,
    SuiteError,
)
