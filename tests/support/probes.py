"""Probes run over answers that a test makes up."""

import json
from collections.abc import Callable
from typing import Any

from messages_conformance.claims.page import Model, Row, Target
from messages_conformance.probing.driver import run_probe
from messages_conformance.probing.probe import Ask, Probe
from messages_conformance.protocol.exchange import Ending, Exchange, Request
from messages_conformance.verdict import Behaviour, Claim

MODEL = Model("m-1", "m", thinks=False)
ROW = Row("basic/x", "x", Claim.SUPPORTED, "Supported", "S", "quoted")
TARGET = Target("t", "T", "http://127.0.0.1:1", ("x-api-key",), "2023-06-01", {"temperature": 0.0})
ASK = Ask(MODEL, ROW, TARGET, "x-api-key")

Answer = Callable[[Request, int], Exchange]
"""Answers a request that is asked for the n-th time, from 0."""


def run(probe: Probe, answer: Answer) -> Behaviour:
    """Run a probe over answers."""
    return run_probe(probe, ASK, lambda steps: [answer(s.question.request, s.nth) for s in steps])


def answered(
    request: Request, status: int | None, body: Any = b"", ended: Ending = "complete"
) -> Exchange:
    """An answer of bytes, or of a JSON value."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(request, status, (("content-type", "application/json"),), raw, ended=ended)


def said(request: Request, words: str, **usage: int) -> Exchange:
    """A message of one text block."""
    content = [{"type": "text", "text": words}]
    return answered(request, 200, {"type": "message", "content": content, "usage": usage})


def error(request: Request, status: int, kind: str = "invalid_request_error") -> Exchange:
    """The documented error envelope."""
    return answered(request, status, {"type": "error", "error": {"type": kind, "message": "No."}})
