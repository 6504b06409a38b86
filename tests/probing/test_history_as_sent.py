"""What is changed in earlier calls and results is blamed on the endpoint, if the model copies."""

from collections.abc import Callable
from typing import Any

import pytest

from messages_conformance.probing import (
    FROM_CALL,
    FROM_RESULT,
    Ask,
    ProbeRun,
    also_as_sent_before,
    row,
    works,
)
from messages_conformance.probing.dictated_calls import CALLED
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, answered, error, run


@row("basic/x")
def input_comes(ask: Ask) -> ProbeRun:
    """The input of an earlier call comes as it was."""
    return also_as_sent_before(ask, works("fine"), FROM_CALL, "an earlier input")


@row("basic/x")
def result_comes(ask: Ask) -> ProbeRun:
    """A result comes as it was, and one that holds nothing is taken."""
    return also_as_sent_before(ask, works("fine"), FROM_RESULT, "an earlier result")


def is_written(request: Request) -> bool:
    return f"{FROM_CALL}: {{" in request.body["messages"][-1]["content"]


def calling(
    from_history: Callable[[dict[str, Any]], Any], written: Callable[[dict[str, Any]], Any]
) -> Answer:
    """A model that calls with inputs changed so where they stand earlier, and where written."""

    def answer(request: Request, nth: int) -> Exchange:
        change = written if is_written(request) else from_history
        calls = [
            {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": change(given)}
            for name, given in CALLED.items()
        ]
        message = {"type": "message", "content": calls, "stop_reason": "tool_use"}
        return answered(request, 200, message)

    return answer


def unchanged(given: dict[str, Any]) -> dict[str, Any]:
    return given


def without_quotes(given: dict[str, Any]) -> dict[str, Any]:
    return {n: v.replace('"', "") if isinstance(v, str) else v for n, v in given.items()}


def forgotten(given: dict[str, Any]) -> dict[str, Any]:
    return {"remark": "I do not know."}


@pytest.mark.parametrize("probe", [input_comes, result_comes])
def test_what_is_changed_on_the_way_in_is_partial(probe: Any) -> None:
    seen = run(probe, calling(without_quotes, unchanged))
    assert seen.kind is Kind.PARTIAL
    assert "quotes were left out" in seen.summary


@pytest.mark.parametrize(
    ("from_history", "written"),
    [
        pytest.param(unchanged, unchanged, id="as it was"),
        pytest.param(without_quotes, without_quotes, id="a model, or an answer, without quotes"),
        pytest.param(forgotten, unchanged, id="a model that does not copy"),
    ],
)
@pytest.mark.parametrize("probe", [input_comes, result_comes])
def test_what_a_model_may_do_is_not_blamed(probe: Any, from_history: Any, written: Any) -> None:
    assert run(probe, calling(from_history, written)).kind is Kind.WORKS


def refusing(is_refused: Callable[[Request], bool]) -> Answer:
    def answer(request: Request, nth: int) -> Exchange:
        if is_refused(request):
            return error(request, 400)
        return calling(unchanged, unchanged)(request, nth)

    return answer


def holds_empty(request: Request) -> bool:
    blocks = [b for turn in request.body["messages"] for b in turn["content"]]
    return any(b.get("content") == "" for b in blocks if isinstance(b, dict))


def test_a_refused_empty_result_is_partial_for_results_only() -> None:
    assert run(result_comes, refusing(holds_empty)).kind is Kind.PARTIAL
    assert run(input_comes, refusing(holds_empty)).kind is Kind.WORKS


def test_what_is_refused_without_it_too_is_not_its_fault() -> None:
    assert run(result_comes, refusing(lambda _: True)).kind is Kind.WORKS
