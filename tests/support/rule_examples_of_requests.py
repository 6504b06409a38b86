"""Examples of the rules about headers and errors, and of requests that must be refused."""

from typing import Any

from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Exchange
from support.rule_examples import (
    CALL,
    ENABLED,
    JSON,
    TEXT,
    THOUGHT,
    WEATHER,
    Data,
    answer,
    example,
    failure,
    message,
    without,
)

USER: Data = {"role": "user", "content": "Rain?"}
RESULT: Data = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "No."}
SECOND = {**CALL, "id": "toolu_2"}
EPHEMERAL: Data = {"type": "ephemeral"}
HOUR: Data = {**EPHEMERAL, "ttl": "1h"}


TWICE: list[Data] = [
    USER,
    {"role": "assistant", "content": [CALL]},
    {"role": "user", "content": [RESULT]},
]


def history(assistant: Any, user: Any, **request: Any) -> Exchange:
    """A valid answer to a conversation of three messages."""
    messages = [
        USER,
        {"role": "assistant", "content": assistant},
        {"role": "user", "content": user},
    ]
    return answer(message(), messages=messages, tools=[WEATHER], **request)


def thinking(**field: Any) -> Exchange:
    """An answer with thinking, to a request with that `thinking`."""
    return answer(message(THOUGHT, TEXT), thinking=field)


def user_blocks(*blocks: Data) -> Exchange:
    """A valid answer to a message of these blocks."""
    return answer(message(), messages=[{"role": "user", "content": list(blocks)}])


def cached(**control: Any) -> Data:
    """A text block with a `cache_control`."""
    return {**TEXT, "cache_control": {**EPHEMERAL, **control}}


ROUND = history([CALL], [RESULT])
THOUGHTFUL = answer(message(THOUGHT, TEXT), thinking=ENABLED)

REFUSALS = (
    example("TU-1", bad=history([CALL], "And?"), good=ROUND),
    example("TU-2", bad=history([CALL], [TEXT, RESULT]), good=history([CALL], [RESULT, TEXT])),
    example("TU-3", bad=history([TEXT], [RESULT]), good=ROUND),
    example("TU-12", bad=history([CALL, CALL], [RESULT]), good=ROUND),
    example(
        "TU-12",
        bad=answer(message(), messages=[*TWICE, *TWICE], tools=[WEATHER]),
        good=answer(message(), messages=[*TWICE, USER], tools=[WEATHER]),
    ),
    example("TU-13", bad=history([CALL], [RESULT, RESULT]), good=ROUND),
    example(
        "TU-4",
        bad=history([CALL, SECOND], [RESULT]),
        good=history([CALL, SECOND], [RESULT, {**RESULT, "tool_use_id": "toolu_2"}]),
    ),
    example(
        "TU-7",
        bad=history([{**CALL, "id": "a b"}], [{**RESULT, "tool_use_id": "a b"}]),
        good=history([{**CALL, "id": "call_1"}], [{**RESULT, "tool_use_id": "call_1"}]),
    ),
    example("TH-1", bad=thinking(type="enabled", budget_tokens=1023), good=THOUGHTFUL),
    example("TH-2", bad=thinking(type="enabled", budget_tokens=2048), good=THOUGHTFUL),
    example("TH-3", bad=thinking(type="enabled"), good=THOUGHTFUL),
    example("TH-3", bad=thinking(type="deep"), good=thinking(type="adaptive")),
    example(
        "TH-4",
        bad=answer(message(THOUGHT), thinking=ENABLED, temperature=0.5),
        good=answer(message(THOUGHT), thinking=ENABLED, temperature=1.0),
    ),
    example(
        "TH-5",
        bad=answer(message(THOUGHT), thinking=ENABLED, top_k=5),
        good=answer(message(THOUGHT), thinking=ENABLED, top_p=0.95),
    ),
    example(
        "TH-6",
        bad=answer(
            message(THOUGHT, CALL), thinking=ENABLED, tool_choice={"type": "any"}, tools=[WEATHER]
        ),
        good=answer(
            message(THOUGHT, CALL), thinking=ENABLED, tool_choice={"type": "auto"}, tools=[WEATHER]
        ),
    ),
    example(
        "TH-7",
        bad=answer(
            message(), thinking=ENABLED, messages=[USER, {"role": "assistant", "content": "It"}]
        ),
        good=THOUGHTFUL,
    ),
    example(
        "TH-9",
        bad=history([without(THOUGHT, "signature"), CALL], [RESULT], thinking=ENABLED),
        good=history([THOUGHT, CALL], [RESULT], thinking=ENABLED),
    ),
    example(
        "TH-10",
        bad=history([CALL], [RESULT], thinking=ENABLED),
        good=history([CALL], [RESULT], thinking={"type": "adaptive"}),
    ),
    example(
        "TH-14",
        bad=answer(message(), thinking={"type": "disabled", "display": "omitted"}),
        good=answer(message(), thinking={"type": "disabled"}),
    ),
    example("PC-2", bad=user_blocks(cached(ttl="1d")), good=user_blocks(cached(ttl="1h"))),
    example("PC-3", bad=user_blocks(*[cached()] * 5), good=user_blocks(*[cached()] * 4)),
    example(
        "PC-4",
        bad=user_blocks(cached(), cached(ttl="1h")),
        good=user_blocks(cached(ttl="1h"), cached()),
    ),
    example("PC-5", bad=user_blocks({**cached(), "text": ""}), good=user_blocks(cached())),
)

