"""No form of a credential survives scrubbing, and nothing else is touched."""

import base64
import json
import re
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.exchange import Chunk
from messages_conformance.scrub import Secrets

KEY = 'sk-"mark/ed"+key=?>~'
SECRETS = Secrets({KEY: "<key>", "other-secret": "<restricted key>"})

FORMS = {
    "plain": KEY,
    "JSON": json.dumps({"a": f"Bearer {KEY}"}),
    "JSON with escaped slashes": json.dumps(KEY).replace("/", "\\/"),
    "percent": urllib.parse.quote(KEY, safe=""),
    "percent, slashes kept": urllib.parse.quote(KEY),
    "percent, lower case": re.sub(
        "%..", lambda code: code.group().lower(), urllib.parse.quote(KEY, safe="")
    ),
    **{f"base64 after {n}": base64.b64encode(b"u" * n + KEY.encode()).decode() for n in range(6)},
    "base64 for URLs": base64.urlsafe_b64encode(f"u:{KEY}:x".encode()).decode(),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_replaced(text: str) -> None:
    assert SECRETS.are_in(text.encode())
    scrubbed = SECRETS.text(f"before {text} after")
    assert "<key>" in scrubbed
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")
    assert "mark" not in scrubbed
    assert not SECRETS.are_in(scrubbed.encode())


def test_each_credential_has_its_own_placeholder() -> None:
    assert SECRETS.text(f"{KEY} other-secret") == "<key> <restricted key>"


def test_what_is_no_secret_stays() -> None:
    assert Secrets({"EMPTY": "<key>", "": "<key>"}).text("EMPTY is empty") == "EMPTY is empty"
    assert Secrets({}).text("anything") == "anything"


def test_the_repr_tells_nothing() -> None:
    assert KEY not in repr(SECRETS)


@given(st.lists(st.sampled_from([b"other-", b"secret", b"x", b"other-secret", KEY.encode()])))
def test_chunks_still_cover_the_body(pieces: list[bytes]) -> None:
    chunks = tuple(Chunk(len(piece), number) for number, piece in enumerate(pieces))
    body, scrubbed = SECRETS.body(b"".join(pieces), chunks)
    assert sum(chunk.size for chunk in scrubbed) == len(body)
    assert all(chunk.size > 0 for chunk in scrubbed)
    assert [chunk.at for chunk in scrubbed] == sorted({chunk.at for chunk in scrubbed})
    assert not SECRETS.are_in(body)


def test_a_credential_over_two_chunks_goes_to_the_first() -> None:
    body, chunks = SECRETS.body(b"a other-secret b", (Chunk(5, 1), Chunk(11, 2)))
    assert body == b"a <restricted key> b"
    assert chunks == (Chunk(18, 1), Chunk(2, 2))


def test_a_credential_torn_off_at_the_end_goes_too() -> None:
    body, chunks = SECRETS.body(b"a other-secr", (Chunk(6, 1), Chunk(6, 2)))
    assert body == b"a "
    assert chunks == (Chunk(2, 1),)
