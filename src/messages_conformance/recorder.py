"""Record: drive the probes against an endpoint, and keep what comes back as cassettes.

Nothing is judged here. What each probe asks next it decides itself, from the answers. All
probes of all models run at once, and wait together for their turns.
"""

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx2

from messages_conformance import __version__
from messages_conformance.asking import Asker
from messages_conformance.cassette import Entry, Label
from messages_conformance.claims import Model, Revision, Row
from messages_conformance.exchange import Exchange
from messages_conformance.headway import OfModel, Progress
from messages_conformance.interaction import Slot
from messages_conformance.pacing import Pace
from messages_conformance.probe import Ask, Probe, Step, drive
from messages_conformance.recording import Asked, Recording, only_run_in
from messages_conformance.suites import Placed, Suites
from messages_conformance.transport import DEFAULT, Endpoint, Limits, Sender
from messages_conformance.waiting import BUSY, Patience

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
    opted_in: frozenset[str] = frozenset(),
    pace: Pace = Pace(),  # noqa: B008 (it is immutable)
    patience: Patience = Patience(),  # noqa: B008
    server: str = "",
    resume: bool = False,
    overwrite: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits = DEFAULT,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> tuple[OfModel, ...]:
    """Record the probes of some rows for some models, all together.

    Probes that must be opted in to run only for the rows ``opted_in`` names: after all others,
    one after another, all their requests at once, and none a second time. ``resume`` sends only
    what is not recorded yet, ``overwrite`` starts anew; ``transport`` replaces the network.
    ``on_progress`` is told of every step, and at least twice a second. However it ends, what
    was answered until then is kept.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint answers nothing any more.
        OSError: an answer could not be written.
        SetupError: a probe needs a credential that was not given.
        SecretLeakError: a credential would get into a file.
    """
    chosen = [(row, suites[row.id]) for row in rows if row.id in suites]
    ordinary = [(row, placed) for row, placed in chosen if placed.probe.opt_in is None]
    costly = [
        (row, placed)
        for row, placed in chosen
        if placed.probe.opt_in is not None and row.id in opted_in
    ]
    bursts = {row.id for row, placed in chosen if placed.probe.opt_in is not None}

    def stands(entry: Entry) -> bool:
        """Whether it need not be asked again: a busy endpoint has not answered the question."""
        return entry.row in bursts or entry.exchange.status not in BUSY

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
                stands=stands,
                secrets=endpoint.secrets,
            )
            for model in models
        ]
        async with _closing(recordings), Sender(endpoint, limits, transport) as sender:
            run = _Run(revision, Asker(sender, pace, patience), on_progress)
            sessions = [
                _Session(run, OfModel(model, len(ordinary) + len(costly)), recording)
                for model, recording in zip(models, recordings, strict=True)
            ]
            await run.all(sessions, ordinary, costly)
    return tuple(session.told for session in sessions)


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
        self._on_progress = on_progress
        self._sessions: Sequence[_Session] = ()

    async def all(
        self,
        sessions: Sequence["_Session"],
        ordinary: Sequence[tuple[Row, Placed]],
        costly: Sequence[tuple[Row, Placed]],
    ) -> None:
        """Run the ordinary probes together, then those opted in to one by one."""
        self._sessions = sessions
        telling = asyncio.create_task(self._keep_telling())
        try:
            # Row by row, so that all models advance alike and no single one is crowded.
            async with asyncio.TaskGroup() as group:
                for row, placed in ordinary:
                    for session in sessions:
                        group.create_task(session.walk(row, placed, group))
            for row, placed in costly:
                for session in sessions:
                    await self.asker.gate.quiet()
                    async with asyncio.TaskGroup() as group:
                        group.create_task(session.walk(row, placed, group))
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
                    models=tuple(session.told for session in self._sessions),
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
        self._under_way: dict[Slot, asyncio.Task[Exchange]] = {}

    async def walk(self, row: Row, placed: Placed, group: asyncio.TaskGroup) -> None:
        """Advance one probe to its end."""
        suite, probe = placed
        ask = Ask(self.told.model, row, self._run.revision.target, self._recording.label.auth)
        walk = drive(probe, ask)
        asked = depth = 0
        exchanges: tuple[Exchange, ...] | None = None
        while True:
            try:
                steps = next(walk) if exchanges is None else walk.send(exchanges)
            except StopIteration:
                break
            except Exception as defect:  # noqa: BLE001 (it is raised when all have ended)
                self._run.defects.append(self._noted(defect, row.id))
                return
            answers = (
                self._answer(step, Asked(suite, row.id, asked + n), probe, depth, group)
                for n, step in enumerate(steps)
            )
            exchanges = tuple(await asyncio.gather(*answers))
            asked, depth = asked + len(steps), depth + 1
        self.told = self.told.one_more_done()
        self._run.tell()

    async def _answer(
        self, step: Step, asked: Asked, probe: Probe, depth: int, group: asyncio.TaskGroup
    ) -> Exchange:
        """Answer a step with what another probe got for it, got before, or gets now."""
        request, nth = step.question.request, step.nth
        known = self._recording.find(request, nth)
        if known is None:
            slot = (request.key, nth)
            if slot not in self._under_way:
                self._under_way[slot] = group.create_task(self._send(step, asked, probe, depth))
            known = await self._under_way[slot]
        self._recording.share(asked, request, nth)
        return known

    async def _send(self, step: Step, asked: Asked, probe: Probe, depth: int) -> Exchange:
        request, nth = step.question.request, step.nth

        async def keep(exchange: Exchange, passed: bool) -> None:
            await self._recording.add(asked, nth, exchange, passed=passed)
            self.told = self.told.one_more_sent(exchange, passed)
            self._run.tell()

        asker = self._run.asker
        try:
            if probe.opt_in is None:
                return await asker.ask(request, asked.row, depth, keep)
            exchange = await asker.once(request)
            await keep(exchange, False)
            return exchange
        except Exception as problem:
            self._noted(problem, asked.row)
            raise
        finally:
            del self._under_way[request.key, nth]

    def _noted(self, problem: Exception, row: str) -> Exception:
        problem.add_note(f"while recording row {row!r} for {self.told.model.id}")
        return problem


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of what went wrong at once."""
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
