"""A mistake in the setup is reported in one sentence, and not taken for a fault of the endpoint."""

import asyncio
import datetime
import json
import time
from email.utils import format_datetime

import httpx2
import pytest

from messages_conformance.errors import SetupError
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import (
    Preflight,
    preflight,
    preflight_cost,
    thinks_unasked,
)
from support import small_project
from support.small_project import Arrived

pytestmark = pytest.mark.usefixtures("impatient")

SECRET = "sk-marked-key/0123456789"


def check(
    script: small_project.Script,
    limits: Limits = DEFAULT,
    auth: str = "x-api-key",
) -> tuple[Preflight, list[Arrived]]:
    async def main() -> tuple[Preflight, list[Arrived]]:
        async with small_project.serving(script) as server:
            endpoint = Endpoint(f"{server.url}/apps", SECRET, auth)
            outcome = await preflight(
                small_project.revision(), small_project.MODEL, endpoint, limits
            )
            return outcome, server.arrived

    return asyncio.run(main())


def test_an_endpoint_that_answers_is_returned_unchanged() -> None:
    outcome, arrived = check(lambda _: small_project.http(small_project.message()))
    assert outcome.note == ""
    assert outcome.endpoint.auth == "x-api-key"
    assert outcome.exchange.answered
    assert [request.path for request in arrived] == ["/apps/v1/messages"]
    assert arrived[0].fields["model"] == small_project.MODEL.id
    assert arrived[0].fields["max_tokens"] == 32


@pytest.mark.parametrize(
    ("auth", "works"), [("x-api-key", "authorization"), ("authorization", "x-api-key")]
)
def test_the_other_header_is_tried_and_reported_if_it_works(auth: str, works: str) -> None:
    def script(arrived: Arrived) -> bytes:
        known = SECRET in arrived.headers.get(works, "")
        return small_project.http(*((small_project.message(), 200) if known else (b"{}", 401)))

    outcome, arrived = check(script, auth=auth)
    assert outcome.endpoint.auth == works
    assert outcome.endpoint.key == SECRET
    assert f"rejected the key in {auth} and accepted it in {works}" in outcome.note
    assert len(arrived) == 2


FLAT = {"code": "InvalidApiKey", "message": "invalid access token or token expired"}
UNPURCHASED = {"code": "AccessDenied.Unpurchased", "message": "Access to model denied."}
ARREARS = b'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"Arrearage","type":"Arrearage"}\n\n'
GATED = {"error": "Coding Plan is currently only available for Coding Agents"}
RANGE = {"code": "InvalidParameter", "message": "Range of max_tokens should be [1, 8192]"}
INVALID_TOKEN = {
    "error": {
        "code": "invalid_api_key",
        "message": "invalid access token or token expired",
        "param": None,
        "type": "invalid_request_error",
    },
    "request_id": "r",
}
FILTERED = {
    "code": "DataInspectionFailed",
    "message": "Input data may contain inappropriate content.",
}
OPENAI_NO_MODEL = {"error": {"message": "The model `x` does not exist", "code": "model_not_found"}}
NO_QUOTA = {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}
GATEWAY = b"<html><h1>502 Bad Gateway</h1></html>"
NO_MODEL = {"request_id": "r", "code": "InvalidParameter", "message": "Model not exist."}
PAGE = b"<!DOCTYPE html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            small_project.http(json.dumps(FLAT).encode(), 401),
            r"rejected the key in x-api-key and in authorization .*token expired.*another host",
        ),
        (
            small_project.http(json.dumps(UNPURCHASED).encode(), 403),
            "denies it the model small-1 .*model denied",
        ),
        (small_project.http(ARREARS, 400), "no credit left"),
        (small_project.http(small_project.error("billing_error"), 402), "no credit left"),
        (small_project.http(json.dumps(GATED).encode(), 405), "serves only the coding tools"),
        (small_project.http(json.dumps(GATED).encode(), 403), "serves only the coding tools"),
        (
            small_project.http(small_project.error("not_found_error", "model: small-1"), 404),
            "has no model",
        ),
        (small_project.http(json.dumps(NO_MODEL).encode(), 400), "has no model 'small-1'"),
        (
            small_project.http(b'{"detail":"Not Found"}', 404),
            "there is no Messages API at http://.*/v1/messages",
        ),
        (
            small_project.http(small_project.error("not_found_error", "Not Found"), 404),
            "there is no Messages API at",
        ),
        (
            small_project.http(json.dumps(INVALID_TOKEN).encode(), 401),
            r"rejected the key.*said: invalid access token or token expired\).*region and one plan",
        ),
        (
            small_project.http(json.dumps(FILTERED).encode(), 400),
            "content filter .* rejects a plain greeting .*inappropriate",
        ),
        (small_project.http(json.dumps(OPENAI_NO_MODEL).encode(), 404), "has no model"),
        (
            small_project.http(json.dumps(NO_QUOTA).encode(), 429, retry_after="60"),
            "no credit left",
        ),
        (
            small_project.http(b"data: " + json.dumps(NO_MODEL).encode(), 400),
            "said: Model not exist",
        ),
        (
            small_project.http(GATEWAY, 502, "text/html"),
            "a gateway in front of it answered HTTP 502",
        ),
        (small_project.http(GATEWAY, 503, "text/html", retry_after="60"), "gateway .* HTTP 503"),
        (
            small_project.http(GATEWAY, 407, "text/html"),
            "a proxy in front .* requires a user name",
        ),
        (small_project.http(GATEWAY, 403, "text/html"), "a web page"),
        (
            small_project.http(small_project.error("overloaded_error"), 529, retry_after="60"),
            "is too busy",
        ),
        (
            small_project.http(small_project.error("rate_limit_error"), 429, retry_after="60"),
            "HTTP 429 to the first request",
        ),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "does not speak HTTP/1.1 on this port; check the port"),
        (b"\x00\x00\x12\x04" + b"\x00" * 30, "does not speak HTTP/1.1"),
        (
            small_project.http(small_project.error("x", "\x1b[2J\u202e" + "a" * 10_000), 401),
            r"said: \\x1b\[2J\\u202ea+…\)",
        ),
        (small_project.http(b"", 404), r"there is no Messages API at .*only HTTP 404"),
        (small_project.http(b'{"detail":"Method Not Allowed"}', 405), "does not accept POST"),
        (small_project.http(PAGE, 200, "text/html"), "a web page"),
        (small_project.http(PAGE, 404, "text/html; charset=utf-8"), "a web page"),
        (
            small_project.http(b"", 301, location="https://b.example/apps"),
            "redirects to https://b.exam",
        ),
        (b"", "closed the connection without an answer"),
    ],
)
def test_each_mistake_in_the_setup_has_its_own_sentence(answer: bytes, says: str) -> None:
    with pytest.raises(SetupError, match=says) as problem:
        check(lambda _: answer)
    assert "\n" not in str(problem.value)
    assert "127.0.0.1" in str(problem.value)


