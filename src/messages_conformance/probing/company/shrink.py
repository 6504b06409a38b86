"""From a request in which something is lost to the smallest company in which it is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from messages_conformance.probing.behaviours import TOO_BUSY
from messages_conformance.probing.company.checks import ACCEPTED, CUT, LAST, TOLD, Check, checks_of
from messages_conformance.probing.company.factors import (
    BY_NAME,
    CALLED,
    FACTORS,
    PLAIN,
    Company,
    is_legal,
)
from messages_conformance.probing.company.request import TIGHT, request_of
from messages_conformance.probing.probe import Ask, ProbePart
from messages_conformance.protocol.exchange import Exchange

_CERTAIN, _UNCERTAIN = 1, 2
"""How often in a row a fewer company must lose it, by whether a model may be to blame."""
_AGAIN = 3
"""How often more the smallest company must lose it, each time with other canaries."""
_TO_CONFIRM = _AGAIN + 2
"""Requests that are kept back to confirm what is found: the smallest company, asked again, and
whether a weak model may explain it."""
_PATIENCE = 2
"""How often it is asked again where an answer can show neither."""
_FAIR = 3
"""Chances of a model to show something alone."""


def features_of(company: Company) -> tuple[str, ...]:
    """The names of the factors that are not plain."""
    return tuple(factor.name for factor in FACTORS if company[factor.name] != factor.plain)


def _company(company: Company, factor: str) -> tuple[str, ...]:
    """The names of the features beside one factor, without a tool that others cannot do without."""
    needs_a_tool = company["choice"] != "default" or company["history"] in CALLED
    return tuple(
        name
        for name in features_of(company)
        if name != factor and not (name == "tools" and company[name] == "one" and needs_a_tool)
    )


def _in_words(company: Company, names: Sequence[str]) -> str:
    words = [BY_NAME[name].words[company[name]] for name in names]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest company in which something is lost."""

    check: Check
    company: Company
    exchanges: tuple[Exchange, ...]
    """The answers that show it, then those of smaller companies that do not."""
    always: bool = True
    """Whether it is lost every time."""
    overlooked: bool = False
    """Whether a weak model may explain it."""
    shrunk: bool = True
    """Whether it was asked of every feature whether it is lost without it."""

    @property
    def is_alone(self) -> bool:
        """Whether no company is needed: the feature's own row is about that."""
        return len(_company(self.company, self.check.factor)) < (1 if self.check.factor else 2)

    @property
    def is_certain(self) -> bool:
        """Whether the endpoint is to blame, and its company with it."""
        # Of a request that is not answered nothing else is known than that; a single feature
        # of it may be the reason.
        return not self.overlooked and (self.shrunk or self.check.name != ACCEPTED.name)

    def __str__(self) -> str:
        own = self.company[self.check.factor] if self.check.factor else ""
        told = own and (self.check.certain or self.check.factor == "tools")
        of = f" ({BY_NAME[self.check.factor].words[own]})" if told else ""
        if not self.always:
            # What else the request held may be chance.
            return f"{self.check.lost}{of}, though not every time"
        beside = _in_words(self.company, _company(self.company, self.check.factor))
        not_all = "" if self.shrunk else ", of which some may not matter"
        return (
            f"{self.check.lost}{of} with {beside}{not_all}" if beside else f"{self.check.lost}{of}"
        )


