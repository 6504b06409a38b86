"""A finding is as grave as the row it belongs to."""

from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.report.report import Observation
from messages_conformance.rules.finding import Severity
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


def test_a_model_that_always_thinks_may_think_when_thinking_is_disabled() -> None:
    always = next(model for model in NEWEST.models if model.thinking_default == "always")
    sometimes = next(model for model in NEWEST.models if model.thinking_default is None)
    assert judged(NEWEST, "TH-16", always).verdict.name == "kept"
    assert judged(NEWEST, "TH-16", sometimes).verdict.name == "broken"


def test_other_rules_are_left_alone() -> None:
    assert judged(NEWEST, "RS-USE-1").verdict.name == "broken"
