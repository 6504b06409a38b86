"""Inputs that were legal before something in them was replaced: JSON, bytes, headers, settings."""

import json
import random
from collections.abc import Callable
from typing import Any

Json = Any
Chance = random.Random

ODD: tuple[Callable[[], Json], ...] = (
    lambda: None,
    lambda: True,
    lambda: 0,
    lambda: -1,
    lambda: 10**12,
    lambda: 10**400,
    lambda: -(10**400),
    lambda: 1e308,
    lambda: float("inf"),
    lambda: float("nan"),
    lambda: "",
    lambda: "base64",
    lambda: "\ud800",
    lambda: "\u0000\u202e\U000e0041</script>",
    lambda: "x" * 70_000,
    list,
    dict,
    lambda: [[]],
    lambda: {"type": {}},
    lambda: {"type": []},
    lambda: [{"type": "text", "text": {}}],
    lambda: {"": {"": [None]}},
    lambda: json.loads("[" * 300 + "]" * 300),
)
"""Values that nobody expects where they are put."""
_DEEP = 2000
"""Levels that Python's own JSON neither reads nor writes."""
_BYTES = (b"", b"\0", b"\xff\xfe", b"\r", b"\n\n", b'"', b"{", b"]", b"\xed\xa0\x80", b":", b"0x9")


def places(value: Json) -> list[tuple[Json, Any]]:
    """Every place of a document: what holds it, and its name or position."""
    found: list[tuple[Json, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        names = holder if isinstance(holder, dict) else range(len(holder))
        for name in names:
            found.append((holder, name))
            if isinstance(holder[name], dict | list):
                waiting.append(holder[name])
    return found


def _copy(document: Json) -> Json:
    try:
        return json.loads(json.dumps(document))
    except RecursionError:  # what is nested deeply was nested in itself
        return []


def damaged(document: Json, chance: Chance) -> Json:
    """A copy of a document with one to three of its values replaced, removed, moved or repeated."""
    copy = _copy(document)
    for _ in range(chance.randint(1, 3)):
        everywhere = places(copy) if isinstance(copy, dict | list) else []
        if not everywhere or chance.random() < 0.02:
            return chance.choice(ODD)()
        holder, name = chance.choice(everywhere)
        match chance.randrange(8):
            case 0:
                del holder[name]
            case 1:
                other, its = chance.choice(everywhere)
                if isinstance(other, dict) or its < len(other):
                    holder[name] = _copy(other.get(its) if isinstance(other, dict) else other[its])
            case 2 if isinstance(holder, list):
                holder.append(holder[name])
            case 3 if isinstance(holder, dict):
                holder[chance.choice(["type", "base64", "", "index", "\ud800"])] = holder.pop(name)
            case _:
                holder[name] = chance.choice(ODD)()
    return copy


def written(document: Json) -> bytes:
    """A document as bytes, whatever is in it."""
    try:
        return json.dumps(document).encode()
    except RecursionError:  # what is nested deeply was nested in itself
        return b"[" * _DEEP + b"]" * _DEEP


def damaged_bytes(data: bytes, chance: Chance) -> bytes:
    """The bytes with a few cut out, repeated, or put in."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        size = min(len(made) - at, int(chance.expovariate(0.05)))
        match chance.randrange(4):
            case 0:
                del made[at : at + size]
            case 1:
                made[at:at] = made[at : at + size] * chance.randint(1, 3)
            case 2:
                made[at : at + 1] = bytes((chance.randrange(256),))
            case _:
                made[at:at] = chance.choice(_BYTES)
    return bytes(made)


def damaged_body(body: bytes, chance: Chance) -> bytes:
    """A body with values of its JSON, or of the JSON of its events, replaced; or bytes of it."""
    if chance.random() < 0.2:
        return damaged_bytes(body, chance)
    try:
        return written(damaged(json.loads(body), chance))
    except ValueError:
        pass
    lines = body.split(b"\n")
    events = [at for at, line in enumerate(lines) if line.startswith(b"data: {")]
    if not events:
        return damaged_bytes(body, chance)
    at = chance.choice(events)
    lines[at] = b"data: " + written(damaged(json.loads(lines[at][6:]), chance))
    return b"\n".join(lines)


def damaged_headers(
    headers: tuple[tuple[str, str], ...], chance: Chance
) -> tuple[tuple[str, str], ...]:
    """Headers of which some have another name or value."""
    changed = list(headers)
    names = [
        "base64",
        "retry-after",
        "content-type",
        "request-id",
        "anthropic-ratelimit-tokens-reset",
    ]
    values = ["", "NaN", "1e999", "-1", "9" * 400, "\x1b[2J", "text/event-stream", "Thu, 99", "é"]
    for _ in range(chance.randint(0, 2)):
        changed.insert(
            chance.randint(0, len(changed)), (chance.choice(names), chance.choice(values))
        )
    return tuple(changed)
