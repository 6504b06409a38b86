"""What the tables say of recorded answers; the tables were measured with the real clients."""

import pytest

from messages_conformance.clients.anthropic_python import read_with_python_sdk
from messages_conformance.clients.by_table import read_by_table
from messages_conformance.clients.finding import finding_of
from messages_conformance.clients.result import ClientOutcome
from messages_conformance.errors import ClientsError
from messages_conformance.protocol.exchange import Exchange, Request

STREAM = (("content-type", "text/event-stream"),)
NO_END = (
    b'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3,'
    b'"output_tokens":1}}}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},'
    b'"usage":{"output_tokens":2}}\n\n'
)
END = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
FLAT = b'{"code":"X","message":"no"}'


@pytest.mark.parametrize(
    ("client", "exchange", "outcome"),
    [
        ("typescript-sdk", Exchange(Request({"stream": True}), 200, STREAM, NO_END), "raises"),
        ("opencode", Exchange(Request({"stream": True}), 200, STREAM, NO_END), "raises"),
        ("claude-code", Exchange(Request({"stream": True}), 200, STREAM, NO_END), "fine"),
        ("ai-sdk", Exchange(Request({}), 400, body=FLAT), "loses"),
        ("typescript-sdk", Exchange(Request({}), 400, body=FLAT), "fine"),
        ("typescript-sdk", Exchange(Request({"model": "m"}), 200, body=b"<html>"), "misreads"),
        ("ai-sdk", Exchange(Request({"stream": True}), 200, STREAM, NO_END + END), "fine"),
    ],
)
def test_an_answer_is_read_as_the_client_reads_it(
    client: str, exchange: Exchange, outcome: str
) -> None:
    (result,) = read_by_table(client, [exchange])
    assert result is not None
    assert result.outcome is ClientOutcome(outcome)
    assert (finding_of(result) is None) is (outcome == "fine")


def test_where_no_answer_came_nothing_is_said() -> None:
    assert list(read_by_table("ai-sdk", [Exchange(Request({}), None, ended="cut")])) == [None]


def test_a_client_without_a_table_is_refused() -> None:
    with pytest.raises(ClientsError, match="no table"):
        list(read_by_table("no-such-client", []))


def test_an_answer_to_what_no_client_sends_is_not_read() -> None:
    unsent: tuple[dict[str, object], ...] = (
        {"max_tokens": 9, "messages": []},
        {"model": "m", "max_tokens": "9", "messages": []},
        {"model": "m", "max_tokens": 9, "messages": [], "stream": "true"},
    )
    for body in unsent:
        exchange = Exchange(Request(body), 200, (("content-type", "text/plain"),), b"ok")
        assert list(read_by_table("ai-sdk", [exchange])) == [None]
        assert read_with_python_sdk([exchange]) == (None,)


def test_an_answer_to_a_request_of_which_only_a_digest_is_stored_is_read() -> None:
    long = Request(f"sha256:{'0' * 64}, 33000000 bytes")
    (result,) = read_by_table("ai-sdk", [Exchange(long, 413, body=FLAT)])
    assert result is not None
    assert result.outcome is ClientOutcome("loses")
