"""Where a request that many rows share fails, each row is put to the test alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing import loader
from messages_conformance.probing.driver import run_probe
from messages_conformance.probing.probe import Ask, Step
from messages_conformance.probing.shared_conversation import STOP_CODE
from messages_conformance.probing.shared_plain import UNKNOWN_MODEL
from messages_conformance.protocol.exchange import WRONG_KEY, Exchange
from messages_conformance.verdict import Behaviour, Kind
from support import small_project

REVISION = library.shipped("model-studio", "2025-11-13")
MODEL = next(model for model in REVISION.models if model.id == "qwen-plus")
PROBES = loader.load(resources.folder("suites"))

Body = dict[str, Any]


@pytest.fixture
def genuine() -> Iterator[Answer]:
    """An endpoint that behaves as the page documents."""
    with documented(REVISION) as answer:
        yield answer


def seen_of(row_id: str, answer: Answer) -> Behaviour:
    """What a row's probe sees."""
    row = REVISION.rows_by_id[row_id]
    ask = Ask(MODEL, row, REVISION.target, "x-api-key")
    return run_probe(PROBES[row_id].probe, ask, lambda batch: map(answer, batch))


def refuses(
    when: Callable[[Body], bool],
    otherwise: Answer,
    status: int = 400,
    kind: str = "invalid_request_error",
) -> Answer:
    """The same endpoint, which also refuses something."""

    def answer(step: Step) -> Exchange:
        request = step.question.request
        if isinstance(request.body, dict) and when(request.body):
            return small_project.exchange(request, small_project.error(kind), status)
        return otherwise(step)

    return answer


def looks_for_the_model_first(otherwise: Answer) -> Answer:
    """The same endpoint, which checks no key for a model it does not know."""
    return refuses(lambda body: body["model"] == UNKNOWN_MODEL, otherwise, 404, "not_found_error")


@pytest.mark.parametrize("row_id", ["header/x-api-key", "header/authorization", "error/401"])
def test_an_endpoint_may_look_for_the_model_before_the_key(row_id: str, genuine: Answer) -> None:
    assert seen_of(row_id, looks_for_the_model_first(genuine)).kind is Kind.WORKS


@pytest.mark.parametrize("row_id", ["header/x-api-key", "header/authorization", "error/401"])
def test_it_may_do_so_and_never_look_at_the_key(row_id: str, genuine: Answer) -> None:
    def any_key(step: Step) -> Exchange:
        request = step.question.request
        if any(WRONG_KEY in value for _, value in request.headers):
            return small_project.exchange(request, small_project.message("A story."))
        return genuine(step)

    assert seen_of(row_id, looks_for_the_model_first(any_key)).kind is Kind.IGNORED


@pytest.mark.parametrize(
    ("row_id", "kind"), [("basic/temperature", Kind.PARTIAL), ("basic/stream", Kind.WORKS)]
)
def test_a_stream_with_a_temperature_that_is_refused_tells_of_the_temperature(
    row_id: str, kind: Kind, genuine: Answer
) -> None:
    def when(body: Body) -> bool:
        return bool(body.get("stream")) and "temperature" in body

    assert seen_of(row_id, refuses(when, genuine)).kind is kind


@pytest.mark.parametrize("row_id", ["basic/stream", "tools/description"])
def test_thinking_may_be_refused_together_with_tools(row_id: str, genuine: Answer) -> None:
    def when(body: Body) -> bool:
        return "thinking" in body and "tools" in body

    assert seen_of(row_id, refuses(when, genuine)).kind is Kind.WORKS


@pytest.mark.parametrize(
    "row_id", ["basic/stop_sequences", "tools/cache_control", "content/tool_result/cache_control"]
)
def test_stop_sequences_may_be_refused_together_with_tools(row_id: str, genuine: Answer) -> None:
    def when(body: Body) -> bool:
        return body.get("stop_sequences") == [STOP_CODE]

    assert seen_of(row_id, refuses(when, genuine)).kind is Kind.WORKS


def test_where_no_range_is_enforced_other_requests_are_invalid(genuine: Answer) -> None:
    def answer(step: Step) -> Exchange:
        body = step.question.request.body
        if isinstance(body, dict) and 9.5 in (body.get("temperature"), body.get("top_p")):
            return small_project.exchange(step.question.request, small_project.message("A story."))
        return genuine(step)

    assert seen_of("error/400", answer).kind is Kind.WORKS
    assert seen_of("basic/top_p", answer).kind is Kind.PARTIAL


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("tools/name", "tools"),
        ("basic/stop_sequences", "stop_sequences"),
        ("basic/system", "system"),
    ],
)
def test_an_empty_field_that_is_refused_is_held_against_its_row_alone(
    row: str, field: str, genuine: Answer
) -> None:
    answer = refuses(lambda body: body.get(field) in ([], ""), genuine)
    behaviour = seen_of(row, answer)
    assert behaviour.kind is Kind.PARTIAL
    assert f"with {field} " in behaviour.summary
    for other in ("basic/thinking", "basic/stream"):
        assert seen_of(other, answer).kind is Kind.WORKS


def test_a_switched_off_thinking_that_is_refused_is_not_blamed_on_an_empty_field(
    genuine: Answer,
) -> None:
    disabled = {"type": "disabled"}
    answer = refuses(lambda body: body.get("thinking") == disabled, genuine)
    assert seen_of("tools/name", answer).kind is Kind.WORKS
    assert seen_of("basic/thinking", answer).kind is Kind.REFUSED


def test_a_limit_of_one_token_that_is_refused_is_partial(genuine: Answer) -> None:
    behaviour = seen_of("basic/max_tokens", refuses(lambda b: b.get("max_tokens") == 1, genuine))
    assert behaviour.kind is Kind.PARTIAL
    assert "one token" in behaviour.summary


def test_marks_that_are_refused_are_not_blamed_on_a_limit_of_one_token(genuine: Answer) -> None:
    answer = refuses(lambda body: str(body).count("cache_control") > 3, genuine)
    assert seen_of("basic/max_tokens", answer).kind is Kind.WORKS


def test_ids_of_other_makes_that_are_refused_are_partial(genuine: Answer) -> None:
    answer = refuses(lambda body: "chatcmpl-tool-" in str(body), genuine)
    behaviour = seen_of("content/tool_use/id", answer)
    assert behaviour.kind is Kind.PARTIAL
    assert "other makes" in behaviour.summary


def test_a_system_prompt_that_is_refused_is_not_blamed_on_ids(genuine: Answer) -> None:
    answer = refuses(lambda body: isinstance(body.get("system"), list), genuine)
    assert seen_of("content/tool_use/id", answer).kind is Kind.WORKS