VERSION = ("anthropic-version", "2023-06-01")
API_KEY = ("x-api-key", KEY)
SENT = answer(message(), sent=(VERSION, API_KEY))
FULL = (*JSON, ("date", "Mon, 23 Nov 2026 12:00:00 GMT"))
ID = ("request-id", "req_1")


def refused(
    body: Any = None, *headers: tuple[str, str], status: int = 400, **more: Any
) -> Exchange:
    """A refusal."""
    return answer(failure() if body is None else body, (*JSON, *headers), status, **more)


BUSY = failure("rate_limit_error")
SPENT: Data = {
    **BUSY,
    "error": {**BUSY["error"], "details": {"error_code": "enforced_spend_limit_reached"}},
}
UNKNOWN_BETA = failure(
    said="Unexpected value(s) `some-feature-2020-01-01` for the `anthropic-beta` header."
)
RETRY = ("retry-after", "5")
WRONG = failure("authentication_error", "invalid x-api-key")
LARGE = [{"role": "user", "content": "x" * (32 * 1024 * 1024)}]

HEADERS = (
    example("HD-1", bad=answer(message(), sent=(API_KEY,)), good=SENT),
    example(
        "HD-2", bad=answer(message(), sent=(API_KEY, ("anthropic-version", "latest"))), good=SENT
    ),
    *(
        example(
            "HD-2",
            bad=answer(message(), sent=(API_KEY, ("anthropic-version", "2024-01-01"))),
            good=answer(message(), sent=(API_KEY, ("anthropic-version", version))),
        )
        for version in ("2023-01-01", "bedrock-2023-05-31", "vertex-2023-10-16")
    ),
    example(
        "HD-3",
        bad=refused(failure(said="anthropic-version: no such version"), sent=(VERSION, API_KEY)),
        good=refused(sent=(VERSION, API_KEY)),
    ),
    example(
        "HD-5",
        bad=refused(WRONG, status=401, sent=(VERSION, ("authorization", f"Bearer {KEY}"))),
        good=refused(WRONG, status=401, sent=(VERSION, ("x-api-key", WRONG_KEY))),
    ),
    example("HD-6", bad=answer(message(), sent=(VERSION, ("x-api-key", WRONG_KEY))), good=SENT),
    example("HD-6", bad=answer(message(), sent=(VERSION,)), good=SENT),
    example("HD-7", bad=answer(message(), FULL), good=answer(message(), (*FULL, ID))),
    example(
        "HD-7",
        bad=refused(failure(request_id="req_2"), ID),
        good=refused(failure(request_id="req_1"), ID),
    ),
    example(
        "HD-7w",
        bad=answer(message(), (*JSON, ("request-id", "7f3a"))),
        good=answer(message(), (*JSON, ID)),
    ),
    example("HD-8", bad=refused(BUSY, status=429), good=refused(BUSY, RETRY, status=429)),
    example(
        "HD-8",
        bad=answer(message(), (*JSON, ("anthropic-ratelimit-tokens-reset", "30s"))),
        good=answer(
            message(), (*JSON, ("anthropic-ratelimit-tokens-reset", "2026-11-23T12:00:00Z"))
        ),
    ),
    example(
        "HD-10",
        bad=refused(None, ("x-should-retry", "true")),
        good=refused(None, ("x-should-retry", "false")),
    ),
)