# As LiteLLM answers a wrong key where it has no database.
NO_DATABASE = {
    "error": {
        "message": "No connected db.",
        "type": "no_db_connection",
        "param": None,
        "code": "400",
    }
}
TOO_HOT = b"event:error\ndata:" + json.dumps(RANGE).encode()
COMPLETION = {"id": "c", "object": "chat.completion", "choices": [{"message": {"content": "Hi"}}]}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            small_project.http(json.dumps(NO_DATABASE).encode(), 400),
            r"refuses a plain request with HTTP 400 \(it said: No connected db\.\); check the key",
        ),
        (small_project.http(TOO_HOT, 400), "refuses a plain request with HTTP 400 .*Range of max"),
        (small_project.http(b'{"error": "quota"}', 418), r"HTTP 418 \(it said: quota\)"),
        (small_project.http(small_project.error("api_error"), 500), "HTTP 500, also when asked"),
        (small_project.http(json.dumps(COMPLETION).encode()), "OpenAI's Chat Completions"),
        (small_project.http(b""), "HTTP 200 and an empty body"),
        (small_project.http(b"  \n"), "HTTP 200 and an empty body"),
        (small_project.http(b'{"output": "Hi"}'), r"but with no message \(it said: .*output"),
        (small_project.http(b"[]"), "but with no message"),
        (small_project.http(b"null"), "but with no message"),
        (small_project.http(b"Hello there"), "but with no message .*Hello there"),
        (small_project.http(json.dumps(FLAT).encode()), "but with no message .*token expired"),
        (small_project.http(small_project.message()[:-1]), "but with no message"),
    ],
)
def test_whatever_comes_instead_of_a_message_stops_the_run_and_is_quoted(
    answer: bytes, says: str
) -> None:
    with pytest.raises(SetupError, match=says) as problem:
        check(lambda _: answer)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    "answer",
    [
        small_project.http(b'{"type": "message"}'),
        small_project.http(b'{"content": []}'),
        small_project.http(b"event: message_start\ndata: {}\n\n", 200, "text/event-stream"),
    ],
)
def test_a_message_that_is_not_well_formed_is_left_to_the_probes(answer: bytes) -> None:
    check(lambda _: answer)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_that_the_other_header_cures_is_not_the_end(status: int) -> None:
    def script(arrived: Arrived) -> bytes:
        known = "authorization" in arrived.headers
        refused = json.dumps(NO_DATABASE).encode(), status
        return small_project.http(*((small_project.message(), 200) if known else refused))

    assert check(script)[0].endpoint.auth == "authorization"


def test_a_failing_endpoint_is_asked_three_times() -> None:
    failed = small_project.http(small_project.error("api_error"), 500, retry_after_ms="1")
    answers = iter([failed, failed, small_project.http(small_project.message())])
    _, arrived = check(lambda _: next(answers))
    assert len(arrived) == 3


