"""How much of an answer is taken, and how long it is waited for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much and how long is waited for before an answer is given up."""

    head: int = 256 * 1024
    """bytes until an answer has begun: of its headers, and of provisional answers before it"""
    size: int = 2 * 1024 * 1024
    """bytes of a body, after decompression"""
    pieces: int = 65_536
    """pieces of a body, as the network delivers them"""
    parts: int = 200_000
    """lines, objects, lists and items of a body: a few bytes each, a thousand when they are read"""
    connect: float = 10
    """seconds until there is a connection, and as many again until it is secure"""
    first: float = 120
    """seconds from the last byte of the request to the last of the answer's headers"""
    silence: float = 120
    """seconds between two pieces of the body, of the request's as of the answer's"""
    whole: float = 600
    """seconds for all of it together"""


DEFAULT = Limits()
