"""What is said of libraries: what works, what to tell the constructor, what to leave out."""

import pytest

from messages_conformance.readiness import settings
from messages_conformance.readiness.dialect import ready_clients
from messages_conformance.readiness.result import Verdict
from messages_conformance.reference.client_cases import LENIENT, refusing
from messages_conformance.reference.strict import STRICT
from support.clients_at import at, at_case

LIBRARIES = [client for client in ready_clients() if client != "claude-code"]
URL = "https://models.example/api"


@pytest.mark.parametrize("client", LIBRARIES)
def test_every_library_works_with_an_endpoint_that_accepts_all(client: str) -> None:
    found = at(LENIENT, client)
    assert found.verdict is Verdict.WORKS
    assert "YOUR_KEY" in settings.block(found, URL)


@pytest.mark.parametrize("client", LIBRARIES)
def test_every_library_works_with_the_genuine_api(client: str) -> None:
    assert at(STRICT, client).verdict is not Verdict.NOT


@pytest.mark.parametrize(
    ("client", "verdict"),
    [
        ("python-sdk", Verdict.WITH_SETTINGS),
        ("typescript-sdk", Verdict.WITH_SETTINGS),
        ("ai-sdk", Verdict.WITH_SETTINGS),
        ("langchain-anthropic", Verdict.WORKS),
    ],
)
def test_a_stream_without_usage_is_read_by_those_that_read_it(
    client: str, verdict: Verdict
) -> None:
    found = at_case("no_usage", client)
    assert found.verdict is verdict
    assert bool(found.advice) is (verdict is Verdict.WITH_SETTINGS)


def test_a_stream_without_its_end_stops_the_typescript_sdk_alone() -> None:
    assert at_case("no_message_stop", "typescript-sdk").advice
    assert not at_case("no_message_stop", "python-sdk").advice


def test_an_error_in_a_stream_is_no_answer_however_well_it_is_reported() -> None:
    assert at_case("error_in_200", "typescript-sdk").advice


def test_what_only_some_calls_need_is_left_out_by_the_caller() -> None:
    found = at_case("thinking", "python-sdk")
    assert found.verdict is Verdict.WITH_SETTINGS
    assert found.advice[0].startswith("leave out thinking: 400")


def test_a_refused_version_is_set_in_the_constructor() -> None:
    newer = refusing(
        lambda request: request.headers.get("anthropic-version") == "2026-10-21",
        "anthropic-version: 2026-10-21 is not a valid version",
    )
    found = at(newer, "python-sdk")
    assert found.verdict is Verdict.WITH_SETTINGS
    assert 'default_headers={"anthropic-version": "2023-06-01"}' in settings.block(found, URL)
    assert "defaultHeaders" in settings.block(at(newer, "typescript-sdk"), URL)


def test_a_key_that_is_refused_in_one_header_goes_into_the_other() -> None:
    no_bearer = refusing(lambda request: "authorization" in request.headers, "no key", 401)
    assert "x-api-key" in settings.block(at(no_bearer, "python-sdk"), URL)
    no_api_key = refusing(lambda request: "x-api-key" in request.headers, "no key", 401)
    assert 'authToken: "YOUR_KEY"' in settings.block(at(no_api_key, "ai-sdk"), URL)
    assert 'auth_token="YOUR_KEY"' in settings.block(at(no_api_key, "python-sdk@0.125.0"), URL)


def test_the_ai_sdk_gets_an_address_with_the_version() -> None:
    assert f'baseURL: "{URL}/v1"' in settings.block(at(LENIENT, "ai-sdk"), URL)


def test_a_key_that_is_refused_everywhere_says_nothing() -> None:
    assert at_case("key_401", "python-sdk").verdict is Verdict.UNKNOWN


def test_an_endpoint_that_refuses_plain_calls_does_not_work() -> None:
    refuses_all = refusing(lambda _: True, "no")
    assert at(refuses_all, "python-sdk").verdict is Verdict.NOT
    assert at(refuses_all, "claude-code").verdict is Verdict.NOT
