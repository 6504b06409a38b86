"""Judging models whole and remembering them, in several processes at once.

Each process judges the model that no other is at, so that none is judged twice; whoever needs the
judgements then recalls them. What goes wrong is left to whoever judges without this.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from messages_conformance import memory
from messages_conformance.cassettes.tape import files_of, folder_of
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import UserError
from messages_conformance.judging import judge, remembered
from messages_conformance.judging.assess import inspections_of
from messages_conformance.judging.remembered import Keys
from messages_conformance.probing.driver import ProbeDefectError
from messages_conformance.probing.loader import Suites
from messages_conformance.verdict import Evidence

_PATIENCE: Final = 60
"""Seconds to wait for a model that another process judges."""
_FEWEST: Final = 4
"""Models that are worth a process more."""
_MOST: Final = 4
"""Processes at once; each holds the recordings of a model."""
_Subject: TypeAlias = tuple[Chosen, Model]


@dataclass(frozen=True)
class Work:
    """What is to be judged."""

    chosen: Sequence[Chosen]
    suites: Suites
    cassettes: Path
    evidence: Evidence | None = None

    @property
    def subjects(self) -> list[_Subject]:
        """Every model, with what was chosen of its target; what takes longest comes first.

        So no process is left alone with much at the end.
        """
        every = [(one, model) for one in self.chosen for model in one.models]
        return sorted(every, key=self._size, reverse=True)

    def _size(self, subject: _Subject) -> int:
        """The bytes of a model's recordings."""
        choice, model = subject
        files = files_of(folder_of(self.cassettes, choice.revision.target.id, model.id))
        with contextlib.suppress(OSError):
            return sum(path.stat().st_size for path in files)
        return 0

    def judge(self, choice: Chosen, model: Model) -> None:
        """Judge one model, if it is not remembered."""
        if self.is_remembered(choice, model):
            return
        with contextlib.suppress(UserError, ProbeDefectError):
            judge.judge_target(
                choice.revision,
                choice.rows,
                (model,),
                self.suites,
                self.cassettes,
                inspections=inspections_of(choice, self.suites),
                evidence=self.evidence,
            )

    def is_remembered(self, choice: Chosen, model: Model) -> bool:
        """Whether a model was judged before, and nothing has changed since."""
        keys = Keys(
            choice.revision,
            choice.rows,
            inspections_of(choice, self.suites),
            self.suites,
            self.cassettes,
            self.evidence,
        )
        return remembered.is_there(keys.of(model))


def judge_ahead(work: Work, worker: int = 0) -> None:
    """Judge all models that are not remembered, as one of several workers, from 0."""
    every = work.subjects
    with contextlib.suppress(OSError):
        others = _judge(work, [*every[worker:], *every[:worker]], patience=0)
        _judge(work, others, _PATIENCE)


def judge_on_all_cores(work: Work, meanwhile: AbstractContextManager[None] | None = None) -> None:
    """Judge all models by as many processes as there are cores, if that is worth it.

    ``meanwhile`` is entered while they judge: what shows that, and may start a thread. Only where a
    process can be doubled as it is, and has no other thread yet; elsewhere a new one would import
    all modules again.
    """
    every, cores = work.subjects, _cores()
    alone = sys.platform == "linux" and threading.active_count() == 1
    if cores < 2 or not alone or len(every) < _FEWEST or memory.folder() is None:
        return
    if not work.suites.source or work.is_remembered(*every[0]):
        return
    from multiprocessing import get_context

    import filelock  # noqa: F401 (so that not each process imports it)

    others = [
        get_context("fork").Process(target=_help, args=(work, worker), daemon=True)
        for worker in range(1, cores)
    ]
    for process in others:
        process.start()
    with meanwhile or contextlib.nullcontext():
        judge_ahead(work)
        for process in others:
            process.join()


def _help(work: Work, worker: int) -> None:
    """What a further process does, silently: whoever is in front of it knows but one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(Exception):
        judge_ahead(work, worker)


def _cores() -> int:
    if sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def _judge(work: Work, subjects: Iterable[_Subject], patience: float) -> list[_Subject]:
    """Judge what no other process is at; return the others."""
    import filelock

    others = []
    for choice, model in subjects:
        name = memory.digest(choice.revision.target.id, model.id)[:16]
        locks = (memory.folder() or work.cassettes) / "locks"
        locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with filelock.FileLock(locks / name, timeout=patience):
                work.judge(choice, model)
        except filelock.Timeout:
            others.append((choice, model))
    return others
