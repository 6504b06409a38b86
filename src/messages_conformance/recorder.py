"""Record: drive the probes against an endpoint, and keep what comes back as cassettes.

Nothing is judged here. What each probe asks next it decides itself, from the answers.
"""

import asyncio
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from messages_conformance import __version__
from messages_conformance.cassette import Label, Tape, folder_of
from messages_conformance.claims import Model, Revision, Row
from messages_conformance.exchange import Exchange, Request
from messages_conformance.probe import Ask, Probe, Step, drive
from messages_conformance.recording import Asked, Recording
from messages_conformance.scrub import Secrets
from messages_conformance.suites import Placed, Suites
from messages_conformance.transport import DEFAULT, Endpoint, Limits, Sender

BACKOFF = (0.5, 1.0, 2.0)
"""Seconds to wait before each further try of a request that met no server or a busy one."""
LONGEST_WAIT = 10.0
"""The longest ``retry-after`` that is waited for, in seconds; at a longer one the answer stands."""
_BUSY = (429, 529)


class SecretLeakError(RuntimeError):
    """A credential stands in a file that was written; the message says in which."""


@dataclass(frozen=True)
class Progress:
    """How far the recording of one model is, told whenever one of its probes has finished."""

    model: Model
    row: Row
    done: int
    """Probes finished."""
    of: int
    sent: int
    """Requests sent for this model."""


@dataclass(frozen=True)
class Recorded:
    """What was recorded of one model, and where it lies."""

    model: Model
    folder: Path
    probes: int
    sent: int
    """Requests sent; equal ones that probes share count once."""
    unanswered: int
    """How many of them got no response at all."""


