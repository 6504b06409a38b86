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
_BASE32: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_OTHER_BASE32: Final = (
    b"0123456789ABCDEFGHIJKLMNOPQRSTUV",  # base32hex of RFC 4648
    b"0123456789ABCDEFGHJKMNPQRSTVWXYZ",  # Crockford's
    b"ybndrfg8ejkmcpqxot1uwisza345h769",  # z-base-32
)
_BASE85: Final = (
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
)
_Z85: Final = (
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
)
_NUMBERS: Final = (
    b"0123456789",
    b"0123456789abcdefghijklmnopqrstuvwxyz",
    b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",  # base58, as Bitcoin has it
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)
"""Digits with which programs write a key as one large number."""
_FROM_BASE32: Final = tuple(bytes.maketrans(_BASE32, other) for other in _OTHER_BASE32)
_TO_Z85: Final = bytes.maketrans(_BASE85, _Z85)
_ROT47: Final = bytes.maketrans(bytes(range(33, 127)), bytes((*range(80, 127), *range(33, 80))))
_IN_FOURS: Final[tuple[Callable[[bytes], bytes], ...]] = (
    base64.b85encode,
    base64.a85encode,
    lambda data: base64.b85encode(data).translate(_TO_Z85),
)
"""Of each four bytes they make five characters."""


def rare_forms(key: bytes) -> Iterator[Form]:
    """A key in base32, base85 and their kin, as a number, in other letters, and reversed."""
    size = len(key)
    base32 = [_in_groups(base64.b32encode, 5, key, offset) for offset in range(5)]
    texts = base32 + [text.translate(other) for text in base32 for other in _FROM_BASE32]
    texts += [_in_groups(_uuencoded, 6, key, offset) for offset in range(3)]
    texts += [encode(_fours(key, offset)) for encode in _IN_FOURS for offset in range(4)]
    # As a secret of Kubernetes that was encoded by hand before.
    texts.append(_in_groups(base64.b64encode, 6, base64.b64encode(key).rstrip(b"="), 0))
    texts += [_as_number(key, digits) for digits in _NUMBERS]
    text = key.decode(errors="replace")
    texts.append(codecs.encode(text, "rot13").encode())
    texts.append(key.translate(_ROT47))
    texts.append(text.encode(_EBCDIC, errors="replace"))
    for each in dict.fromkeys(texts):
        # As it is, in JSON, and in JSON within JSON.
        for written in dict.fromkeys((each, _escaped(each), _escaped(_escaped(each)))):
            yield Form(folded(written), size, is_rare=True)
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


def _as_number(key: bytes, digits: bytes) -> bytes:
    """The bytes as one number, the first of them the highest."""
    number, written = int.from_bytes(key), bytearray()
    while number:
        number, digit = divmod(number, len(digits))
        written.append(digits[digit])
    return bytes(reversed(written))


def _escaped(text: bytes) -> bytes:
    """The text as it stands in a string of JSON."""
    return text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
