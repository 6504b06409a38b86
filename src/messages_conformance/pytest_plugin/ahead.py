"""Judging models whole before a session's first test, where most of its tests ask for that.

Tests go row by row through all models. So each of xdist's workers would read the recordings of each
model, and nothing would be remembered for the next session. Here each model is judged as a report
does it, by whichever worker comes first, and remembered; the others recall it.
"""

from messages_conformance import memory
from messages_conformance.judging import ahead
from messages_conformance.judging.assess import inspections_of
from messages_conformance.pytest_plugin.judge import SuiteJudge


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


def judge_ahead(suite_judge: SuiteJudge, worker: int = 0) -> None:
    """Judge all models that are not remembered, as one of several workers, from 0."""
    work = ahead.Work(
        suite_judge.chosen, suite_judge.suites, suite_judge.cassettes, suite_judge.evidence
    )
    ahead.judge_ahead(work, worker)
