"""Before a run: does the endpoint answer, and do its models think though nothing asks for it?"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from messages_conformance.claims import own_endpoint
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import SetupError
from messages_conformance.probing.probe import ROOM_TO_THINK
from messages_conformance.recording.preflight import preflight, thinks_unasked
from messages_conformance.runs.live import LiveRun


def check(run: LiveRun) -> tuple[LiveRun, str]:
    """Make sure that the endpoint answers; returns the run with the auth header that it accepts.

    The string is a remark for the user in one sentence, or empty.

    Raises:
        SetupError: the endpoint cannot be used as it is set up; the message says why.
    """
    chosen = run.chosen[0]
    checked = asyncio.run(preflight(chosen.revision, chosen.models[0], run.endpoint, run.limits))
    run = replace(run, endpoint=checked.endpoint)
    thinking = [model.id for model in run.models[:1] if thinks_unasked(checked.exchange)]
    thinking += [
        model.id for model in run.models[1:] if run.derived and _thinks_unasked(run, model)
    ]
    notes = [checked.note] if checked.note else []
    if thinking and run.derived:
        run = _with_room(run, thinking)
        notes.append(
            f"{', '.join(thinking)}: thinks though nothing asks for it, so each answer may have "
            f"{ROOM_TO_THINK:,} tokens more"
        )
    elif thinking and not run.models[0].needs_room:
        notes.append(
            f"{thinking[0]} thinks though nothing asks for it, which uses up short answers; write "
            "thinks_unasked = true beside it in the claims file"
        )
    return run, "; ".join(notes)


def _thinks_unasked(run: LiveRun, model: Model) -> bool:
    """Whether a further model of an endpoint thinks unasked; one that does not answer may not."""
    try:
        asked = preflight(run.chosen[0].revision, model, run.endpoint, run.limits)
        return thinks_unasked(asyncio.run(asked).exchange)
    except SetupError:
        return False


def _with_room(run: LiveRun, models: Sequence[str]) -> LiveRun:
    """The run with models that think unasked."""

    def known(chosen: Chosen) -> Chosen:
        page = own_endpoint.with_thinking_unasked(chosen.revision, models)
        ids = {model.id for model in chosen.models}
        return replace(
            chosen, revision=page, models=tuple(each for each in page.models if each.id in ids)
        )

    derived = run.derived and own_endpoint.with_thinking_unasked(run.derived, models)
    return replace(run, chosen=tuple(map(known, run.chosen)), derived=derived)
