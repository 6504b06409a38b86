"""Record: drive the probes against an endpoint, and keep what comes back as cassettes.

Nothing is judged here. What each probe asks next it decides itself, from the answers. All
probes of all models run at once, and wait together for their turns.
"""

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import httpx2

from messages_conformance import __version__
from messages_conformance.cassettes.entry import Slot
from messages_conformance.cassettes.tape import Entry, Label
from messages_conformance.cassettes.writer import Asked, Recording, only_run_in
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.probing.driver import (
    Batch,
    ProbeDefectError,
    UnansweredError,
    run_probe_async,
)
from messages_conformance.probing.loader import LoadedProbe, Suites
from messages_conformance.probing.probe import Ask, Probe, Step
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.budget import Budget, Limit, SpentError
from messages_conformance.recording.client import Asker
from messages_conformance.recording.cost import Cost
from messages_conformance.recording.progress import OfModel, Progress
from messages_conformance.recording.rate_limit import Pace
from messages_conformance.recording.retry import BUSY, Patience
from messages_conformance.recording.transport import Endpoint, Sender

_TOLD_EVERY = 0.5
"""Seconds after which progress is told even if nothing has happened."""


async def record(
    revision: Revision,
    models: Sequence[Model],
    rows: Sequence[Row],
    suites: Suites,
    endpoint: Endpoint,
    root: Path,
    *,
    among: Callable[[Model, Row], bool] = lambda _model, _row: True,
    opted_in: frozenset[str] = frozenset(),
    budget: Limit = Limit(),  # noqa: B008 (it is immutable)
    pace: Pace = Pace(),  # noqa: B008
    patience: Patience = Patience(),  # noqa: B008
    server: str = "",
    resume: bool = False,
    overwrite: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits = DEFAULT,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> tuple[OfModel, ...]:
    """Record the probes of some rows for some models, all together; of them those ``among`` it.

    What might cost more than is left of the ``budget`` is not sent, and its row is left.
    Probes that must be opted in to run only for the rows ``opted_in`` names: after all others,
    one after another, all their requests at once, and none a second time. ``resume`` sends only
    what is not recorded yet, ``overwrite`` starts anew; ``transport`` replaces the network.
    ``on_progress`` is told of every step, and at least twice a second. However it ends, what
    was answered until then is kept.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint answers nothing any more.
        OSError: an answer could not be written.
        SetupError: a probe needs a credential that was not given, or the key is a word of its own.
        SecretLeakError: a credential would get into a file.
    """
    chosen = [(row, suites[row.id]) for row in rows if row.id in suites]
    ordinary = [(row, placed) for row, placed in chosen if placed.probe.opt_in is None]
    costly = [
        (row, placed)
        for row, placed in chosen
        if placed.probe.opt_in is not None and row.id in opted_in
    ]

    def of(model: Model) -> int:
        return sum(among(model, row) for row, _ in (*ordinary, *costly))

    with only_run_in(root, overwrite=overwrite):
        recordings = [
            Recording(
                root,
                Label(
                    target=revision.target.id,
                    model=model.id,
                    revision=revision.date.isoformat(),
                    base_url=endpoint.public_url,
                    auth=endpoint.auth,
                    server=server,
                    date=datetime.datetime.now(datetime.UTC).date().isoformat(),
                    suite_version=__version__,
                ),
                [row.id for row in revision.rows],
                resume=resume,
                overwrite=overwrite,
                stands=partial(stands, suites),
                secrets=endpoint.secrets,
            )
            for model in models
        ]
        async with _closing(recordings), Sender(endpoint, limits, transport) as sender:
            run = _Run(revision, Asker(sender, pace, patience, Budget(budget)), on_progress)
            sessions = [
                _Session(run, OfModel(model, of(model)), recording)
                for model, recording in zip(models, recordings, strict=True)
            ]
            await run.all(sessions, ordinary, costly, among)
    return tuple(session.told for session in sessions)


def stands(suites: Suites, entry: Entry) -> bool:
    """Whether what is recorded need not be asked again; a busy endpoint has not answered.

    Those that have to be opted in to may well want to see one that is busy.
    """
    placed = suites.get(entry.row)
    burst = placed is not None and placed.probe.opt_in is not None
    return burst or entry.exchange.status not in BUSY


@contextlib.asynccontextmanager
async def _closing(recordings: Sequence[Recording]) -> AsyncIterator[None]:
    """Make cassettes of the journals in the end, also where the end is a bad one."""

    def close() -> None:
        problems = []
        for recording in recordings:
            try:
                recording.close()
            except OSError as problem:
                problems.append(problem)
        if problems:
            raise problems[0]

    try:
        yield
    except BaseException:
        # What went wrong first is what matters; the journals keep what cannot be written now.
        with contextlib.suppress(OSError):
            close()
        raise
    await asyncio.to_thread(close)


class _Run:
    """What the models of one run have in common."""

    def __init__(
        self, revision: Revision, asker: Asker, on_progress: Callable[[Progress], None] | None
    ) -> None:
        self.revision = revision
        self.asker = asker
        self.defects: list[Exception] = []
        """What went wrong in probes themselves."""
        self.sessions: Sequence[_Session] = ()
        self.nobodys: dict[Slot, asyncio.Task[None]] = {}
        """Who asked first for what names no model of the run; the others take it over."""
        self._on_progress = on_progress

    async def all(
        self,
        sessions: Sequence["_Session"],
        ordinary: Sequence[tuple[Row, LoadedProbe]],
        costly: Sequence[tuple[Row, LoadedProbe]],
        among: Callable[[Model, Row], bool],
    ) -> None:
        """Run the ordinary probes together, then those opted in to one by one."""
        self.sessions = sessions
        telling = asyncio.create_task(self._keep_telling())
        try:
            # Row by row, so that all models advance alike and no single one is crowded.
            async with asyncio.TaskGroup() as group:
                for row, placed in ordinary:
                    for session in sessions:
                        if among(session.told.model, row):
                            group.create_task(session.record_probe(row, placed, group))
            for row, placed in costly:
                for session in sessions:
                    if not among(session.told.model, row):
                        continue
                    await self.asker.gate.quiet()
                    async with asyncio.TaskGroup() as group:
                        group.create_task(session.record_probe(row, placed, group))
        except BaseExceptionGroup as several:
            raise _first(several) from None
        finally:
            telling.cancel()
        # A defect of one probe must not cost the recordings of the others.
        if self.defects:
            raise self.defects[0]

    def tell(self) -> None:
        """Tell how far it is."""
        if self._on_progress is not None:
            self._on_progress(
                Progress(
                    models=tuple(session.told for session in self.sessions),
                    in_flight=self.asker.in_flight,
                    sent=self.asker.sent,
                    tokens=self.asker.tokens,
                    waits=self.asker.gate.waits,
                )
            )

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(_TOLD_EVERY)
            self.tell()


class _Session:
    """The recording of one model."""

    def __init__(self, run: _Run, told: OfModel, recording: Recording) -> None:
        self.told = told
        self._run = run
        self._recording = recording
        self._under_way: dict[Slot, asyncio.Task[None]] = {}

    async def record_probe(self, row: Row, placed: LoadedProbe, group: asyncio.TaskGroup) -> None:
        """Run one probe to its end, or until something is not sent."""
        suite, probe = placed
        recording = self._recording
        numbers, depths = count(), count()

        async def answer(batch: Batch) -> list[Exchange | None]:
            depth = next(depths)
            asked = [Asked(suite, row.id, next(numbers)) for _ in batch]
            return await asyncio.gather(
                *(
                    self._answer(step, one, probe, depth, group)
                    for step, one in zip(batch, asked, strict=True)
                )
            )

        target, auth = self._run.revision.target, recording.label.auth
        ask = Ask(self.told.model, row, target, auth, recording.superseded)
        try:
            await run_probe_async(probe, ask, answer)
        except UnansweredError:
            self.told = self.told.one_more_left(row.id)
        except ProbeDefectError as defect:  # It is raised when all have ended.
            self._run.defects.append(self._noted(defect, row.id))
            return
        self.told = self.told.one_more_done()
        self._run.tell()

    async def _answer(
        self, step: Step, asked: Asked, probe: Probe, depth: int, group: asyncio.TaskGroup
    ) -> Exchange | None:
        """Answer a step with what another probe got for it, got before, or gets now.

        None where it was not sent, because of what it might cost.
        """
        request, nth = step.question.request, step.nth
        known = self._recording.find(request, nth)
        if known is None:
            slot = (request.key, nth)
            if slot not in self._under_way:
                self._under_way[slot] = group.create_task(self._send(step, asked, probe, depth))
            await self._under_way[slot]
            # Not what came, but what is kept of it, which holds no long body in memory.
            known = self._recording.find(request, nth)
            if known is None:
                return None
        self._recording.share(asked, request, nth)
        return known

    async def _send(self, step: Step, asked: Asked, probe: Probe, depth: int) -> None:
        request, nth = step.question.request, step.nth

        async def keep(exchange: Exchange, cost: Cost, passed: bool) -> None:
            await self._recording.add(asked, nth, exchange, passed=passed)
            self.told = self.told.one_more_sent(exchange, cost, passed)
            self._run.tell()

        asker = self._run.asker
        try:
            self._recording.vet(asked, request)
            if probe.opt_in is not None:
                await keep(*await asker.once(request), False)
            elif (borrowed := await self._borrowed(request, nth)) is not None:
                await self._recording.add(asked, nth, borrowed, passed=False)
            else:
                await asker.ask(request, asked.row, depth, keep)
        except SpentError:
            pass  # It was not sent, and so is not found.
        except Exception as problem:
            self._noted(problem, asked.row)
            raise
        finally:
            del self._under_way[request.key, nth]

    async def _borrowed(self, request: Request, nth: int) -> Exchange | None:
        """What another model got, or gets just now, for a request that names no model asked."""
        if not is_nobodys(request, (other.told.model for other in self._run.sessions)):
            return None
        slot = (request.key, nth)
        first = self._run.nobodys.setdefault(slot, self._under_way[slot])
        if first is not self._under_way[slot]:
            await first
        found = (other._recording.find(request, nth) for other in self._run.sessions)
        return next((exchange for exchange in found if exchange is not None), None)

    def _noted(self, problem: Exception, row: str) -> Exception:
        problem.add_note(f"while recording row {row!r} for {self.told.model.id}")
        return problem


def is_nobodys(request: Request, models: Iterable[Model]) -> bool:
    """Whether a request names none of these models, and so is the same whichever of them asks."""
    named = request.body.get("model") if isinstance(request.body, dict) else None
    return isinstance(named, str) and named not in {model.id for model in models}


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of what went wrong at once."""
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
