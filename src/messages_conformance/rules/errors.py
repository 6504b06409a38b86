"""Rules ``ER``: the shape of errors, their type, and what their message reveals."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance import schemas
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.edge import who_stands_before
from messages_conformance.rules.error_shape import Shape, classify, excerpt, message_of
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.wording import one_of, pointer, short, shown

TYPES: Final[Mapping[int, tuple[str, ...]]] = {
    400: ("invalid_request_error",),
    401: ("authentication_error",),
    402: ("billing_error",),
    403: ("permission_error",),
    404: ("not_found_error",),
    409: ("conflict_error",),
    413: ("request_too_large",),
    429: ("rate_limit_error",),
    500: ("api_error",),
    504: ("timeout_error",),
    529: ("overloaded_error",),
}
"""The type that belongs to each documented status."""
_CLIENTS_FAULT: Final = ("invalid_request_error",)
_SERVERS_FAULT: Final = ("api_error", "overloaded_error", "timeout_error")
_KNOWN: Final = tuple(sorted({each for types in TYPES.values() for each in types}))
ENVELOPE: Final = '`{"type": "error", "error": {"type", "message"}}`'

_LARGEST_REQUEST: Final = 32 * 1024 * 1024
"""Bytes of a request that the original API accepts."""


def check_error(exchange: Exchange) -> Iterator[Finding]:
    """Check an answer whose status says that it is an error."""
    shape, document = classify(exchange.body)
    here = Where(offset=0)
    before = who_stands_before(exchange, document)
    if before:
        yield broken("ER-8", here, f"{before}; expected an answer of the API itself")
        return
    if 300 <= (exchange.status or 0) < 400:
        to = exchange.header("location")
        where_to = f" to {shown(to)}" if to else ""
        yield broken(
            "ER-1",
            here,
            f"the request is redirected{where_to} with status {exchange.status}, which not every "
            "client follows; expected an answer",
        )
        return
    if shape is not Shape.ENVELOPE:
        quoted = "" if document is None else f", {excerpt(document)}"
        yield broken("ER-1", here, f"the error body is {shape.value}{quoted}; expected {ENVELOPE}")
    else:
        yield from check_envelope(document, Where(), "ER-1")
        yield from _check_type(document["error"].get("type"), exchange.status or 0)
    kind = exchange.header("content-type")
    if kind is not None and shape is not Shape.EMPTY and _media(kind) != "application/json":
        yield broken(
            "ER-1",
            here,
            f"the error's content type is {shown(kind)}; expected `application/json`",
        )
    yield from check_wording(document, Where())
    yield from _check_betas(message_of(document), exchange.request)
    if shape is Shape.TEXT:
        yield from _check_leaks(exchange.body[:_LONGEST_TEXT].decode(errors="replace"), here)


_BETA: Final = re.compile(r"(?<![\w-])[a-z][a-z0-9-]{2,60}-20\d\d-\d\d-\d\d(?![\w-])")
"""How betas are named: a feature and a date."""


def _check_betas(message: str, request: Request) -> Iterator[Finding]:
    """A proxy that adds the betas of one request to later ones has them refused for these."""
    if "anthropic-beta" not in message:
        return
    sent = f"{dict(request.headers)} {request.body}"
    for beta in dict.fromkeys(_BETA.findall(message)):
        if beta not in sent:
            yield broken(
                "ER-10",
                Where(pointer="/error/message"),
                f"the beta {shown(beta)} is refused, which the request does not name; expected no "
                "beta but those of the request",
            )


def check_size(size: int, status: int) -> Iterator[Finding]:
    """Check the status that a request of that many bytes was answered with."""
    if size > _LARGEST_REQUEST and status != 413:
        yield broken(
            "ER-3",
            Where(),
            f"a request of {size} bytes is answered with status {status}; expected 413",
        )


def check_success(document: Any) -> Iterator[Finding]:
    """Report an error that came with status 200."""
    yield broken(
        "ER-5",
        Where(offset=0),
        f"an error is answered with status 200, {excerpt(document)}; expected status 4xx or 5xx",
    )


def says_the_same(message: str, often: int) -> Finding:
    """The finding that so many refusals of different requests have one message."""
    return broken(
        "ER-9",
        Where(pointer="/error/message"),
        f"all of {often} refusals say {shown(message)}, whatever was wrong; expected what is wrong "
        "with the request, and where",
    )


def is_spent_budget(exchange: Exchange) -> bool:
    """Whether an error says that a spend limit is reached."""
    details = mapping(mapping(mapping(exchange.json).get("error")).get("details"))
    return details.get("error_code") == "enforced_spend_limit_reached"


def check_spent_budget(exchange: Exchange) -> Iterator[Finding]:
    """Check that the error of a reached spend limit does not suggest a retry."""
    if exchange.header("retry-after") is not None:
        yield broken(
            "ER-6",
            Where(),
            "a reached spend limit comes with `retry-after`; expected none, as waiting does not "
            "help",
        )


def check_envelope(document: dict[str, Any], where: Where, rule: str) -> Iterator[Finding]:
    """Check an error's envelope by its schema; its problems break the rule."""
    for problem in schemas.errors(document, "error"):
        at = where.at(pointer(problem.absolute_path))
        yield broken(rule, at, f"{short(problem.message)}; expected {ENVELOPE}")


