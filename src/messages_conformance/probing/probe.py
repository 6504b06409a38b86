"""The language suites are written in: how one row is put to the test.

A probe is a generator. It yields what it asks, receives the exchanges, and returns a
behaviour::

    @row("tool_choice/any")
    def any_calls_some_tool(ask):
        forced = yield ask("Say hello.", tools=[WEATHER], tool_choice={"type": "any"})
        return works("…", forced) if forced.tool_uses else ignored("…", forced)

What is asked in three ways decides what an unusual answer means before the probe sees it:

- ``ask(…)`` puts the row to the test: a clean refusal is the behaviour `refused`, anything
  else that is not a readable message is `broken`.
- ``ask.control(…)`` lacks the thing under test: if even that fails, nothing can be said.
- ``ask.invalid(…)`` may be refused: whatever comes back is handed to the probe.

Asking the same twice within one probe takes a second sample; across probes equal requests
are sent once and shared. Yielding a list asks for all of it at once.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import ModuleType
from typing import Any, TypeAlias

from messages_conformance.claims.page import Model, Row, Target
from messages_conformance.protocol.exchange import COUNT_TOKENS, KEY, Exchange, Json, Request
from messages_conformance.verdict import Behaviour, Kind, Samples

MAX_TOKENS = 48
"""What an answer may cost unless a probe says otherwise, in tokens."""


class Purpose(Enum):
    """Why something is asked, and so what an unusual answer means."""

    TEST = "test"
    CONTROL = "control"
    INVALID = "invalid"


@dataclass(frozen=True)
class Question:
    """A request and why it is made."""

    request: Request
    purpose: Purpose
    without: "Question | None" = None
    """The same without the thing under test, asked only if the answer is broken: where that is
    no better, the row is not to blame."""


@dataclass(frozen=True)
class Step:
    """A question to be answered with the ``nth`` recording of its request, from 0."""

    question: Question
    nth: int


Questions: TypeAlias = Question | Sequence[Question]
ProbeRun: TypeAlias = Generator[Questions, Any, Behaviour]
Driven: TypeAlias = Generator[tuple[Step, ...], tuple[Exchange, ...], Behaviour]


@dataclass(frozen=True)
class Ask:
    """Builds the requests of one probe for one model of a target."""

    model: Model
    row: Row
    target: Target
    auth: str
    """The header that carries the key unless a probe says otherwise."""
    superseded: Sequence[Exchange] = ()
    """What came of other requests and was no answer to them, so that they were sent again."""

    def __call__(
        self,
        prompt: str | list[Json] | None = None,
        *,
        without: Question | None = None,
        **fields: Any,
    ) -> Question:
        """Ask something that puts the row to the test; see `request` for the arguments."""
        return Question(self.request(prompt, **fields), Purpose.TEST, without)

    def control(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask the same without the thing under test."""
        return Question(self.request(prompt, **fields), Purpose.CONTROL)

    def invalid(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask something that the endpoint may well refuse."""
        return Question(self.request(prompt, **fields), Purpose.INVALID)

    def count(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask how many input tokens it would cost; few endpoints tell, so any answer will do."""
        counted = self.request(prompt, max_tokens=None, **fields)
        return Question(replace(counted, path=COUNT_TOKENS), Purpose.INVALID)

    def get(self, path: str) -> Question:
        """Ask for what lies at a path; few endpoints have it, so any answer will do."""
        plain = self.request(None)
        return Question(Request(None, plain.headers, path, "GET"), Purpose.INVALID)

    def passed(self, status: int) -> Exchange | None:
        """The first answer with a status that was superseded, so that none need be provoked.

        Only for a probe that is opted in to: what others pass by is not known before they end.
        """
        return next((one for one in self.superseded if one.status == status), None)

    def request(
        self,
        prompt: str | list[Json] | None = None,
        *,
        headers: dict[str, str | None] | None = None,
        **fields: Any,
    ) -> Request:
        """Build a request: a prompt or a list of messages, body fields, header changes.

        A field set to None is left out, even one that every request carries; so is a header.
        """
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        body = {
            "model": self.model.id,
            "max_tokens": MAX_TOKENS,
            "messages": messages,
            **self.target.defaults,
            **fields,
        }
        sent: dict[str, str | None] = {
            **credential(self.auth),
            "anthropic-version": self.target.api_version,
            **(headers or {}),
        }
        return Request(
            {name: value for name, value in body.items() if value is not None},
            tuple(sorted((name, value) for name, value in sent.items() if value is not None)),
        )


def credential(header: str, key: str = KEY) -> dict[str, str | None]:
    """The header changes that present a key in that header, and in no other."""
    value = f"Bearer {key}" if header == "authorization" else key
    return {"x-api-key": None, "authorization": None, header: value}


@dataclass(frozen=True)
class Probe:
    """A row put to the test: the generator function and what is known about it."""

    row: str
    walk: Callable[[Ask], ProbeRun]
    opt_in: str | None
    """Why it is only run when asked for: what it costs or needs; None runs it always."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.walk.__name__

    @property
    def line(self) -> int:
        """Where the function stands in its file, from 1."""
        return self.walk.__code__.co_firstlineno

    @property
    def meaning(self) -> str:
        """What the row means and how an endpoint's owner mends a failure."""
        return (self.walk.__doc__ or "").strip()


def row(id: str, *, opt_in: str | None = None) -> Callable[[Callable[[Ask], ProbeRun]], Probe]:
    """Mark a generator function as the probe of a row."""
    return lambda walk: Probe(id, walk, opt_in)


def probes_of(module: ModuleType) -> Iterator[Probe]:
    """The probes a suite module defines, in its order."""
    return (value for value in vars(module).values() if isinstance(value, Probe))


def drive(probe: Probe, ask: Ask) -> Driven:
    """Advance a probe: yields the steps to answer, receives their exchanges, returns what it saw.

    Ends early where an answer speaks for itself (see the module's docstring).
    """
    asked: Counter[str] = Counter()

    def step(question: Question) -> Step:
        asked[question.request.key] += 1
        return Step(question, asked[question.request.key] - 1)

    walk = probe.walk(ask)
    try:
        questions = next(walk)
        while True:
            batch = (questions,) if isinstance(questions, Question) else tuple(questions)
            exchanges = yield tuple(step(question) for question in batch)
            if (early := _first_plain(batch, exchanges)) is not None:
                behaviour, question = early
                if behaviour.kind is Kind.BROKEN and question.without is not None:
                    (bare,) = yield (step(question.without),)
                    return _plain(Purpose.CONTROL, bare) or behaviour
                return behaviour
            answer = exchanges[0] if isinstance(questions, Question) else list(exchanges)
            questions = walk.send(answer)
    except StopIteration as end:
        seen_by_probe: Behaviour = end.value
        return seen_by_probe
    finally:
        walk.close()


def _first_plain(
    batch: tuple[Question, ...], exchanges: tuple[Exchange, ...]
) -> tuple[Behaviour, Question] | None:
    """The first answer of a batch that speaks for itself, and what was asked.

    Controls come first: where they fail too, the row is not to blame.
    """
    for purpose in (Purpose.CONTROL, Purpose.TEST, Purpose.INVALID):
        for question, exchange in zip(batch, exchanges, strict=True):
            if question.purpose is purpose and (plain := _plain(purpose, exchange)):
                return plain, question
    return None


def _plain(purpose: Purpose, exchange: Exchange) -> Behaviour | None:
    """What an exchange says by itself, before any probe looks at it."""
    if exchange.ended in ("unreachable", "timeout") and not exchange.body:
        return unmeasured(f"no answer came: {exchange.ended}", exchange)
    if purpose is Purpose.INVALID or exchange.answered:
        return None
    if exchange.status == 429:
        return unmeasured("the endpoint said 429: too many requests", exchange)
    if purpose is Purpose.CONTROL:
        return unclear(f"a plain request without it already failed: {seen(exchange)}", exchange)
    return refused(exchange) if exchange.refused else broken(seen(exchange), exchange)


def seen(exchange: Exchange) -> str:
    """Say in a few words what came back."""
    if exchange.status is None:
        return f"no response: {exchange.ended}"
    said = f"HTTP {exchange.status}"
    if exchange.ended != "complete":
        return f"{said}, {exchange.ended}"
    if exchange.error:
        return f"{said} {exchange.error.type}: {_short(exchange.error.message)}"
    if exchange.answered:
        calls = ", ".join(str(use.get("name")) for use in exchange.tool_uses)
        return f"{said}, called {calls}" if calls else f"{said}, said {_short(exchange.text)!r}"
    lacking = "a message" if 200 <= exchange.status < 300 else "the documented error envelope"
    return f"{said} without {lacking}: {_short(exchange.body.decode(errors='replace'))}"


def _short(text: str, length: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def works(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """The documented effect was there."""
    return Behaviour(Kind.WORKS, summary, exchanges, samples)


def partial(
    summary: str,
    *exchanges: Exchange,
    samples: Samples | None = None,
    lacking: tuple[str, ...] = (),
) -> Behaviour:
    """Part of the effect was there; the summary names what is missing.

    ``lacking`` are the tags of what is missing, as claims files name it, where a page may do so.
    """
    return Behaviour(Kind.PARTIAL, summary, exchanges, samples, lacking)


def ignored(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """Accepted, and it made no difference."""
    return Behaviour(Kind.IGNORED, summary, exchanges, samples)


def refused(exchange: Exchange, *others: Exchange) -> Behaviour:
    """A clean 4xx in the documented envelope."""
    return Behaviour(Kind.REFUSED, f"refused with {seen(exchange)}", (exchange, *others))


def broken(summary: str, *exchanges: Exchange) -> Behaviour:
    """A 5xx, a malformed answer, a wrong envelope or a wrong effect."""
    return Behaviour(Kind.BROKEN, summary, exchanges)


def unclear(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """The model did not play along, so nothing can be said."""
    return Behaviour(Kind.UNCLEAR, summary, exchanges, samples)


def unmeasured(summary: str, *exchanges: Exchange) -> Behaviour:
    """Not recorded, not opted in, or not to be provoked by a client."""
    return Behaviour(Kind.UNMEASURED, summary, exchanges)
