"""Every wire rule that one exchange can be judged by, over whatever kind of answer it holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from messages_conformance import schemas
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.sse import Parser, loads
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import error_bodies, headers, invalid_requests, message
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked
from messages_conformance.rules.stream_order import Grammar
from messages_conformance.rules.wording import one_of, pointer, short, shown

SHOWN: Final = 3
"""How many findings of one rule are told of one exchange before they are only counted."""
_ENDINGS: Final = {
    "cut": ", where the connection was cut",
    "timeout": ", after which nothing came for too long",
}
_ENOUGH_TO_SPREAD: Final = 8
"""Events that a stream has at least before its arriving at once is worth a word."""


def check(exchange: Exchange, version: str = VERSIONS[0]) -> tuple[Finding, ...]:
    """The rules that an exchange breaks; none for a good one.

    At most `SHOWN` findings of a rule are told one by one, and the rest in one more. A request
    that was never answered breaks no rule of the wire.

    Raises:
        ValueError: the API version is none that the rules know.
    """
    _known(version)
    if exchange.status is None:
        return ()
    return tuple(_told(_all(exchange), version))


def check_stream(
    pieces: Iterable[bytes], *, request: dict[str, Any] | None = None, version: str = VERSIONS[0]
) -> Iterator[Finding]:
    """Judge a stream as it arrives, in bounded memory, however its bytes are cut.

    ``request`` is the body that was sent, for the rules that compare with it.

    Raises:
        ValueError: the API version is none that the rules know.
    """
    _known(version)
    return _told(_stream(pieces, Asked.of(request)), version)


def _known(version: str) -> None:
    if version not in VERSIONS:
        raise ValueError(f"no rules are known for API version {version!r}; {one_of(VERSIONS)} are")


def _told(findings: Iterable[Finding], version: str) -> Iterator[Finding]:
    """Leave out what does not hold in an API version, and count what is told often."""
    number: Counter[str] = Counter()
    last: dict[str, Finding] = {}
    for finding in findings:
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
        yield broken(id, finding.where, f"the same rule is broken {times}, here for the last time")


def _all(exchange: Exchange) -> Iterator[Finding]:
    asked = Asked.of(exchange.request.body)
    status = exchange.status or 0
    yield from headers.judge(exchange)
    if not 200 <= status < 300:
        if asked.known and status in (400, 500):
            # Only here, because to know a request's size it has to be serialised.
            yield from invalid_requests.too_large(len(exchange.request.content), status)
        yield from error_bodies.judge(exchange)
        return
    path = exchange.request.path.partition("?")[0].rstrip("/")
    if path.endswith("/messages/count_tokens"):
        yield from _by_schema(exchange, "token-count", "RS-CNT-1")
    elif path.endswith("/models"):
        yield from _by_schema(exchange, "model-list", "RS-MDL-1")
    elif path.rpartition("/")[0].endswith("/models"):
        yield from _by_schema(exchange, "model", "RS-MDL-1")
    elif path.endswith("/messages"):
        yield from invalid_requests.judge(asked)
        yield from _answer(exchange, asked)


def _by_schema(exchange: Exchange, schema: str, rule: str) -> Iterator[Finding]:
    document = exchange.json
    if error_bodies.is_error(document):
        yield from error_bodies.answered_as_success(document, stream=False)
        return
    for problem in schemas.validator(schema).iter_errors(document):
        where = Where(pointer=pointer(problem.absolute_path))
        yield broken(rule, where, f"{short(problem.message)}; expected the documented shape")


def _answer(exchange: Exchange, asked: Asked) -> Iterator[Finding]:
    """Judge the answer to a message request that came with success."""
    if exchange.status != 200:
        yield broken("RS-HTTP-1", Where(), f"the answer has status {exchange.status}; expected 200")
    media = headers.media_type(exchange)
    document = _json(exchange.body)
    if document is not None:
        yield from _whole(document, asked, media)
    elif _looks_streamed(exchange.body) or (media == "text/event-stream" and asked.stream):
        yield from _streamed(exchange, asked, media)
    elif exchange.ended != "too large":
        what = error_bodies.classify(exchange.body)[0].value
        cut = _ENDINGS.get(exchange.ended, "")
        rule, expected = ("HD-11", "an event stream") if asked.stream else ("RS-HTTP-1", "JSON")
        yield broken(rule, Where(offset=0), f"the answer is {what}{cut}; expected {expected}")


def _json(body: bytes) -> Any:
    if body.lstrip()[:1] not in (b"{", b"[", b'"'):
        return None
    try:
        return loads(body.decode())
    except ValueError:
        return None


def _looks_streamed(body: bytes) -> bool:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return start.startswith((b"event:", b"data:", b"id:", b"retry:", b":"))


def _whole(document: Any, asked: Asked, media: str | None) -> Iterator[Finding]:
    if error_bodies.is_error(document):
        yield from error_bodies.answered_as_success(document, stream=asked.stream)
        return
    if asked.stream:
        yield broken(
            "HD-11",
            Where(offset=0),
            "`stream: true` is answered with JSON; expected events, or clients see nothing",
        )
    elif media is not None and media != "application/json":
        yield broken(
            "RS-HTTP-1",
            Where(),
            f"the message is labelled {shown(media)}; expected `application/json`",
        )
    if isinstance(document, dict):
        yield from message.judge(document, asked)
    else:
        yield broken(
            "RS-HTTP-1",
            Where(offset=0),
            f"the answer is {shown(document)}; expected a message, an object",
        )


def _streamed(exchange: Exchange, asked: Asked, media: str | None) -> Iterator[Finding]:
    if asked.stream is False:
        yield broken(
            "RS-HTTP-1",
            Where(offset=0),
            "a stream is answered that was not asked for; expected a message in JSON",
        )
    if media is not None and media != "text/event-stream":
        yield broken(
            "ST-HTTP-1",
            Where(),
            f"the stream is labelled {shown(media)}; expected `text/event-stream`",
        )
    yield from _stream([exchange.body], asked, exchange.ended)
    at_once = len({chunk.at for chunk in exchange.chunks}) == 1
    if at_once and exchange.body.count(b"data:") >= _ENOUGH_TO_SPREAD:
        yield broken(
            "ST-INC-1",
            Where(),
            "the whole stream arrives at once; expected each event when it is there",
        )


def _stream(pieces: Iterable[bytes], asked: Asked, ended: str = "complete") -> Iterator[Finding]:
    parser, grammar = Parser(), Grammar(asked)
    judge = grammar.event
    for piece in pieces:
        for event in parser.feed(piece):
            yield from judge(event)
    for event in parser.close():
        yield from judge(event)
    if ended != "too large":
        yield from grammar.end(_ENDINGS.get(ended, ""))
