"""A replayed cassette is to the official SDK what the endpoint was."""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from messages_conformance.cassettes.replay import NoRecordingError, Replay
from messages_conformance.cassettes.tape import Entry, Tape
from messages_conformance.protocol.exchange import WRONG_KEY, Chunk, Exchange, Request
from support import small_project


def event(type: str, **fields: Any) -> bytes:
    return f"event: {type}\ndata: {json.dumps({'type': type, **fields})}\n\n".encode()


EVENTS = [
    event("message_start", message=json.loads(small_project.message()) | {"content": []}),
    event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hel"}),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "lo."}),
    event("content_block_stop", index=0),
    event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2}),
    event("message_stop"),
]
ASKED: dict[str, Any] = {"model": small_project.MODEL.id, "max_tokens": 48}
HELLO: list[Any] = [{"role": "user", "content": "Hi."}]


def streamed(events: list[bytes], ended: Any = "complete") -> Exchange:
    return Exchange(
        small_project.request(stream=True),
        200,
        (("content-type", "text/event-stream"),),
        b"".join(events),
        tuple(Chunk(len(event), 0.1) for event in events),
        ended,
    )


def tape(root: Path, *exchanges: Exchange) -> Tape:
    counted = [
        Entry(exchange, f"basic/{number}", sum(e.request == exchange.request for e in before))
        for number, exchange in enumerate(exchanges)
        for before in [exchanges[:number]]
    ]
    small_project.cassette(root, *counted)
    return Tape.load(root, small_project.TARGET.id, small_project.MODEL.id)


def sdk(tape: Tape, key: str = "any") -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key=key,
        base_url=tape.label.base_url if tape.label else "http://x",
        max_retries=0,
        http_client=httpx2.Client(transport=Replay(tape)),
    )


def test_a_message_is_read(tmp_path: Path) -> None:
    recorded = tape(tmp_path, small_project.exchange(small_project.request()))
    with sdk(recorded) as client:
        answer = client.messages.create(messages=HELLO, **ASKED)
    assert answer.content[0].text == "Hello."


def test_a_stream_comes_in_its_recorded_chunks(tmp_path: Path) -> None:
    recorded = tape(tmp_path, streamed(EVENTS))
    with sdk(recorded) as client, client.messages.stream(messages=HELLO, **ASKED) as stream:
        assert "".join(stream.text_stream) == "Hello."
    with httpx2.Client(transport=Replay(recorded)) as plain:
        request = recorded.exchanges[0].request
        with plain.stream(
            "POST", "http://x/v1/messages", headers=dict(request.headers), json=request.body
        ) as response:
            assert list(response.iter_raw()) == EVENTS


def test_the_asynchronous_client_is_answered_too(tmp_path: Path) -> None:
    recorded = tape(tmp_path, streamed(EVENTS))

    async def main() -> str:
        async with (
            anthropic.AsyncAnthropic(
                api_key="any",
                max_retries=0,
                http_client=httpx2.AsyncClient(transport=Replay(recorded)),
            ) as client,
            client.messages.stream(messages=HELLO, **ASKED) as stream,
        ):
            return (await stream.get_final_message()).content[0].text  # type: ignore[union-attr]

    assert asyncio.run(main()) == "Hello."


def test_a_cut_stream_is_cut_after_the_same_events(tmp_path: Path) -> None:
    recorded = tape(tmp_path, streamed(EVENTS[:4], "cut"))
    seen: list[str] = []
    with (
        sdk(recorded) as client,
        client.messages.stream(messages=HELLO, **ASKED) as stream,
        pytest.raises(httpx2.RemoteProtocolError, match=r"basic\.yaml#0: cut"),
    ):
        seen.extend(stream.text_stream)
    assert seen == ["Hel", "lo."]


def test_an_error_becomes_the_error_of_the_sdk(tmp_path: Path) -> None:
    refusal = small_project.exchange(
        small_project.request(), small_project.error("invalid_request_error"), 400
    )
    with sdk(tape(tmp_path, refusal)) as client, pytest.raises(anthropic.BadRequestError):
        client.messages.create(messages=HELLO, **ASKED)


@pytest.mark.parametrize(
    ("ended", "raised"),
    [
        ("unreachable", anthropic.APIConnectionError),
        ("timeout", anthropic.APITimeoutError),
        ("cut", anthropic.APIConnectionError),
    ],
)
def test_a_missing_response_is_replayed_as_an_error(
    tmp_path: Path, ended: Any, raised: type[Exception]
) -> None:
    silent = Exchange(small_project.request(), None, ended=ended)
    with sdk(tape(tmp_path, silent)) as client, pytest.raises(raised):
        client.messages.create(messages=HELLO, **ASKED)


def test_equal_requests_get_their_recordings_in_order(tmp_path: Path) -> None:
    recorded = tape(
        tmp_path,
        small_project.exchange(
            small_project.request(), small_project.error("overloaded_error"), 529
        ),
        small_project.exchange(small_project.request()),
    )
    with sdk(recorded) as client:
        with pytest.raises(anthropic.InternalServerError):
            client.messages.create(messages=HELLO, **ASKED)
        assert client.messages.create(messages=HELLO, **ASKED).content
        with pytest.raises(anthropic.APIConnectionError) as third:
            client.messages.create(messages=HELLO, **ASKED)
    assert "recorded 2 times, for row 'basic/0'" in str(third.value.__cause__)


def test_a_wrong_key_gets_the_answer_to_a_wrong_key(tmp_path: Path) -> None:
    headers = (("anthropic-version", "2023-06-01"), ("x-api-key", WRONG_KEY))
    wrong = Request(small_project.request().body, headers)
    recorded = tape(
        tmp_path,
        small_project.exchange(wrong, small_project.error("authentication_error"), 401),
        small_project.exchange(small_project.request()),
    )
    with sdk(recorded) as client:
        assert client.messages.create(messages=HELLO, **ASKED).content
    with sdk(recorded, WRONG_KEY) as client, pytest.raises(anthropic.AuthenticationError):
        client.messages.create(messages=HELLO, **ASKED)


def test_the_recording_with_the_most_headers_in_common_wins(tmp_path: Path) -> None:
    plain = small_project.request()
    beta = dataclasses.replace(plain, headers=(("anthropic-beta", "x"), *plain.headers))
    recorded = tape(
        tmp_path,
        small_project.exchange(plain),
        small_project.exchange(beta, small_project.message("With beta.")),
    )
    with sdk(recorded) as client:
        texts = [
            client.messages.create(messages=HELLO, extra_headers=extra, **ASKED).content[0].text
            for extra in ({"anthropic-beta": "x"}, {})
        ]
    assert texts == ["With beta.", "Hello."]


def test_an_unknown_request_names_the_nearest_row(tmp_path: Path) -> None:
    recorded = tape(
        tmp_path,
        small_project.exchange(small_project.request("Bye.", temperature=0.5, top_k=1)),
        small_project.exchange(small_project.request(temperature=0.5)),
    )
    with sdk(recorded) as client, pytest.raises(anthropic.APIConnectionError) as problem:
        client.messages.create(messages=HELLO, **ASKED, extra_body={"temperature": 0.7})
    cause = problem.value.__cause__
    assert isinstance(cause, NoRecordingError)
    assert str(cause) == (
        "no recording of POST /v1/messages: "
        "the nearest is of row 'basic/1' and differs in temperature"
    )


def test_an_empty_tape_says_so() -> None:
    with (
        httpx2.Client(transport=Replay(Tape((), ()))) as client,
        pytest.raises(NoRecordingError, match="the tape is empty"),
    ):
        client.get("http://x/v1/models")
