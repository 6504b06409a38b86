"""A drawn request as a probe of its own: asked in several forms, judged, shrunk if it fails."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from messages_conformance.probing.behaviours import broken, refused, unclear, unmeasured, works
from messages_conformance.probing.generated import faults
from messages_conformance.probing.generated.doubtful import is_doubtful
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.faults import Fault
from messages_conformance.probing.generated.shrink import Shrinking
from messages_conformance.probing.generated.wrong import (
    Wrong,
    how_many_wrong,
    is_right,
    what_is_wrong,
)
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

_TRIES: Final = 60
"""Requests that a failure may take to be shrunk."""
_AGAIN: Final = 2
"""How often more the smallest request must fail."""
_OBSERVED: Final = (Kind.REFUSED, Kind.IGNORED)
"""What may well be where the page promises nothing; it is not shrunk."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A request, and how it is to be asked."""

    draft: Draft
    version: str
    wrongs: tuple[Wrong, ...] = ()
    """What is wrong with it; empty for a legal one."""
    company: Draft | None = None
    """The same with features beside it that change nothing of what it means."""
    beside: str = ""
    """These features in words."""
    both_forms: bool = False
    """Whether it is asked whole and streamed."""
    promised: bool = True
    """Whether the page promises that it is answered, or refused if it has a mistake."""

    @property
    def kind(self) -> str:
        """What it is in a word or two, as part of an id."""
        return f"with-{self.wrongs[0].kind.replace(' ', '-')}" if self.wrongs else "legal"

    def is_alike(self, other: Draft) -> bool:
        """Whether another request is legal where this is, or has the same mistakes."""
        if is_doubtful(other):
            return False
        if not self.wrongs:
            return is_right(other, self.version)
        kinds = {wrong.kind for wrong in what_is_wrong(other, self.version)}
        if kinds != {wrong.kind for wrong in self.wrongs}:
            return False
        found, known = (how_many_wrong(one, self.version) for one in (other, self.draft))
        return found <= known

    def fault(self, draft: Draft, answer: Exchange) -> Fault | None:
        """What is wrong with the answer to it, or to a smaller one."""
        if not self.wrongs:
            return faults.of_legal(answer, self.version)
        return faults.of_illegal(answer, what_is_wrong(draft, self.version))


def probe_of(drawn: Drawn) -> Callable[[Ask], ProbeRun]:
    """The probe that asks a drawn request."""

    def request_nobody_wrote(ask: Ask) -> ProbeRun:
        """A request that nobody wrote is answered if it is legal, and refused if it is not.

        To fix: the report names the smallest request that fails. Instead: leave out of your
        requests what it names.
        """
        return _asked(drawn, ask)

    return request_nobody_wrote


def _asked(drawn: Drawn, ask: Ask) -> ProbeRun:
    drafts = [drawn.draft, *([drawn.company] if drawn.company else [])]
    if drawn.both_forms:
        drafts.append(_other_form(drawn.draft))
    answers: list[Exchange] = yield [draft.question(ask) for draft in drafts]
    if all(map(faults.says_nothing, answers)):
        return unmeasured("the endpoint was busy, or did not take the key", *answers)
    for draft, answer in zip(drafts, answers, strict=True):
        if fault := drawn.fault(draft, answer):
            if not drawn.promised and fault.kind in _OBSERVED:
                return _as_behaviour(fault, _sentence(drawn, draft, fault))
            return (yield from _examined(drawn, draft, fault, _ask_one(drawn, ask)))
    if drawn.both_forms and (fault := _of_forms(answers[0], answers[-1])):
        return (yield from _examined(drawn, drawn.draft, fault, _ask_both(ask)))
    return works(_kept(drawn), *answers)


def _ask_one(drawn: Drawn, ask: Ask) -> Callable[[Draft], ProbePart[Fault | None]]:
    def asked(draft: Draft) -> ProbePart[Fault | None]:
        answer: Exchange = yield draft.question(ask)
        return drawn.fault(draft, answer)

    return asked


