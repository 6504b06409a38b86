"""What times out accuses nobody, and a timeout of a shared request costs no other row."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from messages_conformance.probing.probe import Purpose, Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.report.report import Cell
from messages_conformance.selftest import dry_run
from messages_conformance.selftest.dry_run import COSTLY, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint
from messages_conformance.verdict import Kind, Standing


@dataclass(repr=False)
class _LateRun(dry_run._Run):
    """A run in which some answers do not come in time."""

    is_late: Callable[[Step], bool] = lambda _: False

    async def _answer(self, step: Step) -> Exchange:
        if not self.is_late(step):
            return await super()._answer(step)
        request = step.question.request
        return self.answers.setdefault(
            (request.key, step.nth), Exchange(request, None, ended="timeout")
        )


def judged(name: str, is_late: Callable[[Step], bool]) -> tuple[Cell, ...]:
    clean, suites = clean_endpoint(name), shipped_suites()
    endpoint = ReferenceEndpoint(
        clean.revision, in_process.KEYS, 0, stages=clean.stages, crowding=0
    )
    run = _LateRun(clean, endpoint, is_late=is_late)
    rows = [row for row in clean.revision.rows if row.id not in COSTLY]
    asyncio.run(run.ask_all(rows, suites))
    return dry_run._judge(run, suites).cells


def is_shared(step: Step) -> bool:
    return step.question.purpose is Purpose.SHARED


def lists_codes(step: Step) -> bool:
    return is_shared(step) and "List every code" in str(step.question.request.body)


@pytest.mark.parametrize("is_late", [is_shared, lists_codes])
@pytest.mark.parametrize("name", CLEAN_ENDPOINTS)
def test_a_shared_request_that_times_out_accuses_nobody(
    name: str, is_late: Callable[[Step], bool]
) -> None:
    bad = [c.row_id for c in judged(name, is_late) if c.verdict.standing is Standing.BAD]
    assert bad == []


@pytest.mark.parametrize("name", ["documented", "strict"])
def test_what_a_shared_request_would_have_shown_is_asked_for_alone(name: str) -> None:
    unmeasured = {c.row_id for c in judged(name, lists_codes) if c.kind is Kind.UNMEASURED}
    assert unmeasured == {"error/500", "error/529"}
