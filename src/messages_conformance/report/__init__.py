"""The report: one immutable value, one JSON document, and renderings that only format it."""

from messages_conformance.report.model import (
    Cell as Cell,
)
from messages_conformance.report.model import (
    Finding as Finding,
)
from messages_conformance.report.model import (
    Observation as Observation,
)
from messages_conformance.report.model import (
    Provenance as Provenance,
)
from messages_conformance.report.model import (
    Recording as Recording,
)
from messages_conformance.report.model import (
    Report as Report,
)
from messages_conformance.report.model import (
    TargetReport as TargetReport,
)
