"""Fields that say nothing, such as an empty list of tools: they make no difference to an answer."""

from messages_conformance.probing.behaviours import describe, partial
from messages_conformance.probing.probe import Ask, ProbeRun
from messages_conformance.probing.shared_plain import EMPTY, PLAIN, with_thinking_disabled
from messages_conformance.verdict import Behaviour, Kind


def also_empty(ask: Ask, behaviour: Behaviour, field: str) -> ProbeRun:
    """What works, or `partial` where a request that leaves the field empty is not answered.

    ``field`` is one of `EMPTY`. All of them stand in one request, which other rows share.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    together = yield with_thinking_disabled(ask)
    if together.answered and not together.streamed:
        return behaviour
    alone = yield ask.shared(**PLAIN, **{field: EMPTY[field]})
    if alone.status is None or (alone.answered and not alone.streamed):
        return behaviour
    plain = yield ask.shared(**PLAIN)
    if not plain.answered or plain.streamed:
        return behaviour
    said = "a stream comes" if alone.streamed else describe(alone)
    return partial(f"{behaviour.summary}; but with {field} {EMPTY[field]!r}: {said}", alone, plain)
