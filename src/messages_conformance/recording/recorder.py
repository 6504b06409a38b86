"""Recording: run the probes against an endpoint and keep every exchange in cassettes.

Nothing is judged here; each probe decides from the answers what it asks next. All probes of all
models run concurrently.
"""

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2

from messages_conformance import __version__
from messages_conformance.cassettes.entry import Label
from messages_conformance.cassettes.writer import CassetteWriter, lock_folder
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.selection import Chosen
from messages_conformance.probing.loader import LoadedProbe, Suites
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.budget import Budget, CostLimit
from messages_conformance.recording.client import EndpointClient
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.key_check import KeyCheck
from messages_conformance.recording.preflight import plain_request
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.retry import RetryPolicy
from messages_conformance.recording.reuse import is_final
from messages_conformance.recording.session import ModelSession, SharedState
from messages_conformance.recording.transport import Sender

_REPORT_INTERVAL = 0.5
"""Seconds after which progress is reported even if nothing has happened."""


@dataclass(frozen=True)
class RecordingOptions:
    """How a run is recorded."""

    opted_in: frozenset[str] = frozenset()
    """Ids of the rows to record that must be opted in to."""
    budget: CostLimit = field(default_factory=CostLimit)
    rate_limit: RateLimit = field(default_factory=RateLimit)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    limits: Limits = DEFAULT
    """How long and how large one response may be."""
    server: str = ""
    """What answers, if known: name, version, hash of the model file."""
    resume: bool = False
    """Send only what is not recorded yet."""
    overwrite: bool = False
    """Delete what is recorded, and send everything."""
    checks_key: bool = False
    """Whether the key was accepted before: where it is denied later, ask whether it still works."""
    is_one_row: bool = False
    """Whether each request counts where the endpoint stops answering, as hardly any row does."""


async def record(
    chosen: Sequence[Chosen],
    suites: Suites,
    endpoint: Endpoint,
    folder: Path,
    options: RecordingOptions = RecordingOptions(),
    *,
    on_progress: Callable[[Progress], None] | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> tuple[ModelProgress, ...]:
    """Record the chosen rows for the chosen models of one target, models concurrently.

    A request that might cost more than is left of the budget is not sent, and its row is left
    unfinished. Probes that must be opted in to run last, one after another, each with all its
    requests at once and without retries. ``on_progress`` is called at every step, and at least
    twice a second; ``transport`` replaces the network. Every answer is kept, however this ends.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint does not answer any more, or answers far too much.
        OSError: an answer could not be written.
        SetupError: a probe needs a key that was not given, or the key is a word of a request.
        SecretLeakError: a key would get into a file.
    """
    jobs = list(_jobs(chosen, suites, options.opted_in))
    models = [model for choice in chosen for model in choice.models]
    revision = chosen[0].revision
    with lock_folder(folder, overwrite=options.overwrite):
        writers = [
            CassetteWriter(
                folder,
                _label(revision, model, endpoint, options.server),
                [row.id for row in revision.rows],
                resume=options.resume,
                overwrite=options.overwrite,
                is_final=partial(is_final, suites),
                secrets=endpoint.secrets,
            )
            for model in models
        ]
        async with _closing(writers), Sender(endpoint, options.limits, transport) as sender:
            plain = plain_request(revision, models[0], endpoint.auth)
            key_check = KeyCheck(sender, endpoint, models[0], plain) if options.checks_key else None
            client = EndpointClient(
                sender,
                options.rate_limit,
                options.retries,
                Budget(options.budget),
                key_check,
                plain if options.is_one_row else None,
            )
            shared = SharedState(revision.target, client, on_progress)
            shared.sessions = tuple(
                ModelSession(shared, ModelProgress(model, _count(jobs, model)), writer)
                for model, writer in zip(models, writers, strict=True)
            )
            await _run(jobs, shared)
    return tuple(session.progress for session in shared.sessions)


@dataclass(frozen=True)
class _Job:
    """A probe, and the models that it is recorded for."""

    row: Row
    placed: LoadedProbe
    models: tuple[Model, ...]

    @property
    def is_opt_in(self) -> bool:
        return self.placed.probe.opt_in is not None

    def sessions(self, shared: SharedState) -> list[ModelSession]:
        return [each for each in shared.sessions if each.progress.model in self.models]


def _jobs(chosen: Iterable[Chosen], suites: Suites, opted_in: frozenset[str]) -> Iterator[_Job]:
    """The probes to record, in the page's order."""
    models: dict[str, list[Model]] = {}
    rows: dict[str, Row] = {}
    for choice in chosen:
        rows |= {row.id: row for row in choice.revision.rows}
        for row in choice.rows:
            models.setdefault(row.id, []).extend(choice.models)
    for id, row in rows.items():
        if id in models and id in suites:
            job = _Job(row, suites[id], tuple(models[id]))
            if not job.is_opt_in or id in opted_in:
                yield job


def _count(jobs: Iterable[_Job], model: Model) -> int:
    return sum(model in job.models for job in jobs)


def _label(revision: Revision, model: Model, endpoint: Endpoint, server: str) -> Label:
    return Label(
        target=revision.target.id,
        model=model.id,
        revision=revision.date.isoformat(),
        base_url=endpoint.public_url,
        auth=endpoint.auth,
        # What is not UTF-8 in the arguments of a command is lone surrogates, which no file holds.
        server=server.encode(errors="replace").decode(),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        suite_version=__version__,
    )


async def _run(jobs: Sequence[_Job], shared: SharedState) -> None:
    """Run the ordinary probes concurrently, then those opted in to one by one."""
    reporting = asyncio.create_task(_keep_reporting(shared))
    try:
        # Row by row, so that all models advance alike and none is asked by all probes at once.
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                for session in () if job.is_opt_in else job.sessions(shared):
                    group.create_task(session.record_probe(job.row, job.placed, group))
        for job in jobs:
            for session in job.sessions(shared) if job.is_opt_in else ():
                await shared.client.gate.quiet()
                async with asyncio.TaskGroup() as group:
                    group.create_task(session.record_probe(job.row, job.placed, group))
    except BaseExceptionGroup as several:
        raise _first(several) from None
    finally:
        reporting.cancel()
    # The defect of one probe must not cost the recordings of the others.
    if shared.defects:
        raise shared.defects[0]


async def _keep_reporting(shared: SharedState) -> None:
    while True:
        await asyncio.sleep(_REPORT_INTERVAL)
        shared.report_progress()


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of several errors."""
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


@contextlib.asynccontextmanager
async def _closing(writers: Sequence[CassetteWriter]) -> AsyncIterator[None]:
    """Make cassettes of the journals at the end, also after an error."""

    def close() -> None:
        problems = []
        for writer in writers:
            try:
                writer.close()
            except OSError as problem:
                problems.append(problem)
        if problems:
            raise problems[0]

    try:
        yield
    except BaseException:
        # The first error is what matters; the journals keep what cannot be written now.
        with contextlib.suppress(OSError):
            close()
        raise
    await asyncio.to_thread(close)
