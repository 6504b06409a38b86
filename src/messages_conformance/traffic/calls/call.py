"""A request that a program made, as far as a record shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from messages_conformance.protocol.exchange import MESSAGES


class Part(StrEnum):
    """A part of a request or of its answer that a format may not keep."""

    BODY = "body"
    """Everything in the body of a request that no other part names."""
    HEADERS = "headers"
    BETAS = "betas"
    CACHE_CONTROL = "cache_control"
    TOOL_CHOICE = "tool_choice"
    THINKING = "thinking"
    """The setting, not the blocks."""
    STOP_SEQUENCES = "stop_sequences"
    METADATA = "metadata"
    SAMPLING = "sampling"
    """Temperature, top_p, top_k."""
    STREAM = "stream"
    PATH = "path"
    ANSWER = "answer"
    ERROR = "error"
    CODE = "code"
    """What the program does with an answer: only its source shows that."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, and what is known of its answer."""

    place: str
    """Where it stands in its source: ``entry 3``, ``line 17``."""
    body: Mapping[str, Any] | None
    """None where it was not kept."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case; a credential is there as its name alone."""
    path: str = MESSAGES
    status: int | None = None
    answer: Mapping[str, Any] | None = None
    """The message, merged where it was streamed."""
    error: Any = None
    """The body of a refusal."""
    hides: frozenset[Part] = frozenset({Part.CODE})
    """What its format does not show."""
    size: int | None = None
    """Bytes of the body, where they were kept."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A record that is no call."""

    place: str
    why: str
    """In words that follow a number: ``3 not to a Messages API``."""
    damaged: bool = False
    """Whether it should have been readable."""


Record: TypeAlias = Call | NotRead

NOTHING_HIDDEN: Final = frozenset({Part.CODE})
"""What the formats that keep all of HTTP hide: only what the program does with it."""
BODY_ALONE: Final = frozenset({Part.CODE, Part.HEADERS})
"""What the formats hide that keep a body as it was sent, and no header."""
ANSWER_ALONE: Final = frozenset(Part) - {Part.ANSWER, Part.ERROR}
"""What an answer without its request hides."""


def hidden_in_body(body: Mapping[str, Any], *more: Part) -> frozenset[Part]:
    """What a body hides that was kept as it was sent, and no header; and what else its format does.

    Betas are a header; some tools put them into the body, and then they are seen.
    """
    betas = set() if "betas" in body else {Part.BETAS}
    return BODY_ALONE | betas | set(more)


_CREDENTIALS: Final = frozenset({"x-api-key", "authorization", "cookie", "proxy-authorization"})


def shown_headers(
    pairs: Mapping[str, Any] | tuple[tuple[str, str], ...],
) -> tuple[tuple[str, str], ...]:
    """Headers with names in lower case, and nothing of credentials but their names."""
    listed = pairs.items() if isinstance(pairs, Mapping) else pairs
    return tuple(
        (name.lower(), "" if name.lower() in _CREDENTIALS else one)
        for name, value in listed
        for one in map(str, value if isinstance(value, list | tuple) else [value])
    )