def _ask_both(ask: Ask) -> Callable[[Draft], ProbePart[Fault | None]]:
    def asked(draft: Draft) -> ProbePart[Fault | None]:
        forms = [draft.question(ask), _other_form(draft).question(ask)]
        answers: list[Exchange] = yield forms
        return _of_forms(*answers)

    return asked


def _other_form(draft: Draft) -> Draft:
    streams = draft.body.get("stream") is True
    rest = {name: value for name, value in draft.body.items() if name != "stream"}
    return draft.with_body(rest if streams else {**rest, "stream": True})


def _of_forms(one: Exchange, other: Exchange) -> Fault | None:
    streamed_first = one.request.body.get("stream") is True
    return faults.of_forms(*((other, one) if streamed_first else (one, other)))


def _examined(
    drawn: Drawn,
    draft: Draft,
    fault: Fault,
    try_once: Callable[[Draft], ProbePart[Fault | None]],
) -> ProbeRun:
    """Ask again what failed, make it smaller while it fails, and ask the smallest again."""
    again: Fault | None = yield from try_once(draft)
    if not fault.is_like(again):
        return _not_again(drawn, draft, fault)
    shrinking = Shrinking(draft, fault, try_once, drawn.is_alike, _TRIES)
    yield from shrinking.run()
    smallest, found = shrinking.failing, shrinking.fault
    for _ in range(_AGAIN):
        again = yield from try_once(smallest)
        if not found.is_like(again):
            # The first request failed twice, so it is that which is reported.
            return _as_behaviour(fault, _sentence(drawn, draft, fault))
    return _as_behaviour(found, _sentence(drawn, smallest, found))


def _not_again(drawn: Drawn, draft: Draft, fault: Fault) -> Behaviour:
    said = f"{_sentence(drawn, draft, fault)}; at the second try it did not fail so"
    if fault.kind is Kind.BROKEN:
        return broken(said, *fault.exchanges)
    return unclear(said, *fault.exchanges)


def _as_behaviour(fault: Fault, sentence: str) -> Behaviour:
    if fault.kind is Kind.REFUSED:
        return replace(refused(*fault.exchanges), summary=sentence)
    return Behaviour(fault.kind, sentence, fault.exchanges)


def _sentence(drawn: Drawn, draft: Draft, fault: Fault) -> str:
    what = "a request with a mistake" if drawn.wrongs else "a legal request"
    return f"{what} ({held_by(draft)}) {fault.summary}"


def held_by(draft: Draft) -> str:
    """What a request holds beside what each must have, in a few words."""
    body = draft.body
    found = [_in_words(name, value) for name, value in sorted(body.items()) if name not in _ALWAYS]
    messages = body.get("messages")
    turns = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    if len(turns) > 1:
        found.append(f"{len(turns)} turns")
    blocks = [
        str(block.get("type"))
        for turn in turns
        if isinstance(turn.get("content"), list)
        for block in turn["content"]
        if isinstance(block, dict)
    ]
    found += [f"{kind} block" for kind in dict.fromkeys(blocks)]
    if not json.dumps(body, ensure_ascii=False).isascii():
        found.append("letters beyond ASCII")
    found += [f"beta {name}" for name in draft.betas]
    return ", ".join(found) or "one turn of text"


_ALWAYS: Final = ("model", "max_tokens", "messages")


def _in_words(name: str, value: Any) -> str:
    if name == "stream" and value is True:
        return "a stream"
    if isinstance(value, list):
        return f"{name} of {len(value)}"
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return f"{name} {value['type']}"
    return f"{name} {value!r}" if isinstance(value, int | float) else name


def _kept(drawn: Drawn) -> str:
    beside = f", also beside {drawn.beside}" if drawn.company else ""
    if drawn.wrongs:
        return f"refused{beside}, as {drawn.wrongs[0].what}"
    forms = " whole and streamed" if drawn.both_forms else ""
    return f"a legal request is answered{forms}{beside}: {held_by(drawn.draft)}"
