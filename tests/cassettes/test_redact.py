"""A key is replaced in every form, and nothing else is changed."""

import base64
import json
import re
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.protocol.exchange import Chunk

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


def test_each_key_has_its_own_placeholder() -> None:
    assert SECRETS.text(f"{KEY} other-secret") == "<key> <restricted key>"


def test_short_keys_are_not_replaced() -> None:
    assert Secrets({"EMPTY": "<key>", "": "<key>"}).text("EMPTY is empty") == "EMPTY is empty"
    assert Secrets({}).text("anything") == "anything"


def test_the_repr_shows_no_key() -> None:
    assert KEY not in repr(SECRETS)


@given(st.lists(st.sampled_from([b"other-", b"secret", b"x", b"other-secret", KEY.encode()])))
def test_chunks_still_cover_the_body(pieces: list[bytes]) -> None:
    chunks = tuple(Chunk(len(piece), number) for number, piece in enumerate(pieces))
    body, scrubbed = SECRETS.body(b"".join(pieces), chunks)
    assert sum(chunk.size for chunk in scrubbed) == len(body)
    assert all(chunk.size > 0 for chunk in scrubbed)
    assert [chunk.at for chunk in scrubbed] == sorted({chunk.at for chunk in scrubbed})
    assert not SECRETS.are_in(body)


def test_a_placeholder_belongs_to_the_chunk_in_which_the_key_began() -> None:
    body, chunks = SECRETS.body(b"a other-secret b", (Chunk(5, 1), Chunk(11, 2)))
    assert body == b"a <restricted key> b"
    assert chunks == (Chunk(18, 1), Chunk(2, 2))


LONG = "sk-0123456789abcdefghijklmnopqrstuvw"


def test_a_key_that_is_cut_off_is_replaced() -> None:
    body, chunks = Secrets({LONG: "<key>"}).body(
        f"a {LONG[:18]}".encode(), (Chunk(6, 1), Chunk(14, 2))
    )
    assert body == b"a <key>"
    assert chunks == (Chunk(7, 1),)


def test_a_masked_key_is_replaced_only_if_half_of_it_is_shown() -> None:
    secrets = Secrets({LONG: "<key>"})
    assert secrets.text(f"{LONG[:8]}…{LONG[-4:]}") == f"{LONG[:8]}…{LONG[-4:]}"
    assert secrets.text(f"{LONG[:18]}…{LONG[-4:]}") == f"<key>…{LONG[-4:]}"
    assert secrets.text(f"…{LONG[-18:]}") == "…<key>"


def test_half_of_a_short_key_may_be_a_word_and_is_kept() -> None:
    secrets = Secrets({"my-api-key": "<key>", "restricted-key-of-it": "<restricted key>"})
    assert not secrets.are_in(b"x-api-key: <restricted key>")
    assert secrets.are_in(b"it is my-api-key")


def test_a_key_split_over_strings_is_replaced_and_the_rest_is_kept() -> None:
    texts = ("It is oth", "er-s", "", "ecret", "!")
    body = b"".join(b'data: {"text": "%b", "n": 1}\n\n' % text.encode() for text in texts)
    scrubbed, _ = SECRETS.body(body, ())
    assert [json.loads(line[6:])["text"] for line in scrubbed.splitlines() if line] == [
        "It is <restricted key>",
        "",
        "",
        "",
        "!",
    ]


def test_a_body_in_which_a_key_cannot_be_located_is_replaced_as_a_whole() -> None:
    """Undoing escapes is generous; what no pattern can find again goes with its surroundings."""
    twisted = b"a %2526%2523111;ther-secret"
    body, chunks = SECRETS.body(twisted, (Chunk(len(twisted), 1),))
    assert not SECRETS.are_in(body)
    assert sum(chunk.size for chunk in chunks) == len(body)
