"""Prompt caching: how many tokens of a prompt are read, written and fresh (rules PC-6, PC-7)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from messages_conformance.reference.transcript import Transcript

MINIMUM = 1024
"""Tokens; a shorter prefix is not cached."""


@dataclass(frozen=True)
class Prefix:
    """A prompt up to one of its marks."""

    digest: str
    tokens: int


@dataclass(frozen=True)
class PromptUsage:
    """The tokens of a prompt: read from the cache, written to it, and neither."""

    read: int
    written: int
    fresh: int


@dataclass
class Cache:
    """The prefixes one running endpoint has seen; each belongs to one model."""

    known: set[str] = field(default_factory=set)

    def count_and_remember(self, transcript: Transcript, model: str) -> PromptUsage:
        """Count a prompt's tokens, and remember its prefixes."""
        marked = prefixes(transcript, model)
        usage = split_by_cache(transcript, marked, self.known)
        self.known.update(prefix.digest for prefix in marked)
        return usage


def prefixes(transcript: Transcript, model: str) -> tuple[Prefix, ...]:
    """The marked prefixes long enough to be cached, shortest first."""
    digest, tokens, found = hashlib.sha256(model.encode()), 0, []
    for piece in transcript.pieces:
        digest.update(piece.raw)
        tokens += piece.tokens
        if piece.marked and tokens >= MINIMUM:
            found.append(Prefix(digest.hexdigest(), tokens))
    return tuple(found)


def split_by_cache(
    transcript: Transcript, marked: tuple[Prefix, ...], known: Iterable[str]
) -> PromptUsage:
    """Split a prompt's tokens by what is already known of its marked prefixes."""
    read = max((prefix.tokens for prefix in marked if prefix.digest in known), default=0)
    end = marked[-1].tokens if marked else 0
    return PromptUsage(read, end - read, transcript.tokens - end)
