"""The ways in which an endpoint may echo a key, one per function, from the key to a text."""

import base64
import binascii
import codecs
import html
import json
import quopri
import re
import string
from collections.abc import Callable
from urllib.parse import quote


def plain(key: str) -> str:
    return key


def bearer(key: str) -> str:
    return f"Bearer {key}"


def key_first(key: str) -> str:
    return f"{key} is no Bearer"


def upper(key: str) -> str:
    return key.upper()


def backwards(key: str) -> str:
    return key[::-1]


def as_json(key: str) -> str:
    return json.dumps({"key": key})


def slashes_escaped(key: str) -> str:
    return json.dumps(key).replace("/", "\\/")


def all_escaped(key: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in key)


def all_escaped_in_capitals(key: str) -> str:
    return "".join(f"\\u{ord(character):04X}" for character in key)


def percent(key: str) -> str:
    return quote(key, safe="")


def all_percent(key: str) -> str:
    return "".join(f"%{ord(character):02x}" for character in key)


def percent_twice(key: str) -> str:
    return quote(quote(key, safe=""), safe="")


def as_html(key: str) -> str:
    return html.escape(key)


def all_entities(key: str) -> str:
    return "".join(f"&#{ord(character)};" for character in key)


def all_entities_in_hexadecimal(key: str) -> str:
    return "".join(f"&#x{ord(character):X};" for character in key)


def html_in_json(key: str) -> str:
    """As Go's JSON encoder writes it, which escapes the ampersand again."""
    return json.dumps(html.escape(key)).replace("&", "\\u0026")


