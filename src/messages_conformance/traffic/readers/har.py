"""HAR 1.2, in which browsers and proxies save what they saw.

Its bodies are unpacked already, whatever their headers say.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NO_BODY,
    NOT_OURS,
    Item,
    as_bytes,
    asked,
    told,
)
from messages_conformance.traffic.source import Source


def read(source: Source) -> Iterator[Item]:
    """Give its entries in their order.

    Raises:
        TrafficError: it is not JSON, or an entry is not as HAR has it.
    """
    for number, entry in enumerate(_entries(source.whole())):
        try:
            item = _item(entry)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
            raise TrafficError(
                f"entry {number}: is not as HAR 1.2 has it ({problem!r}); save it again"
            ) from problem
        yield item


def _entries(content: bytes) -> list[Any]:
    try:
        entries = json.loads(content.decode("utf-8-sig"))["log"]["entries"]
    except (LookupError, TypeError) as problem:
        raise TrafficError("has no log.entries, as a HAR file must") from problem
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"is not readable JSON ({problem}); save it again") from problem
    if not isinstance(entries, list):
        raise TrafficError("its log.entries is not a list, as in a HAR file it must be")
    return entries


def _item(entry: dict[str, Any]) -> Item:
    sent, answered = entry["request"], entry["response"]
    request = asked(
        sent["method"],
        sent["url"],
        (sent.get("postData") or {}).get("text"),
        told(_pairs(sent.get("headers", [])), answered["status"]),
    )
    if request is None:
        return NOT_OURS
    if not answered["status"]:
        return NO_ANSWER
    content = answered["content"]
    if content.get("text") is None:
        return NO_BODY
    text = as_bytes(content["text"])
    return Exchange(
        request,
        int(answered["status"]),
        _pairs(answered.get("headers", [])),
        base64.b64decode(text) if content.get("encoding") == "base64" else text,
    )


def _pairs(headers: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(header["name"]), str(header["value"])) for header in headers)
