"""What is left of an echoed key in what was written, found without the code that replaces keys."""

import base64
import contextlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

import yaml

_COMPRESSED = re.compile(rb"\x1f\x8b\x08")
_ANY = zlib.MAX_WBITS | 32
Spelling = Callable[[str], str]


def left(data: bytes, key: str, spellings: Iterable[Spelling]) -> list[str]:
    """The names of the spellings of which half of what depends on the key is left, in any reading.

    Each spelling is looked for as it was echoed, on one line, in either case.
    """
    texts = {_flat(text).lower() for text in readings(data)}
    return [
        spelling.__name__
        for spelling in spellings
        for written in [_of_key_alone(spelling, key).lower()]
        if any(_has_half(text, written) for text in texts)
    ]


def readings(data: bytes) -> Iterator[str]:
    """The data as text in every charset, without escapes, and each string of JSON, YAML, lines.

    What is compressed in it is read as well, wherever it begins.
    """
    for found in _COMPRESSED.finditer(data):
        with contextlib.suppress(zlib.error):
            yield from readings(zlib.decompressobj(_ANY).decompress(data[found.start() :]))
    for text in {_decoded(data, charset) for charset in ("utf-8", "utf-16", "utf-32-be")}:
        yield text
        yield unquote(text)
        yield text.replace("\\", "")
        for document in _documents(text):
            yield from _strings(document)
            yield _streamed(document)


def _decoded(data: bytes, charset: str) -> str:
    return data.decode(charset, errors="replace")


def _documents(text: str) -> Iterator[Any]:
    """What the text says as JSON, as YAML, and line by line."""
    if text.startswith("interactions:"):
        yield yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return
    lines = [line.removeprefix("data: ") for line in text.splitlines()]
    for each in (text, *(line for line in lines if line.startswith(("{", "[")))):
        try:
            yield json.loads(each)
        except (ValueError, RecursionError):
            continue


def _strings(value: Any) -> Iterator[str]:
    """All strings of a document; bodies and bytes in it are read again."""
    if isinstance(value, dict):
        if isinstance(value.get("base64"), str):
            yield from readings(base64.b64decode(value["base64"]))
        for name, inner in value.items():
            yield str(name)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, bytes):
        yield from readings(value)
    elif isinstance(value, str):
        yield value
        if value.startswith(("{", "data: ", "event: ")):
            for document in _documents(value):
                yield from _strings(document)
            yield "".join(map(_streamed, _documents(value)))


def _streamed(document: Any) -> str:
    delta = document.get("delta") if isinstance(document, dict) else None
    return "".join(each for each in delta.values() if each) if isinstance(delta, dict) else ""


def _of_key_alone(spelling: Spelling, key: str) -> str:
    """What a spelling writes for this key and for no other, as far as it is in one piece."""
    other = "".join("zQ"[letter.islower()] for letter in key)
    written, elsewhere = _flat(spelling(key)), _flat(spelling(other))
    begin = _shared(written, elsewhere)
    end = _shared(written[:begin:-1], elsewhere[:begin:-1])
    return written[begin : len(written) - end]


def _shared(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _has_half(text: str, written: str) -> bool:
    """Whether a text has any half of what was written."""
    size = (len(written) + 1) // 2
    quarter = (size + 1) // 2
    # Each half has one of these in it as a whole.
    if not any(written[at : at + quarter] in text for at in range(0, len(written), quarter)):
        return False
    return any(written[at : at + size] in text for at in range(len(written) - size + 1))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