def base64_alone(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def base64_after_one(key: str) -> str:
    return base64.b64encode(f":{key}:".encode()).decode()


def base64_after_two(key: str) -> str:
    return base64.urlsafe_b64encode(f"u:{key}".encode()).decode()


def base64_in_a_url(key: str) -> str:
    return quote(base64.b64encode(f"user:{key}".encode()).decode(), safe="")


def hexadecimal(key: str) -> str:
    return key.encode().hex()


def cut_off(key: str) -> str:
    """All but the last character."""
    return key if len(key) < 16 else key[:-1]


WAYS: tuple[Callable[[str], str], ...] = (
    plain,
    bearer,
    key_first,
    upper,
    backwards,
    as_json,
    slashes_escaped,
    all_escaped,
    all_escaped_in_capitals,
    percent,
    all_percent,
    percent_twice,
    as_html,
    all_entities,
    all_entities_in_hexadecimal,
    html_in_json,
    base64_alone,
    base64_after_one,
    base64_after_two,
    base64_in_a_url,
    hexadecimal,
    cut_off,
)


def traces(data: bytes, key: str) -> list[str]:
    """The names of the ways in which some data contains the key, in either case.

    Each way is applied to the beginning and the end of the key that are as secret as the whole, so
    that this is independent of the code that replaces keys.
    """
    seen = re.sub(rb"\\", b"", data.lower())
    half = len(key) if len(key) < 16 else max((len(key) + 1) // 2, min(len(key) - 4, 16))
    ways = (plain, backwards, all_escaped, percent, all_percent, as_html, all_entities, hexadecimal)
    return [
        way.__name__
        for way in ways
        for part in (key[:half], key[-half:])
        if re.sub(rb"\\", b"", way(part).lower().encode()) in seen
    ]


def as_buffer(key: str) -> str:
    """As Node.js prints a Buffer."""
    return f"<Buffer {key.encode().hex(' ')}>"


def as_buffer_in_json(key: str) -> str:
    return json.dumps({"type": "Buffer", "data": list(key.encode())})


def in_columns(key: str) -> str:
    """As Python prints a list."""
    return "[" + ",\n ".join(map(str, key.encode())) + "]"


def hexdump(key: str) -> str:
    """As `hexdump -C` prints it, after some other bytes."""
    data = f"x-api-key: {key}\r\n".encode()
    rows = [data[at : at + 16] for at in range(0, len(data), 16)]
    return "\n".join(
        f"{at * 16:08x}  {row.hex(' '):<47}  |{_shown(row)}|" for at, row in enumerate(rows)
    )


def xxd(key: str) -> str:
    data = f"key={key}".encode()
    rows = [data[at : at + 16] for at in range(0, len(data), 16)]
    return "\n".join(
        f"{at * 16:08x}: {row.hex(' ', -2):<39}  {_shown(row)}" for at, row in enumerate(rows)
    )


def words_of_hexdump(key: str) -> str:
    """As `hexdump` prints it by default: words of two bytes, the second first."""
    data = key.encode() + b"\n" * (len(key) % 2)
    words = [data[at : at + 2][::-1].hex() for at in range(0, len(data), 2)]
    rows = [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]
    return "\n".join(f"{at * 16:07x} {row}" for at, row in enumerate(rows))


def words_of_four(key: str) -> str:
    """As `od -A n -t x4` prints it: words of four bytes, the last first."""
    data = key.encode() + b"\0" * (-len(key) % 4)
    return " ".join(data[at : at + 4][::-1].hex() for at in range(0, len(data), 4))


def _shown(row: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)


def hexdump_in_json(key: str) -> str:
    return json.dumps({"dump": hexdump(key)})


def hexadecimal_bytes(key: str) -> str:
    return ", ".join(f"0x{byte:02X}" for byte in key.encode())


def with_colons(key: str) -> str:
    return key.encode().hex(":")


def backslash_x(key: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in key.encode())


def backslash_x_in_json(key: str) -> str:
    return json.dumps(backslash_x(key).upper().replace("X", "x"))


def octal_escapes(key: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in key.encode())


def octal_bytes(key: str) -> str:
    """As `od -b` prints it."""
    return "0000000 " + " ".join(f"{byte:03o}" for byte in key.encode())


def spaced_out(key: str) -> str:
    """As `od -c` prints it."""
    return "0000000   " + "   ".join(key)


def quoted_printable(key: str) -> str:
    return "".join(f"={byte:02X}" for byte in key.encode())


def quoted_printable_in_lines(key: str) -> str:
    return quopri.encodestring(f"{'Authorization: ' * 4}{key} {'x' * 90}".encode()).decode()


def quoted_printable_lines_in_json(key: str) -> str:
    return json.dumps(quoted_printable_in_lines(key).replace("\n", "\r\n"))


def base64_in_lines(key: str) -> str:
    return base64.encodebytes(f"{'proxy ' * 9}{key}".encode()).decode()


def base64_in_lines_in_json(key: str) -> str:
    return json.dumps(base64_in_lines(key))


def base64_of_utf_16(key: str) -> str:
    """As PowerShell encodes a command."""
    return base64.b64encode(f"$env:KEY='{key}'".encode("utf-16-le")).decode()


def in_braces(key: str) -> str:
    return "".join(f"\\u{{{ord(character):x}}}" for character in key)


def eight_digits(key: str) -> str:
    return "".join(f"\\U{ord(character):08x}" for character in key)


def html_in_html(key: str) -> str:
    return html.escape(html.escape(key))


def padded_entities(key: str) -> str:
    return "".join(f"&#{ord(character):04d};" for character in key)


def percent_thrice(key: str) -> str:
    return quote(quote(quote(key, safe=""), safe=""), safe="")


def json_in_json(key: str) -> str:
    return json.dumps(json.dumps({"key": key}))


def json_in_json_in_json(key: str) -> str:
    return json.dumps(json_in_json(key))


def percent_in_json(key: str) -> str:
    return json.dumps(all_percent(key))


def escapes_in_json(key: str) -> str:
    return json.dumps(all_escaped(key))


def list_of_characters(key: str) -> str:
    return json.dumps(list(key))


def concatenated(key: str) -> str:
    return " +\n  ".join(f"'{key[at : at + 5]}'" for at in range(0, len(key), 5))


def in_short_lines(key: str) -> str:
    return "\n".join(key[at : at + 6] for at in range(0, len(key), 6))


def with_soft_hyphens(key: str) -> str:
    return "\u00ad".join(key[at : at + 4] for at in range(0, len(key), 4))


def backwards_in_json(key: str) -> str:
    return json.dumps({"key": key[::-1]})


def both_ends(key: str) -> str:
    """All but eleven characters, which are masked."""
    left = len(key) - 11
    return f"{key[: left - 5]}***********{key[-5:]}"


def repr_of_bytes(key: str) -> str:
    return repr({b"x-api-key": key.encode()})


def in_a_curl(key: str) -> str:
    return f"curl -H 'x-api-key: {key}' -H \"authorization: Bearer {key}\""


def in_mixed_case(key: str) -> str:
    return key.swapcase()


def in_a_url(key: str) -> str:
    return f"https://user:{quote(key, safe='')}@gateway.example/v1?api_key={quote(key, safe='')}"


DUMPS: tuple[Callable[[str], str], ...] = (
    as_buffer,
    as_buffer_in_json,
    in_columns,
    hexdump,
    xxd,
    words_of_hexdump,
    words_of_four,
    hexdump_in_json,
    hexadecimal_bytes,
    with_colons,
    backslash_x,
    backslash_x_in_json,
    octal_escapes,
    octal_bytes,
    spaced_out,
    quoted_printable,
    quoted_printable_in_lines,
    quoted_printable_lines_in_json,
    base64_in_lines,
    base64_in_lines_in_json,
    base64_of_utf_16,
    in_braces,
    eight_digits,
    html_in_html,
    padded_entities,
    percent_thrice,
    json_in_json,
    json_in_json_in_json,
    percent_in_json,
    escapes_in_json,
    list_of_characters,
    concatenated,
    in_short_lines,
    with_soft_hyphens,
    backwards_in_json,
    both_ends,
    repr_of_bytes,
    in_a_curl,
    in_mixed_case,
    in_a_url,
)
"""What programs print by accident; for keys of at least 24 characters without quotes."""


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
