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
