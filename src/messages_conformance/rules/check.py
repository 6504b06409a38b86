"""Check one exchange, or a stream as it arrives, by every rule that it alone can show."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.json_text import loads
from messages_conformance.protocol.sse import Event, Parser
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import caching, errors, headers, http, thinking, tool_loop
from messages_conformance.rules.body_kind import kind_of_body
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.error_shape import Shape, classify, is_error
from messages_conformance.rules.finding import Finding
from messages_conformance.rules.invalid_requests import findings
from messages_conformance.rules.other_protocols import what_it_is
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response import models, token_counts
from messages_conformance.rules.response.message import check_message
from messages_conformance.rules.stream import errors as stream_errors
from messages_conformance.rules.stream import timing, wire
from messages_conformance.rules.stream.checker import StreamChecker
from messages_conformance.rules.wording import one_of, shown

SHOWN: Final = 3
"""How many findings of one rule are reported of one exchange; further ones are only counted."""
_NO_STREAM: Final = (
    Shape.BROKEN_OFF,
    Shape.DAMAGED,
    Shape.COMPRESSED,
    Shape.READ_AS_TEXT,
    Shape.BYTES_AS_TEXT,
    Shape.HTML,
)
"""What can be said of a body better than that it has no events."""
_SAY_MORE: Final = (Shape.TEXT, Shape.DAMAGED, Shape.ENVELOPE, Shape.OTHER)
_BEGINS_JSON: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*[{\["]')
_BEGINS_STREAM: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:event|data|id|retry)?:")
_DIGITS: Final = 18
"""Digits of a length that is believed."""
_ENDINGS: Final = {
    "cut": ", where the connection was cut",
    "timeout": ", after which nothing came for too long",
}


def check(exchange: Exchange, version: str = VERSIONS[0]) -> tuple[Finding, ...]:
    """The rules that an exchange breaks; none for a good one.

    The first `SHOWN` findings of a rule are reported one by one, and all others in one more. A
    request that got no answer breaks no rule.

    Raises:
        ValueError: the API version is unknown.
    """
    _check_version(version)
    if exchange.status is None:
        return ()
    return tuple(_limited(_check_exchange(exchange), version))


def check_stream(
    pieces: Iterable[bytes], *, request: dict[str, Any] | None = None, version: str = VERSIONS[0]
) -> Iterator[Finding]:
    """Check a stream as it arrives, in bounded memory, however its bytes are cut.

    ``request`` is the body that was sent, for the rules that compare with it.

    Raises:
        ValueError: the API version is unknown.
    """
    _check_version(version)
    return _limited(_check_events(pieces, RequestView.of(request)), version)


def check_events(
    events: Iterable[Event], *, request: dict[str, Any] | None = None, version: str = VERSIONS[0]
) -> Iterator[Finding]:
    """Check the events of a stream that were saved without their bytes, as `check_stream`.

    Raises:
        ValueError: the API version is unknown.
    """
    _check_version(version)
    return _limited(_check_each(events, StreamChecker(RequestView.of(request))), version)


def _check_each(events: Iterable[Event], checker: StreamChecker) -> Iterator[Finding]:
    for event in events:
        yield from checker.check_event(event)
    yield from checker.check_end()


def _check_version(version: str) -> None:
    if version not in VERSIONS:
        raise ValueError(f"no rules are known for API version {version!r}, only {one_of(VERSIONS)}")


def _limited(found: Iterable[Finding], version: str) -> Iterator[Finding]:
    """Leave out rules of other API versions, and only count the findings after the first few."""
    number: Counter[str] = Counter()
    last: dict[str, Finding] = {}
    for finding in found:
        rule = finding.rule
        if version not in rule.versions:
            continue
        number[rule.id] += 1
        if number[rule.id] <= SHOWN:
            yield finding
        else:
            last[rule.id] = finding
    for id, finding in last.items():
        more = number[id] - SHOWN
        times = "once more" if more == 1 else f"{more} more times"
        yield broken(id, finding.where, f"the same rule is broken {times}; this is the last place")


def _check_exchange(exchange: Exchange) -> Iterator[Finding]:
    request = RequestView.of(exchange.request.body)
    status = exchange.status or 0
    yield from headers.check_headers(exchange)
    if not 200 <= status < 300:
        if request.known and status in (400, 500):
            # Only here, because a request must be serialised to know its size.
            yield from errors.check_size(len(exchange.request.content), status)
        yield from errors.check_error(exchange)
    else:
        yield from _check_success(exchange, request)


def _check_success(exchange: Exchange, request: RequestView) -> Iterator[Finding]:
    path = exchange.request.path.partition("?")[0].rstrip("/")
    if path.endswith("/messages"):
        yield from findings(tool_loop.mistakes(request))
        yield from findings(thinking.mistakes(request))
        yield from findings(caching.mistakes(request))
        yield from _check_answer(exchange, request)
    elif check_document := _document_check(path):
        yield from http.check_begin(exchange.body)
        bad = is_error(exchange.json)
        yield from (errors.check_success if bad else check_document)(exchange.json)


def _document_check(path: str) -> Callable[[Any], Iterator[Finding]] | None:
    """What checks the answers of other routes than `/v1/messages`."""
    if path.endswith("/messages/count_tokens"):
        return token_counts.check_count
    if path.endswith("/models"):
        return models.check_list
    if path.rpartition("/")[0].endswith("/models"):
        return models.check_model
    return None


def _check_answer(exchange: Exchange, request: RequestView) -> Iterator[Finding]:
    """Check the answer to a message request that came with success."""
    yield from http.check_status(exchange)
    media = http.media_type(exchange)
    document = _json(exchange.body)
    if document is not None:
        yield from http.check_begin(exchange.body)
        yield from _check_json(document, request, media)
    elif _looks_streamed(exchange.body):
        yield from _check_stream(exchange, request, media)
    elif exchange.ended != "too large":
        shape = classify(exchange.body)[0]
        streamed = media == http.STREAM and request.stream is not False
        if streamed and shape not in _NO_STREAM:
            yield from _check_stream(exchange, request, media)
            return
        if shape is Shape.COMPRESSED and exchange.header("content-encoding"):
            # Readers decompress such bodies, if they can.
            shape = Shape.DAMAGED_COMPRESSED
        kind = (
            "events as JSON, one a line"
            if _is_one_a_line(exchange.body)
            else (shape in _SAY_MORE and kind_of_body(exchange.body)) or shape.value
        )
        what = f"the answer is {kind}{_how_it_ended(exchange)}"
        streamed = streamed or bool(request.stream)
        yield headers.no_stream(what) if streamed else http.no_message(what, "JSON")


def _how_it_ended(exchange: Exchange) -> str:
    stated, held = exchange.header("content-length"), len(exchange.body)
    is_known = exchange.header("content-encoding") is None and exchange.ended == "complete"
    if is_known and stated and stated.isdecimal() and len(stated) < _DIGITS and int(stated) > held:
        missing = int(stated) - held
        bytes_ = "byte" if missing == 1 else "bytes"
        return f", {missing} {bytes_} short of its `content-length`"
    return _ENDINGS.get(exchange.ended, "")


def _json(body: bytes) -> Any:
    if not _BEGINS_JSON.match(body):
        return None
    try:
        # Both SDKs read JSON after a byte order mark.
        return loads(body.removeprefix(http.BYTE_ORDER_MARK).decode())
    except ValueError:
        return None


def _is_one_a_line(body: bytes) -> bool:
    """Whether a body is the JSON of events without the lines of server-sent events."""
    first, _, rest = body.lstrip().partition(b"\n")
    event = _json(first) if rest.strip() else None
    return isinstance(event, dict) and event.get("type") == "message_start"


def _looks_streamed(body: bytes) -> bool:
    return bool(_BEGINS_STREAM.match(body))


def _check_json(document: Any, request: RequestView, media: str | None) -> Iterator[Finding]:
    foreign = what_it_is(document) if isinstance(document, dict) else None
    if foreign:
        stream = bool(request.stream)
        said = f"the answer {foreign}"
        yield headers.no_stream(said) if stream else http.no_message(said, "a message")
        return
    if is_error(document):
        yield from (stream_errors if request.stream else errors).check_success(document)
        return
    if request.stream:
        yield headers.no_stream(
            "`stream: true` is answered with JSON, in which clients see nothing"
        )
    else:
        yield from http.check_message_type(media)
    if isinstance(document, dict):
        yield from check_message(document, request)
    else:
        yield http.no_message(f"the answer is {shown(document)}", "a message, an object")


def _check_stream(exchange: Exchange, request: RequestView, media: str | None) -> Iterator[Finding]:
    if request.stream is False:
        yield http.no_message("the answer is a stream that was not requested", "a message in JSON")
    yield from http.check_stream_type(media)
    yield from _check_events([exchange.body], request, exchange.ended, _why_no_events(exchange))
    if exchange.ended == "complete":
        yield from wire.check_rest(exchange.body)
    yield from timing.check_is_spread(exchange)


def _why_no_events(exchange: Exchange) -> str:
    """Why a stream may have no events at all."""
    escaped = b"\n" not in exchange.body.strip() and b"\\n" in exchange.body
    return ", as its line ends are written as a backslash and an `n`" if escaped else ""


def _check_events(
    pieces: Iterable[bytes], request: RequestView, ended: str = "complete", why_none: str = ""
) -> Iterator[Finding]:
    checker = StreamChecker(request)
    parser, check_event = Parser(skim=checker.skim), checker.check_event
    for piece in pieces:
        for event in parser.feed(piece):
            yield from check_event(event)
    for event in parser.close():
        yield from check_event(event)
    if ended != "too large":
        yield from checker.check_end(why_none or _ENDINGS.get(ended, ""))
