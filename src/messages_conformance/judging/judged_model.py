"""All that was judged of one model of a target, and where its recordings come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from messages_conformance.cassettes.entry import Label
from messages_conformance.cassettes.tape import Tape
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report.provenance import Provenance, RecordingSummary
from messages_conformance.report.report import Cell, Observation
from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class TapeSource:
    """Where the recordings of one model come from: everything recorded, whatever is judged."""

    labels: tuple[Label, ...]
    recordings: tuple[RecordingSummary, ...]
    """What each cassette holds, by the names of the files."""
    evidence: Evidence
    """None where nothing is recorded."""


@dataclass(frozen=True)
class JudgedModel:
    """The cells and observations of one model, in the order of the rows."""

    cells: tuple[Cell, ...]
    observations: tuple[Observation, ...]
    source: TapeSource


def source_of(tape: Tape, evidence: Evidence) -> TapeSource:
    """Where a tape comes from; ``evidence`` is what it is worth."""
    return TapeSource(
        tape.labels,
        _recordings_of(tape.exchanges),
        evidence if tape.entries else Evidence.NONE,
    )


def provenance_of(sources: Sequence[TapeSource]) -> Provenance:
    """Where the exchanges of a target come from; no stronger than its weakest evidence."""
    labels = [label for source in sources for label in source.labels]
    kinds = {source.evidence for source in sources if source.evidence is not Evidence.NONE}
    dates = sorted(label.date for label in labels)
    held = (recording for source in sources for recording in source.recordings)
    return Provenance(
        evidence=max(kinds, key=list(Evidence).index, default=Evidence.NONE),
        hosts=tuple(sorted({label.host for label in labels})),
        addresses=tuple(sorted({label.base_url for label in labels})),
        servers=tuple(sorted({label.server for label in labels if label.server})),
        recorded=(dates[0], dates[-1]) if dates else None,
        played=tuple(sorted({label.played for label in labels if label.played})),
        recordings=tuple(sorted(held, key=lambda recording: recording.cassette)),
    )


def _recordings_of(exchanges: Iterable[Exchange]) -> tuple[RecordingSummary, ...]:
    """Count the recorded exchanges and their tokens file by file, in the order of the names."""
    files: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        if exchange.place is not None:  # always so on a tape
            files.setdefault(exchange.place.cassette, []).append(exchange)
    return tuple(
        RecordingSummary(
            cassette=name,
            requests=len(held),
            input_tokens=sum(exchange.prompt_tokens for exchange in held),
            output_tokens=sum(exchange.usage("output_tokens") for exchange in held),
        )
        for name, held in sorted(files.items())
    )
