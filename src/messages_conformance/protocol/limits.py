"""The limits on an answer: how large it may be, and how long the client waits for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What an answer may not exceed; an answer that does is given up."""

    head: int = 256 * 1024
    """bytes before the body: of the headers, and of interim answers before them"""
    headers: int = 2_000
    """headers, of which each is written and read by itself; Node.js takes as many"""
    size: int = 2 * 1024 * 1024
    """bytes of a body, after decompression"""
    pieces: int = 65_536
    """pieces of a body, as the network delivers them"""
    parts: int = 200_000
    """lines, objects, lists and items of a body: each a few bytes, and a thousand when parsed"""
    connect: float = 10
    """seconds until the connection is made, and as many again for TLS"""
    first: float = 120
    """seconds from the last byte of the request to the last byte of the headers"""
    silence: float = 120
    """seconds between two pieces of a body, both of the request and of the answer"""
    whole: float = 600
    """seconds for everything together"""


DEFAULT = Limits()


def answer_limits(seconds: float) -> Limits:
    """Limits with other waits: for the answer to begin, between two pieces, and as a whole."""
    return Limits(first=seconds, silence=seconds, whole=max(Limits.whole, 5 * seconds))
