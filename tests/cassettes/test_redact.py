"""No form of a credential survives scrubbing, and nothing else is touched."""

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


LONG = "sk-0123456789abcdefghijklmnopqrstuvw"


def test_a_credential_torn_off_at_the_end_goes_too() -> None:
    body, chunks = Secrets({LONG: "<key>"}).body(
        f"a {LONG[:18]}".encode(), (Chunk(6, 1), Chunk(14, 2))
    )
    assert body == b"a <key>"
    assert chunks == (Chunk(7, 1),)


def test_a_mask_that_shows_less_than_half_is_no_secret_and_more_is() -> None:
    secrets = Secrets({LONG: "<key>"})
    assert secrets.text(f"{LONG[:8]}…{LONG[-4:]}") == f"{LONG[:8]}…{LONG[-4:]}"
    assert secrets.text(f"{LONG[:18]}…{LONG[-4:]}") == f"<key>…{LONG[-4:]}"
    assert secrets.text(f"…{LONG[-18:]}") == "…<key>"


def test_half_of_a_short_credential_may_be_a_word_and_stays() -> None:
    secrets = Secrets({"my-api-key": "<key>", "restricted-key-of-it": "<restricted key>"})
    assert not secrets.are_in(b"x-api-key: <restricted key>")
    assert secrets.are_in(b"it is my-api-key")


def test_a_credential_spelt_by_several_strings_goes_and_the_rest_of_them_stays() -> None:
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


def test_a_body_in_which_a_credential_can_only_be_read_is_a_placeholder_as_a_whole() -> None:
    """Undoing escapes is generous; what no pattern can find again goes with its surroundings."""
    twisted = b"a %2526%2523111;ther-secret"
    body, chunks = SECRETS.body(twisted, (Chunk(len(twisted), 1),))
    assert not SECRETS.are_in(body)
    assert sum(chunk.size for chunk in chunks) == len(body)
