"""What an error must not reveal of the server behind it, and what is no leak."""

import pytest

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.check import check
from support.rule_examples import JSON, answer, failure

LEAKS = {
    "HTML": "<html><body>502</body></html>",
    "a Python traceback": 'Traceback (most recent call last):\n  File "a.py", line 3, in f',
    "a Python exception": "KeyError('content')",
    "a Java class": "java.lang.NullPointerException",
    "a Java stack trace": "x\n\tat com.example.gateway.Router.route(Router.java:88)",
    "a JavaScript stack trace": "x\n    at $g (/srv/app/dist/cli.js:840:35602)",
    "a JavaScript exception": "TypeError: x.split is not a function",
    "a Go stack trace": "panic: runtime error: index out of range\n\ngoroutine 7 [running]:",
    "a Rust panic": "thread 'main' panicked at src/main.rs:3:5",
    "a .NET stack trace": "x\n   at Gateway.Api.Post(String s) in C:\\a\\Api.cs:line 12",
    "a PHP stack trace": "x #0 /var/www/html/index.php(12): f()",
    "a Ruby stack trace": "app.rb:12:in `call'",
    "a path of the server": "cannot read /usr/lib/python3/site-packages/vllm/engine.py",
}
MORE = (
    ("a JavaScript stack trace", "Error\n    at async Server.handle (file:///app/index.mjs:1:2)"),
    ("a JavaScript stack trace", "x at Object.<anonymous> (node:internal/modules:12:30)"),
    ("a JavaScript exception", "Cannot read properties of undefined (reading 'map')"),
    ("a Go stack trace", "handler failed: server.go:211: nil"),
)
FINE = (
    "messages.0.content: Field required",
    "max_tokens: 128001 > 64000, which is the maximum allowed number of output tokens for m",
    "model: qwen/qwen-plus",
    "The request to /v1/messages failed at 12:30:45.",
    "This file type is not supported: use .py or .js",
    "`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
    "x-api-key header is required",
    "Rate limit reached for model at organization level: 5 requests per minute",
    "Overloaded",
)


def found(exchange: Exchange) -> list[str]:
    return [finding.message for finding in check(exchange) if finding.rule.id == "ER-7"]


def refused(said: str) -> Exchange:
    return answer(failure(said=said), JSON, 400)


@pytest.mark.parametrize(("what", "said"), [*LEAKS.items(), *MORE])
def test_a_leak_is_named(what: str, said: str) -> None:
    (message,) = found(refused(said))
    assert message.startswith(f"the message contains {what}: ")


@pytest.mark.parametrize("said", FINE)
def test_a_plain_sentence_leaks_nothing(said: str) -> None:
    assert found(refused(said)) == []


@pytest.mark.parametrize("key", ["stack", "stacktrace", "traceback", "trace"])
def test_a_trace_beside_the_message_is_reported(key: str) -> None:
    error = failure()
    (message,) = found(answer({**error, key: ["at x"]}, JSON, 500))
    assert f"`{key}`" in message
    (message,) = found(answer({**error, "error": {**error["error"], key: "at x"}}, JSON, 500))
    assert f"`{key}`" in message


def test_a_trace_in_plain_text_is_reported() -> None:
    (message,) = found(answer(LEAKS["a Python traceback"].encode(), JSON, 500))
    assert "a Python traceback" in message
