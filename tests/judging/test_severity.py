"""A finding is as grave as the row it belongs to."""

from dataclasses import replace

import pytest

from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.report.report import Observation
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Claim
from support import sample_reports

FIRST = library.shipped("model-studio", "2025-11-13")
NEWEST = library.shipped("model-studio", "2026-09-02")
GENUINE = library.shipped("anthropic")


def judged(page: Revision, rule: str, model: Model | None = None) -> Observation:
    model = model or page.models[0]
    found = sample_reports.finding(rule=rule, model=model)
    return as_page_claims(sample_reports.observation(found, model=model), page)


def test_leniency_breaks_no_promise_of_a_page_without_refusals() -> None:
    seen = judged(FIRST, "TU-1")
    assert seen.findings[0].severity is Severity.ADVISORY
    assert seen.verdict.name == "kept"


def test_leniency_is_as_grave_as_ever_where_refusals_are_promised() -> None:
    assert judged(GENUINE, "TU-1").verdict.name == "broken"


def test_what_the_page_says_is_missing_is_an_advisory() -> None:
    assert judged(NEWEST, "RS-THK-3").verdict.name == "kept"
    assert judged(FIRST, "RS-THK-3").verdict.name == "broken"


@pytest.mark.parametrize(
    ("rule", "row", "claim"),
    [
        ("RS-STOP-8", "basic/stop_sequences", Claim.IGNORED),
        ("RS-TOOL-5", "tool_choice/any", Claim.UNSUPPORTED),
        ("ST-THK-2", "basic/thinking/display", Claim.UNKNOWN),
    ],
)
def test_what_a_page_does_not_promise_is_an_advisory(rule: str, row: str, claim: Claim) -> None:
    without = replace(
        GENUINE,
        rows=tuple(
            replace(one, claim=claim, exceptions={}) if one.id == row else one
            for one in GENUINE.rows
        ),
    )
    assert judged(without, rule).verdict.name == "kept"
    assert judged(GENUINE, rule).verdict.name == "broken"


def test_a_form_is_promised_to_the_models_that_keep_to_its_schema() -> None:
    kept = {judged(NEWEST, "CT-9", model).verdict.name: model.id for model in NEWEST.models}
    assert kept.keys() == {"kept", "broken"}
    assert judged(NEWEST, "CT-9", NEWEST.models[0]).verdict.name == "broken"


def test_thinking_beyond_the_limit_is_as_the_page_says() -> None:
    beyond = next(model for model in NEWEST.models if model.max_tokens_counts == "text")
    assert judged(NEWEST, "RS-STOP-7", beyond).verdict.name == "kept"
    assert judged(NEWEST, "RS-STOP-7", NEWEST.models[0]).verdict.name == "broken"


def test_a_model_that_always_thinks_may_think_when_thinking_is_disabled() -> None:
    always = next(model for model in NEWEST.models if model.thinking_default == "always")
    sometimes = next(model for model in NEWEST.models if model.thinking_default is None)
    assert judged(NEWEST, "TH-16", always).verdict.name == "kept"
    assert judged(NEWEST, "TH-16", sometimes).verdict.name == "broken"


def test_other_rules_are_left_alone() -> None:
    assert judged(NEWEST, "RS-USE-1").verdict.name == "broken"