async def record(
    revision: Revision,
    models: Sequence[Model],
    rows: Sequence[Row],
    suites: Suites,
    endpoint: Endpoint,
    root: Path,
    *,
    opted_in: frozenset[str] = frozenset(),
    concurrency: int = 4,
    server: str = "",
    resume: bool = False,
    overwrite: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits = DEFAULT,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> tuple[Recorded, ...]:
    """Record the probes of some rows for some models, one model after another.

    At most ``concurrency`` requests are in flight. Probes that must be opted in to run only for
    the rows ``opted_in`` names: after all others of the model, alone, and all their requests at
    once. ``resume`` sends only what is not recorded yet, ``overwrite`` starts anew;
    ``transport`` replaces the network.

    Raises:
        CassetteError: the folder must not be written to.
        SetupError: a probe needs a credential that was not given.
        SecretLeakError: a credential got into a file all the same.
    """
    gate = asyncio.Semaphore(concurrency)
    chosen = [(row, suites[row.id]) for row in rows if row.id in suites]
    recorded = []
    async with Sender(endpoint, limits, transport) as sender:
        for model in models:
            label = Label(
                target=revision.target.id,
                model=model.id,
                revision=revision.date.isoformat(),
                base_url=endpoint.public_url,
                auth=endpoint.auth,
                server=server,
                date=datetime.datetime.now(datetime.UTC).date().isoformat(),
                suite_version=__version__,
            )
            order = [row.id for row in revision.rows]
            recording = Recording(root, label, order, resume=resume, overwrite=overwrite)
            session = _Session(revision, model, sender, recording, gate, on_progress)
            await session.run(chosen, opted_in)
            _check_no_leak(endpoint.secrets, root, label)
            recorded.append(
                Recorded(model, recording.folder, session.done, session.sent, session.unanswered)
            )
    return tuple(recorded)


class _Session:
    """The recording of one model."""

    def __init__(
        self,
        revision: Revision,
        model: Model,
        sender: Sender,
        recording: Recording,
        gate: asyncio.Semaphore,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.done = self.sent = self.unanswered = 0
        self._of = 0
        self._target = revision.target
        self._model = model
        self._sender = sender
        self._recording = recording
        self._gate = gate
        self._on_progress = on_progress
        self._answers: dict[tuple[str, int], asyncio.Task[Exchange]] = {}

    async def run(self, chosen: list[tuple[Row, Placed]], opted_in: frozenset[str]) -> None:
        """Run the ordinary probes together, then those opted in to one by one."""
        ordinary = [(row, placed) for row, placed in chosen if placed.probe.opt_in is None]
        costly = [
            (row, placed)
            for row, placed in chosen
            if placed.probe.opt_in is not None and row.id in opted_in
        ]
        self._of = len(ordinary) + len(costly)
        try:
            ends = await asyncio.gather(
                *(self._walk(row, placed) for row, placed in ordinary), return_exceptions=True
            )
            # A defect of one probe must not cost the recordings of the others.
            for end in ends:
                if end is not None:
                    raise end
            for row, placed in costly:
                await self._walk(row, placed)
        finally:
            for task in self._answers.values():
                task.cancel()
            await asyncio.gather(*self._answers.values(), return_exceptions=True)

    async def _walk(self, row: Row, placed: Placed) -> None:
        suite, probe = placed
        ask = Ask(self._model, row, self._target, self._recording.label.auth)
        walk = drive(probe, ask)
        asked = 0
        try:
            steps = next(walk)
            while True:
                exchanges = await asyncio.gather(
                    *(
                        self._answer(step, Asked(suite, row.id, asked + position), probe)
                        for position, step in enumerate(steps)
                    )
                )
                asked += len(steps)
                steps = walk.send(tuple(exchanges))
        except StopIteration:
            pass
        except Exception as defect:
            defect.add_note(f"while recording row {row.id!r} for {self._model.id}")
            raise
        self.done += 1
        if self._on_progress is not None:
            self._on_progress(Progress(self._model, row, self.done, self._of, self.sent))

    async def _answer(self, step: Step, asked: Asked, probe: Probe) -> Exchange:
        """Answer a step with what another probe got for it, got before, or gets now."""
        request, nth = step.question.request, step.nth
        if (known := self._recording.find(request, nth)) is not None:
            self._recording.add(asked, nth, known)
            return known
        slot = (request.key, nth)
        if slot not in self._answers:
            self._answers[slot] = asyncio.ensure_future(self._send(step, probe))
        exchange = await self._answers[slot]
        self._recording.add(asked, nth, exchange)
        return exchange

    async def _send(self, step: Step, probe: Probe) -> Exchange:
        if probe.opt_in is not None:
            exchange = await self._once(step.question.request)
        else:
            # Waiting inside the gate slows the others down too, as a busy server would have it.
            async with self._gate:
                exchange = await self._patiently(step.question.request)
        self.unanswered += exchange.status is None
        return exchange

    async def _once(self, request: Request) -> Exchange:
        self.sent += 1
        return await self._sender.send(request)

    async def _patiently(self, request: Request) -> Exchange:
        for backoff in BACKOFF:
            exchange = await self._once(request)
            pause = _pause(exchange, backoff)
            if pause is None:
                return exchange
            await asyncio.sleep(pause)
        return await self._once(request)


def _pause(exchange: Exchange, backoff: float) -> float | None:
    """How long to wait before trying again, in seconds; None where the answer stands."""
    if exchange.ended != "unreachable" and exchange.status not in _BUSY:
        return None
    try:
        asked_for = float(exchange.header("retry-after") or backoff)
    except ValueError:  # it may be a date
        asked_for = backoff
    return asked_for if 0 <= asked_for <= LONGEST_WAIT else None


def _check_no_leak(secrets: Secrets, root: Path, label: Label) -> None:
    """Look for credentials in what was written, as text and as the bytes it stands for."""
    for path in sorted(folder_of(root, label.target, label.model).glob("*")):
        if secrets.are_in(path.read_bytes()):
            raise SecretLeakError(
                f"{path}: holds a credential; delete the file, replace the key, and report this"
            )
    for exchange in Tape.load(root, label.target, label.model).exchanges:
        if secrets.are_in(exchange.body):
            raise SecretLeakError(
                f"{root / str(exchange.place)}: holds a credential; delete the file, replace "
                "the key, and report this"
            )
