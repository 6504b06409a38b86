"""What of a run is recorded already, so that resuming does not send it again."""

from collections.abc import Sequence
from pathlib import Path

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model
from messages_conformance.planning.plan import FindRecorded
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.reuse import is_final


def find_recorded(cassettes: Path, target: str, suites: Suites) -> FindRecorded:
    """Find the answers in a folder of cassettes; each model's are read when first needed.

    What it returns raises CassetteError where a cassette cannot be used.
    """
    tapes: dict[Model, Tape] = {}

    def find(model: Model, step: Step) -> Exchange | None:
        if model not in tapes:
            tapes[model] = _final_answers(Tape.load(cassettes, target, model.id), suites)
        return tapes[model].find(step.question.request, step.nth)

    return find


def auth_header_of(cassettes: Path, target: str, models: Sequence[Model]) -> str | None:
    """The header that carried the key in the recordings of the first model that has some.

    Raises:
        CassetteError: a cassette cannot be used.
    """
    labels = (Tape.load(cassettes, target, model.id).label for model in models)
    return next((label.auth for label in labels if label), None)


def _final_answers(tape: Tape, suites: Suites) -> Tape:
    """A tape without the answers that resuming asks for again."""
    answers = (entry for entry in tape.answers if entry.exchange.status is not None)
    return Tape(tape.labels, tuple(entry for entry in answers if is_final(suites, entry)))
