"""What works alone and is lost in company: with tools, with cache marks, in a longer history.

A part of a request that a shared conversation does not show is put to the test alone. If it works
there, the conversation is asked again. A model that repeats what else it holds, and never this
part, may still have overlooked it. So the endpoint is blamed only where the part costs no token.
"""

import re
from collections.abc import Callable

from messages_conformance.probing.alphabets import TAKEN_OFF, mistake_in
from messages_conformance.probing.assertions import EFFECT_TEST, says
from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.probe import Ask, ProbeRun, Question
from messages_conformance.probing.shared_codes import CODES, COMPANY, IN_WORDS, plays_along
from messages_conformance.probing.shared_conversation import conversation
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
    what: str = "it",
) -> ProbeRun:
    """The behaviour of a part alone, or `partial` where the part is lost in company.

    ``first`` is the answer to ``company`` that did not show the part. ``plays_along`` says that an
    answer shows what else the company holds. ``without`` is the same conversation with other words
    in place of the part. ``company_is`` names the company: ``with tools``; ``what`` the part.
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
    if not first.prompt_tokens or {one.prompt_tokens for one in lost} != {other.prompt_tokens}:
        return alone
    summary = (
        f"{alone.summary}; but {what} is lost {company_is}: other words in its place cost the same "
        f"{other.prompt_tokens} tokens"
    )
    return partial(summary, *lost, other, *alone.exchanges)


_MOST_PLACES = 2
"""Places of one row that are looked for again; more of them say nothing new."""


def all_codes(ask: Ask) -> Question:
    """The shared conversation that asks for the codes in all its places."""
    return ask.shared(**conversation())


def _also_as_sent(ask: Ask, behaviour: Behaviour, first: Exchange, *places: str) -> ProbeRun:
    """What works, or `partial` where letters beyond ASCII are changed in one of the places.

    A model may spell them otherwise. So it must do so each time, just as a known mistake does,
    and never in another place.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    for place in places:
        changed = _changed(first, place)
        if changed is None:
            continue
        answers = [first, *(yield [all_codes(ask)] * (EFFECT_TEST.most - 1))]
        others = [one for one in CODES if one != place and not CODES[one].isascii()]
        if all(
            _changed(one, place) == changed and any(says(one, CODES[other]) for other in others)
            for one in answers
        ):
            said, mistake = changed
            summary = f"{behaviour.summary}; but {IN_WORDS[place]} comes as {said!r}: {mistake}"
            return partial(summary, *answers)
    return behaviour


def _changed(answer: Exchange, place: str) -> tuple[str, str] | None:
    """What an answer says instead of a code beyond ASCII, and which mistake makes that of it."""
    code = CODES[place]
    number = code.rpartition("-")[2]
    said = re.search(rf"[^\s,;`\"]*-{number}\b", answer.text)
    if code.isascii() or says(answer, code) or said is None:
        return None
    mistake = mistake_in(said[0], code)
    return (said[0], mistake) if mistake and mistake != TAKEN_OFF else None


def also_among_all_codes(ask: Ask, alone: Behaviour, first: Exchange, *places: str) -> ProbeRun:
    """What works alone is shown by the shared conversation as well, or else it is `partial`.

    ``first`` is the answer to `all_codes`, and ``places`` are those of `CODES` that the row is
    about.
    """
    behaviour = yield from _also_as_sent(ask, alone, first, *places)
    missing = [place for place in places if not says(first, CODES[place])]
    for place in missing[:_MOST_PLACES]:
        if behaviour.kind is not Kind.WORKS:
            break
        behaviour = yield from also_in_company(
            behaviour,
            first,
            all_codes(ask),
            without=ask.shared(**conversation(left_out=place)),
            is_shown=lambda exchange, code=CODES[place]: says(exchange, code),  # type: ignore[misc]
            plays_along=plays_along,
            company_is=COMPANY,
            what=IN_WORDS[place],
        )
    return behaviour
