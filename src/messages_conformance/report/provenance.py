"""Where the exchanges of a target come from: what answered, when, and how much was asked."""

from dataclasses import dataclass

from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class RecordingSummary:
    """What one cassette holds, in figures."""

    cassette: str
    """Its file, as a `Place` names it."""
    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Provenance:
    """Where one target's exchanges come from."""

    evidence: Evidence
    hosts: tuple[str, ...]
    """Host and port of what answered."""
    servers: tuple[str, ...]
    """What answered, as the recording names it: server and version, model file hash."""
    recorded: tuple[str, str] | None = None
    """First and last day of recording, as ISO dates; None where nothing was recorded."""
    recordings: tuple[RecordingSummary, ...] = ()
    """What each cassette holds, by the names of the files."""
    addresses: tuple[str, ...] = ()
    """The base URLs that were asked; empty in reports of older versions."""
    played: tuple[str, ...] = ()
    """Of a simulation, which profile the reference endpoint played, and with which faults."""

    @property
    def address(self) -> str:
        """Where a request is sent again; empty where that is not known, or not one."""
        return self.addresses[0] if len(self.addresses) == 1 else ""

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return sum(recording.requests for recording in self.recordings)

    @property
    def input_tokens(self) -> int:
        """Tokens sent, as the endpoint counts them."""
        return sum(recording.input_tokens for recording in self.recordings)

    @property
    def output_tokens(self) -> int:
        """Tokens received, as the endpoint counts them."""
        return sum(recording.output_tokens for recording in self.recordings)
