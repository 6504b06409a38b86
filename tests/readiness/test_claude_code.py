"""What is foretold of Claude Code is what it did, case by case, and the settings are right.

The expected figures were measured with the real program: 2.1.332, on 2026-11-26.
"""

import pytest

from messages_conformance.protocol.exchange import KEY, Request
from messages_conformance.readiness import render, settings
from messages_conformance.readiness.result import Readiness, State, Verdict
from messages_conformance.reference.client_cases import CLIENT_CASES, LENIENT, refusing
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.strict import STRICT
from support.clients_at import MODEL, at, at_case

CAPABILITIES = "CLAUDE_CODE_MODEL_CAPABILITIES"


def without(*names: str) -> dict[str, str]:
    return {CAPABILITIES: f"{MODEL}={','.join(f'-{name}' for name in names)}"}


WITHOUT_BETAS = {"CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS": "1"}
WORKS, SETTINGS, NOT = Verdict.WORKS, Verdict.WITH_SETTINGS, Verdict.NOT

OUTCOMES: tuple[tuple[str, Verdict, int, dict[str, str]], ...] = (
    ("accepts_all", WORKS, 1, {}),
    ("adaptive_as_vendor", SETTINGS, 6, without("adaptive_thinking")),
    ("adaptive_known", WORKS, 2, without("adaptive_thinking")),
    ("adaptive_quoted", WORKS, 2, without("adaptive_thinking")),
    ("adaptive_other", SETTINGS, 6, without("adaptive_thinking")),
    ("effort_known", WORKS, 2, without("effort")),
    ("effort_vague", SETTINGS, 6, without("effort")),
    ("effort_named", SETTINGS, 1, without("effort")),
    ("effort_supported", WORKS, 2, without("effort")),
    ("context_known", WORKS, 2, without("context_management")),
    ("context_known_422", WORKS, 2, without("context_management")),
    ("context_vague", SETTINGS, 6, without("context_management")),
    ("context_deeper", SETTINGS, 6, without("context_management")),
    ("system_known", WORKS, 2, without("mid_conv_system")),
    ("system_template", SETTINGS, 6, without("mid_conv_system")),
    ("system_variant", WORKS, 2, without("mid_conv_system")),
    ("system_variant_short", SETTINGS, 6, without("mid_conv_system")),
    ("display", WORKS, 3, WITHOUT_BETAS),
    ("deferred_tools", WORKS, 4, {"ENABLE_TOOL_SEARCH": "false"}),
    ("tool_reference", WORKS, 1, {"ENABLE_TOOL_SEARCH": "false"}),
    ("max_tokens_vendor", SETTINGS, 6, {"CLAUDE_CODE_MAX_OUTPUT_TOKENS": "8192"}),
    ("max_tokens_known", WORKS, 2, {"CLAUDE_CODE_MAX_OUTPUT_TOKENS": "8192"}),
    ("thinking", SETTINGS, 6, {"MAX_THINKING_TOKENS": "0"}),
    ("metadata", NOT, 6, {}),
    ("caching", SETTINGS, 6, {"DISABLE_PROMPT_CACHING": "1"}),
    ("beta_of_token_count", WORKS, 2, WITHOUT_BETAS),
    ("beta_interleaved", SETTINGS, 6, {"DISABLE_INTERLEAVED_THINKING": "1"}),
    ("beta_of_claude_code", NOT, 6, {}),
    ("no_message_stop", WORKS, 1, {}),
    ("no_usage", WORKS, 1, {}),
    ("null_stop_reason", WORKS, 1, {}),
    ("block_stop_twice", NOT, 4, {}),
    ("no_block_start", WORKS, 2, {}),
    ("only_thinking", NOT, 4, {}),
    ("error_in_200", WORKS, 2, {}),
    (
        "all_four",
        SETTINGS,
        6,
        without("adaptive_thinking", "effort", "context_management", "mid_conv_system"),
    ),
    (
        "all_four_known",
        WORKS,
        5,
        without("adaptive_thinking", "effort", "context_management", "mid_conv_system"),
    ),
)
NAMES = [
    (name, *expected)
    for case, *expected in OUTCOMES
    for name in (case, f"{case}_flat", f"{case}_documented")
    if name in CLIENT_CASES
]


