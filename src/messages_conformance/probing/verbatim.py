"""Text that is dictated comes back as it was sent, to the last letter and blank.

A model may slip. So a changed text is blamed on the endpoint only where the same comes every time
and either a known mistake with letters makes exactly that of it, or token counts show that the
model read something else than was sent, or said something else than came.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from messages_conformance.probing.alphabets import is_masked, likely_mistake_in, mistake_in
from messages_conformance.probing.assertions import EFFECT_TEST
from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.probe import ProbePart, ProbeRun, Question
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

_LEAST = 2
"""Tokens by which counts must differ; a text may be cut into tokens in more than one way."""
_SHORTER = 4
"""Characters that cost at least a token, wherever they are read."""


def also_verbatim(
    behaviour: Behaviour,
    dictated: Callable[[str], Question],
    sent: str,
    stopped: Question,
) -> ProbeRun:
    """What works, or `partial` where dictated text is changed by the endpoint.

    ``dictated`` makes the request that dictates a text, and ``sent`` is the text. ``stopped``
    dictates it too, with stop sequences: one that ends it, and never comes else, was written.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    first: Exchange = yield dictated(sent)
    received = _words(first)
    if not _is_whole(first) or received == sent or len(received) > _LONGEST * len(sent):
        return behaviour
    others = yield [dictated(sent)] * (EFFECT_TEST.most - 1)
    answers = [first, *others]
    if any(not _is_whole(one) or _words(one) != received for one in answers):
        return behaviour
    controls = yield [dictated(received)] * 2
    why = _Compared(sent, received, tuple(answers), tuple(controls)).why
    if why is None:
        ended = yield [stopped] * 2
        answers += ended
        met, again = ((one.message or {}).get("stop_sequence") for one in ended)
        if isinstance(met, str) and met == again and met in sent and met not in received:
            why = f"it is changed on the way back, as the model writes {met!r}, where it stops"
    if why is None:
        return behaviour
    there, here = (one[:_SHOWN] for one in _where_they_differ(sent, received))
    summary = f"{behaviour.summary}; but {there!r} comes as {here!r}: {why}"
    return partial(summary, *answers, *controls)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


_LONGEST = 3
"""How many times as long an answer is dictated in turn; a longer one is no text that was changed,
and would grow from request to request."""
_BESIDE, _SHOWN = 12, 100
"""Characters that are shown before a difference, and at most."""


def _where_they_differ(sent: str, received: str) -> tuple[str, str]:
    """Two texts without what they begin and end with alike."""
    begun = _alike(sent, received)
    ended = _alike(sent[:begun:-1], received[:begun:-1])
    start = max(0, begun - _BESIDE)
    return tuple(one[start : len(one) - ended] for one in (sent, received))  # type: ignore[return-value]


def _words(answer: Exchange) -> str:
    """What an answer says, without the lines of signs around what is dictated."""
    return re.sub(r"^=+\s*|\s*=+$", "", answer.text.strip())


def _is_whole(answer: Exchange) -> bool:
    return answer.answered and answer.stop_reason == "end_turn" and bool(answer.text.strip())


@dataclass(frozen=True)
class _Compared:
    """What was sent and what came, and what comes where that is sent instead."""

    sent: str
    received: str
    answers: tuple[Exchange, ...]
    controls: tuple[Exchange, ...]

    @property
    def why(self) -> str | None:
        """Why the endpoint is to blame, in words; None where the model may be."""
        mistake = mistake_in(self.received, self.sent)
        if mistake and not likely_mistake_in(self.received, self.sent):
            return mistake
        if any(_words(one) != self.received for one in self.controls):
            return None
        named = mistake or "it is changed"
        read = self._counts(lambda one: one.prompt_tokens)
        if read and read[0] == read[1] and self._would_cost_otherwise:
            return f"{named} on the way to the model, which costs no token less"
        said = self._counts(lambda one: one.usage("output_tokens"))
        if said and abs(said[0] - said[1]) >= _LEAST:
            return f"{named} on the way back: {said[0]} output tokens, and {said[1]} for the latter"
        return None

    @property
    def _would_cost_otherwise(self) -> bool:
        longer = abs(len(self.sent) - len(self.received)) >= _SHORTER
        return longer or is_masked(self.received, self.sent)

    def _counts(self, of: Callable[[Exchange], int]) -> tuple[int, int] | None:
        """The tokens of what was sent and of what came; None where they are not always the same."""
        with_sent, with_received = ({of(one) for one in group} for group in self._groups)
        if len(with_sent) != 1 or len(with_received) != 1 or 0 in with_sent | with_received:
            return None
        return with_sent.pop(), with_received.pop()

    @property
    def _groups(self) -> tuple[tuple[Exchange, ...], tuple[Exchange, ...]]:
        return self.answers, self.controls


def also_prefilled(
    behaviour: Behaviour, prefilled: Question, whole: Question, begun: str, alone: Question
) -> ProbeRun:
    """What works, or `partial` where the beginning of an answer is dropped, or comes back.

    ``prefilled`` dictates words and begins the answer with some of them, ``begun``; ``whole``
    dictates the same, and ``alone`` is ``prefilled`` but for the beginning. An endpoint may refuse
    to go on with an answer.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    answers: list[Exchange] = []
    while len(answers) < EFFECT_TEST.most:
        answers.append((yield prefilled))
        if not _restarts(answers[-1], begun):
            return behaviour
    without: Exchange = yield whole
    if {one.prompt_tokens for one in answers} != {without.prompt_tokens} - {0}:
        return (yield from _beginning_comes_back(behaviour, answers, alone))
    summary = (
        f"{behaviour.summary}; but an answer that was begun, the assistant's turn at the end, "
        f"never reaches the model: {without.prompt_tokens} input tokens with it and without"
    )
    return partial(summary, *answers, without)


def _beginning_comes_back(
    behaviour: Behaviour, answers: list[Exchange], alone: Question
) -> ProbeRun:
    """A beginning that the model reads stands in the answer as well, though it did not write it."""
    whole = yield [alone] * 2
    if len({one.text.strip() for one in (*answers, *whole)}) > 1:
        return behaviour
    most = max(one.usage("output_tokens") for one in answers)
    least = min(one.usage("output_tokens") for one in whole)
    if not most or least - most < _LEAST:
        return behaviour
    summary = (
        f"{behaviour.summary}; but an answer that was begun comes with its beginning, which the "
        f"model did not write: {most} output tokens, and {least} where it writes all of it"
    )
    return partial(summary, *answers, *whole)


def _restarts(answer: Exchange, begun: str) -> bool:
    return answer.answered and answer.text.strip().startswith(begun)


def text_lost_beside(answers: list[Exchange], others: Question) -> ProbePart[Exchange | None]:
    """Another wording that costs the same tokens, so that neither is read; None where it does not.

    ``answers`` are those to the first wording, and ``others`` asks in many more words.
    """
    other: Exchange = yield others
    tokens = {one.prompt_tokens for one in answers}
    return other if other.answered and tokens == {other.prompt_tokens} != {0} else None
