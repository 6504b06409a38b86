"""What requests cost: an upper bound before they are sent, and the actual cost afterwards.

The upper bound of a request's input rests on two facts. No tokenizer in use makes more tokens of a
text than the text has bytes: a token encodes at least one byte. And a request's JSON, in UTF-8
and without needless escapes, holds every text that the model reads. Added to that is what an
endpoint puts around it: the chat template, the preamble for tools or an output format, and the
patches of an image or of a document's page. Input that the endpoint fetches itself, through a tool
of its own, a URL or a file's id, and what is in a compressed document, are bounded only by the
longest prompt that a model can read.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import MESSAGES, Exchange, Json, Request

CONTEXT_WINDOW = 1_048_576
"""Tokens of input; no model of these endpoints reads a longer prompt."""
LONGEST_OUTPUT = 131_072
"""Tokens of output; no model of these endpoints writes more in one answer."""
DEFAULT_OUTPUT = 4_096
"""Tokens of output assumed where a request sets no valid limit: a usual default of endpoints, and
far more than an answer to a greeting has."""

_FRAME = 128
"""Tokens around any request: a default system prompt, and the chat template."""
_TURN = 16
"""Tokens around each turn."""
_TOOLS = 1_024
"""Tokens of the instructions for calling tools, apart from the tools themselves."""
_FORMAT = 1_024
"""Tokens that describe the output format to a model."""
_IMAGE = 5_000
"""Tokens of an image; endpoints shrink larger ones until they cost no more."""
_KIDS = re.compile(rb"/Kids\s*(\[[^\]]*\])?")
_COMPRESSED = (b"/Filter", b"/ObjStm", b"/F ", b"/EmbeddedFile")
"""Names in a PDF of parts whose content cannot be seen in its bytes."""


@dataclass(frozen=True)
class Cost:
    """Requests, and tokens of input and of output."""

    requests: int = 0
    input: int = 0
    output: int = 0

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input + self.output

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.requests + other.requests, self.input + other.input, self.output + other.output
        )

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.requests - other.requests, self.input - other.input, self.output - other.output
        )

    def __le__(self, other: "Cost") -> bool:
        """Whether it is no more in any of the three."""
        return (
            self.requests <= other.requests
            and self.input <= other.input
            and self.output <= other.output
        )

    def or_more(self, other: "Cost") -> "Cost":
        """The greater of two, in each of the three."""
        return Cost(
            max(self.requests, other.requests),
            max(self.input, other.input),
            max(self.output, other.output),
        )


def upper_bound(request: Request) -> Cost:
    """What sending a request once costs at most; only messages cost tokens."""
    body = request.body
    if request.path.partition("?")[0] != MESSAGES or not isinstance(body, dict):
        return Cost(1)
    return Cost(1, min(CONTEXT_WINDOW, _input(request, body)), _output(body))


def actual_cost(exchange: Exchange, bound: Cost) -> Cost:
    """What an exchange cost; its upper ``bound`` where it cost tokens and does not say how many.

    A request that never reached the endpoint, or was refused, costs no tokens. What an answer
    says counts even where it is more than the request allowed.
    """
    if exchange.ended == "unreachable" or (exchange.status or 200) >= 300:
        return Cost(bound.requests)
    if exchange.usage("output_tokens") > 0 and exchange.prompt_tokens > 0:
        return Cost(bound.requests, exchange.prompt_tokens, exchange.usage("output_tokens"))
    return bound


def _input(request: Request, body: dict[str, Any]) -> int:
    turns = body.get("messages")
    bound = len(request.content) + _FRAME
    bound += _TURN * len(turns) if isinstance(turns, list) else 0
    bound += _TOOLS if body.get("tools") else 0
    bound += _FORMAT if body.get("output_config") or body.get("output_format") else 0
    for part in _parts(body):
        if _is_fetched(part):
            return CONTEXT_WINDOW
        if part.get("type") == "image":
            bound += _IMAGE
        elif data := _encoded_document(part):
            pages = _pages(data)
            if pages is None:
                return CONTEXT_WINDOW
            bound += _IMAGE * pages
    return bound


def _output(body: dict[str, Any]) -> int:
    allowed = body.get("max_tokens")
    if type(allowed) is not int or not 0 <= allowed <= LONGEST_OUTPUT:
        return DEFAULT_OUTPUT
    thinking = body.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    # Some endpoints do not count thinking as part of max_tokens.
    return allowed + (budget if type(budget) is int and 0 < budget <= LONGEST_OUTPUT else 0)


def _is_fetched(part: dict[str, Any]) -> bool:
    """Whether an object makes the endpoint fetch input that is not in the request."""
    kind = part.get("type")
    if kind == "url":
        host = urlsplit(str(part.get("url"))).hostname or ""
        # Nobody is ever found below .invalid (RFC 2606).
        return not host.endswith(".invalid")
    if kind == "file":
        return True
    # A client's own tool has a schema; a tool that the endpoint runs has a dated type instead.
    return "input_schema" not in part and "name" in part and str(kind)[-8:].isdecimal()


def _encoded_document(part: dict[str, Any]) -> str:
    """The base64 of a document; empty for any other object."""
    source = part.get("source")
    if part.get("type") != "document" or not isinstance(source, dict):
        return ""
    data = source.get("data")
    return data if source.get("type") == "base64" and isinstance(data, str) else ""


def _pages(data: str) -> int | None:
    """No fewer than the pages of a PDF in base64; None if they cannot be seen in its bytes.

    Its tree of pages lists each as a reference: ``/Kids [3 0 R]``.
    """
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(b"%PDF-") or any(key in content for key in _COMPRESSED):
        return None
    listed: list[bytes] = _KIDS.findall(content)
    return sum(kids.count(b"R") for kids in listed) if all(listed) else None


def _parts(value: Json) -> Iterator[dict[str, Any]]:
    """All objects in a request, including itself; without recursion, as it may nest deeply."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            yield part
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
