"""The page's table of error codes: what a client can provoke, it provokes."""

from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    broken,
    credential,
    ignored,
    partial,
    row,
    seen,
    unmeasured,
    works,
)
from messages_conformance.probing.shared_plain import NO_MODEL, PLAIN, out_of_range, wrong_key
from messages_conformance.protocol.exchange import RESTRICTED_KEY, Exchange
from messages_conformance.verdict import Behaviour, Kind

HELLO = "Say hello."
BURST = 40
"""Requests sent at once to meet a rate limit."""
OVER_32_MB = 33 * 1024 * 1024
SEVERITY = (Kind.WORKS, Kind.PARTIAL, Kind.IGNORED, Kind.BROKEN)
"""From best to worst."""


def answers(exchange: Exchange, status: int, type: str) -> Behaviour:
    """Hold an answer against the documented status and error type."""
    if exchange.answered:
        return ignored(f"no error at all: {seen(exchange)}", exchange)
    if exchange.error is None:
        return broken(seen(exchange), exchange)
    if exchange.status == status and exchange.error.type == type:
        return works(seen(exchange), exchange)
    return partial(f"{seen(exchange)}; documented is {status} {type}", exchange)


@row("error/400")
def invalid_requests_get_400(ask: Ask) -> ProbeRun:
    """A `temperature` beyond all ranges makes a request invalid, and a streamed `top_p` does.

    Where an endpoint takes them, as some document no range, a request without messages does, and
    a negative `max_tokens`, streamed. To mend: validate requests and answer 400 with
    `{"type": "error", "error": {"type": "invalid_request_error", "message": …}}`.
    """
    streamed, plain = yield [
        out_of_range(ask, "top_p", stream=True),
        out_of_range(ask, "temperature"),
    ]
    if streamed.answered:
        streamed = yield ask.invalid(HELLO, max_tokens=-1, stream=True)
    if plain.answered:
        plain = yield ask.invalid(None, messages=None)
    judged = [answers(exchange, 400, "invalid_request_error") for exchange in (streamed, plain)]
    return max(judged, key=lambda behaviour: SEVERITY.index(behaviour.kind))


@row("error/401")
def wrong_key_gets_401(ask: Ask) -> ProbeRun:
    """A wrong key is refused with 401 `authentication_error`.

    To mend: check the key before anything else and answer with that status and type.
    """

    def judged(exchange: Exchange) -> Behaviour:
        return answers(exchange, 401, "authentication_error")

    def as_documented(exchange: Exchange) -> bool:
        return judged(exchange).kind is Kind.WORKS

    return judged((yield from wrong_key(ask, ask.auth, as_documented)))


@row(
    "error/403", opt_in="needs a second key that may not use the model, in ANTHROPIC_RESTRICTED_KEY"
)
def restricted_key_gets_403(ask: Ask) -> ProbeRun:
    """A key that may not use the model is refused with 403 `permission_error`.

    To mend: keep "who are you" (401) apart from "you may not" (403).
    """
    denied: Exchange = yield ask.invalid(HELLO, headers=credential(ask.auth, RESTRICTED_KEY))
    return answers(denied, 403, "permission_error")


@row("error/404")
def unknown_model_gets_404(ask: Ask) -> ProbeRun:
    """A model that does not exist is refused with 404 `not_found_error`.

    To mend: look the model up before serving; do not fall back on another one.
    """
    missing: Exchange = yield ask.invalid(**PLAIN, model=NO_MODEL)
    return answers(missing, 404, "not_found_error")


@row("error/413", opt_in="sends a request of 33 MB")
def oversized_request_gets_413(ask: Ask) -> ProbeRun:
    """A request above 32 MB is refused with 413 `request_too_large`.

    To mend: have whatever stands in front of the endpoint answer in the error envelope.
    """
    huge: Exchange = yield ask.invalid("x" * OVER_32_MB)
    return answers(huge, 413, "request_too_large")


@row("error/429", opt_in=f"sends {BURST} requests at once to meet the rate limit")
def burst_gets_429(ask: Ask) -> ProbeRun:
    """Too many requests are refused with 429 `rate_limit_error`.

    Where any request of the run was answered so, that answer is judged and nothing is sent.

    To mend: answer in the error envelope, with `retry-after`.
    """
    if (met := ask.passed(429)) is not None:
        return answers(met, 429, "rate_limit_error")
    burst = yield [ask.invalid(HELLO, max_tokens=1)] * BURST
    limited = [exchange for exchange in burst if not exchange.answered]
    if not limited:
        return unmeasured(f"{BURST} requests at once met no rate limit", burst[0])
    return answers(limited[0], 429, "rate_limit_error")


@row("error/500")
def internal_error_is_documented(_: Ask) -> ProbeRun:
    """An internal failure answers 500 `api_error`; a client cannot make one happen."""
    yield from ()  # There is nothing to ask.
    return unmeasured("no request can provoke an internal error")


@row("error/529")
def overload_is_documented(_: Ask) -> ProbeRun:
    """An overloaded endpoint answers 529 `overloaded_error`; a client must not make it so."""
    yield from ()  # There is nothing to ask.
    return unmeasured("no single client can, or should, overload the endpoint")
