"""Whether a part of a request costs input tokens, as some endpoints count them twice."""

from messages_conformance.probing.probe import ProbePart, Question
from messages_conformance.protocol.exchange import Exchange


def costs_no_token(with_it: Exchange, without: Exchange, control: Question) -> ProbePart[bool]:
    """Whether a request costs no more input tokens than ``without``, the answer to ``control``.

    `input_tokens` leaves out what is read from a cache (RS-USE-3). An endpoint that counts it there
    as well gives figures that may be equal though the request is longer. There, the same request
    costs another total when it is asked again; then the figures prove nothing.
    """
    if with_it.prompt_tokens > without.prompt_tokens:
        return False
    if with_it.usage("input_tokens") <= without.usage("input_tokens"):
        return True
    again: Exchange = yield control
    return again.prompt_tokens == without.prompt_tokens
