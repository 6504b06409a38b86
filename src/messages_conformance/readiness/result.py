"""What comes of asking whether a client works with an endpoint."""

from dataclasses import dataclass
from enum import Enum

from messages_conformance.healing.client import Client
from messages_conformance.readiness.dialect import Dialect, Feature
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.walk import Walk


class Verdict(Enum):
    """Whether a client works; the value is the exit code."""

    WORKS = 0
    WITH_SETTINGS = 1
    UNKNOWN = 2
    NOT = 3


class State(Enum):
    """What was seen of one thing that a client sends."""

    ACCEPTED = "accepted"
    HEALED = "refused, and the client goes on by itself"
    SET = "refused; a setting leaves it out"
    FATAL = "refused, and nothing leaves it out"
    FAILED = "failed"
    UNASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a client sends or does, and what came of it."""

    id: str
    words: str
    state: State
    said: str = ""
    """What the endpoint answered, in a few words; empty where it was accepted."""
    effect: Effect = Effect.UNSEEN
    """Where it was accepted: whether an answer shows that it was honoured."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether one version of a client works with one model of an endpoint."""

    dialect: Dialect
    client: Client | None
    """Its table of healing; None where there is none of this client."""
    model: str
    seen: tuple[Seen, ...]
    switched_off: tuple[Feature, ...] = ()
    """What the printed settings leave out."""
    largest: int | None = None
    """The `max_tokens` that the endpoint names as its largest."""
    plain_walk: Walk | None = None
    """Where the client ends without any setting."""
    settled_walk: Walk | None = None
    """Where it ends with the printed settings."""
    advice: tuple[str, ...] = ()
    """What a caller has to do besides, or cannot do without: a sentence each."""
    remarks: tuple[str, ...] = ()
    """What is worth knowing besides: a sentence each."""
    unknown: str = ""
    """Why it cannot be said; empty where it can."""
    requests: int = 0
    """How many exchanges it rests on."""

    @property
    def verdict(self) -> Verdict:
        """Works, works with settings, does not, or cannot be said."""
        if self.unknown:
            return Verdict.UNKNOWN
        if self.plain_walk is not None and self.plain_walk.answered:
            return Verdict.WITH_SETTINGS if self.advice else Verdict.WORKS
        if self.settled_walk is not None and self.settled_walk.answered:
            return Verdict.WITH_SETTINGS
        return Verdict.NOT

    @property
    def problem(self) -> str:
        """Why it does not work, in a few words."""
        if self.unknown:
            return self.unknown
        ended = self.settled_walk or self.plain_walk
        return ended.why if ended else ""
