"""vcrpy itself opens every shipped cassette and replays it to the official SDK."""

import functools
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anthropic
import pytest
import vcr
import vcr.request

from messages_conformance import resources
from messages_conformance.cassettes.entry import Entry
from messages_conformance.cassettes.tape import Tape
from messages_conformance.protocol.exchange import MESSAGES

ROOT = resources.folder("cassettes")
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.yaml"))


def have_equal_json(first: vcr.request.Request, second: vcr.request.Request) -> bool:
    """A matcher for vcrpy; the SDK orders a request's fields in a way of its own."""
    try:
        return bool(json.loads(first.body) == json.loads(second.body))
    except (TypeError, ValueError):  # no body, or the hash of a long one
        return False


VCR = vcr.VCR(record_mode="none", match_on=("method", "uri", "json"))
VCR.register_matcher("json", have_equal_json)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a replay reaches for the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)


@pytest.fixture(scope="module")
def client() -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="any", base_url="http://unset", max_retries=0) as client:
        yield client


@functools.cache
def tape(target: str, model: str) -> Tape:
    return Tape.load(ROOT, target, model)


def test_cassettes_are_shipped() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=str)
def test_vcrpy_replays_a_shipped_cassette_to_the_sdk(
    path: Path, client: anthropic.Anthropic
) -> None:
    recorded = tape(*map(unquote, path.parts[:2]))
    entries = [entry for entry in recorded.answers if is_in(entry, path)]
    messages = [entry for entry in entries if is_plain_message(entry)]
    # Where everything was refused, the SDK gets the refusal.
    exchange = (messages or [entry for entry in entries if entry.digest is None])[0].exchange
    # Of a request that was sent again, perhaps with another key, vcrpy gives the first answer. That
    # may be a refusal.
    first = next(
        entry.exchange
        for entry in recorded.entries
        if is_in(entry, path)
        and entry.exchange.request.path == exchange.request.path
        and entry.exchange.request.body == exchange.request.body
    )
    assert recorded.label is not None
    with VCR.use_cassette(str(ROOT / path)) as cassette:
        assert len(cassette) >= len(entries)
        sdk = client.with_options(base_url=recorded.label.base_url)
        if not first.answered:  # or a stream that ends with an error
            with pytest.raises(anthropic.APIStatusError) as refusal:
                answer(sdk, dict(exchange.request.body))
            assert refusal.value.status_code == first.status
        else:
            assert answer(sdk, dict(exchange.request.body)) == first.text
        assert cassette.play_count == 1


def is_in(entry: Entry, path: Path) -> bool:
    place = entry.exchange.place
    return place is not None and place.cassette == path.as_posix()


def is_plain_message(entry: Entry) -> bool:
    """Whether it is a message whose request the cassette holds in full, not as a hash."""
    exchange = entry.exchange
    is_message = exchange.answered and exchange.request.path == MESSAGES
    # A real server may stream an input that is no object, over which the SDK stumbles.
    readable = all(isinstance(call.get("input"), dict) for call in exchange.tool_uses)
    return is_message and entry.digest is None and readable


def answer(client: anthropic.Anthropic, body: dict[str, Any]) -> str:
    """The text that the SDK gets for a request, streamed or not."""
    named = {name: body.pop(name) for name in ("model", "max_tokens", "messages")}
    if body.get("stream"):
        with client.messages.stream(**named, extra_body=body) as stream:
            return "".join(stream.text_stream)
    message = client.messages.create(**named, extra_body=body)
    return "".join(block.text for block in message.content if block.type == "text")
