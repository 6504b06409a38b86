"""The page's table of error codes: those that a client can provoke are provoked."""

from functools import cache

from messages_conformance.probing import (
    PLAIN,
    RESTRICTED_KEY,
    UNKNOWN_MODEL,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbeRun,
    ask_with_wrong_key,
    broken,
    credential,
    describe,
    ignored,
    out_of_range,
    partial,
    row,
    unmeasured,
    works,
)

HELLO = "Say hello."
BURST = 40
"""Requests sent at once to meet a rate limit."""
OVER_32_MB = 33 * 1024 * 1024
SEVERITY = (Kind.WORKS, Kind.PARTIAL, Kind.IGNORED, Kind.BROKEN)
"""From best to worst."""


def compare(exchange: Exchange, status: int, type: str) -> Behaviour:
    """Compare an answer with the documented status and error type."""
    if exchange.answered:
        return ignored(f"no error at all: {describe(exchange)}", exchange)
    if exchange.error is None:
        return broken(describe(exchange), exchange)
    if exchange.status == status and exchange.error.type == type:
        return works(describe(exchange), exchange)
    return partial(f"{describe(exchange)}; documented is {status} {type}", exchange)


@row("error/400")
def invalid_requests_get_400(ask: Ask) -> ProbeRun:
    """Invalid requests are refused with 400 `invalid_request_error`, streamed or not.

    What is invalid is a `temperature` and a `top_p` above any range; where an endpoint accepts
    them, as some document no range, a request without messages and a negative `max_tokens`. To
    fix: validate requests and answer 400 with
    `{"type": "error", "error": {"type": "invalid_request_error", "message": …}}`.

    Instead: match on the HTTP status, and read the message wherever it stands; expect no
    `error.type`.

    Instead, if ignored: validate requests before you send them; no answer will tell you that one
    was wrong.
    """
    streamed, plain = yield [
        out_of_range(ask, "top_p", stream=True),
        out_of_range(ask, "temperature"),
    ]
    if streamed.answered:
        streamed = yield ask.invalid(HELLO, max_tokens=-1, stream=True)
    if plain.answered:
        plain = yield ask.invalid(None, messages=None)
    behaviours = [compare(exchange, 400, "invalid_request_error") for exchange in (streamed, plain)]
    return max(behaviours, key=lambda behaviour: SEVERITY.index(behaviour.kind))


@row("error/401")
def wrong_key_gets_401(ask: Ask) -> ProbeRun:
    """A wrong key is refused with 401 `authentication_error`.

    To fix: check the key before anything else and answer with that status and type.

    Instead: match on the HTTP status: treat 401 and 403 alike, and expect no `error.type`.

    Instead, if ignored: take no answer as proof that a key is right; ask the vendor's console.
    """

    def compare_401(exchange: Exchange) -> Behaviour:
        return compare(exchange, 401, "authentication_error")

    answer = yield from ask_with_wrong_key(
        ask, ask.auth, lambda exchange: compare_401(exchange).kind is Kind.WORKS
    )
    return compare_401(answer)


@row(
    "error/403", opt_in="needs a second key that may not use the model, in ANTHROPIC_RESTRICTED_KEY"
)
def restricted_key_gets_403(ask: Ask) -> ProbeRun:
    """A key that may not use the model is refused with 403 `permission_error`.

    To fix: keep "who are you" (401) apart from "you may not" (403).

    Instead: match on the HTTP status: treat 401 and 403 alike, and do not repeat the request.

    Instead, if ignored: control in your application who may use which model.
    """
    denied: Exchange = yield ask.invalid(HELLO, headers=credential(ask.auth, RESTRICTED_KEY))
    return compare(denied, 403, "permission_error")


@row("error/404")
def unknown_model_gets_404(ask: Ask) -> ProbeRun:
    """A model that does not exist is refused with 404 `not_found_error`.

    To fix: look up the model before serving; do not fall back to another one.

    Instead: check model names before you ask, and take a 400 that names the model as the same.

    Instead, if ignored: check model names before you ask, and compare the `model` of each answer.
    """
    missing: Exchange = yield ask.invalid(**PLAIN, model=UNKNOWN_MODEL)
    return compare(missing, 404, "not_found_error")


@cache
def _text_over_32_mb() -> str:
    """One text for all models."""
    return "x" * OVER_32_MB


@row("error/413", opt_in="sends a request of 33 MB")
def oversized_request_gets_413(ask: Ask) -> ProbeRun:
    """A request above 32 MB is refused with 413 `request_too_large`.

    To fix: let the proxy in front of the endpoint answer in the error envelope.

    Instead: measure the body before you send it; where it is too large, shrink pictures or drop
    old turns, and do not repeat it as it is.
    """
    huge: Exchange = yield ask.invalid(_text_over_32_mb())
    return compare(huge, 413, "request_too_large")


@row("error/429", opt_in=f"sends {BURST} requests at once to meet the rate limit")
def burst_gets_429(ask: Ask) -> ProbeRun:
    """Too many requests are refused with 429 `rate_limit_error`.

    If any request of the run was answered with 429, that answer is judged and nothing is sent.

    To fix: answer in the error envelope, with `retry-after`.

    Instead: match on the status 429; wait as `retry-after` says, or else longer each time, from
    one second.
    """
    if (earlier := ask.superseded_answer(429)) is not None:
        return compare(earlier, 429, "rate_limit_error")
    burst = yield [ask.invalid(HELLO, max_tokens=1)] * BURST
    limited = [exchange for exchange in burst if not exchange.answered]
    if not limited:
        return unmeasured(f"{BURST} requests at once met no rate limit", burst[0])
    return compare(limited[0], 429, "rate_limit_error")


@row("error/500")
def internal_error_is_documented(ask: Ask) -> ProbeRun:
    """An internal error is answered with 500 `api_error`; a client cannot provoke one.

    If a request of the run was answered with 500, and asked again, that answer is judged. To fix:
    answer in the error envelope, also where a framework or proxy fails.

    Instead: repeat the request a few times, after a pause that grows.
    """
    yield from ()  # There is nothing to ask.
    if (earlier := ask.superseded_answer(500)) is not None:
        return compare(earlier, 500, "api_error")
    return unmeasured("no request can provoke an internal error")


@row("error/529")
def overload_is_documented(ask: Ask) -> ProbeRun:
    """An overloaded endpoint answers 529 `overloaded_error`; a client must not overload it.

    If a request of the run was answered with 529, and asked again, that answer is judged. To fix:
    answer in the error envelope, and with 529 where it is you who is overloaded.

    Instead: repeat the request after a pause that grows, or ask another model.
    """
    yield from ()  # There is nothing to ask.
    if (earlier := ask.superseded_answer(529)) is not None:
        return compare(earlier, 529, "overloaded_error")
    return unmeasured("no single client can, or should, overload the endpoint")
