"""Run one probe, whoever answers it: a recording, an endpoint, or a simulation.

The driver numbers equal requests, interprets unusual answers before the probe sees them (see
`probe`), and closes the probe however its run ends.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import Final, TypeAlias

from messages_conformance.probing.behaviours import broken, describe, refused, unmeasured
from messages_conformance.probing.probe import Ask, Probe, Purpose, Question, Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

Batch: TypeAlias = tuple[Step, ...]
"""The steps that a probe asks for at once."""
Answers: TypeAlias = Iterable[Exchange | None]
"""The exchange of each step of a batch, in its order; None where there is no answer."""


class UnansweredError(Exception):
    """A probe asked for something that got no answer, so its run ended early."""

    def __init__(self, batch: int) -> None:
        super().__init__(f"no answer to the probe's step {batch}")
        self.batch = batch
        """The number of the batch that was not answered, from 1."""


class ProbeDefectError(Exception):
    """A probe raised an exception (its cause): a defect of the suite, not of the endpoint."""

    def __init__(self, probe: Probe, defect: Exception) -> None:
        kind = type(defect).__name__
        super().__init__(f"probe {probe.name} of row {probe.row!r} raised {kind}: {defect}")


def run_probe(probe: Probe, ask: Ask, answer: Callable[[Batch], Answers]) -> Behaviour:
    """Run a probe to its end and return what it saw; ``answer`` answers one batch after another.

    Raises:
        UnansweredError: ``answer`` gave None for a step.
        ProbeDefectError: the probe itself raised an exception.
    """
    run = _Run(probe, ask)
    try:
        while run.behaviour is None:
            run.send(answer(run.batch))
        return run.behaviour
    finally:
        run.close()


async def run_probe_async(
    probe: Probe, ask: Ask, answer: Callable[[Batch], Awaitable[Answers]]
) -> Behaviour:
    """Do the same as `run_probe` where answering takes time.

    Raises:
        UnansweredError: ``answer`` gave None for a step.
        ProbeDefectError: the probe itself raised an exception.
    """
    run = _Run(probe, ask)
    try:
        while run.behaviour is None:
            run.send(await answer(run.batch))
        return run.behaviour
    finally:
        run.close()


class _Run:
    """A probe under way: the batch it waits for, or the behaviour it ended with."""

    def __init__(self, probe: Probe, ask: Ask) -> None:
        self.batch: Batch = ()
        self.behaviour: Behaviour | None = None
        self._probe = probe
        self._batches = _batches(probe, ask)
        self._number = 0
        self._advance(None)

    def send(self, answers: Answers) -> None:
        """Hand the answers of the batch to the probe."""
        answered = tuple(answers)
        exchanges = tuple(exchange for exchange in answered if exchange is not None)
        if len(exchanges) < len(answered):
            raise UnansweredError(self._number)
        self._advance(exchanges)

    def close(self) -> None:
        """Close the probe's generator."""
        self._batches.close()

    def _advance(self, exchanges: tuple[Exchange, ...] | None) -> None:
        try:
            self.batch = next(self._batches) if exchanges is None else self._batches.send(exchanges)
        except StopIteration as end:
            self.behaviour = end.value
        except Exception as defect:
            raise ProbeDefectError(self._probe, defect) from defect
        self._number += 1


def _batches(probe: Probe, ask: Ask) -> Generator[Batch, tuple[Exchange, ...], Behaviour]:
    """Advance a probe batch by batch; end early where an answer speaks for itself."""
    asked: Counter[str] = Counter()

    def step(question: Question) -> Step:
        asked[question.request.key] += 1
        return Step(question, asked[question.request.key] - 1)

    run = probe.function(ask)
    try:
        asked_for = next(run)
        while True:
            questions = (asked_for,) if isinstance(asked_for, Question) else tuple(asked_for)
            exchanges = yield tuple(map(step, questions))
            if (early := first_to_decide(questions, exchanges)) is not None:
                behaviour, question = early
                if behaviour.kind is Kind.BROKEN and question.control_if_broken is not None:
                    (control,) = yield (step(question.control_if_broken),)
                    return interpret(Purpose.CONTROL, control) or behaviour
                return behaviour
            answer = exchanges[0] if isinstance(asked_for, Question) else list(exchanges)
            asked_for = run.send(answer)
    except StopIteration as end:
        behaviour_seen: Behaviour = end.value
        return behaviour_seen
    finally:
        run.close()


_ORDER: Final = (Purpose.CONTROL, Purpose.TEST, Purpose.INVALID, Purpose.SHARED)
"""Whose answers are looked at first."""


def first_to_decide(
    questions: tuple[Question, ...], exchanges: tuple[Exchange, ...]
) -> tuple[Behaviour, Question] | None:
    """The first answer of a batch that speaks for itself, and what was asked.

    Controls come first: where they fail too, the row is not to blame.
    """
    asked_for = {question.purpose for question in questions}
    for purpose in _ORDER:
        if purpose not in asked_for:
            continue
        for question, exchange in zip(questions, exchanges, strict=True):
            if question.purpose is purpose and (behaviour := interpret(purpose, exchange)):
                return behaviour, question
    return None


def interpret(purpose: Purpose, exchange: Exchange) -> Behaviour | None:
    """What an exchange says by itself; None where the probe has to look at it."""
    if exchange.ended in ("unreachable", "timeout") and not exchange.body:
        # One that many rows share is costly to answer: each asks for its own part then.
        if purpose is Purpose.SHARED and exchange.ended == "timeout":
            return None
        return unmeasured(f"no answer came: {exchange.ended}", exchange)
    if purpose in (Purpose.INVALID, Purpose.SHARED) or exchange.answered:
        return None
    if exchange.status == 429:
        return unmeasured("the endpoint said 429: too many requests", exchange)
    if purpose is Purpose.CONTROL:
        summary = f"even without the thing under test: {describe(exchange)}"
        return unmeasured(f"it cannot be put to the test here: {summary}", exchange)
    if exchange.refused:
        return refused(exchange)
    denied = "access is denied: " if exchange.status in (401, 403) else ""
    return broken(f"{denied}{describe(exchange)}", exchange)
