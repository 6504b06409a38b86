"""Asking the reference endpoint, in this process, what a client would ask."""

import asyncio
from collections.abc import Callable

from messages_conformance.claims import library
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.result import Readiness
from messages_conformance.reference.client_cases import CLIENT_CASES
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.in_process import KEYS, ask
from messages_conformance.reference.pipeline import Stages

MODEL = "qwen-plus"


def at(stages: Stages, client: str = "claude-code", seen: list[Request] | None = None) -> Readiness:
    """What is said of a client at an endpoint; its requests are added to ``seen``."""
    answers = answers_of(stages)

    def answer(batch: tuple[Request, ...]) -> list[Exchange]:
        if seen is not None:
            seen.extend(batch)
        return answers(batch)

    return answer_all(questions(dialect_of(client), MODEL), answer)


def answers_of(
    stages: Stages, target: str = "model-studio"
) -> Callable[[tuple[Request, ...]], list[Exchange]]:
    """What asks an endpoint, which answers for the models of a target's page."""
    page = library.read(library.known().of(target)[0])
    endpoint = ReferenceEndpoint(page, KEYS, stages=stages, crowding=0.0)

    def answer(batch: tuple[Request, ...]) -> list[Exchange]:
        async def all_of_them() -> list[Exchange]:
            return [await ask(endpoint, request) for request in batch]

        return asyncio.run(all_of_them())

    return answer


def at_case(name: str, client: str = "claude-code") -> Readiness:
    """What is said of a client at one of the endpoints of `CLIENT_CASES`."""
    return at(CLIENT_CASES[name].stages, client)
