"""The ways in which programs write a key on purpose, one a function, from the key to a text.

What they print by accident is in `key_dumps`, rarer encodings are in `key_rare`.
"""

import base64
import html
import json
import re
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
