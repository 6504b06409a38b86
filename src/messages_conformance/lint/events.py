"""What linting has to say, note by note, and the tally of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from messages_conformance.protocol.exchange import Place
from messages_conformance.rules.finding import Finding, Rule, Severity
from messages_conformance.traffic.detect_format import Form


@dataclass(frozen=True)
class Opened:
    """A file was opened and its form is known."""

    file: str
    form: Form


@dataclass(frozen=True)
class Judging:
    """An exchange is being judged; its findings follow."""

    place: Place
    """The file and the exchange's position among all it holds, from 0."""
    about: str
    """What was asked and answered, in a few words."""


@dataclass(frozen=True)
class Found:
    """A rule that an exchange breaks."""

    place: Place
    finding: Finding


@dataclass(frozen=True)
class Skipped:
    """Something recorded that is not judged, and why."""

    place: Place
    why: str


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, or not to its end."""

    file: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.why}"


Note: TypeAlias = Opened | Judging | Found | Skipped | Unread


@dataclass
class Tally:
    """How much was judged, passed over and found; filled as the notes go by."""

    forms: dict[str, Form] = field(default_factory=dict)
    exchanges: Counter[str] = field(default_factory=Counter)
    """Exchanges judged, by file."""
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was passed over, by file and reason."""
    found: Counter[Rule] = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)

    def counted(self, notes: Iterable[Note]) -> Iterator[Note]:
        """Pass the notes on, counting them."""
        for note in notes:
            match note:
                case Opened():
                    self.forms[note.file] = note.form
                case Judging():
                    self.exchanges[note.place.cassette] += 1
                case Found():
                    self.found[note.finding.rule] += 1
                case Skipped():
                    self.skipped[note.place.cassette, note.why] += 1
                case Unread():
                    self.unread.append(note)
            yield note

    @property
    def severities(self) -> dict[Severity, int]:
        """The number of findings of each severity, worst first."""
        numbers = Counter[Severity]()
        for rule, number in self.found.items():
            numbers[rule.severity] += number
        return {severity: numbers[severity] for severity in Severity}

    @property
    def reasons(self) -> Counter[str]:
        """What was passed over in all files, by reason."""
        reasons = Counter[str]()
        for (_, why), number in self.skipped.items():
            reasons[why] += number
        return reasons

    @property
    def worst(self) -> Rule | None:
        """The rule most severely broken, of those the one most often; None if none is."""
        ranks = {severity: rank for rank, severity in enumerate(Severity)}
        return min(
            self.found,
            key=lambda rule: (ranks[rule.severity], -self.found[rule], rule.id),
            default=None,
        )

    @property
    def exit_code(self) -> int:
        """0 if nothing but advisories was found, 1 if more was, 2 if not all could be judged."""
        if self.unread or not self.exchanges:
            return 2
        return int(any(rule.severity is not Severity.ADVISORY for rule in self.found))
