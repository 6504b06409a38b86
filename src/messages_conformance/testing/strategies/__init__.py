"""Hypothesis strategies for valid answers of the Messages API.

Everything drawn here keeps the wire rules: a reader that fails on it, or a checker that finds a
broken rule other than advisories in it, is wrong. `messages` draws final messages and
`streams` the events of one; `wire_forms` writes events as bytes and `chunkings` cuts bytes
into pieces; `failed_streams` and `truncated_streams` draw the two valid ways to end early.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401 - an optional dependency
except ModuleNotFoundError as absent:
    raise ModuleNotFoundError(
        "messages_conformance.testing.strategies needs hypothesis, which is not installed here: "
        "install it with `pip install messages-conformance[test]`.",
        name="hypothesis",
    ) from absent

from messages_conformance.testing.strategies.forms import chunkings, wire_forms
from messages_conformance.testing.strategies.messages import messages
from messages_conformance.testing.strategies.streams import (
    failed_streams,
    streams,
    truncated_streams,
)

__all__ = [
    "chunkings",
    "failed_streams",
    "messages",
    "streams",
    "truncated_streams",
    "wire_forms",
]
