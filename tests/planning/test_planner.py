"""A plan says what a run sends, and an upper bound that no behaviour of an endpoint exceeds."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from messages_conformance import planning, resources, schemas
from messages_conformance.cassettes.tape import Entry
from messages_conformance.claims import library
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen, Selection, choose
from messages_conformance.planning import Plan, sample_answers, summary
from messages_conformance.planning.assumptions import Assumptions, Price
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.explore import batches_of, explore, unrecorded
from messages_conformance.planning.resume import find_recorded
from messages_conformance.planning.text import render
from messages_conformance.planning.to_json import to_document
from messages_conformance.probing import loader
from messages_conformance.probing.probe import Ask, Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.cost import Cost, actual_cost, upper_bound
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.decorators import DOCUMENTED
from messages_conformance.reference.profiles import stages_of
from support import small_project
from support.recordings import record

PROBES = loader.load(resources.folder("suites"))
OTHER = Model("small-2-with-a-longer-name", "small", thinks=False)


def planned(folder: Path, source: str, *rows: str, **options: Any) -> Plan:
    """Plan some rows of a small world."""
    revision = small_project.revision(*rows)
    chosen = Chosen(revision, revision.models, revision.rows)
    return planning.plan(
        [chosen], small_project.suites_of(folder / "suites", basic=source), **options
    )


HEAD = "from messages_conformance.probing import row, works, ignored\n"
SHARED = f'''{HEAD}
@row("basic/a")
def a(ask):
    """It asks twice."""
    one = yield ask.control("Hi.")
    two = yield ask("Hello.", max_tokens=9)
    return works("seen", one, two)

@row("basic/b")
def b(ask):
    """It asks one of them."""
    return works("seen", (yield ask.control("Hi.")))

@row("basic/c", opt_in="costs much")
def c(ask):
    """It asks five times."""
    return works("seen", *(yield [ask("Burst.", max_tokens=1)] * 5))
'''


def test_what_several_rows_ask_for_is_planned_once(tmp_path: Path) -> None:
    plan = planned(tmp_path, SHARED, "basic/a", "basic/b", "basic/c")
    (model,) = plan.models
    assert [planned.rows for planned in model.requests] == [("basic/a", "basic/b"), ("basic/a",)]
    assert (plan.expected.requests, plan.upper_bound.requests) == (2, 2)
    assert plan.upper_bound == upper_bound(small_project.request("Hi.")) + upper_bound(
        small_project.request("Hello.", max_tokens=9)
    )
    assert plan.rows_per_request == 1.5
    assert model.rows == 2


def test_an_opt_in_row_is_described_and_counts_only_if_chosen(tmp_path: Path) -> None:
    rows = ("basic/a", "basic/c")
    (row,) = planned(tmp_path, SHARED, *rows, describe_opt_in=True).opt_in
    assert (row.row, row.why, row.chosen) == ("basic/c", "costs much", False)
    assert row.upper_bound.requests == row.expected.requests == 5
    plan = planned(tmp_path, SHARED, *rows, opted_in=frozenset({"basic/c"}))
    assert plan.expected.requests == 7
    assert [row.chosen for row in plan.opt_in] == [True]


PATHS: dict[str, tuple[str, int]] = {
    "tries again until it works": (
        """
    for _ in range(7):
        answer = yield ask("Say the word.", max_tokens=5)
        if "xyzzy" in answer.text:
            return works("said", answer)
    return ignored("never said", answer)
""",
        7,
    ),
    "goes on as long as it works": (
        """
    for n in range(6):
        answer = yield ask(f"Say xyzzy-{n}.", max_tokens=5)
        if f"xyzzy-{n}" not in answer.text:
            return ignored("not said", answer)
    return works("said", answer)
""",
        6,
    ),
    "looks closer at a refusal": (
        """
    answer = yield ask.invalid("Hi.", max_tokens=5)
    if answer.refused:
        yield [ask.invalid(f"Why? {n}", max_tokens=5) for n in range(4)]
    return works("seen", answer)
