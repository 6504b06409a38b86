"""What a body is that was meant to be JSON, where more can be said than that it is not."""

import base64
import binascii
import json
import re
from typing import Final

from messages_conformance.rules.wording import shown

_DECODER: Final = json.JSONDecoder()
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\r\n]{16,}={0,2}\s*")
_NO_NUMBER: Final = re.compile(r"[:\[,]\s*(-?Infinity|NaN|undefined|None|True|False)\s*[,}\]]")
_LARGEST: Final = 1_000_000
"""Bytes of a body that is looked at."""


def kind_of_body(body: bytes) -> str | None:
    """What a body is, after ``is``; None if nothing more can be said."""
    if len(body) > _LARGEST:
        return None
    if _BASE64.fullmatch(body):
        return _decoded(body)
    text = body.decode(errors="replace").strip()
    if text.startswith("{'"):
        return "a Python dictionary as it is printed, which is not JSON"
    if not text.startswith(("{", "[")):
        return None
    return _not_json(text)


def _decoded(body: bytes) -> str | None:
    try:
        inner = base64.b64decode(body, validate=False)
    except binascii.Error:
        return None
    return "base64 that nobody decoded" if inner.lstrip().startswith((b"{", b"event:")) else None


def _not_json(text: str) -> str | None:
    try:
        _, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        end = 0
    rest = text[end:].strip() if end else ""
    if rest.startswith(("{", "[")):
        return "several JSON values, one after another"
    if rest:
        return f"JSON followed by {shown(rest)}"
    found = _NO_NUMBER.search(text)
    return f"JSON with {shown(found[1])}, which JSON does not have" if found else None