@dataclass
class Shrinker:
    """Asks for fewer and fewer; every question has other canaries than those before.

    It stops at its share of requests and tells what it knows by then, so that no endpoint, and
    no uncooperative model, can make it ask for more than was planned.
    """

    ask: Ask
    left: int
    """Requests that it may still send."""
    asked: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def may_begin(self) -> bool:
        """Whether the requests that are left are enough to confirm another loss."""
        return self.left >= _FAIR + 2 + _TO_CONFIRM

    def look(self, company: Company, check: Check) -> ProbePart[tuple[Exchange, bool | None]]:
        """Ask once: the answer, and whether it shows; None where that cannot be seen."""
        answer, variant = yield from self.again(company)
        return answer, is_seen(company, check, variant, answer)

    def again(self, company: Company) -> ProbePart[tuple[Exchange, int]]:
        """Ask once more: the answer, and which variant of the request it is an answer to."""
        key = tuple(company.values())
        variant = self.asked[key] = self.asked.get(key, 0) + 1
        answer = yield from self._sent(company, variant)
        return answer, variant

    def _sent(self, company: Company, variant: int = 0, longer: str = "") -> ProbePart[Exchange]:
        self.left -= 1
        answer: Exchange = yield self.ask.shared(**request_of(company, variant, longer))
        return answer

    def loses(
        self, company: Company, check: Check, times: int
    ) -> ProbePart[tuple[bool, list[Exchange]]]:
        """Whether it is lost so many times in a row; asked again where a model says neither."""
        found: list[Exchange] = []
        patience = _PATIENCE
        while len(found) < times:
            answer, seen = yield from self.look(company, check)
            if seen is None and patience and self.left > times + _TO_CONFIRM:
                patience -= 1
                continue
            found.append(answer)
            if seen is not False:
                return False, found
        return True, found

    def shrink(self, company: Company, check: Check) -> ProbePart[Smallest | None]:
        """The smallest company that loses it; None where asking again shows it after all."""
        lost, shown = yield from self.loses(company, check, _CERTAIN if check.certain else 2)
        if not lost and check.certain:
            # A model may do for once by itself what the endpoint does not make it do.
            lost, shown = yield from self.loses(company, check, 2)
        if not lost:
            if check.certain:
                return Smallest(check, company, tuple(shown), always=False)
            return None
        smallest = yield from self._shrunk(company, check, shown, _UNCERTAIN)
        if smallest is None and self.may_begin:
            # A model that overlooked it by itself, twice in a row, led astray.
            smallest = yield from self._shrunk(company, check, shown, _UNCERTAIN + 1)
        return smallest

    def _shrunk(
        self, company: Company, check: Check, shown: list[Exchange], often: int
    ) -> ProbePart[Smallest | None]:
        """The smallest company that loses what this one loses; None where it does not after all.

        ``often`` says how many times in a row a fewer company must lose it, where a model may be to
        blame.
        """
        times = _CERTAIN if check.certain else often
        hits: list[Exchange] = []
        shrunk = True
        for name in _order(company, check):
            for smaller in _plainer(company, name, check):
                if self.left < times + _TO_CONFIRM:
                    shrunk = False
                    break
                lost, found = yield from self.loses(smaller, check, times)
                may_be_chance = check.certain and check.name != ACCEPTED.name
                if not lost and may_be_chance and self.left >= times + _TO_CONFIRM:
                    # As above: by itself, a model may make a call that nothing forces.
                    lost, found = yield from self.loses(smaller, check, times)
                if lost:
                    company, shown = smaller, found
                    break
                hits.append(found[-1])
        again = _AGAIN - 1 if check.certain else _AGAIN
        lost, found = yield from self.loses(company, check, again)
        if not lost:
            return (
                Smallest(check, company, (*shown, *found), always=False) if check.certain else None
            )
        smallest = Smallest(check, company, (*found, *shown, *hits[-2:]), shrunk=shrunk)
        if (yield from self.may_be_the_model(company, check)):
            return replace(smallest, overlooked=True)
        return smallest

    def may_be_the_model(self, company: Company, check: Check) -> ProbePart[bool]:
        """Whether a weak model, and no endpoint, may explain that text is never shown.

        A model that is given much at once overlooks some of it. What costs no token was lost
        before; and what it says without a stop sequence, it comes to with one.
        """
        if check.name == TOLD:
            last = next(c for c in checks_of({**company, "stop": "none"}) if c.name == LAST)
            _, said = yield from self.look({**company, "stop": "none"}, last)
            return not said
        if not check.is_place:
            return False
        as_is = yield from self._sent(company)
        more = yield from self._sent(company, longer=check.name)
        return not as_is.prompt_tokens or as_is.prompt_tokens != more.prompt_tokens

    def shows_alone(self, check: Check, company: Company) -> ProbePart[bool]:
        """Whether the feature shows without any company, in a fair number of tries."""
        alone = dict(PLAIN)
        if check.factor:
            alone[check.factor] = company[check.factor]
            if not is_legal(alone):
                alone["tools"] = "one"
        for _ in range(_FAIR):
            _, seen = yield from self.look(alone, check)
            if seen:
                return True
        return False


def is_seen(company: Company, check: Check, variant: int, answer: Exchange) -> bool | None:
    """Whether an answer shows what a check looks for; None where that cannot be seen.

    Of the checks of a company, it is that of the same name which counts.
    """
    if check.name == ACCEPTED.name:
        return shows(answer, ACCEPTED)
    found = next((one for one in checks_of(company, variant) if one.name == check.name), None)
    return shows(answer, found) if found else None


def shows(answer: Exchange, check: Check) -> bool | None:
    """Whether an answer shows what a check of its own company looks for; None as above."""
    if check.name == ACCEPTED.name:
        return None if answer.status == TOO_BUSY else answer.answered
    if not answer.answered or (check.needs_text and answer.tool_uses):
        return None
    if check.name == CUT and answer.usage("output_tokens") < TIGHT:  # It ended by itself.
        return None
    return check.is_seen(answer)


def _order(company: Company, check: Check) -> list[str]:
    """The factors to make plainer: the picture first, as it needs blocks, then the costliest.

    Tools come last, as others need them.
    """
    names = sorted(
        (name for name in features_of(company) if name != check.factor),
        key=lambda one: (one == "tools", one != "image", one != "thinking", one != "mark"),
    )
    return [*names, check.factor] if check.factor else names


def _plainer(company: Company, name: str, check: Check) -> Iterator[Company]:
    """The company with plainer values of one factor, the plainest first, that can still lose it."""
    values = BY_NAME[name].values
    for value in values[: values.index(company[name])]:
        smaller = {**company, name: value}
        looked_for = {ACCEPTED.name, *(one.name for one in checks_of(smaller))}
        if is_legal(smaller) and check.name in looked_for:
            yield smaller
