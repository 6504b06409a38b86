"""Answers of the network before an API, which say nothing about the API itself.

The original API stands behind Cloudflare, so even genuine traffic has some.
"""

import re
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.request_view import mapping

_PAGE: Final = re.compile(rb"(?i)<html|<!doctype html")
_CODE: Final = re.compile(rb"\s*error code: [15]\d{2,3}\s*")
_BEGINNING: Final = 20_000
"""Bytes of a page that are looked at."""


def who_stands_before(exchange: Exchange, document: Any) -> str | None:
    """Who answered in place of the API, in a sentence; None if nothing shows that anyone did."""
    beginning = exchange.body[:_BEGINNING]
    inner = mapping(mapping(document).get("error"))
    if inner.get("type") == "forbidden" and inner.get("message") == "Request not allowed":
        return "the network refuses the region or address that the request comes from"
    by_cloudflare = (exchange.header("server") or "").lower() == "cloudflare"
    is_page = bool(_PAGE.search(beginning)) and (
        by_cloudflare or b"cloudflare" in beginning.lower()
    )
    is_code = by_cloudflare and bool(_CODE.fullmatch(beginning))
    if is_page or is_code or mapping(document).get("cloudflare_error") is True:
        return f"Cloudflare answers in place of the API, with status {exchange.status}"
    return None
