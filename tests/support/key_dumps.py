"""What programs print of a key by accident, one form a function, from the key to a text."""

import base64
import html
import json
import quopri
from collections.abc import Callable
from urllib.parse import quote

from support.key_encodings import all_escaped, all_percent


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
