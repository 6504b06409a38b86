"""Recording the probes of one model, next to the sessions of the other models of the run."""

import asyncio
from collections.abc import Callable
from itertools import count

from messages_conformance.cassettes.entry import Slot
from messages_conformance.cassettes.writer import CassetteWriter, Origin
from messages_conformance.claims.page import Row, Target
from messages_conformance.probing.driver import (
    Batch,
    ProbeDefectError,
    UnansweredError,
    run_probe_async,
)
from messages_conformance.probing.loader import LoadedProbe
from messages_conformance.probing.probe import Ask, Probe, Step
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.recording.budget import BudgetExceededError
from messages_conformance.recording.client import EndpointClient
from messages_conformance.recording.cost import Cost
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.reuse import is_model_independent


class SharedState:
    """What the sessions of one run share."""

    def __init__(
        self,
        target: Target,
        client: EndpointClient,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.target = target
        self.client = client
        self.sessions: tuple[ModelSession, ...] = ()
        self.defects: list[Exception] = []
        """Errors of probes, as opposed to errors of the endpoint."""
        self.first: dict[Slot, asyncio.Task[None]] = {}
        """Who sends a request that names no model of the run; the others use that answer."""
        self._on_progress = on_progress

    def report_progress(self) -> None:
        """Report how far the run is."""
        if self._on_progress is not None:
            self._on_progress(
                Progress(
                    models=tuple(session.progress for session in self.sessions),
                    in_flight=self.client.in_flight,
                    sent=self.client.sent,
                    tokens=self.client.tokens,
                    wait=self.client.gate.wait,
                )
            )


class ModelSession:
    """The recording of one model."""

    def __init__(
        self, shared: SharedState, progress: ModelProgress, writer: CassetteWriter
    ) -> None:
        self.progress = progress
        self._shared = shared
        self._writer = writer
        self._pending: dict[Slot, asyncio.Task[None]] = {}

    async def record_probe(self, row: Row, placed: LoadedProbe, group: asyncio.TaskGroup) -> None:
        """Run one probe to its end, or until a request is not sent."""
        suite, probe = placed
        writer = self._writer
        steps_sent, depths = count(), count()

        async def answer(batch: Batch) -> list[Exchange | None]:
            depth = next(depths)
            origins = [Origin(suite, row.id, next(steps_sent)) for _ in batch]
            return await asyncio.gather(
                *(
                    self._answer(step, origin, probe, depth, group)
                    for step, origin in zip(batch, origins, strict=True)
                )
            )

        ask = Ask(
            self.progress.model, row, self._shared.target, writer.label.auth, writer.superseded
        )
        try:
            await run_probe_async(probe, ask, answer)
        except UnansweredError:
            self.progress = self.progress.with_unfinished(row.id)
        except ProbeDefectError as defect:  # It is raised when all have ended.
            self._shared.defects.append(self._annotated(defect, row.id))
            return
        self.progress = self.progress.with_probe_done()
        self._shared.report_progress()

    async def _answer(
        self, step: Step, origin: Origin, probe: Probe, depth: int, group: asyncio.TaskGroup
    ) -> Exchange | None:
        """The answer to a step: recorded before, requested by another probe, or sent for now.

        None if the request was not sent, because of what it might cost.
        """
        request, nth = step.question.request, step.nth
        answer = self._writer.find(request, nth)
        if answer is None:
            slot = (request.key, nth)
            if slot not in self._pending:
                self._pending[slot] = group.create_task(self._send(step, origin, probe, depth))
            await self._pending[slot]
            # As it was kept, not as it came: what is kept holds no long body in memory.
            answer = self._writer.find(request, nth)
            if answer is None:
                return None
        self._writer.share(origin, request, nth)
        return answer

    async def _send(self, step: Step, origin: Origin, probe: Probe, depth: int) -> None:
        request, nth = step.question.request, step.nth

        async def keep(exchange: Exchange, cost: Cost, *, superseded: bool) -> None:
            await self._writer.add(origin, nth, exchange, superseded=superseded)
            self.progress = self.progress.with_request(exchange, cost, superseded=superseded)
            self._shared.report_progress()

        client = self._shared.client
        try:
            self._writer.check_request(origin, request)
            if probe.opt_in is not None:
                exchange, cost = await client.send_once(request)
                await keep(exchange, cost, superseded=False)
            elif (answer := await self._answer_of_others(request, nth)) is not None:
                await self._writer.add(origin, nth, answer, superseded=False)
            else:
                await client.ask(request, origin.row, depth, keep)
        except BudgetExceededError:
            pass  # It was not sent, and so will not be found.
        except Exception as problem:
            self._annotated(problem, origin.row)
            raise
        finally:
            del self._pending[request.key, nth]

    async def _answer_of_others(self, request: Request, nth: int) -> Exchange | None:
        """The answer that another model got or is getting, if the request names no model."""
        sessions = self._shared.sessions
        if not is_model_independent(request, (other.progress.model for other in sessions)):
            return None
        slot = (request.key, nth)
        first = self._shared.first.setdefault(slot, self._pending[slot])
        if first is not self._pending[slot]:
            await first
        found = (other._writer.find(request, nth) for other in sessions)
        return next((exchange for exchange in found if exchange is not None), None)

    def _annotated(self, problem: Exception, row: str) -> Exception:
        problem.add_note(f"while recording row {row!r} for {self.progress.model.id}")
        return problem
