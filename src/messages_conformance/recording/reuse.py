"""Which recorded answers are used again instead of sending the same request once more."""

from collections.abc import Iterable

from messages_conformance.cassettes.entry import Entry
from messages_conformance.claims.page import Model
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.exchange import Request
from messages_conformance.recording.retry import BUSY


def is_final(suites: Suites, entry: Entry) -> bool:
    """Whether a recorded answer is used when a run is resumed; a busy endpoint gave none.

    For a row that must be opted in to, it did: such a row may be about a busy endpoint.
    """
    placed = suites.get(entry.row)
    is_opt_in = placed is not None and placed.probe.opt_in is not None
    return is_opt_in or entry.exchange.status not in BUSY


def is_model_independent(request: Request, models: Iterable[Model]) -> bool:
    """Whether a request names none of these models, so that one answer serves all of them."""
    named = request.body.get("model") if isinstance(request.body, dict) else None
    return isinstance(named, str) and named not in {model.id for model in models}
