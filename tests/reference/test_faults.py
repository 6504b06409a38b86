"""Each fault changes what it says it changes, and none removes the reference's mark."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.recording.endpoint import Endpoint as Address
from messages_conformance.recording.transport import Sender
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.endpoint import IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.faults import FAULTS, with_faults
from messages_conformance.reference.pipeline import Keys

REVISION = library.shipped("model-studio", "2025-11-13")
HEADERS = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
COUNT = "Count from 1 to 5."


def asked(*faults: str, headers: Mapping[str, str] = HEADERS, **fields: Any) -> Exchange:
    """What an endpoint with some faults answers in this process."""
    stages = with_faults(DOCUMENTED, [FAULTS[name] for name in faults])
    endpoint = ReferenceEndpoint(REVISION, Keys("k"), stages=stages, crowding=0)
    body = {
        "model": "qwen-plus",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": COUNT}],
        **fields,
    }
    arrival = IncomingRequest("POST", "/v1/messages", headers, json.dumps(body).encode())
    answer = asyncio.run(endpoint.respond(arrival))
    return Exchange(Request(body), answer.status, answer.headers, answer.body)


def test_every_fault_says_what_is_wrong_and_which_row_must_detect_it() -> None:
    known = {row.id for page in library.newest_shipped() for row in page.rows}
    for fault in FAULTS.values():
        assert fault.says.endswith("."), fault.name
        assert fault.row in known or fault.row.startswith(("wire/", "client/")), fault.name
        assert bool(fault.rule) == fault.row.startswith(("wire/", "client/")), fault.name


def test_no_fault_is_lost() -> None:
    assert len(FAULTS) == 733


@pytest.mark.parametrize("name", FAULTS)
def test_every_faulty_answer_says_that_it_is_simulated(name: str) -> None:
    answer = asked(name)
    assert answer.header("x-messages-conformance") == "reference"


def test_several_faults_act_together() -> None:
    answer = asked("stop_reason_stays_end_turn", "usage_of_openai", stop_sequences=["3"])
    assert answer.stop_reason == "end_turn"
    assert answer.message is not None
    assert "prompt_tokens_details" in answer.message["usage"]
    assert "4" not in answer.text


def test_a_fault_does_not_change_the_stages_it_is_injected_into() -> None:
    assert asked("stop_sequences_dropped", stop_sequences=["3"]).stop_reason == "end_turn"
    assert asked(stop_sequences=["3"]).stop_reason == "stop_sequence"


def test_an_error_in_the_text_of_an_event_is_neither_json_nor_an_envelope() -> None:
    answer = asked("error_in_sse_text", max_tokens=-1)
    assert answer.status == 400
    assert answer.body.startswith(b"event:error\ndata:")
    assert answer.error is None


def test_a_stream_that_breaks_off_is_cut_on_a_real_socket_too() -> None:
    stages = with_faults(DOCUMENTED, [FAULTS["stream_breaks_off"]])
    app = reference.app(REVISION, key="k", stages=stages)
    body = {
        "model": "qwen-plus",
        "max_tokens": 64,
        "stream": True,
        "messages": [{"role": "user", "content": COUNT}],
    }

    async def ask(url: str) -> Exchange:
        async with Sender(Address(url, "k")) as sender:
            return await sender.send(Request(body, (("x-api-key", "<key>"),)))

    with reference.running(app) as url:
        answer = asyncio.run(ask(url))
    assert answer.status == 200
    assert answer.ended == "cut"
    assert [event.type for event in answer.events][:1] == ["message_start"]
    assert "message_stop" not in [event.type for event in answer.events]


def test_a_blob_arrives_in_one_piece_on_a_real_socket_too() -> None:
    stages = with_faults(DOCUMENTED, [FAULTS["stream_in_one_blob"]])
    body = {
        "model": "qwen-plus",
        "max_tokens": 64,
        "stream": True,
        "messages": [{"role": "user", "content": COUNT}],
    }
    app = reference.app(REVISION, key="k", stages=stages)

    async def ask(url: str) -> int:
        async with Sender(Address(url, "k")) as sender:
            answer = await sender.send(Request(body, (("x-api-key", "<key>"),)))
        return len(answer.chunks)

    with reference.running(app) as url:
        assert asyncio.run(ask(url)) == 1
