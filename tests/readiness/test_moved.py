"""Conversations that move: begun elsewhere and continued at an endpoint, and the other way."""

import pytest

from messages_conformance.probing.inspection import InspectionResult
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.readiness import moved
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.client_cases import LENIENT, refusing
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import STRICT
from support.clients_at import MODEL, answers_of
from support.rule_examples import CALL, answer, message


def recorded(stages: Stages, target: str = "model-studio", model: str = MODEL) -> list[Exchange]:
    answers, kept = answers_of(stages, target), list[Exchange]()
    asking = moved.histories(model)
    batch = next(asking)
    while True:
        found = answers(batch)
        kept += found
        try:
            batch = asking.send(tuple(found))
        except StopIteration:
            return kept


def seen(name: str, exchanges: list[Exchange]) -> InspectionResult:
    rows = {each.inspection.row: each.inspection for each in moved.inspections()}
    return rows[f"moved/{name}"].function(exchanges)


def test_a_conversation_begun_elsewhere_goes_on_where_everything_is_read() -> None:
    found = seen("here", recorded(LENIENT))
    assert "tool loop goes on" in found.figures
    assert found.findings == ()


def test_the_genuine_api_takes_thinking_intact_or_stripped_and_in_no_other_form() -> None:
    found = seen("thinking", recorded(STRICT, "anthropic", "claude-sonnet-4-5"))
    assert "intact goes on" in found.figures
    assert "stripped goes on" in found.figures
    for other in ("signed elsewhere", "unsigned", "emptied", "forged"):
        assert f"{other} refused (400)" in found.figures


def test_a_model_that_takes_no_budget_is_asked_with_adaptive_thinking() -> None:
    found = seen("thinking", recorded(STRICT, "anthropic", "claude-opus-4-8"))
    assert "intact goes on" in found.figures
    assert "stripped goes on" in found.figures


def test_an_endpoint_that_checks_no_signature_takes_every_form() -> None:
    assert "refused" not in seen("thinking", recorded(LENIENT)).figures


def holds_a_result(request: AdmittedRequest) -> bool:
    return "tool_result" in repr(request.sent)


def test_a_history_with_foreign_ids_that_is_refused_breaks_the_rule_about_ids() -> None:
    found = seen("here", recorded(refusing(holds_a_result, "unknown tool_use_id")))
    ((_, finding),) = found.findings
    assert finding.rule.id == "TU-8"
    assert finding.message == "tool_loop: 400 unknown tool_use_id"


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ({**CALL, "id": "call.1"}, "String should match pattern"),
        ({"type": "text", "text": ""}, "text: Input should not be empty"),
    ],
)
def test_an_answer_that_the_genuine_api_would_not_take_back_is_named(
    block: dict[str, object], why: str
) -> None:
    found = seen("onward", [answer(message(block)), answer(message())])
    ((_, finding),) = found.findings
    assert finding.rule.id == "CL-MOVE-1"
    assert why in finding.message
    assert found.figures.startswith("1 of 2 answers are taken back")


def test_what_was_not_recorded_is_not_measured() -> None:
    assert {seen(name, []).exchanges for name in ("here", "thinking", "onward")} == {0}
