"""Rules ``ER``: the shape of errors, their type, and what their message reveals."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance import schemas
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.catalogue import broken
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
    for problem in schemas.validator("error").iter_errors(document):
        at = where.at(pointer(problem.absolute_path))
        yield broken(rule, at, f"{short(problem.message)}; expected {ENVELOPE}")


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


_LEAKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("HTML", r"(?i)<(?:!doctype|html|body|head|center|h1|p)\b"),
        ("stringified JSON", r"""\{\\?["'](?:error|message|code|detail|object)\\?["']\s*:"""),
        ("a Python traceback", r'Traceback \(most recent call last\)|File "[^"]+", line \d+'),
        ("a Java class", r"\b(?:[a-z_]\w*\.){2,}[A-Z]\w*(?:Exception|Error)\b"),
        ("a Java stack trace", r"\bat (?:[a-z]\w*\.){2,}\w+\("),
        ("an inner error code", r"InternalError\.Algo|chatcmpl-\w+"),
        ("the message of a deserialiser", r"Failed to deserialize|unknown variant `"),
        ("the message of a validator", r"validation errors? for \w+"),
    )
)
"""What a message can reveal of the server behind it, and how that is recognised."""


def check_wording(document: Any, where: Where) -> Iterator[Finding]:
    """Check that an error's message reveals nothing of the server behind it."""
    message = "" if document is None else message_of(document)
    for what, pattern in _LEAKS:
        if pattern.search(message):
            yield broken(
                "ER-7",
                where.at("/error/message"),
                f"the message contains {what}: {shown(message)}; expected a plain sentence",
            )
            return
