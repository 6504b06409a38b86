"""The endpoint that a run is expected to meet: the one that behaves as the page documents."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims.page import Revision
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing.probe import Step
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.profiles import stages_of

_FORGOTTEN = Request(None)


@contextmanager
def documented(revision: Revision, stages: Stages | None = None) -> Iterator[Answer]:
    """An endpoint in this process that answers each step once, and the same way ever after.

    ``stages`` makes it behave otherwise than documented.
    """
    stages = stages or stages_of(revision.target)
    endpoint = ReferenceEndpoint(revision, in_process.KEYS, stages=stages, crowding=0)
    answered: dict[Slot, Exchange] = {}
    with asyncio.Runner() as runner:
        # The runner's own `run` handles Ctrl-C anew each time, which takes longer than an answer.
        loop = runner.get_loop()

        def answer(step: Step) -> Exchange:
            request = step.question.request
            slot = (request.key, step.nth)
            if slot not in answered:
                exchange = loop.run_until_complete(in_process.ask(endpoint, request))
                # Some requests are too large to be kept.
                answered[slot] = replace(exchange, request=_FORGOTTEN)
            return replace(answered[slot], request=request)

        yield answer
