"""Reads HAR 1.2, the format of browsers and proxies.

Its bodies are decompressed, whatever their headers say.
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
    NOT_ALL_OF_BODY,
    NOT_MESSAGES_API,
    Item,
    as_bytes,
    known_headers,
    messages_request,
    status_code,
)
from messages_conformance.traffic.saved_file import SavedFile


def read(file: SavedFile) -> Iterator[Item]:
    """Give its entries in their order.

    Raises:
        TrafficError: it is not JSON, or an entry is not valid HAR.
    """
    for number, entry in enumerate(entries(file.whole())):
        try:
            item = _item(entry)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
            raise TrafficError(
                f"entry {number}: is not valid HAR 1.2 ({problem!r}); save it again"
            ) from problem
        yield item


def entries(content: bytes) -> list[Any]:
    """The entries of a HAR file, as they stand there.

    Raises:
        TrafficError: it is not JSON, or has none.
    """
    try:
        listed = json.loads(content.decode("utf-8-sig"))["log"]["entries"]
    except (LookupError, TypeError) as problem:
        raise TrafficError("has no log.entries, which every HAR file has") from problem
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"is not readable JSON ({problem}); save it again") from problem
    if not isinstance(listed, list):
        raise TrafficError("has log.entries that are not a list")
    return listed


def _item(entry: dict[str, Any]) -> Item:
    sent, answered = entry["request"], entry["response"]
    request = messages_request(
        sent["method"],
        sent["url"],
        (sent.get("postData") or {}).get("text"),
        known_headers(_pairs(sent.get("headers", [])), answered["status"]),
    )
    if request is None:
        return NOT_MESSAGES_API
    if not answered["status"]:
        return NO_ANSWER
    content = answered["content"]
    if content.get("text") is None:
        return NO_BODY
    text = as_bytes(content["text"])
    if _is_cut(content, text):
        return NOT_ALL_OF_BODY
    return Exchange(
        request,
        status_code(answered["status"]),
        _pairs(answered.get("headers", [])),
        base64.b64decode(text) if content.get("encoding") == "base64" else text,
    )


def _is_cut(content: dict[str, Any], text: bytes) -> bool:
    """Whether a browser kept less of a body than it says that there was.

    A body in other characters than UTF-8 has other sizes, so only the difference of a body that
    was thrown away or cut at a limit counts.
    """
    size = content.get("size")
    is_plain = content.get("encoding") is None and text.isascii()
    return type(size) is int and is_plain and len(text) < size


def _pairs(headers: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(header["name"]), str(header["value"])) for header in headers)
