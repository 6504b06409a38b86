"""The page's HTTP header table."""

from messages_conformance.probing import shared_plain
from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    broken,
    credential,
    ignored,
    partial,
    row,
    seen,
    works,
)
from messages_conformance.probing.shared_plain import PLAIN
from messages_conformance.protocol.exchange import Exchange


def wrong_key(ask: Ask, header: str, right: Exchange) -> ProbeRun:
    """A key in a header counts only if a wrong one in it is not let in."""
    wrong = yield from shared_plain.wrong_key(
        ask, header, lambda answer: answer.status in (401, 403)
    )
    if wrong.answered:
        return ignored(f"any key is let in: a wrong one in {header} got an answer", right, wrong)
    return works(
        f"the key in {header} alone is let in; a wrong one got {seen(wrong)}", right, wrong
    )


@row("header/x-api-key")
def x_api_key_alone_lets_in(ask: Ask) -> ProbeRun:
    """The key in `x-api-key` is all the authentication needed.

    To mend: read the key from `x-api-key` when no `Authorization` header is there, and
    answer 401 when it is wrong.
    """
    right: Exchange = yield ask(**PLAIN, headers=credential("x-api-key"))
    return (yield from wrong_key(ask, "x-api-key", right))


@row("header/authorization")
def bearer_alone_lets_in(ask: Ask) -> ProbeRun:
    """The key in `Authorization: Bearer` is all the authentication needed.

    Current SDKs send the key only here. To mend: read `Authorization: Bearer <key>` when
    no `x-api-key` header is there, and answer 401 when it is wrong.
    """
    right: Exchange = yield shared_plain.as_sdks_send_it(ask)
    if not right.answered:
        right = yield ask(**PLAIN, headers=credential("authorization"))
    return (yield from wrong_key(ask, "authorization", right))


@row("header/anthropic-beta+version")
def version_and_beta_are_checked(ask: Ask) -> ProbeRun:
    """`anthropic-version` must be there and be known; an unknown `anthropic-beta` is refused.

    To mend: answer 400 `invalid_request_error` to a missing or unknown version and to an
    unknown beta. An endpoint that documents neither may ignore both, but must let requests
    in that carry them, since every SDK sends a version.
    """
    current, neither, unknown = yield [
        shared_plain.as_sdks_send_it(ask),
        shared_plain.no_version_and_unknown_beta(ask),
        shared_plain.unknown_version(ask),
    ]
    if not current.answered:
        yield ask.control(**PLAIN)
        current = yield shared_plain.current_version(ask)
    if not current.answered:
        return broken(f"the version that current SDKs send is not taken: {seen(current)}", current)
    absent = beta = neither
    if not neither.answered:
        absent, beta = yield [shared_plain.no_version(ask), shared_plain.unknown_beta(ask)]
    checks = {"a missing version": absent, "an unknown version": unknown, "an unknown beta": beta}
    for what, exchange in checks.items():
        if not exchange.answered and not (exchange.refused and exchange.status == 400):
            return broken(f"{what} is met with {seen(exchange)}", exchange, current)
    let_in = [what for what, exchange in checks.items() if exchange.answered]
    if len(let_in) == len(checks):
        return ignored(
            f"makes no difference: {', '.join(let_in)} are all let in", current, absent, unknown
        )
    if let_in:
        return partial(f"checked in part: {' and '.join(let_in)} let in", *checks.values())
    return works("a missing or unknown version and an unknown beta are refused", *checks.values())
