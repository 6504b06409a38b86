"""Rules ``ST-WIRE``: the bytes of one event, that is its name, its data and its blank line."""

from collections.abc import Iterator
from typing import Final

from messages_conformance.protocol.sse import LARGEST, Event, Quirk
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.other_protocols import what_event_it_is
from messages_conformance.rules.stream.order import KNOWN
from messages_conformance.rules.wording import shown

_SENTINEL: Final = "[DONE]"
_PING: Final = {"type": "ping"}
"""The data of a ping."""
_TORN: Final = frozenset({Quirk.UNFINISHED, Quirk.RUN_TOGETHER})
"""Quirks that explain why an event's data is not JSON."""

_RULES: Final[dict[Quirk, tuple[str, str]]] = {
    Quirk.RUN_TOGETHER: (
        "ST-WIRE-3",
        "one event has two `event:` lines; expected a blank line between two events",
    ),
    Quirk.NOT_UTF8: ("ST-WIRE-5", "the event has bytes that are not UTF-8; expected UTF-8"),
    Quirk.BYTE_ORDER_MARK: (
        "ST-WIRE-6",
        "the stream begins with a byte order mark; expected the first event",
    ),
    Quirk.TOO_LARGE: (
        "ST-WIRE-2",
        f"the event is larger than {LARGEST >> 20} MB and was not read; expected several "
        "smaller events",
    ),
}


_FIELDS: Final = (b":", b"event", b"data", b"id", b"retry")
"""What the lines of an event, and comments, begin with."""
_LAST: Final = b"message_stop"
_REST: Final = 65_536
"""Bytes at the end of a stream that are looked at."""


def check_rest(body: bytes) -> Iterator[Finding]:
    """Check that nothing but events, and comments, follows the last one."""
    _, stop, after = body[-_REST:].rpartition(_LAST)
    if not stop:
        return
    for line in after.splitlines()[1:]:
        if line.strip() and not line.startswith(_FIELDS):
            said = shown(line.decode(errors="replace"))
            where = Where(offset=len(body) - len(after))
            yield broken("ST-WIRE-10", where, f"after message_stop comes {said}; expected nothing")
            return


def is_as_usual(event: Event) -> bool:
    """Whether an event has one of the documented names, and data that says the same.

    No other rule of this module, and none about errors without a name, can be broken then.
    """
    if event.quirks:
        return False
    if event.name in KNOWN:
        data = event.json
        return data is not None and data.get("type") == event.name
    return event.name == "ping" and event.json == _PING


def is_readable(event: Event) -> bool:
    """Whether an event can be checked further: its data is complete, and it is no sentinel."""
    if not event.quirks and event.data.startswith("{"):
        return True  # as nearly all are
    if Quirk.TOO_LARGE in event.quirks or Quirk.NO_DATA in event.quirks:
        return False
    if event.json is None and not event.quirks.isdisjoint(_TORN):
        return False
    return event.data.strip() != _SENTINEL


def check_is_no_other(event: Event, where: Where) -> Iterator[Finding]:
    """Report an event of another protocol, for which the other rules are beside the point."""
    what = what_event_it_is(event.json) if event.json else None
    if what:
        yield broken(
            "ST-WIRE-2",
            where,
            f"the event {what}, so that clients find nothing in it; expected the events of the "
            "Messages API, such as message_start",
        )


def check_is_not_torn(event: Event, name_before: str, where: Where) -> Iterator[Finding]:
    """Report an event whose name was torn off by a blank line before its data."""
    if name_before and not event.name and event.type == name_before:
        yield broken(
            "ST-WIRE-1",
            where,
            f"a blank line or a comment with one tears {shown(name_before)} in two: its name "
            "stands alone and its data has none; expected both in one event",
        )


def check_event(event: Event, where: Where) -> Iterator[Finding]:
    """Check an event's bytes."""
    if event.quirks:
        for quirk, (rule, said) in _RULES.items():
            if quirk in event.quirks:
                yield broken(rule, where, said)
    if event.data.startswith("{"):
        pass  # as nearly all do
    elif event.data.strip() == _SENTINEL:
        rule = "ST-WIRE-7" if event.name else "ST-WIRE-7u"
        yield broken(rule, where, "`[DONE]` is sent; expected message_stop as the last event")
    elif Quirk.NO_DATA in event.quirks and Quirk.UNFINISHED not in event.quirks:
        yield broken(
            "ST-WIRE-8", where, f"the event {shown(event.name)} has no data; expected JSON"
        )
    if is_readable(event):
        yield from _check_readable(event, where)


def _check_readable(event: Event, where: Where) -> Iterator[Finding]:
    if Quirk.UNFINISHED in event.quirks:
        yield broken(
            "ST-WIRE-4",
            where,
            "no blank line follows the last event; expected one, or clients lose the event",
        )
    if not event.name:
        yield broken(
            "ST-WIRE-1",
            where,
            f"the event has no name; expected a line `event: {event.type or 'message_start'}` "
            "before its data",
        )
    if event.name == "ping":
        if event.json != _PING:
            yield broken(
                "ST-WIRE-8",
                where,
                f"a ping's data is {shown(event.data)}; the original API sends "
                '`{"type": "ping"}`',
            )
    else:
        yield from _check_data(event, where)


def _check_data(event: Event, where: Where) -> Iterator[Finding]:
    data = event.json
    if data is None:
        yield broken(
            "ST-WIRE-2", where, f"the event's data is {shown(event.data)}; expected a JSON object"
        )
    elif not isinstance(data.get("type"), str):
        if event.name != "error":
            yield broken(
                "ST-WIRE-2",
                where.at("/type"),
                f"the data's `type` is {shown(data.get('type'))}; expected {shown(event.name)}",
            )
    elif event.name and data["type"] != event.name and "error" not in (event.name, data["type"]):
        yield broken(
            "ST-WIRE-9",
            where.at("/type"),
            f"the event is named {shown(event.name)} but its data says {shown(data['type'])}; "
            "expected the same name",
        )
