"""Nothing that an endpoint or a recording says can harm a terminal, the memory or the program."""

import json
from typing import Any

import pytest

from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import render, settings
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.evidence import from_exchanges
from messages_conformance.readiness.questions import answer_all, client_of, questions
from messages_conformance.readiness.result import Readiness, Verdict
from support.clients_at import MODEL, at_case

CLIENTS = ("claude-code", "python-sdk", "ai-sdk")


def at(body: bytes, status: int | None, client: str, **more: Any) -> Readiness:
    """What is said of an endpoint that answers everything alike."""
    return answer_all(
        questions(dialect_of(client), MODEL),
        lambda batch: [Exchange(request, status, body=body, **more) for request in batch],
    )


def flat(message: str) -> bytes:
    return json.dumps({"message": message}).encode()


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b"<html>" + b"a" * 1_000_000,
        flat("max_tokens: 1 > " + "9" * 6000),
        flat("Range of max_tokens should be [1, 0]"),
        flat("Unexpected value(s) `` for the `anthropic-beta` header"),
        flat("\x1b[31mred\x1b]0;title\x07 \ud800"),
        b'event: error\ndata: {"type": "error"}\n\n',
        b"data: []\n\ndata: 3\n\n",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 422, 500, None])
def test_whatever_is_answered_comes_to_a_verdict(
    client: str, body: bytes, status: int | None
) -> None:
    found = at(body, status, client, ended="complete" if status else "unreachable")
    assert found.verdict in Verdict
    said = render.text(found, "http://127.0.0.1:1\x1b[2J")
    assert "\x1b" not in said
    json.loads(render.to_json([render.document(found, "http://127.0.0.1:1")]))


def test_an_endless_healing_ends() -> None:
    found = at(flat("max_tokens: 32000 > 8192, which is the maximum allowed number of output "
                    "tokens for m"), 400, "claude-code")  # fmt: skip
    assert found.verdict is Verdict.NOT


def test_a_model_named_like_a_command_is_quoted() -> None:
    found = answer_all(
        questions(dialect_of("claude-code"), "$(reboot)"),
        lambda batch: [Exchange(request, 400, body=flat("no")) for request in batch],
    )
    assert "export ANTHROPIC_MODEL='$(reboot)'" in settings.block(found, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"messages": "Hi.", "max_tokens": 1},
        {"messages": [{"role": "user"}], "max_tokens": "1"},
        {"messages": [{"role": "user"}], "max_tokens": 1, "tools": [3]},
        {"messages": [{"role": "user"}], "max_tokens": 1, "thinking": 3},
        {"messages": [{"role": "user"}], "max_tokens": 1, "tools": [{"type": {}}]},
    ],
)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_recording_of_odd_requests_is_judged_without_harm(body: Any, client: str) -> None:
    dialect = dialect_of(client)
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    odd = [Exchange(Request(body), 200, body=b"{}")]
    nested = {"messages": [{"role": "user", "content": deep}], "max_tokens": 1}
    odd.append(Exchange(Request(nested), 400, body=flat("no")))
    found = from_exchanges(dialect, client_of(dialect), MODEL, odd)
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("budget", ["1", {}, None, [1], 10**400])
def test_a_budget_of_any_kind_does_no_harm(budget: Any) -> None:
    thinking = {"type": "enabled", "budget_tokens": budget}
    asked = {"messages": [{"role": "user", "content": "Hi."}], "max_tokens": 64_000}
    exchange = Exchange(Request({**asked, "thinking": thinking}), 200, body=b"{}")
    for client in CLIENTS:
        found = from_exchanges(dialect_of(client), client_of(dialect_of(client)), MODEL, [exchange])
        assert found.verdict in Verdict


@pytest.mark.parametrize("client", CLIENTS)
def test_a_line_is_no_longer_than_a_screen(client: str) -> None:
    said = render.text(at_case("accepts_all", client), "http://127.0.0.1:1")
    assert [line for line in said.splitlines() if len(line) > 100] == []
