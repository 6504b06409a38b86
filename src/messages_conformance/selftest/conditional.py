"""Faults that nobody wrote, drawn by a seed: any named fault or mutation, under any condition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.reference.faults.conditions import (
    CONDITIONS,
    LIMITS,
    Condition,
    under,
)
from messages_conformance.reference.faults.decorators import DOCUMENTED, STRICT, STRICT_2026
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Response
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations import MUTATIONS, Mutation
from messages_conformance.testing.mutations.mutation import NothingToBreak

_LEFT_OUT = {
    "error/413": "its requests are too large to be sent again for every fault",
    "error/429": "it needs many requests at once",
}
"""Rows whose faults are not drawn, and why."""
_PROXIED = ("message", "events", "bytes")
"""What a proxy between the endpoint and its client can spoil."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One fault under one condition, in one endpoint."""

    fault: Fault
    condition: Condition
    endpoint: str

    @property
    def conditional(self) -> Fault:
        """The fault to inject."""
        return under(self.fault, self.condition)

    @property
    def section(self) -> str:
        """The table of the row that must detect the fault where it has no condition."""
        return self.fault.row.partition("/")[0]


def draw(number: int, seed: int) -> tuple[Draw, ...]:
    """So many draws, none of them twice; the same for the same seed.

    One in four spoils finished answers as a proxy would; the others are the named faults.
    """
    rng = Random(f"conditional {seed}")  # noqa: S311 - no secret
    named = [fault for fault in FAULTS.values() if fault.row not in _LEFT_OUT]
    proxied = [_by_proxy(one) for one in MUTATIONS if one.subject in _PROXIED]
    found: dict[tuple[str, str, str], Draw] = {}
    for one in _endlessly(rng, named, proxied):
        found.setdefault((one.fault.name, one.condition.words, one.endpoint), one)
        if len(found) == number:
            break
    return tuple(found.values())


def _endlessly(rng: Random, named: Sequence[Fault], proxied: Sequence[Fault]) -> Iterator[Draw]:
    while True:
        fault = rng.choice(proxied if rng.random() < 0.25 else named)
        condition = rng.choice((*CONDITIONS, rng.choice(LIMITS)))
        yield Draw(fault, condition, rng.choice(fault.endpoints))


def _by_proxy(mutation: Mutation) -> Fault:
    """The fault of a proxy that spoils every answer in this way, where there is something to."""
    row = "wire/message" if mutation.subject == "message" else "wire/stream"

    def inject(stages: Stages) -> Stages:
        def to_json(request: AdmittedRequest, message: Message) -> Response:
            return stages.to_json(request, _spoilt(mutation, message))

        def to_events(request: AdmittedRequest, message: Message) -> Events:
            return tuple(_spoilt(mutation, stages.to_events(request, message)))

        def frame(request: AdmittedRequest, events: Events) -> Response:
            response = stages.frame(request, events)
            return replace(response, chunks=(_spoilt(mutation, response.body),))

        match mutation.subject:
            case "message":
                return replace(stages, to_json=to_json)
            case "events":
                return replace(stages, to_events=to_events)
            case _:
                return replace(stages, frame=frame)

    return Fault(
        f"proxy: {mutation.name}",
        row,
        mutation.rule,
        mutation.says,
        (DOCUMENTED, STRICT, STRICT_2026),
        (),
        inject,
    )


def _spoilt(mutation: Mutation, subject: Any) -> Any:
    try:
        return mutation.spoil(subject)
    except NothingToBreak:
        return subject