def test_an_endpoint_that_does_not_answer_is_reported() -> None:
    with pytest.raises(SetupError, match="did not answer a plain request in time"):
        check(lambda _: [2.0], Limits(first=0.1))


def test_an_echoed_key_is_not_in_the_sentence() -> None:
    with pytest.raises(SetupError, match="no key <key>") as problem:
        check(lambda _: small_project.http(small_project.error("x", f"no key {SECRET}"), 401))
    assert SECRET not in str(problem.value)


IN_A_SECOND = {
    "retry_after": "Mon, 23 Nov 2026 12:00:01 GMT",
    "date": "Mon, 23 Nov 2026 12:00:00 GMT",
}


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"retry_after": "0.2"}),
        (503, {"retry_after_ms": "200"}),
        (529, {"retry_after": "0.2"}),
        (529, IN_A_SECOND),
    ],
    ids=["429", "503, in milliseconds", "529", "529, as a date"],
)
def test_a_busy_endpoint_is_asked_once_more_after_the_time_it_asks_for(
    status: int, headers: dict[str, str]
) -> None:
    answers = iter(
        [
            small_project.http(small_project.error("x"), status, **headers),
            small_project.http(small_project.message()),
        ]
    )
    began = time.perf_counter()
    outcome, arrived = check(lambda _: next(answers))
    assert outcome.exchange.answered
    assert len(arrived) == 2
    assert time.perf_counter() - began >= 0.2


def test_no_more_is_sent_than_the_upper_bound_says() -> None:
    failed = small_project.http(small_project.error("api_error"), 500, retry_after_ms="1")
    denied = small_project.http(small_project.error("authentication_error"), 401)
    message = small_project.http(small_project.message())
    answers = iter([failed, failed, denied, failed, failed, message])
    _, arrived = check(lambda _: next(answers))
    assert (
        len(arrived) == preflight_cost(small_project.revision(), small_project.MODEL).requests == 6
    )


def test_an_endpoint_that_stays_busy_is_asked_twice() -> None:
    asked = []

    def script(arrived: Arrived) -> bytes:
        asked.append(arrived)
        return small_project.http(small_project.error("x"), 529, retry_after="0")

    with pytest.raises(SetupError, match="is too busy: it answered HTTP 529"):
        check(script)
    assert len(asked) == 2


def test_clocks_that_differ_are_noted() -> None:
    now = datetime.datetime.now(datetime.UTC)
    ahead = format_datetime(now + datetime.timedelta(hours=7), usegmt=True)
    outcome, _ = check(lambda _: small_project.http(small_project.message(), date=ahead))
    assert "is 7 hours ahead of this machine's" in outcome.note
    right = format_datetime(now, usegmt=True)
    assert check(lambda _: small_project.http(small_project.message(), date=right))[0].note == ""
    assert check(lambda _: small_project.http(small_project.message(), date="soon"))[0].note == ""


@pytest.mark.parametrize(
    ("host", "noted"),
    [
        ("coding.dashscope.example", True),
        ("coding-intl.dashscope.example", True),
        ("token-plan.cn-beijing.maas.example", True),
        ("dashscope.example", False),
    ],
)
def test_a_plan_that_may_forbid_automated_use_is_noted(host: str, noted: bool) -> None:
    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, content=small_project.message()))
    endpoint = Endpoint(f"https://{host}/apps", SECRET)
    outcome = asyncio.run(
        preflight(small_project.revision(), small_project.MODEL, endpoint, transport=answer)
    )
    assert ("terms may forbid automated use" in outcome.note) == noted


def _answer(stop_reason: str, *blocks: tuple[str, str]) -> bytes:
    content = [{"type": kind, kind: words} for kind, words in blocks]
    fields = {"content": content, "stop_reason": stop_reason}
    return json.dumps({**json.loads(small_project.message()), **fields}).encode()


@pytest.mark.parametrize(
    ("answer", "thinks"),
    [
        (_answer("end_turn", ("text", "Hello!")), False),
        (_answer("max_tokens", ("text", "Hello, my")), False),
        (_answer("end_turn"), False),
        (_answer("end_turn", ("thinking", ""), ("text", "Hello!")), False),
        (_answer("max_tokens", ("thinking", "The user")), True),
        (_answer("end_turn", ("thinking", "A greeting."), ("text", "Hello!")), True),
        (_answer("max_tokens"), True),
        (_answer("max_tokens", ("text", "\n")), True),
        (_answer("max_tokens", ("text", "<think>\nThe user")), True),
    ],
)
def test_a_model_that_thinks_unasked_is_known_by_a_plain_answer(
    answer: bytes, thinks: bool
) -> None:
    outcome, _ = check(lambda _: small_project.http(answer))
    assert thinks_unasked(outcome.exchange) is thinks
