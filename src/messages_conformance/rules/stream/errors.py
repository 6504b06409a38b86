"""Rules ``ST-ERR`` and ``ST-REQ``: errors in a stream, and errors in place of one."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.error_shape import Shape, excerpt, shape_of
from messages_conformance.rules.errors import (
    ENVELOPE,
    TYPES,
    check_envelope,
    check_type_is_known,
    check_wording,
)
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.wording import shown


def check_error_event(event: Event, where: Where, *, is_first: bool) -> Iterator[Finding]:
    """Check an error event; ``is_first`` says that only pings came before it."""
    document = event.json
    if event.name != "error":
        yield broken(
            "ST-ERR-1",
            where,
            f"the error event is named {shown(event.name)}; expected `error`, or clients skip it",
        )
    if document is None:
        return
    shape = shape_of(document)
    if shape is not Shape.ENVELOPE:
        yield broken(
            "ST-ERR-1",
            where,
            f"the error event's data is {shape.value}, {excerpt(document)}; expected {ENVELOPE}",
        )
        return
    yield from check_envelope(document, where, "ST-ERR-1")
    yield from check_type_is_known(document["error"].get("type"), where)
    if is_first:
        yield from _check_is_no_refusal(document["error"].get("type"), where)
    yield from check_wording(document, where)


def is_unnamed_error(event: Event) -> bool:
    """Whether an event is an error without any name or type, as other protocols send it."""
    data = event.json
    return (
        event.name in ("", "message")
        and data is not None
        and ("type" not in data and shape_of(data) in (Shape.OPENAI, Shape.STRING))
    )


def unnamed_error(event: Event, where: Where) -> Finding:
    """The finding that an error came as an event without a name."""
    return broken(
        "ST-ERR-1",
        where,
        f"an error comes as an event without a name, as {shape_of(event.json).value}, "
        f"{excerpt(event.json)}, which clients skip or stumble over; expected `event: error` "
        f"with {ENVELOPE}",
    )


def after_error(kind: str, where: Where) -> Finding:
    """The finding that an event follows an error."""
    return broken("ST-ERR-1", where, f"{shown(kind)} follows an error; expected the end")


def check_success(document: Any) -> Iterator[Finding]:
    """Report an error that came with status 200 though a stream was requested."""
    yield broken(
        "ST-REQ-1",
        Where(offset=0),
        f"an error is answered with status 200, {excerpt(document)}; expected status 4xx or 5xx",
    )


def _check_is_no_refusal(kind: Any, where: Where) -> Iterator[Finding]:
    """A stream may begin with an overload, but a bad request is refused by its status."""
    for status, types in TYPES.items():
        if status < 429 and kind in types:
            yield broken(
                "ST-REQ-1",
                where,
                f"the stream begins with {shown(kind)}; expected status {status} and plain JSON",
            )
