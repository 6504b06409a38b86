"""Rules ``RS-HTTP`` and ``ST-HTTP``: the status and content type of an answer."""

from collections.abc import Iterator

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.wording import shown

STREAM = "text/event-stream"
_JSON = "application/json"


def media_type(exchange: Exchange) -> str | None:
    """The answer's content type without its parameters; None if it has none."""
    kind = exchange.header("content-type")
    return None if kind is None else kind.partition(";")[0].strip().lower()


def check_status(exchange: Exchange) -> Iterator[Finding]:
    """Check the status of a success."""
    if exchange.status != 200:
        yield broken("RS-HTTP-1", Where(), f"the answer has status {exchange.status}; expected 200")


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_begin(body: bytes) -> Iterator[Finding]:
    """Check that JSON begins with itself; lenient readers skip the mark, and others fail on it."""
    if body.startswith(BYTE_ORDER_MARK):
        yield broken(
            "RS-HTTP-2",
            Where(offset=0),
            "the body begins with a byte order mark; expected JSON from its first byte on",
        )


def check_message_type(media: str | None) -> Iterator[Finding]:
    """Check the content type of a message that came whole."""
    if media is not None and media != _JSON:
        yield broken(
            "RS-HTTP-1",
            Where(),
            f"the message's content type is {shown(media)}; expected `{_JSON}`",
        )


def check_stream_type(media: str | None) -> Iterator[Finding]:
    """Check the content type of a stream."""
    if media is not None and media != STREAM:
        yield broken(
            "ST-HTTP-1",
            Where(),
            f"the stream's content type is {shown(media)}; expected `{STREAM}`",
        )


def no_message(what: str, expected: str) -> Finding:
    """The finding that something else than a message in JSON was answered."""
    return broken("RS-HTTP-1", Where(offset=0), f"{what}; expected {expected}")
