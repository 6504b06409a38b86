"""What requests cost: at most, before they are sent, and as the answer says, afterwards.

The bound of a request's input rests on two facts. No tokenizer in use makes more tokens of a text
than the text has bytes: a token stands for a byte at least, and what is not in the vocabulary falls
back to bytes. And a request's JSON, in UTF-8 and without escapes that are not needed, holds every
text that the model gets to read. What an endpoint puts around it comes on top: the frame of a
chat, the preamble that tools or an output format bring, and a picture's patches. What is brought in
from elsewhere, by a tool that the endpoint runs itself, by a URL or a file's id, is bounded by
nothing but what a model can read at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import MESSAGES, Exchange, Json, Request

WINDOW = 1_048_576
"""Tokens of input; a longer prompt the models of these endpoints cannot read."""
LONGEST = 131_072
"""Tokens of output; more the models of these endpoints do not write at once."""
UNTOLD = 4_096
"""Tokens of output allowed for where a request does not limit it, by mistake and on purpose: as
much as endpoints take for a default, and far more than an answer to a greeting has."""

_FRAME = 128
"""Tokens around any request: a default system prompt, and what opens and closes turns."""
_TURN = 16
"""Tokens around each turn."""
_TOOLS = 1_024
"""Tokens that tell a model how to call tools, beside the tools themselves."""
_FORMAT = 1_024
"""Tokens that tell a model in which form to answer."""
_PICTURE = 5_000
"""Tokens of a picture; larger ones are made smaller until they cost no more."""


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
        """Whether it is no more in any respect."""
        return (
            self.requests <= other.requests
            and self.input <= other.input
            and self.output <= other.output
        )

    def or_more(self, other: "Cost") -> "Cost":
        """The greater of two, in each respect."""
        return Cost(
            max(self.requests, other.requests),
            max(self.input, other.input),
            max(self.output, other.output),
        )


def most(request: Request) -> Cost:
    """What sending a request once may cost at most; only messages cost tokens."""
    body = request.body
    if request.path.partition("?")[0] != MESSAGES or not isinstance(body, dict):
        return Cost(1)
    return Cost(1, min(WINDOW, _input(request, body)), _output(body))


def spent(exchange: Exchange, limit: Cost) -> Cost:
    """What an exchange has cost; ``limit``, where it cost something and does not say how much.

    Nothing is charged for what never reached the endpoint, or was refused. What an answer says
    counts even where it is more than the request allowed.
    """
    if exchange.ended == "unreachable" or (exchange.status or 200) >= 300:
        return Cost(limit.requests)
    if exchange.usage("output_tokens") > 0 and exchange.prompt_tokens > 0:
        return Cost(limit.requests, exchange.prompt_tokens, exchange.usage("output_tokens"))
    return limit


def _input(request: Request, body: dict[str, Any]) -> int:
    turns = body.get("messages")
    bound = len(request.content) + _FRAME
    bound += _TURN * len(turns) if isinstance(turns, list) else 0
    bound += _TOOLS if body.get("tools") else 0
    bound += _FORMAT if body.get("output_config") or body.get("output_format") else 0
    for part in _parts(body):
        if _brings_in(part):
            return WINDOW
        bound += _PICTURE if part.get("type") == "image" else 0
    return bound


def _output(body: dict[str, Any]) -> int:
    allowed = body.get("max_tokens")
    if type(allowed) is not int or not 0 <= allowed <= LONGEST:
        return UNTOLD
    thinking = body.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    # Some endpoints let a model think beside what it may say.
    return allowed + (budget if type(budget) is int and 0 < budget <= LONGEST else 0)


def _brings_in(part: dict[str, Any]) -> bool:
    """Whether an object has the endpoint fetch what is not in the request."""
    kind = part.get("type")
    if kind == "url":
        host = urlsplit(str(part.get("url"))).hostname or ""
        # Nobody is ever found below .invalid (RFC 2606).
        return not host.endswith(".invalid")
    if kind == "file":
        return True
    if kind == "document":
        source = part.get("source")
        return isinstance(source, dict) and source.get("type") == "base64"
    # A tool of the client's own has a schema, one that the endpoint runs a dated type instead.
    return "input_schema" not in part and "name" in part and str(kind)[-8:].isdecimal()


def _parts(value: Json) -> Iterator[dict[str, Any]]:
    """All objects in a request, its own included; with a stack, as it may nest deeply."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            yield part
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