""",
        5,
    ),
    "looks closer at an answer that is broken": (
        """
    answer = yield ask("Hi.", max_tokens=5, control_if_broken=ask.control("Bare.", max_tokens=5))
    return works("seen", answer)
""",
        2,
    ),
    "follows a tool call": (
        """
    tools = [{"name": "t", "input_schema": {"type": "object", "properties": {"city": {}}}}]
    answer = yield ask("Hi.", tools=tools, max_tokens=5)
    for use in answer.tool_uses:
        yield ask(f"It said {use['input']['city']}.", max_tokens=5)
        yield ask("And now?", max_tokens=5)
    return works("seen", answer)
""",
        3,
    ),
    "takes more samples while they differ": (
        """
    answers = yield [ask("Tell.", max_tokens=5)] * 3
    while len({answer.text for answer in answers}) == len(answers) and len(answers) < 8:
        answers += [(yield ask("Tell.", max_tokens=5))]
    return works("seen", *answers)
""",
        8,
    ),
    "takes more samples while they are alike": (
        """
    answers = yield [ask("Tell.", max_tokens=5)] * 3
    while len({answer.text for answer in answers}) == 1 and len(answers) < 8:
        answers += [(yield ask("Tell.", max_tokens=5))]
    return works("seen", *answers)
""",
        8,
    ),
    "settles a sequence of samples": (
        """
    lead, answers = 0, []
    while abs(lead) < 2 and len(answers) < 10:
        answers += [(yield ask("Say: done.", max_tokens=5))]
        lead += 1 if "done" in answers[-1].text else -1
    return works("seen", *answers)
""",
        10,
    ),
    "looks for a cache": (
        """
    first = yield ask("Hi.", max_tokens=5)
    if first.usage("cache_read_input_tokens"):
        yield [ask(f"Again {n}.", max_tokens=5) for n in range(5)]
    return works("seen", first)
""",
        6,
    ),
    "misses the figures of a stream": (
        """
    first = yield ask("Hi.", max_tokens=5, stream=True)
    if not first.prompt_tokens:
        yield [ask(f"Again {n}.", max_tokens=5) for n in range(5)]
    return works("seen", first)
""",
        6,
    ),
    "compares one answer with another": (
        """
    free, bound = yield [ask.control("Count.", max_tokens=5), ask("Count!", max_tokens=5)]
    if free.text != bound.text:
        yield [ask(f"Again {n}.", max_tokens=5) for n in range(5)]
    return works("seen", free, bound)
