"""Encodings of a key that hardly any program prints by accident, and that one command undoes.

Each takes time, so they are looked for in what came, and not in every reading of it.
"""

import base64
import binascii
import codecs
from collections.abc import Callable, Iterator
from typing import Final

from messages_conformance.cassettes.redact_pieces import Form
from messages_conformance.cassettes.redact_views import folded

_EBCDIC: Final = "cp037"
_IN_FOURS: Final[tuple[Callable[[bytes], bytes], ...]] = (base64.b85encode, base64.a85encode)
"""Of each four bytes they make five characters."""


def rare_forms(key: bytes) -> Iterator[Form]:
    """A key in base32, base85, Ascii85, uuencode, ROT13 and EBCDIC, and encodings reversed."""
    size = len(key)
    texts = [_in_groups(base64.b32encode, 5, key, offset) for offset in range(5)]
    texts += [_in_groups(_uuencoded, 6, key, offset) for offset in range(3)]
    texts += [encode(_fours(key, offset)) for encode in _IN_FOURS for offset in range(4)]
    # As a secret of Kubernetes that was encoded by hand before.
    texts.append(_in_groups(base64.b64encode, 6, base64.b64encode(key).rstrip(b"="), 0))
    text = key.decode(errors="replace")
    texts.append(codecs.encode(text, "rot13").encode())
    texts.append(text.encode(_EBCDIC, errors="replace"))
    for each in dict.fromkeys(texts):
        yield Form(folded(each), size, is_rare=True)
    backwards = [key.hex().encode(), base64.b64encode(key).rstrip(b"=")]
    for each in backwards:
        yield Form(folded(each[::-1]), size, is_reversed=True, is_rare=True)


def _in_groups(encode: Callable[[bytes], bytes], bits: int, key: bytes, offset: int) -> bytes:
    """The characters of so many bits each that depend on the key alone, after some other bytes."""
    first = (offset * 8 + bits - 1) // bits
    last = (offset + len(key)) * 8 // bits
    return encode(b"\0" * offset + key)[first:last]


def _uuencoded(data: bytes) -> bytes:
    """In one line, without its length."""
    lines = (data[at : at + 45] for at in range(0, len(data), 45))
    return b"".join(binascii.b2a_uu(line)[1:].rstrip(b"\n") for line in lines)


def _fours(key: bytes, offset: int) -> bytes:
    """The whole groups of four bytes, the first of which begins so many bytes into the key."""
    return key[offset : offset + (len(key) - offset) // 4 * 4]
