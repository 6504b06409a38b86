"""The rows `combinations/*`: every pair, or triple, of features in few requests."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from messages_conformance.claims.page import Model, Row
from messages_conformance.probing.behaviours import TOO_BUSY, partial, unclear, unmeasured, works
from messages_conformance.probing.company.arrays import all_values, companies
from messages_conformance.probing.company.checks import ACCEPTED, Check, checks_of
from messages_conformance.probing.company.factors import BY_NAME, CALLED, Company
from messages_conformance.probing.company.request import NO_ROW, request_of
from messages_conformance.probing.company.shrink import (
    Shrinker,
    Smallest,
    features_of,
    shows,
)
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun
from messages_conformance.protocol.exchange import Exchange

_MOST_SHRUNK = 5
"""Losses that are shrunk; more of one endpoint say nothing new."""
_SHARE = 90
"""Requests after those of the first array: enough to shrink three losses whatever is answered, and
five of most endpoints."""
_AT_ONCE = 8
"""Requests at once: what an endpoint takes of one client."""
_ROUNDS = 3
"""How often the array is made anew without a feature that is not accepted by itself."""
_WORDS = {2: "pair", 3: "triple"}
_LOST_WITH = {"second result": "result", "system second": "system", "system third": "system"}
"""Places that are lost wherever another is lost."""


def prove_together(ask: Ask, strength: int) -> ProbeRun:
    """Ask for features together, so that every legal combination of so many is there.

    What is not seen is asked for again in fewer and fewer company. An endpoint is held to the
    smallest company in which something is lost that is there with any feature less.
    """
    values = promised_values(ask.row, ask.model)
    losses: list[Smallest] = []
    shrinker = Shrinker(ask, _SHARE)
    array = companies(values, strength)
    for _ in range(_ROUNDS):
        answers: list[Exchange] = []
        for at in range(0, len(array), _AT_ONCE):
            answers += yield [ask.shared(**request_of(one)) for one in array[at : at + _AT_ONCE]]
        if busy := [one for one in answers if one.status == TOO_BUSY]:
            return unmeasured("the endpoint said 429: too many requests", *busy)
        asked = []
        for company, answer in zip(array, answers, strict=True):
            asked.append((yield from _that_shows(shrinker, _Asked(company, answer))))
        losses, refused, unasked = yield from _losses(shrinker, asked)
        values = {
            **values,
            **{name: _without(values[name], *_from(refused, name)) for name in refused},
        }
        further = companies(values, strength)
        if not refused or shrinker.left < len(further):
            break
        array, shrinker.left = further, shrinker.left - len(further)
    together = [one for one in losses if not one.is_alone or one.check.name in NO_ROW]
    if lost := _distinct([one for one in together if one.is_certain]):
        alone = "" if any(one.is_alone for one in lost) else "; alone, each of these works"
        return partial(f"{_in_words(lost)}{alone}", *_shown(lost))
    if uncertain := _distinct(together):
        if any(one.overlooked for one in uncertain):
            why = "but a weak model may explain that, and nothing seen shows otherwise"
        else:
            why = "which of these it takes would need more requests than this row may send"
        return unclear(f"{_in_words(uncertain)}; {why}", *_shown(uncertain))
    if unasked:
        return unclear(
            "something was not seen in company; whether it is lost would need more requests than "
            "this row may send",
            *unasked,
        )
    effects = [check for one in asked for check in one.checks if check is not ACCEPTED]
    seen = [check for one in asked for check in one.seen if check is not ACCEPTED]
    counted = f"{len(seen)} of {len(effects)} effects"
    shown = [one.answer for one in asked]
    if 2 * len(seen) < len(effects):
        return unclear(f"too little shows whether anything is lost: {counted} were seen", *shown)
    return works(
        f"every {_WORDS[strength]} of {sum(len(v) > 1 for v in values.values())} features in "
        f"{len(array)} requests: {counted} were seen at once, and none is lost in company",
        *shown,
    )


@dataclass(frozen=True)
class _Asked:
    """One request of the array, and its answer."""

    company: Company
    answer: Exchange
    variant: int = 0
    """Which of the requests for this company it is an answer to."""

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """All that must be seen."""
        return (ACCEPTED, *checks_of(self.company, self.variant))

    @cached_property
    def shows_no_text(self) -> bool:
        """Whether its texts can neither be seen nor missed, as the model called a tool instead."""
        return any(seen is None and check.is_place for check, seen in self._looked_at)

    @cached_property
    def seen(self) -> tuple[Check, ...]:
        """What is seen."""
        return tuple(check for check, seen in self._looked_at if seen)

    @cached_property
    def missing(self) -> tuple[Check, ...]:
        """What is not seen, though the request was answered; or that it was not."""
        if not self.answer.answered:
            return (ACCEPTED,)
        return tuple(check for check, seen in self._looked_at if seen is False)

    @cached_property
    def _looked_at(self) -> tuple[tuple[Check, bool | None], ...]:
        return tuple((check, shows(self.answer, check)) for check in self.checks)

    def lacks_only(self, check: Check) -> bool:
        """Whether every place but one is repeated, so that the model is not to blame for that."""
        missing = [one.name for one in self.missing if one.is_place]
        return missing == [check.name] and any(one.is_place for one in self.seen)


def _that_shows(shrinker: Shrinker, asked: _Asked) -> ProbePart[_Asked]:
    """The same, or a further request for that company where the answer shows no text."""
    if not asked.shows_no_text or not asked.answer.answered or not shrinker.may_begin:
        return asked
    answer, variant = yield from shrinker.again(asked.company)
    return _Asked(asked.company, answer, variant)


def _losses(
    shrinker: Shrinker, asked: Sequence[_Asked]
) -> ProbePart[tuple[list[Smallest], dict[str, str], list[Exchange]]]:
    """What is lost in company, the values that are not accepted by themselves, and the answers
    that lack something which was not asked for again."""
    losses: list[Smallest] = []
    unasked: list[Exchange] = []
    refused: dict[str, str] = {}
    alone: dict[str, bool] = {}
    seen = Counter(check.name for one in asked for check in one.seen)
    for one in sorted(asked, key=lambda one: len(features_of(one.company))):
        for check in one.missing:
            if _is_explained(one.company, check, losses, refused):
                continue
            if len(losses) >= _MOST_SHRUNK or not shrinker.may_begin:
                unasked.append(one.answer)
                continue
            if check.name in NO_ROW and not seen[check.name]:
                if not any(other.lacks_only(check) for other in asked):
                    continue
            elif check is not ACCEPTED and not seen[check.name]:
                if check.name not in alone:
                    alone[check.name] = yield from shrinker.shows_alone(check, one.company)
                if not alone[check.name]:
                    continue
            smallest: Smallest | None = yield from shrinker.shrink(one.company, check)
            if smallest is None:
                continue
            losses.append(smallest)
            if smallest.is_alone and check is ACCEPTED:
                refused |= {name: smallest.company[name] for name in features_of(smallest.company)}
    return losses, refused, unasked


def _in_words(losses: Sequence[Smallest]) -> str:
    return "; ".join(dict.fromkeys(map(str, losses)))


def _shown(losses: Sequence[Smallest]) -> tuple[Exchange, ...]:
    return tuple(exchange for one in losses for exchange in one.exchanges)


def _distinct(losses: Sequence[Smallest]) -> list[Smallest]:
    """The losses without those that another explains: of the same features, or of fewer."""
    found: dict[tuple[str, frozenset[str]], Smallest] = {}
    by_size = sorted(losses, key=lambda one: (not one.always, len(features_of(one.company))))
    for loss in sorted(by_size, key=lambda one: one.check.name in _LOST_WITH):
        features = frozenset(features_of(loss.company) if loss.always else ())
        more = _LOST_WITH.get(loss.check.name)
        known = any(
            (of == loss.check.name and (not loss.always or fewer <= features))
            or (of == more and fewer - {loss.check.factor} <= features)
            for of, fewer in found
        )
        if not known:
            found[loss.check.name, features] = loss
    return list(found.values())


def _is_explained(
    company: Company, check: Check, losses: Sequence[Smallest], refused: Mapping[str, str]
) -> bool:
    """Whether a smaller company that was found before is within this one."""
    if check is ACCEPTED and any(company[name] in _from(refused, name) for name in refused):
        return True
    beside = set(features_of(company))

    def explains(loss: Smallest) -> bool:
        features = set(features_of(loss.company))
        if loss.check.name == _LOST_WITH.get(check.name):
            features.discard(check.factor)
        elif loss.check.name != check.name:
            # Where all of a feature is lost, in whatever form, so is a part of it.
            return loss.check.name == check.factor and beside >= features
        return all(company[name] == loss.company[name] for name in features)

    return any(map(explains, losses))


def promised_values(row: Row, model: Model) -> dict[str, tuple[str, ...]]:
    """The values that a page promises for a model, by its row ``combinations/*``."""
    left_out = set(row.example or ()) if isinstance(row.example, list | tuple) else set()
    found = {
        name: values if BY_NAME[name].row not in left_out else values[:1]
        for name, values in all_values().items()
    }
    if not model.thinks:
        found["thinking"] = found["thinking"][:1]
    if model.sees is not True or found["content"] == ("string",):
        found["image"] = found["image"][:1]
    if found["tools"] == ("none",):
        found["choice"] = found["choice"][:1]
        found["history"] = _without(found["history"], *CALLED)
    return found


def _from(refused: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The value of a factor that is refused, and all that are less plain."""
    values = BY_NAME[name].values
    return values[values.index(refused[name]) :]


def _without(values: tuple[str, ...], *left_out: str) -> tuple[str, ...]:
    return tuple(one for one in values if one not in left_out)
