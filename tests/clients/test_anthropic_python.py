"""What the official SDK makes of defective answers, as measured with it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.clients.anthropic_python import read_with_python_sdk
from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.protocol.exchange import Chunk, Exchange, Request
from rules.test_golden import exchange as golden_exchange
from rules.test_golden import golden as golden
from support import small_project

JSON, SSE = "application/json", "text/event-stream"


def event(type: str, name: str | None = None, **fields: Any) -> bytes:
    data = json.dumps({"type": type, **fields}).encode()
    return b"event: " + (name or type).encode() + b"\ndata: " + data + b"\n\n"


MESSAGE = json.loads(small_project.message())
OPENING = MESSAGE | {"content": [], "stop_reason": None}
START = event("message_start", message=OPENING)
END = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2})
STOP = event("message_stop")
TEXT = {"type": "text", "text": ""}
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}


def text(piece: Any = "Hello.", index: Any = 0, **fields: Any) -> list[bytes]:
    delta = {"type": "text_delta", "text": piece, **fields}
    return [
        event("content_block_start", index=index, content_block=TEXT),
        event("content_block_delta", index=index, delta=delta),
        event("content_block_stop", index=index),
    ]


def call(arguments: str) -> list[bytes]:
    delta = {"type": "input_json_delta", "partial_json": arguments}
    return [
        event("content_block_start", index=0, content_block=TOOL),
        event("content_block_delta", index=0, delta=delta),
        event("content_block_stop", index=0),
    ]


def stream(*parts: bytes | list[bytes], kind: str = SSE, **changes: Any) -> Exchange:
    pieces = [piece for part in parts for piece in ([part] if isinstance(part, bytes) else part)]
    return replace(
        plain(b"".join(pieces), kind=kind, stream=True),
        chunks=tuple(Chunk(len(piece), 0.1) for piece in pieces),
        **changes,
    )


def plain(body: bytes, status: int = 200, kind: str = JSON, **asked: Any) -> Exchange:
    headers = (("content-type", kind),)
    return Exchange(small_project.request(**asked), status, headers, body)


def said(**changes: Any) -> bytes:
    return json.dumps(MESSAGE | changes).encode()


def read(exchange: Exchange) -> ClientResult:
    (result,) = read_with_python_sdk([exchange])
    assert result is not None
    return result


WHOLE = b"".join([START, *text(), END, STOP])


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param(stream(WHOLE), id="plain"),
        pytest.param(stream(WHOLE.replace(b": ", b":")), id="no space after the colon"),
        pytest.param(stream(WHOLE.replace(b"\n", b"\r\n")), id="CRLF"),
        pytest.param(stream(b": hello\n\nid: 1\nretry: 5\n", WHOLE), id="comments, id, retry"),
        pytest.param(stream(*[bytes([byte]) for byte in WHOLE]), id="chunks of one byte"),
        pytest.param(stream(WHOLE, kind=JSON), id="another content type"),
        pytest.param(stream(START, event("ping"), *text(), END, STOP), id="ping"),
        pytest.param(stream(WHOLE, b"data: [DONE]\n\n"), id="nameless sentinel"),
        pytest.param(stream(START, event("new"), *text(), END, STOP), id="unknown event"),
        pytest.param(stream(START, *text(), END), id="no message_stop"),
        pytest.param(
            stream(event("message_start", "odd", message=OPENING), *text(), END, STOP),
            id="a name other than the type",
        ),
        pytest.param(stream(START, *call('{"city": "Rome"}'), END, STOP), id="tool call"),
        pytest.param(stream(START, *call(""), END, STOP), id="tool call without arguments"),
        pytest.param(plain(said()), id="message"),
        pytest.param(plain(said(extra={"a": [1]})), id="unknown key"),
        pytest.param(plain(small_project.error("invalid_request_error"), 400), id="error"),
        pytest.param(
            plain(small_project.error("api_error"), 500, stream=True), id="error to a stream"
        ),
        pytest.param(
            stream(START, event("error", error={"type": "overloaded_error", "message": "Busy."})),
            id="error in a stream",
        ),
    ],
)
def test_what_clients_accept_is_fine(exchange: Exchange) -> None:
    assert read(exchange) == ClientResult(ClientOutcome.FINE)


ITERATING, FINAL = "iterating the stream", "messages.stream()"
OPENAI_STREAM = b'data: {"id": "x", "choices": []}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    ("exchange", "outcome", "message"),
    [
        pytest.param(
            stream(WHOLE.replace(b"event: ", b"x: ")),
            ClientOutcome.LOSES,
            f"{ITERATING} yields none of its 6 events and no error; {FINAL} raises AssertionError",
            id="no event lines",
        ),
        pytest.param(
            stream(WHOLE.replace(b"\n\n", b"\n") + b"\n"),
            ClientOutcome.RAISES,
            f"{ITERATING} raises JSONDecodeError: Extra data",
            id="no blank lines",
        ),
        pytest.param(
            stream(WHOLE, b"event: done\ndata: [DONE]\n\n"),
            ClientOutcome.RAISES,
            f"{FINAL} raises JSONDecodeError",
            id="named sentinel",
        ),
        pytest.param(
            stream(START, event("error", "message", error={"type": "a", "message": "b"})),
            ClientOutcome.MISREADS,
            f"{FINAL} returns an error as a Message",
            id="error under another name",
        ),
        pytest.param(
            stream(START, event("error", error="Busy.")),
            ClientOutcome.LOSES,
            "the error's type and message are lost: APIStatusError has none",
            id="error without its parts in a stream",
        ),
        pytest.param(
            stream(START, *text(), STOP),
            ClientOutcome.MISREADS,
            f"{FINAL} returns a Message whose stop_reason is None",
            id="no message_delta",
        ),
        pytest.param(
            stream(*text(), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises AssertionError",
            id="no message_start",
        ),
        pytest.param(
            stream(START, *text(index=1), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises IndexError",
            id="index from 1",
        ),
        pytest.param(
            stream(START, *text(index=None), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises TypeError",
            id="no index",
        ),
        pytest.param(
            stream(START, *text("One."), *text("Two."), END, STOP),
            ClientOutcome.MISREADS,
            f"{FINAL} returns a Message whose content is wrong",
            id="index 0 twice",
        ),
        pytest.param(
            stream(START, *text(type="thinking_delta", thinking="Hm."), END, STOP),
            ClientOutcome.LOSES,
            f"{FINAL} loses the text block's thinking",
            id="delta of another kind",
        ),
        pytest.param(
            stream(START, *call("{city}"), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises ValueError: Unable to parse tool parameter JSON",
            id="tool input that is no JSON",
        ),
        pytest.param(
            stream(START, *call('{"city": "Ro'), END, STOP),
            ClientOutcome.LOSES,
            f"{FINAL} loses the tool_use block's input",
            id="tool input cut short",
        ),
        pytest.param(
            stream(START, *call("[1]"), END, STOP),
            ClientOutcome.MISREADS,
            f"{FINAL} returns a Message whose tool_use block's input is a list",
            id="tool input that is a list",
        ),
        pytest.param(
            stream(event("message_start", message=OPENING | {"usage": None}), *text(), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises AttributeError",
            id="no usage at the start",
        ),
        pytest.param(
            stream(START, *text(), event("message_delta", delta={"stop_reason": "end_turn"}), STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises AttributeError",
            id="no usage at the end",
        ),
        pytest.param(
            stream(event("message_start", message=OPENING | {"content": None}), *text(), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises AttributeError",
            id="content null",
        ),
        pytest.param(
            stream(START, *text(None), END, STOP),
            ClientOutcome.RAISES,
            f"{FINAL} raises TypeError",
            id="text null",
        ),
        pytest.param(
            stream(b"\xef\xbb\xbf", WHOLE),
            ClientOutcome.LOSES,
            f"{ITERATING} yields only 5 of its 6 events and no error",
            id="byte order mark",
        ),
        pytest.param(
            plain(said(), stream=True),
            ClientOutcome.LOSES,
            f"{ITERATING} yields nothing and no error; {FINAL} raises AssertionError",
            id="a message instead of a stream",
        ),
        pytest.param(
            plain(small_project.error("api_error"), stream=True),
            ClientOutcome.MISREADS,
            f"{ITERATING} ends without an exception, though the stream has an error",
            id="an error instead of a stream",
        ),
        pytest.param(
            stream(OPENAI_STREAM),
            ClientOutcome.LOSES,
            f"{ITERATING} yields none of its 1 events and no error",
            id="a stream of another API",
        ),
        pytest.param(
            stream(START, *text(), ended="cut"),
            ClientOutcome.RAISES,
            f"{FINAL} raises httpx2.RemoteProtocolError, which is not an error of the SDK",
            id="connection cut",
        ),
        pytest.param(
            plain(small_project.error("api_error")),
            ClientOutcome.MISREADS,
            "messages.create() returns an error as a Message",
            id="an error with status 200",
        ),
        pytest.param(
            plain(b"<html>", kind="text/html"),
            ClientOutcome.MISREADS,
            "messages.create() returns a str instead of a Message",
            id="a page",
        ),
        pytest.param(
            stream(WHOLE, request=small_project.request()),
            ClientOutcome.MISREADS,
            "messages.create() returns a str instead of a Message",
            id="a stream that was not requested",
        ),
        pytest.param(
            plain(b""),
            ClientOutcome.RAISES,
            "messages.create() raises JSONDecodeError",
            id="nothing",
        ),
        pytest.param(
            plain(said(content=None)),
            ClientOutcome.MISREADS,
            "messages.create() returns a Message whose content is None",
            id="content null, not streamed",
        ),
        pytest.param(
            plain(said(stop_reason=None)),
            ClientOutcome.MISREADS,
            "messages.create() returns a Message whose stop_reason is None",
            id="no stop reason",
        ),
        pytest.param(
            plain(said(usage={"input_tokens": "5", "output_tokens": 2})),
            ClientOutcome.MISREADS,
            "messages.create() returns a Message whose usage.input_tokens is a str",
            id="a figure as a string",
        ),
        pytest.param(
            plain(b"<html>", 502, kind="text/html"),
            ClientOutcome.LOSES,
            "the error's type and message are lost: InternalServerError has none",
            id="a proxy's page",
        ),
        pytest.param(
            plain(b'{"code": "InvalidParameter", "message": "No."}', 400),
            ClientOutcome.LOSES,
            "the error's type and message are lost: BadRequestError has none",
            id="an error of another form",
        ),
        pytest.param(
            plain(b'event: error\ndata: {"type": "error"}\n\n', 400, kind=SSE, stream=True),
            ClientOutcome.LOSES,
            "the error's type and message are lost: BadRequestError has none",
            id="an error framed as an event",
        ),
    ],
)
def test_a_defect_has_the_measured_result(
    exchange: Exchange, outcome: ClientOutcome, message: str
) -> None:
    result = read(exchange)
    assert (result.outcome, message in result.message) == (outcome, True), result


def test_answers_to_other_requests_and_missing_answers_are_not_read() -> None:
    models = Request(None, path="/v1/models", method="GET")
    silent = Exchange(small_project.request(), None, ended="unreachable")
    assert read_with_python_sdk([replace(plain(said()), request=models), silent]) == (None, None)


def test_a_bad_answer_does_not_affect_the_next() -> None:
    results = read_with_python_sdk(
        [stream(*text(), END, STOP), stream(WHOLE), plain(b""), plain(said())]
    )
    assert [result and result.outcome for result in results] == [
        ClientOutcome.RAISES,
        ClientOutcome.FINE,
        ClientOutcome.RAISES,
        ClientOutcome.FINE,
    ]


def test_genuine_traffic_is_fine(golden: list[dict[str, Any]]) -> None:
    asked = [replace(golden_exchange(line).request, path=line["path"]) for line in golden]
    exchanges = [
        replace(golden_exchange(line), request=request)
        for line, request in zip(golden, asked, strict=True)
    ]
    results = read_with_python_sdk(exchanges)
    bad = {
        line["source"]: result.message
        for line, result in zip(golden, results, strict=True)
        if result and result.outcome is not ClientOutcome.FINE
    }
    assert bad == {}
    assert sum(result is not None for result in results) > 300