""",
        7,
    ),
}


@pytest.mark.parametrize("path", PATHS)
def test_the_upper_bound_covers_the_longest_path_of_a_probe(tmp_path: Path, path: str) -> None:
    body, requests = PATHS[path]
    source = f'{HEAD}\n@row("basic/a")\ndef a(ask):\n    """It."""{body}'
    bound = planned(tmp_path, source, "basic/a").upper_bound
    assert (bound.requests, bound.output) == (requests, 5 * requests)


def test_what_is_sent_back_is_counted_as_long_as_it_may_be(tmp_path: Path) -> None:
    source = f'''{HEAD}
@row("basic/a")
def a(ask):
    """It sends a thought back."""
    first = yield ask("Think.", max_tokens=500)
    for block in first.blocks("thinking"):
        said = [{{"role": "assistant", "content": [block]}}]
        yield ask([{{"role": "user", "content": "Think."}}, *said], max_tokens=5)
    return works("seen", first)
'''
    assert planned(tmp_path, source, "basic/a").upper_bound.input > 2000


def test_models_that_are_treated_alike_are_planned_alike(tmp_path: Path) -> None:
    """What is found out for one model holds for the next, with its longer name."""
    revision = small_project.revision(models=(small_project.MODEL, OTHER))
    found = small_project.suites_of(tmp_path / "suites")

    def of(*models: Model) -> Plan:
        return planning.plan([Chosen(revision, models, revision.rows)], found)

    together, apart = of(small_project.MODEL, OTHER), of(OTHER)
    assert together.models[1] == apart.models[0]
    longer = len(OTHER.id) - len(small_project.MODEL.id)
    first, second = (model.upper_bound for model in together.models)
    assert second - first == Cost(0, longer * first.requests)


def test_time_follows_from_the_pace() -> None:
    (chosen,) = choose(Selection(("model-studio",), ("qwen-plus",)))
    few = [
        row
        for row in chosen.rows
        if row.id.startswith(("tool_choice/", "error/", "tools/", "basic/t"))
    ]
    plan = planning.plan([Chosen(chosen.revision, chosen.models, tuple(few))], PROBES)
    number, tokens = plan.expected.requests, plan.expected.tokens
    longest = max(model.longest_sequence for model in plan.models)
    assert plan.seconds(RateLimit(4), 3) == max(longest * 3, number * 3 / 4)
    assert plan.seconds(RateLimit(4, requests_per_minute=6), 3) == number * 10
    assert plan.seconds(RateLimit(4, tokens_per_minute=60), 3) == tokens
    assert plan.seconds(RateLimit(64), 30) == max(longest * 30, number * 30 / 64)


@cache
def of_target(target: str, *models: str, opted_in: frozenset[str] = frozenset()) -> Plan:
    revision = "2025-11-13" if target == "model-studio" else None
    chosen = choose(Selection((target,), models, revision=revision))
    return planning.plan(chosen, PROBES, opted_in=opted_in)


SOME = [
    ("model-studio", "qwen-plus"),
    ("model-studio", "qwen3-coder-flash"),
    ("anthropic", "claude-haiku-4-5"),
    ("llama.cpp", "smollm2-135m-instruct"),
]


def run_in_process(
    plan: Plan, answer: Callable[[Step], Exchange], opted_in: frozenset[str] = frozenset()
) -> Cost:
    """What all probes of a plan's models cost that are answered so, as a recorder shares it."""
    total = Cost()
    for of in plan.models:
        steps: dict[Any, Step] = {}
        for row in plan.revision.rows:
            probe = PROBES[row.id].probe
            if probe.opt_in is None or row.id in opted_in:
                ask = Ask(of.model, row, plan.revision.target, plan.revision.target.auth[0])
                steps |= unrecorded(batches_of(probe, ask, answer), lambda _: None)
        for step in steps.values():
            total += actual_cost(answer(step), upper_bound(step.question.request))
    return total


@pytest.mark.parametrize(("target", "model"), SOME)
def test_expected_is_what_the_documented_endpoint_is_sent(target: str, model: str) -> None:
    burst = frozenset({"error/429"})
    plan = of_target(target, model, opted_in=burst)
    with documented(plan.revision) as answer:
        assert run_in_process(plan, answer, burst) == plan.expected
    assert plan.expected <= plan.upper_bound
    assert plan.models[0].rows > 50


SEVERAL = [name for name in sorted(FAULTS) if DOCUMENTED in FAULTS[name].endpoints][::12]
"""Faults of all kinds; the benchmark of planning takes all of them."""


def test_no_fault_exceeds_the_upper_bound() -> None:
    plan = of_target("model-studio", "qwen-plus")
    for name in SEVERAL:
        stages = FAULTS[name].inject_into(stages_of(plan.revision.target))
        with documented(plan.revision, stages) as answer:
            cost = run_in_process(plan, answer)
        assert cost <= plan.upper_bound, name


@pytest.mark.parametrize(("target", "model"), SOME)
def test_no_endpoint_that_always_answers_alike_exceeds_the_upper_bound(
    target: str, model: str
) -> None:
    plan = of_target(target, model)
    with documented(plan.revision) as genuine:
        for answer in sample_answers.kinds(genuine):
            assert run_in_process(plan, answer) <= plan.upper_bound, answer


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_no_endpoint_that_fails_now_and_then_makes_pairs_ask_more_than_planned(
    share: float,
) -> None:
    revision = library.shipped("llama.cpp")
    row, model = revision.rows_by_id["combinations/pairs"], revision.models[0]
    probe, ask = PROBES[row.id].probe, Ask(model, row, revision.target, "x-api-key")
    dice = Random(100)

    with documented(revision) as genuine:

        def failing(step: Step) -> Exchange:
            return (sample_answers.plain if dice.random() < share else genuine)(step)

        bound = max(map(len, explore(probe, ask, genuine, lambda _: None)))
        for _ in range(3):
            assert sum(map(len, batches_of(probe, ask, failing))) <= bound