@pytest.mark.parametrize(("case", "verdict", "requests", "variables"), NAMES)
def test_it_ends_as_the_real_program_did(
    case: str, verdict: Verdict, requests: int, variables: dict[str, str]
) -> None:
    found = at_case(case)
    assert found.verdict is verdict
    assert found.plain_walk is not None
    assert found.plain_walk.answered is (verdict is WORKS)
    assert found.plain_walk.requests == requests
    assert settings.settings(found) == variables
    if variables:
        assert found.settled_walk is not None
        assert (found.settled_walk.answered, found.settled_walk.requests) == (True, 1)


@pytest.mark.parametrize("case", ["model_404", "key_401"])
def test_a_wrong_model_or_key_says_nothing_about_the_client(case: str) -> None:
    found = at_case(case)
    assert found.verdict is Verdict.UNKNOWN
    assert found.problem


def test_an_endpoint_that_takes_the_key_in_the_other_header_needs_another_variable() -> None:
    found = at(refusing(lambda request: "authorization" in request.headers, "no key", 401))
    assert found.verdict is SETTINGS
    variables = settings.environment(found, "http://127.0.0.1:1")
    assert variables["ANTHROPIC_API_KEY"] == "YOUR_KEY"
    assert "ANTHROPIC_AUTH_TOKEN" not in variables


def test_references_to_tools_that_cannot_be_read_end_it_later_without_the_setting() -> None:
    found = at_case("tool_reference_500")
    assert found.verdict is SETTINGS
    assert found.plain_walk is not None
    assert found.plain_walk.answered
    assert settings.settings(found) == {"ENABLE_TOOL_SEARCH": "false"}
    (searched,) = (each for each in found.seen if each.id == "tool_search")
    assert (searched.state, searched.said) == (State.SET, "500 “unsupported content[].type”")
    assert "gives up once it has searched for a tool: 500" in render.text(found, "http://x.example")


def test_refused_references_are_left_out_by_the_client_itself() -> None:
    (searched,) = (each for each in at_case("tool_reference").seen if each.id == "tool_search")
    assert searched.state is State.HEALED


@pytest.mark.parametrize("case", ["tools", "metadata", "deferred_tools_flat"])
def test_a_search_is_not_asked_where_there_is_none_or_nothing_helps(case: str) -> None:
    sent: list[Request] = []
    found = at(CLIENT_CASES[case].stages, seen=sent)
    assert all(each.id != "tool_search" for each in found.seen)
    assert not any("'tool_reference'" in repr(each.body) for each in sent)


def test_the_documented_and_the_strict_endpoint_are_cured() -> None:
    for stages in (DOCUMENTED, STRICT):
        found = at(stages)
        assert found.verdict is (WORKS if stages is STRICT else SETTINGS)
        assert found.settled_walk is not None
        assert found.settled_walk.requests == 1


def test_some_twenty_requests_are_sent_and_none_twice() -> None:
    seen: list[Request] = []
    at(LENIENT, seen=seen)
    assert 15 <= len(seen) <= 25
    assert len({request.key for request in seen}) == len(seen)
    most: list[Request] = []
    at(CLIENT_CASES["all_four"].stages, seen=most)
    assert len(most) <= 40


def test_no_request_pretends_to_come_from_the_client_or_holds_its_texts() -> None:
    seen: list[Request] = []
    at(LENIENT, seen=seen)
    for request in seen:
        headers = dict(request.headers)
        assert "user-agent" not in headers
        assert headers["authorization"] == f"Bearer {KEY}"
        assert "<text>" not in repr(request.body)
        assert "Claude Code" not in repr(request.body)


def test_a_feature_whose_needs_are_refused_is_not_held_against_the_endpoint() -> None:
    found = at_case("thinking")
    states = {each.id: each.state for each in found.seen}
    assert states["thinking"] is State.SET
    assert states["display"] is State.UNASKED


def lines(found: Readiness) -> list[str]:
    return render.text(found, "http://127.0.0.1:1").splitlines()


def test_the_answer_fits_one_screen_and_can_be_pasted() -> None:
    said = lines(at_case("all_four"))
    assert len(said) <= 40
    assert said[0].endswith("works with these settings.")
    assert "Without settings: 6 requests, then it gives up" in "\n".join(said)
    assert "With these settings: answered at its first request." in said
    assert f"export ANTHROPIC_MODEL={MODEL}" in said


def test_what_does_not_work_is_told_why_and_prints_no_settings() -> None:
    said = "\n".join(lines(at_case("metadata")))
    assert "does not work" in said
    assert "Because: 400 metadata: Extra inputs are not permitted" in said
    assert "export" not in said
