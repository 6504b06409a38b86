"""What works alone and is lost in company: with tools, with cache marks, in a longer history.

A part of a request that a shared conversation does not show is put to the test alone. If it works
there, the conversation is asked again: a model that repeats everything else it holds, each time,
and this part only once it stands in plain text, does not get the part.
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
    in_plain_text: Question,
    is_shown: Callable[[Exchange], bool],
    plays_along: Callable[[Exchange], bool],
    company_is: str,
) -> ProbeRun:
    """The behaviour of a part alone, or `partial` where the part is lost in company.

    ``first`` is the answer to ``company`` that did not show the part. ``plays_along`` says that an
    answer shows what else the company holds. ``in_plain_text`` is the same conversation with what
    the part says in the prompt instead. ``company_is`` names the company: ``with tools``.
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
    for _ in range(EFFECT_TEST.most):
        plain = yield in_plain_text
        if is_shown(plain):
            summary = f"{alone.summary}; but it is lost {company_is}"
            return partial(summary, *lost, plain, *alone.exchanges)
    return alone
