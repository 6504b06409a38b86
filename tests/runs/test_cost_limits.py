"""A run never sends what might exceed its limits, whatever the endpoint does."""

import asyncio
import itertools
from pathlib import Path

import pytest

from messages_conformance import planning, reference, resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Selection, choose
from messages_conformance.probing import loader
from messages_conformance.recording import recorder
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.cost import Cost, upper_bound
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.progress import ModelProgress
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.profiles import stages_of
from support import small_project
from support.recordings import MANY, SECRET, again, record, tape

ONE = upper_bound(small_project.request("0"))


def fine(_: small_project.Arrived) -> bytes:
    return small_project.http(small_project.message())


def silent(_: small_project.Arrived) -> bytes:
    """An answer that does not say what it cost."""
    return small_project.http(small_project.message().replace(b"usage", b"used"))


def limit(requests: int = 100, answers: int = 100) -> CostLimit:
    """An upper bound of so many requests, and of the tokens that so many of them may cost."""
    return CostLimit(Cost(requests, answers * ONE.input, answers * ONE.output))


@pytest.mark.parametrize("at_once", [1, 4])
def test_no_more_requests_are_sent_than_planned(tmp_path: Path, at_once: int) -> None:
    (done,), server = record(
        tmp_path,
        fine,
        "basic/many",
        suites={"basic": MANY},
        budget=limit(requests=4),
        rate_limit=RateLimit(at_once),
    )
    assert (done.sent, done.unfinished, len(server.arrived)) == (4, ("basic/many",), 4)
    assert len(tape(tmp_path).entries) == 4


@pytest.mark.parametrize("bound", [limit(answers=3), CostLimit(tokens=3 * ONE.tokens)])
def test_no_more_is_sent_than_the_tokens_allow(tmp_path: Path, bound: CostLimit) -> None:
    (done,), server = record(
        tmp_path,
        silent,
        "basic/many",
        suites={"basic": MANY},
        budget=bound,
        rate_limit=RateLimit(4),
    )
    assert (done.unfinished, len(server.arrived)) == (("basic/many",), 3)


def test_tokens_that_answers_did_not_use_are_spent_on_others(tmp_path: Path) -> None:
    (done,), _ = record(
        tmp_path,
        fine,
        "basic/many",
        suites={"basic": MANY},
        budget=CostLimit(tokens=ONE.tokens + 8 * 5),
        rate_limit=RateLimit(4),
    )
    assert (done.sent, done.unfinished) == (9, ())


def test_one_limit_holds_for_all_models_together(tmp_path: Path) -> None:
    models = (small_project.MODEL, Model("small-2", "small", thinks=False))
    done, server = record(
        tmp_path,
        fine,
        "basic/many",
        suites={"basic": MANY},
        models=models,
        budget=limit(requests=11),
    )
    assert len(server.arrived) == 11
    assert any(model.unfinished for model in done)


def test_a_burst_stays_within_the_limit(tmp_path: Path) -> None:
    (done,), server = record(
        tmp_path,
        fine,
        "basic/burst",
        suites={"basic": MANY},
        opted_in=frozenset({"basic/burst"}),
        budget=limit(requests=5),
    )
    assert (done.unfinished, len(server.arrived)) == (("basic/burst",), 5)


def test_what_is_sent_again_is_no_further_request_of_the_plan(tmp_path: Path) -> None:
    busy = itertools.chain([small_project.http(small_project.error("overloaded_error"), 529)] * 5)

    def script(arrived: small_project.Arrived) -> bytes:
        return next(busy, fine(arrived))

    (done,), server = record(
        tmp_path, script, "basic/many", suites={"basic": MANY}, budget=limit(requests=9)
    )
    assert (done.unfinished, done.superseded, len(server.arrived)) == ((), 5, 14)


def test_what_is_sent_again_costs_tokens_again(tmp_path: Path) -> None:
    """A line that is hung up may have been paid for, so it is not tried for ever."""
    (done,), server = record(
        tmp_path,
        lambda _: b"",
        "basic/temperature",
        budget=CostLimit(
            tokens=2 * upper_bound(small_project.request("Hi.", temperature=0.5)).tokens
        ),
    )
    assert (done.unfinished, len(server.arrived)) == (("basic/temperature",), 2)


def test_resuming_sends_what_was_skipped(tmp_path: Path) -> None:
    rows = ("basic/many",)
    sent = again(
        tmp_path,
        fine,
        *(rows, rows),
        suites={"basic": MANY},
        budgets=(limit(requests=4),),
    )
    assert sent == [4, 5]


@pytest.mark.parametrize(
    ("fault", "share"), [("max_tokens_ignored", 1.0), (None, 0.02), (None, 1.0)]
)
def test_over_sockets_no_fault_exceeds_the_upper_bound(
    tmp_path: Path, fault: str | None, share: float
) -> None:
    (chosen,) = choose(Selection(("model-studio",), ("qwen-plus",), revision="2025-11-13"))
    revision, probes = chosen.revision, loader.load(resources.folder("suites"))
    plan = planning.plan([chosen], probes)
    bound = CostLimit(plan.upper_bound, int(share * plan.upper_bound.tokens))
    stages = stages_of(revision.target)
    if fault is not None:
        stages = FAULTS[fault].inject_into(stages)

    async def main(url: str) -> tuple[ModelProgress, ...]:
        return await recorder.record(
            (chosen,),
            probes,
            Endpoint(url, SECRET),
            tmp_path,
            RecordingOptions(budget=bound, rate_limit=RateLimit(8)),
        )

    app = reference.app(revision, key=SECRET, stages=stages)
    with reference.running(app) as url:
        done = asyncio.run(main(url))
    spent = sum(
        exchange.prompt_tokens + exchange.usage("output_tokens")
        for model in chosen.models
        for exchange in Tape.load(tmp_path, revision.target.id, model.id).exchanges
    )
    sent = sum(model.sent - model.superseded for model in done)
    assert sent <= plan.upper_bound.requests
    assert spent <= (bound.tokens or 0)
    assert any(model.unfinished for model in done) is (share < 1)
    if fault is None and share == 1:
        assert sent == plan.expected.requests
        assert spent == plan.expected.tokens