def check_type_is_known(kind: Any, where: Where) -> Iterator[Finding]:
    """Check the type of an error that came within a stream, where no status stands beside it."""
    if isinstance(kind, str) and kind not in _KNOWN:
        yield broken(
            "ER-2",
            where.at("/error/type"),
            f"`type` is {shown(kind)}; expected a documented one, such as `overloaded_error` or "
            "`api_error`",
        )


def _check_type(kind: Any, status: int) -> Iterator[Finding]:
    here = Where(pointer="/error/type")
    if not isinstance(kind, str):
        return
    expected = TYPES.get(status)
    if expected is None:
        if kind not in _KNOWN:
            others = _CLIENTS_FAULT if status < 500 else _SERVERS_FAULT
            yield broken(
                "ER-2",
                here,
                f"`type` is {shown(kind)}; expected a documented one, {one_of(others)}",
            )
        elif status >= 500 and kind not in _SERVERS_FAULT:
            yield broken(
                "ER-2",
                here,
                f"`type` is {shown(kind)} with status {status}; expected {one_of(_SERVERS_FAULT)}",
            )
    elif kind not in expected:
        yield broken(
            "ER-2",
            here,
            f"`type` is {shown(kind)} with status {status}; expected {one_of(expected)}",
        )


def _media(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


_LONGEST_TEXT: Final = 20_000
"""Characters of an error's message that are looked at."""
_TRACES: Final = ("stack", "stacktrace", "stack_trace", "stackTrace", "traceback", "trace")
"""Keys under which frameworks send a stack trace."""
_LEAKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("HTML", r"(?i)<(?:!doctype|html|body|head|center|h1|p)\b"),
        ("stringified JSON", r"""\{\\?["'](?:type|error|message|code|detail|object)\\?["']\s*:"""),
        ("a Python traceback", r'Traceback \(most recent call last\)|File "[^"]+", line \d+'),
        (
            "a Python exception",
            r"\b\w{1,60}(?:Error|Exception)\(['\"]|<class '|object has no attribute",
        ),
        ("a Java class", r"\b(?:[a-z_]\w{0,60}\.){2,8}[A-Z]\w{0,80}(?:Exception|Error)\b"),
        ("a Java stack trace", r"\bat (?:[a-z]\w{0,60}\.){2,8}(?:[\w$]{1,80}\.)?[\w$]{1,80}\("),
        ("a Go stack trace", r"goroutine \d+ \[|panic: runtime error|\b\w{1,60}\.go:\d+"),
        ("a Rust panic", r"panicked at|\b\w{1,60}\.rs:\d+:\d+"),
        (
            "a JavaScript stack trace",
            r"(?m)\bat (?:async )?(?:new )?[^\n()]{0,200}"
            r"\(?(?:file:|node:|webpack|bun:|deno:|/|[A-Z]:\\)[^\n()]{0,300}:\d+:\d+"
            r"|\bat [\w.<>$]{1,80} \((?:<anonymous>|native)\)",
        ),
        (
            "a JavaScript exception",
            r"\b(?:Type|Reference|Syntax|Range)Error: |\bis not a function\b"
            r"|Cannot read propert(?:y|ies) (?:of|')|UnhandledPromiseRejection",
        ),
        (
            "a .NET stack trace",
            r"\bat [\w.<>`]{1,200}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d+"
            r"|\bSystem\.[\w.]{1,80}Exception\b",
        ),
        ("a PHP stack trace", r"#\d+ /[^\n]{1,200}\.php\(\d+\)|\.php on line \d+|\.php:\d+"),
        ("a Ruby stack trace", r"\b\w{1,60}\.rb:\d+:in "),
        (
            "a path of the server",
            r"(?<![\w/:.])/(?:usr|home|srv|opt|var|root|app|workspace|site-packages)/[\w.@/-]{1,200}"
            r"\.(?:py|js|ts|mjs|cjs|go|rs|java|php|rb|so)\b",
        ),
        ("an inner error code", r"InternalError\.Algo|chatcmpl-\w+"),
        ("the message of a deserialiser", r"Failed to deserialize|unknown variant `"),
        ("the message of a validator", r"validation errors? for \w+"),
    )
)
"""What a message can reveal of the server behind it, and how that is recognised."""


def check_wording(document: Any, where: Where) -> Iterator[Finding]:
    """Check that an error's message reveals nothing of the server behind it."""
    message = "" if document is None else message_of(document)
    found = tuple(_check_leaks(message, where.at("/error/message")))
    yield from found or _check_trace(document, where)


def _check_leaks(message: str, where: Where) -> Iterator[Finding]:
    for what, pattern in _LEAKS:
        if pattern.search(message[:_LONGEST_TEXT]):
            yield broken(
                "ER-7",
                where,
                f"the message contains {what}: {shown(message)}; expected a plain sentence",
            )
            return


def _check_trace(document: Any, where: Where) -> Iterator[Finding]:
    """Check that no stack trace stands beside the message."""
    inner = mapping(mapping(document).get("error"))
    for holder, path in ((inner, "/error"), (mapping(document), "")):
        for key in _TRACES:
            if holder.get(key):
                yield broken(
                    "ER-7",
                    where.at(f"{path}/{key}"),
                    f"the error has a `{key}`, which reveals the server behind it; expected none",
                )
                return
