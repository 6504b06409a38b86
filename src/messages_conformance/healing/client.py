"""The values of a client's table: what it recognises, what it repeats, what it makes of answers."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a client makes of an answer."""

    FINE = "fine"
    RAISES = "raises"
    TRUNCATES = "truncates"
    EMPTY = "empty"
    LOSES = "loses"
    GARBLES = "garbles"
    HIDES = "hides"
    RAW = "raw"
    RETRIES = "retries"
    ENDLESS = "endless"
    UNSTREAMED = "unstreamed"
    COMPACTS = "compacts"
    IGNORES = "ignores"
    WAITS = "waits"
    STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client makes of one condition of an answer."""

    condition: str
    outcome: Outcome
    source: str
    detail: str = ""
    requests: int = 1
    """How many requests the endpoint sees, at least."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a client sends a request that is answered with one of some statuses."""

    statuses: frozenset[int]
    requests: int
    """In all, at least."""
    source: str
    waits: str = ""
    """Its pauses, in words."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that a client recognises by its words, and goes on after."""

    feature: str
    """What was refused, as `features` names it."""
    statuses: frozenset[int]
    patterns: tuple[re.Pattern[str], ...]
    """Any of them, in any case, anywhere in the message."""
    then: str
    """What it does then, as a phrase after its name."""
    source: str
    wording: str = ""
    """A message that it recognises; empty where any will do."""
    otherwise: int = 1
    """How many requests it sends before it gives up, where it does not recognise the message."""
    cure: str = ""
    """Where it recognises no message at all: the setting that leaves the feature out."""

    def recognises(self, status: int, message: str) -> bool:
        """Whether it goes on after a refusal of this status with this message."""
        return status in self.statuses and any(each.search(message) for each in self.patterns)


@dataclass(frozen=True, slots=True)
class Client:
    """One version of a client, with all that is known of it."""

    id: str
    name: str
    version: str
    package: str
    """Where it comes from, and how it was run."""
    measured: str
    """The ISO date of the measurement."""
    retries: tuple[Retry, ...]
    refusals: tuple[Refusal, ...]
    answers: tuple[Answer, ...]

    @property
    def title(self) -> str:
        """Its name and version."""
        return f"{self.name} {self.version}"

    def retry_of(self, status: int) -> Retry | None:
        """How often it sends a request that gets this status; None where that is not known."""
        return next((each for each in self.retries if status in each.statuses), None)

    def requests_for(self, status: int) -> int | None:
        """The number of these requests; None where it is not known."""
        retry = self.retry_of(status)
        return retry.requests if retry else None

    def refusal_of(self, feature: str) -> Refusal | None:
        """What it recognises as a refusal of a feature; None where it recognises nothing."""
        return next((each for each in self.refusals if each.feature == feature), None)
