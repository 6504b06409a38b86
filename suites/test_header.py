"""The page's HTTP header table."""

from messages_conformance.probing import (
    PLAIN,
    Ask,
    Exchange,
    ProbeRun,
    ask_with_wrong_key,
    broken,
    credential,
    describe,
    ignored,
    partial,
    row,
    unmeasured,
    with_current_version,
    with_sdk_headers,
    with_unknown_beta,
    with_unknown_version,
    without_version,
    without_version_with_unknown_beta,
    works,
)


def only_right_key(ask: Ask, header: str, right: Exchange) -> ProbeRun:
    """A key was accepted in a header; that counts only if a wrong one in it is refused."""
    wrong = yield from ask_with_wrong_key(ask, header, lambda answer: answer.status in (401, 403))
    if wrong.answered:
        return ignored(f"any key is accepted: a wrong one in {header} was answered", right, wrong)
    return works(
        f"the key in {header} alone is accepted; a wrong one got {describe(wrong)}", right, wrong
    )


@row("header/x-api-key")
def x_api_key_alone_lets_in(ask: Ask) -> ProbeRun:
    """The key in `x-api-key` is all the authentication needed.

    To fix: read the key from `x-api-key` when there is no `Authorization` header, and
    answer 401 when it is wrong.

    Instead: send the key as `Authorization: Bearer`: `auth_token=` in the SDK, or
    `ANTHROPIC_AUTH_TOKEN`.

    Instead, if ignored: take no answer as proof that a key is right; ask the vendor's console.
    """
    right: Exchange = yield ask(**PLAIN, headers=credential("x-api-key"))
    return (yield from only_right_key(ask, "x-api-key", right))


@row("header/authorization")
def bearer_alone_lets_in(ask: Ask) -> ProbeRun:
    """The key in `Authorization: Bearer` is all the authentication needed.

    Current SDKs send the key only here. To fix: read `Authorization: Bearer <key>` when
    there is no `x-api-key` header, and answer 401 when it is wrong.

    Instead: send the key as `x-api-key`: `api_key=` in the SDK, or `ANTHROPIC_API_KEY`.

    Instead, if ignored: take no answer as proof that a key is right; ask the vendor's console.
    """
    right: Exchange = yield with_sdk_headers(ask)
    if not right.answered:
        right = yield ask(**PLAIN, headers=credential("authorization"))
    return (yield from only_right_key(ask, "authorization", right))


@row("header/anthropic-beta+version")
def version_and_beta_are_checked(ask: Ask) -> ProbeRun:
    """`anthropic-version` is required and must be known; an unknown `anthropic-beta` is refused.

    To fix: answer 400 `invalid_request_error` to a missing or unknown version and to an
    unknown beta. An endpoint that documents neither may ignore both, but must accept requests
    that carry them, since every SDK sends a version.

    Instead: rely on no version or beta: look for the feature's effect in the answer.

    Instead, if broken: set the headers that the endpoint's page documents, with `default_headers=`
    in the SDK.
    """
    current, neither, unknown = yield [
        with_sdk_headers(ask),
        without_version_with_unknown_beta(ask),
        with_unknown_version(ask),
    ]
    if not current.answered:
        yield ask.control(**PLAIN)
        current = yield with_current_version(ask)
    if current.status is None:
        return unmeasured(f"no answer came: {current.ended}", current)
    if not current.answered:
        summary = f"the version that current SDKs send is not accepted: {describe(current)}"
        return broken(summary, current)
    missing = beta = neither
    if not neither.answered:
        missing, beta = yield [without_version(ask), with_unknown_beta(ask)]
    checks = {"a missing version": missing, "an unknown version": unknown, "an unknown beta": beta}
    for what, exchange in checks.items():
        if not exchange.answered and not (exchange.refused and exchange.status == 400):
            return broken(f"{what} is answered with {describe(exchange)}", exchange, current)
    accepted = [what for what, exchange in checks.items() if exchange.answered]
    if len(accepted) == len(checks):
        summary = f"makes no difference: {', '.join(accepted)} are all accepted"
        return ignored(summary, current, missing, unknown)
    if accepted:
        return partial(f"checked in part: {' and '.join(accepted)} accepted", *checks.values())
    return works("a missing or unknown version and an unknown beta are refused", *checks.values())
