"""What came back, said in a few words: what a reader acts on comes first."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from messages_conformance.probing.behaviours import describe
from messages_conformance.protocol.exchange import Exchange
from support import small_project

START = {"type": "message_start", "message": {"content": []}}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
STOP = {"type": "message_stop"}


def streamed(*events: Mapping[str, object], named: bool = True) -> Exchange:
    body = "".join(
        (f"event: {one['type']}\n" if named else "") + f"data: {json.dumps(one)}\n\n"
        for one in events
    )
    answer = small_project.exchange(small_project.request(), body.encode())
    return replace(answer, headers=(("content-type", "text/event-stream"),))


@pytest.mark.parametrize("named", [True, False])
def test_a_stream_without_its_beginning_or_its_end_is_said_to_be_that(named: bool) -> None:
    ping = {"type": "ping"}
    assert describe(streamed(ping, BLOCK, STOP, named=named)) == (
        "HTTP 200, a stream that begins with content_block_start instead of message_start"
    )
    assert describe(streamed(START, BLOCK, named=named)) == (
        "HTTP 200, a stream that ends with content_block_start instead of message_stop"
    )


def test_any_other_body_that_is_no_message_is_quoted() -> None:
    answer = small_project.exchange(small_project.request(), b"<html>Welcome</html>")
    assert describe(answer) == "HTTP 200 without a message: <html>Welcome</html>"


def failed(status: int, body: object) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    return describe(
        replace(small_project.exchange(small_project.request(), text.encode()), status=status)
    )


NOT = "not the documented error envelope"
NO_IMAGES = {"error": {"code": 500, "message": "image input is not supported"}}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, "Invalid API key", "HTTP 401: Invalid API key (plain text, {NOT})"),
        (500, NO_IMAGES, "HTTP 500: image input is not supported (OpenAI's error object, {NOT})"),
        (
            500,
            {"error": {"message": f"Error from provider(a: 500): {json.dumps(NO_IMAGES)}"}},
            "HTTP 500: image input is not supported (OpenAI's error object, {NOT})",
        ),
        (403, {"detail": "Not you."}, 'HTTP 403: Not you. (FastAPI\'s `{"detail": …}`, {NOT})'),
        (404, "", "HTTP 404 without a message: empty, {NOT}"),
        (400, {"a": 1}, 'HTTP 400: {"a": 1} (JSON of another shape, {NOT})'),
        (
            502,
            "<html><style>p {}</style><h1>502 Bad Gateway</h1></html>",
            "HTTP 502: 502 Bad Gateway (an HTML page, {NOT})",
        ),
        (
            400,
            {"type": "error", "error": {"type": 1, "message": "No."}},
            "HTTP 400: No. (an error whose type or message is no string, {NOT})",
        ),
        (
            400,
            'data: {"type": "error", "error": {"message": "No."}}\n\n',
            "HTTP 400: No. (framed as a server-sent event, {NOT})",
        ),
    ],
)
def test_what_a_foreign_error_says_comes_before_its_form(
    status: int, body: object, said: str
) -> None:
    assert failed(status, body) == said.replace("{NOT}", NOT)


def test_what_a_servers_own_words_mean_is_said_first() -> None:
    words = "The model produced output that does not match the expected peg-native format"
    said = failed(500, {"error": {"message": words}})
    assert said.startswith("HTTP 500: the server cannot read what its own model wrote: The model")
    assert failed(400, {"error": {"message": words}}).startswith("HTTP 400: The model produced")
