"""The report: one immutable value that every rendering only formats."""

from messages_conformance.report.model import (
    Cell as Cell,
)
from messages_conformance.report.model import (
    Finding as Finding,
)
from messages_conformance.report.model import (
    Provenance as Provenance,
)
from messages_conformance.report.model import (
    Report as Report,
)
