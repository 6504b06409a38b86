"""What happens while files are linted, and how often."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from messages_conformance.protocol.exchange import Place
from messages_conformance.rules.finding import Finding, Rule, Severity
from messages_conformance.traffic.detect_format import FileFormat


@dataclass(frozen=True)
class FileOpened:
    """A file was opened and its format is known."""

    file: str
    format: FileFormat


@dataclass(frozen=True)
class CheckStarted:
    """The check of an exchange begins; the rules that it breaks follow."""

    place: Place
    """The file, and the exchange's position among all in it, from 0."""
    about: str
    """The request and the kind of answer, in a few words."""


@dataclass(frozen=True)
class RuleBroken:
    """An exchange breaks a rule."""

    place: Place
    finding: Finding


@dataclass(frozen=True)
class ClientsBreak:
    """Clients that people use break on an exchange, or give up after it."""

    place: Place
    sentences: tuple[str, ...]
    """Who, and how; those that do the same stand in one sentence."""


@dataclass(frozen=True)
class ExchangeSkipped:
    """Something recorded is not checked."""

    place: Place
    why: str


@dataclass(frozen=True)
class FileUnreadable:
    """A file cannot be read, or not to its end."""

    file: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.why}"


LintEvent: TypeAlias = (
    FileOpened | CheckStarted | RuleBroken | ClientsBreak | ExchangeSkipped | FileUnreadable
)


@dataclass
class LintCounts:
    """How many exchanges were checked and skipped, and how often each rule was broken."""

    formats: dict[str, FileFormat] = field(default_factory=dict)
    exchanges: Counter[str] = field(default_factory=Counter)
    """Exchanges checked, by file."""
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Exchanges skipped, by file and reason."""
    broken: Counter[Rule] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)
    """Exchanges that clients break on, by the sentence that says which, and how."""
    unreadable: list[FileUnreadable] = field(default_factory=list)

    def count(self, events: Iterable[LintEvent]) -> Iterator[LintEvent]:
        """Count the events, and pass them on."""
        for event in events:
            match event:
                case FileOpened():
                    self.formats[event.file] = event.format
                case CheckStarted():
                    self.exchanges[event.place.cassette] += 1
                case RuleBroken():
                    self.broken[event.finding.rule] += 1
                case ClientsBreak():
                    self.clients.update(event.sentences)
                case ExchangeSkipped():
                    self.skipped[event.place.cassette, event.why] += 1
                case FileUnreadable():
                    self.unreadable.append(event)
            yield event

    @property
    def severities(self) -> dict[Severity, int]:
        """The number of findings of each severity, worst first."""
        numbers = Counter[Severity]()
        for rule, number in self.broken.items():
            numbers[rule.severity] += number
        return {severity: numbers[severity] for severity in Severity}

    @property
    def reasons(self) -> Counter[str]:
        """Exchanges skipped in all files, by reason."""
        reasons = Counter[str]()
        for (_, why), number in self.skipped.items():
            reasons[why] += number
        return reasons

    @property
    def worst(self) -> Rule | None:
        """The most severe broken rule, and of those the one broken most often; None if none is."""
        ranks = {severity: rank for rank, severity in enumerate(Severity)}
        return min(
            self.broken,
            key=lambda rule: (ranks[rule.severity], -self.broken[rule], rule.id),
            default=None,
        )

    def exit_code(self, *, fail_on_advisories: bool = False) -> int:
        """0 if no rule but advisories is broken, 1 if others are, 2 if not all could be checked."""
        if self.unreadable or not self.exchanges:
            return 2
        grave = (rule for rule in self.broken if rule.severity is not Severity.ADVISORY)
        return int(any(self.broken) if fail_on_advisories else any(grave))
