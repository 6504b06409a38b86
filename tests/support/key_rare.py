"""Encodings of a key that hardly any program prints by accident, one a function."""

import base64
import binascii
import codecs
import json
import string
from collections.abc import Callable

from support.key_encodings import base64_alone, hexadecimal


def base32(key: str) -> str:
    return base64.b32encode(f"user:{key}".encode()).decode()


def base85(key: str) -> str:
    return base64.b85encode(f"k:{key}".encode()).decode()


def ascii85(key: str) -> str:
    """As PDF and PostScript write it."""
    return base64.a85encode(f"k: {key}".encode(), adobe=True).decode()


def _number(key: str, digits: str) -> str:
    number, written = int.from_bytes(key.encode()), ""
    while number:
        number, digit = divmod(number, len(digits))
        written = digits[digit] + written
    return written


def base58(key: str) -> str:
    """As wallets and identifiers of content write bytes."""
    letters = string.ascii_uppercase + string.ascii_lowercase
    return _number(key, "".join(each for each in string.digits + letters if each not in "0OIl"))


def base62(key: str) -> str:
    return _number(key, string.digits + string.ascii_lowercase + string.ascii_uppercase)


def base36(key: str) -> str:
    return _number(key, string.digits + string.ascii_lowercase)


def as_one_number(key: str) -> str:
    return str(int.from_bytes(key.encode()))


def base32hex(key: str) -> str:
    return base64.b32hexencode(f"user:{key}".encode()).decode()


def _in_fives(key: str, letters: str) -> str:
    """Five bits a letter."""
    bits = "".join(f"{byte:08b}" for byte in key.encode())
    return "".join(
        letters[int(bits[at : at + 5].ljust(5, "0"), 2)] for at in range(0, len(bits), 5)
    )


def crockford(key: str) -> str:
    return _in_fives(f"k={key}", string.digits + "ABCDEFGHJKMNPQRSTVWXYZ")


def z_base_32(key: str) -> str:
    return _in_fives(key, "ybndrfg8ejkmcpqxot1uwisza345h769")


def z85(key: str) -> str:
    """As ZeroMQ writes it: five letters for each four bytes."""
    letters = string.digits + string.ascii_lowercase + string.ascii_uppercase
    data, digits = f"k:{key}".encode(), f"{letters}.-:+=^!/*?&<>()[]{{}}@%$#"
    data += b" " * (-len(data) % 4)
    return "".join(
        digits[int.from_bytes(data[at : at + 4]) // 85**place % 85]
        for at in range(0, len(data), 4)
        for place in reversed(range(5))
    )


def rot47(key: str) -> str:
    return "".join(chr(33 + (ord(letter) - 33 + 47) % 94) for letter in key)


def uuencoded(key: str) -> str:
    lines = [key.encode()[at : at + 45] for at in range(0, len(key), 45)]
    return (
        "begin 644 key\n" + "".join(binascii.b2a_uu(line).decode() for line in lines) + "`\nend\n"
    )


def rot13(key: str) -> str:
    return codecs.encode(key, "rot13")


def base64_twice(key: str) -> str:
    return base64_alone(base64_alone(key))


def base64_backwards(key: str) -> str:
    return base64_alone(key)[::-1]


def hexadecimal_backwards(key: str) -> str:
    return hexadecimal(key)[::-1]


def bits(key: str) -> str:
    return " ".join(f"{byte:08b}" for byte in key.encode())


def numbered_bytes(key: str) -> str:
    """As JavaScript makes JSON of a Uint8Array."""
    return json.dumps({str(at): byte for at, byte in enumerate(key.encode())})


def numbered_characters(key: str) -> str:
    """As JavaScript makes an object of a string that is spread."""
    return json.dumps({str(at): character for at, character in enumerate(key)})


def full_width(key: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in key)


def unseen_tags(key: str) -> str:
    return "".join(chr(ord(character) + 0xE0000) for character in key)


def with_word_joiners(key: str) -> str:
    return "\u2060".join(key[at : at + 3] for at in range(0, len(key), 3))


def underlined(key: str) -> str:
    return "".join(f"{character}\u0332" for character in key)


def coloured(key: str) -> str:
    """As a terminal shows it."""
    return "\x1b[0m\x1b[31m".join(key[at : at + 2] for at in range(0, len(key), 2))


def marked_up(key: str) -> str:
    return "".join(f"<b>{character}</b>" for character in key)


def all_named_entities(key: str) -> str:
    """As PHP names all that HTML 5 has a name for."""
    return key.replace("/", "&sol;").replace("+", "&plus;").replace("_", "&lowbar;")


def utf_7(key: str) -> str:
    return key.encode("utf-7").decode()


RARE: tuple[Callable[[str], str], ...] = (
    base32,
    base85,
    ascii85,
    base58,
    base62,
    base36,
    as_one_number,
    base32hex,
    crockford,
    z_base_32,
    z85,
    uuencoded,
    rot13,
    rot47,
    base64_twice,
    base64_backwards,
    hexadecimal_backwards,
    bits,
    numbered_bytes,
    numbered_characters,
    full_width,
    unseen_tags,
    with_word_joiners,
    underlined,
    coloured,
    marked_up,
    all_named_entities,
    utf_7,
)
"""What no program prints by accident, or few do, and a reader undoes with a command or by eye."""
