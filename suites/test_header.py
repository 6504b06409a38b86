"""The page's HTTP header table."""

from messages_conformance.exchange import WRONG_KEY, Exchange
from messages_conformance.probe import (
    Ask,
    Walk,
    broken,
    credential,
    ignored,
    partial,
    row,
    seen,
    works,
)
from messages_conformance.wire.finding import VERSIONS

HELLO = "Say hello."
CURRENT_VERSION = VERSIONS[-1]
"""What every SDK of today sends, whatever the target's own version is."""
UNKNOWN_BETA = "no-such-feature-2020-01-01"


def lets_in(ask: Ask, header: str) -> Walk:
    """The right key in that header alone is let in, and a wrong one is not."""
    right: Exchange = yield ask(HELLO, headers=credential(header))
    wrong: Exchange = yield ask.invalid(HELLO, headers=credential(header, WRONG_KEY))
    if wrong.answered:
        return ignored(f"any key is let in: a wrong one in {header} got an answer", right, wrong)
    return works(
        f"the key in {header} alone is let in; a wrong one got {seen(wrong)}", right, wrong
    )


@row("header/x-api-key")
def x_api_key_alone_lets_in(ask: Ask) -> Walk:
    """The key in `x-api-key` is all the authentication needed.

    To mend: read the key from `x-api-key` when no `Authorization` header is there, and
    answer 401 when it is wrong.
    """
    return (yield from lets_in(ask, "x-api-key"))


@row("header/authorization")
def bearer_alone_lets_in(ask: Ask) -> Walk:
    """The key in `Authorization: Bearer` is all the authentication needed.

    Current SDKs send the key only here. To mend: read `Authorization: Bearer <key>` when
    no `x-api-key` header is there, and answer 401 when it is wrong.
    """
    return (yield from lets_in(ask, "authorization"))


@row("header/anthropic-beta+version")
def version_and_beta_are_checked(ask: Ask) -> Walk:
    """`anthropic-version` must be there and be known; an unknown `anthropic-beta` is refused.

    To mend: answer 400 `invalid_request_error` to a missing or unknown version and to an
    unknown beta. An endpoint that documents neither may ignore both, but must let requests
    in that carry them, since every SDK sends a version.
    """
    plain: Exchange = yield ask(HELLO)
    current, absent, unknown, beta = yield [
        ask.invalid(HELLO, headers={"anthropic-version": CURRENT_VERSION}),
        ask.invalid(HELLO, headers={"anthropic-version": None}),
        ask.invalid(HELLO, headers={"anthropic-version": "1999-12-31"}),
        ask.invalid(HELLO, headers={"anthropic-beta": UNKNOWN_BETA}),
    ]
    if not current.answered:
        return broken(f"the version that current SDKs send is not taken: {seen(current)}", current)
    checks = {"a missing version": absent, "an unknown version": unknown, "an unknown beta": beta}
    for what, exchange in checks.items():
        if not exchange.answered and not (exchange.refused and exchange.status == 400):
            return broken(f"{what} is met with {seen(exchange)}", exchange, plain)
    let_in = [what for what, exchange in checks.items() if exchange.answered]
    if len(let_in) == len(checks):
        return ignored(
            f"makes no difference: {', '.join(let_in)} are all let in", plain, absent, beta
        )
    if let_in:
        return partial(f"checked in part: {' and '.join(let_in)} let in", *checks.values())
    return works("a missing or unknown version and an unknown beta are refused", *checks.values())
