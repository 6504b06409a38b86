"""What works alone and is lost in company: with tools, with cache marks, in a longer history.

A part of a request that a shared conversation does not show is put to the test alone. If it works
there, the conversation is asked again. A model that repeats what else it holds, and never this
part, may still have overlooked it. So the endpoint is blamed only where the part costs no token.
"""

from collections.abc import Callable

from messages_conformance.probing.assertions import EFFECT_TEST
from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.probe import ProbeRun, Question
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind


def also_in_company(
    alone: Behaviour,
    first: Exchange,
    company: Question,
    *,
    without: Question,
    is_shown: Callable[[Exchange], bool],
    plays_along: Callable[[Exchange], bool],
    company_is: str,
) -> ProbeRun:
    """The behaviour of a part alone, or `partial` where the part is lost in company.

    ``first`` is the answer to ``company`` that did not show the part. ``plays_along`` says that an
    answer shows what else the company holds. ``without`` is the same conversation with other words
    in place of the part. ``company_is`` names the company: ``with tools``.
    """
    if alone.kind is not Kind.WORKS:
        return alone
    lost, answer = list[Exchange](), first
    while True:
        if is_shown(answer) or not plays_along(answer):
            return alone
        lost.append(answer)
        if len(lost) == EFFECT_TEST.most:
            break
        answer = yield company
    other = yield without
    if not first.prompt_tokens or first.prompt_tokens != other.prompt_tokens:
        return alone
    summary = (
        f"{alone.summary}; but it is lost {company_is}: other words in its place cost the same "
        f"{other.prompt_tokens} tokens"
    )
    return partial(summary, *lost, other, *alone.exchanges)