ERRORS = (
    example("ER-1", bad=refused({"code": "Bad", "message": "It is bad."}), good=refused()),
    example("ER-1", bad=refused({"error": {"message": "It is bad."}}), good=refused()),
    example("ER-1", bad=refused({"detail": [{"msg": "It is bad."}]}), good=refused()),
    example("ER-1", bad=refused(b"<html>502</html>", status=502), good=refused()),
    example("ER-1", bad=refused(b"", status=503), good=refused()),
    example("ER-1", bad=refused(b'event:error\ndata:{"code":"Bad"}\n\n'), good=refused()),
    example("ER-1", bad=refused(failure(said="")), good=refused()),
    example(
        "ER-1",
        bad=answer(failure(), (("content-type", "text/event-stream"),), 400),
        good=answer(failure(), (("content-type", "application/json; charset=utf-8"),), 400),
    ),
    example(
        "ER-2",
        bad=refused(failure("NotFoundError"), status=404),
        good=refused(failure("not_found_error"), status=404),
    ),
    example("ER-2", bad=refused(status=401), good=refused(status=422)),
    example("ER-2", bad=refused(status=503), good=refused(failure("api_error"), status=503)),
    example(
        "ER-3",
        bad=refused(messages=LARGE),
        good=refused(failure("request_too_large"), status=413, messages=LARGE),
    ),
    example("ER-5", bad=answer(failure()), good=refused()),
    example("ER-5", bad=answer({"code": "Bad", "message": "It is bad."}), good=refused()),
    example("ER-6", bad=refused(SPENT, RETRY, status=429), good=refused(SPENT, status=429)),
    example(
        "ER-7",
        bad=refused(failure(said="<400> InternalError.Algo.InvalidParameter: Range of top_p")),
        good=refused(failure(said="top_p: Input should be less than or equal to 1")),
    ),
    example("ER-7", bad=refused(failure(said="""{'error': {'message': 'no'}}""")), good=refused()),
    example(
        "ER-10",
        bad=refused(UNKNOWN_BETA),
        good=refused(UNKNOWN_BETA, sent=(("anthropic-beta", "some-feature-2020-01-01"),)),
    ),
)

_PAGE = b"<html><head><title>502 Bad Gateway</title></head><hr><center>%s</center></html>"
_SEARCH: Data = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
_FOUND: Data = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
_CITED: Data = {
    **{"type": "char_location", "cited_text": "Rain.", "document_index": 0},
    **{"document_title": None, "start_char_index": 0, "end_char_index": 5},
}
_SCHEMA: Data = {
    "type": "object",
    "properties": {"rain": {"type": "boolean"}},
    "required": ["rain"],
}
_FORMAT: Data = {"format": {"type": "json_schema", "schema": _SCHEMA}}
FEATURES = (
    example(
        "ER-8",
        bad=answer(_PAGE % b"cloudflare", (("content-type", "text/html"),), 502),
        good=answer(failure("api_error"), JSON, 502),
    ),
    example(
        "ER-1",
        bad=answer(_PAGE % b"nginx", JSON, 502),
        good=answer(failure("api_error"), JSON, 502),
    ),
    example("ER-1", bad=answer(b"", (("location", "/v2"),), 307), good=refused()),
    example(
        "CT-4",
        bad=answer(message({**TEXT, "citations": [without(_CITED, "document_index")]})),
        good=answer(message({**TEXT, "citations": [_CITED]})),
    ),
    example(
        "CT-4w",
        bad=answer(message({**TEXT, "citations": [_CITED, {"type": "of_tomorrow"}]})),
        good=answer(message({**TEXT, "citations": [_CITED]})),
    ),
    example(
        "CT-7",
        bad=answer(message(_SEARCH, TEXT)),
        good=answer(message(_SEARCH, stop_reason="pause_turn")),
    ),
    example(
        "CT-7",
        bad=answer(message(_SEARCH, {**_FOUND, "tool_use_id": "srvtoolu_2"}, TEXT)),
        good=answer(message(_SEARCH, {**_FOUND, "tool_use_id": "toolu_BLANKED"}, TEXT)),
    ),
    example(
        "CT-7",
        bad=answer(message(_SEARCH, {**_FOUND, "content": "[]"}, TEXT)),
        good=answer(message(_SEARCH, {**_FOUND, "content": {"error_code": "unavailable"}}, TEXT)),
    ),
    *(
        example(
            "CT-9",
            bad=answer(message({"type": "text", "text": bad}), output_config=_FORMAT),
            good=answer(message({"type": "text", "text": '{"rain": true}'}), output_config=_FORMAT),
        )
        for bad in ("It rains.", '```json\n{"rain": true}\n```', '{"rain": "yes"}', "{}")
    ),
    example(
        "CT-9",
        bad=answer(message(), output_config=_FORMAT),
        good=answer(message(stop_reason="max_tokens"), output_config=_FORMAT),
    ),
)

REQUESTS = (*REFUSALS, *HEADERS, *ERRORS, *FEATURES)