def test_what_is_recorded_already_is_not_planned_again(tmp_path: Path) -> None:
    record(tmp_path, lambda _: small_project.http(small_project.message()), "basic/temperature")
    revision = small_project.revision()
    found = small_project.suites_of(tmp_path / "suites")
    chosen = [Chosen(revision, revision.models, revision.rows)]
    find = find_recorded(tmp_path / "tapes", revision.target.id, found)
    plan = planning.plan(chosen, found, find=find)
    assert {planned.rows for planned in plan.models[0].requests} == {("basic/stop",)}
    whole = planning.plan(chosen, found)
    assert whole.upper_bound - plan.upper_bound == upper_bound(
        small_project.request(temperature=0.5)
    )


def test_a_plan_continues_from_what_is_recorded(tmp_path: Path) -> None:
    """A probe that took another path than documented is planned from where it stopped."""
    source = f'''{HEAD}
@row("basic/a")
def a(ask):
    """It goes on only where the answer says so."""
    first = yield ask("Hi.")
    if first.text == "Go on.":
        yield [ask(f"{{n}}") for n in range(4)]
    return works("seen", first)
'''
    revision = small_project.revision("basic/a")
    found = small_project.suites_of(tmp_path / "suites", basic=source)
    label = small_project.label()
    first = Entry(
        small_project.exchange(small_project.request("Hi."), small_project.message("Go on.")),
        "basic/a",
        0,
    )
    small_project.cassette(tmp_path, first)
    find = find_recorded(tmp_path, label.target, found)
    plan = planning.plan([Chosen(revision, revision.models, revision.rows)], found, find=find)
    assert (plan.expected.requests, plan.upper_bound.requests) == (4, 4)


@pytest.mark.parametrize("price", [None, Price(0.4, 1.2)])
def test_the_document_keeps_its_schema(tmp_path: Path, price: Price | None) -> None:
    plan = planned(tmp_path, SHARED, "basic/a", "basic/b", "basic/c", describe_opt_in=True)
    document = to_document(plan, Assumptions(price=price))
    assert schemas.complaint(json.loads(json.dumps(document)), "plan") is None
    assert document["upper_bound"]["requests"] == 2
    assert ("price" in document["upper_bound"]) is (price is not None)
    assert document["models"][0]["requests"][0]["rows"] == ["basic/a", "basic/b"]


def test_the_price_is_that_of_the_tokens() -> None:
    assert Price(2, 10).of(Cost(7, 1_000_000, 500_000)) == 7


def test_the_text_says_what_it_costs_and_why(tmp_path: Path) -> None:
    plan = planned(tmp_path, SHARED, "basic/a", "basic/b", "basic/c", describe_opt_in=True)
    text = " ".join(render(plan, Assumptions(price=Price(1, 1)), color=False).split())
    bound = plan.upper_bound
    assert f"small-1 2 2 2 {plan.expected.input} {bound.input}" in text
    assert "A request serves 1.50 rows on average, and 2 at most." in text
    assert "basic/c: costs much. At most 5 requests" in text
    assert "left out without --opt-in basic/c" in text
    assert f"6 requests and {plan.preflight.tokens} tokens at most." in text
    listed = render(plan, Assumptions(), requests=True, color=False)
    assert "basic/a, basic/b" in listed


def test_the_cost_is_described_in_one_line(tmp_path: Path) -> None:
    plan = planned(tmp_path, SHARED, "basic/a")
    said = summary.describe_cost(plan, CostLimit(plan.upper_bound, 50))
    assert said.startswith("1 model, about 2 requests and ")
    assert "the run never exceeds 2 requests and 50 tokens" in said
    assert summary.token_limit(plan, CostLimit(plan.upper_bound)) == plan.upper_bound.tokens
