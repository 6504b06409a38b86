"""Judging models whole before a session's first test, where most of its tests ask for that.

Tests go row by row through all models. So each of xdist's workers would read the recordings of each
model, and nothing would be remembered for the next session. Here each model is judged as a report
does it, by whichever worker comes first, and remembered; the others recall it.
"""

import contextlib
from collections.abc import Iterable
from typing import Final, TypeAlias

import filelock

from messages_conformance import memory
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import UserError
from messages_conformance.judging import judge
from messages_conformance.judging.assess import inspections_of
from messages_conformance.probing.driver import ProbeDefectError
from messages_conformance.pytest_plugin.judge import SuiteJudge

_PATIENCE: Final = 60
"""Seconds to wait for a model that another process judges."""
_Subject: TypeAlias = tuple[Chosen, Model]


def is_worth_it(suite_judge: SuiteJudge, tests: int) -> bool:
    """Whether so many tests are most of all that were chosen, and results are remembered."""
    return memory.folder() is not None and 2 * tests > sum(
        len(one.models)
        * (
            sum(row.id in suite_judge.suites for row in one.rows)
            + len(inspections_of(one, suite_judge.suites))
        )
        for one in suite_judge.chosen
    )


def judge_ahead(suite_judge: SuiteJudge, worker: int = 0, workers: int = 1) -> None:
    """Judge all models that are not remembered; what goes wrong is left to the tests."""
    every = [(one, model) for one in suite_judge.chosen for model in one.models]
    begin = worker * len(every) // workers
    with contextlib.suppress(OSError):
        others = _judge(suite_judge, [*every[begin:], *every[:begin]], patience=0)
        _judge(suite_judge, others, _PATIENCE)


def _judge(
    suite_judge: SuiteJudge, subjects: Iterable[_Subject], patience: float
) -> list[_Subject]:
    """Judge what no other process is at; return the others."""
    others = []
    for choice, model in subjects:
        name = memory.digest(choice.revision.target.id, model.id)[:16]
        locks = (memory.folder() or suite_judge.cassettes) / "locks"
        locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with filelock.FileLock(locks / name, timeout=patience):
                _judge_model(suite_judge, choice, model)
        except filelock.Timeout:
            others.append((choice, model))
    return others


def _judge_model(suite_judge: SuiteJudge, choice: Chosen, model: Model) -> None:
    with contextlib.suppress(UserError, ProbeDefectError):
        judge.judge_target(
            choice.revision,
            choice.rows,
            (model,),
            suite_judge.suites,
            suite_judge.cassettes,
            inspections=inspections_of(choice, suite_judge.suites),
            evidence=suite_judge.evidence,
        )
