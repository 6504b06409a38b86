"""Mutations: single events whose name, data or type is wrong."""

from messages_conformance.protocol.sse import Event
from messages_conformance.testing.mutations.edits import (
    change,
    data_of,
    find,
    find_last,
    insert,
    lacking,
    make_event,
    put,
)
from messages_conformance.testing.mutations.mutation import Events, of_events

_ERROR = make_event(type="error", error={"type": "overloaded_error", "message": "Overloaded"})


@of_events("ST-WIRE-1")
def no_event_lines(events: Events) -> Events:
    """No event has an event line: the Python client then sees no events at all."""
    return tuple(Event("", event.data) for event in events)


@of_events("ST-WIRE-1")
def one_event_without_name(events: Events) -> Events:
    """The event that ends the message has no event line."""
    stop = find(events, "message_stop")
    return put(events, stop, Event("", events[stop].data))


@of_events("ST-WIRE-2")
def data_without_type(events: Events) -> Events:
    """The data of an event has no type."""
    return change(events, find_last(events, "message_delta"), lambda data: lacking(data, "type"))


@of_events("ST-WIRE-2")
def data_not_json(events: Events) -> Events:
    """The data of an event is a Python dictionary as printed: quotes are single, null is None."""
    start = find(events, "message_start")
    return put(events, start, Event("message_start", repr(data_of(events[start]))))


@of_events("ST-WIRE-2")
def data_a_list(events: Events) -> Events:
    """The data of an event is a list that contains the object."""
    return change(events, find(events, "message_stop"), lambda data: [data])


@of_events("ST-WIRE-7u")
def done_unnamed(events: Events) -> Events:
    """The stream ends with ``data: [DONE]`` without a name, as in another API."""
    return (*events, Event("", "[DONE]"))


@of_events("ST-WIRE-7")
def done_named(events: Events) -> Events:
    """The stream ends with ``[DONE]`` under an event name, which clients try to read as JSON."""
    return (*events, Event("done", "[DONE]"))


@of_events("ST-WIRE-7u")
def done_instead_of_stop(events: Events) -> Events:
    """The stream ends with ``data: [DONE]`` instead of ``message_stop``."""
    return put(events, find(events, "message_stop"), Event("", "[DONE]"))


@of_events("ST-WIRE-9")
def name_differs_from_type(events: Events) -> Events:
    """All events have the default name ``message``, whatever type their data has."""
    return tuple(Event("message", event.data) for event in events)


@of_events("ST-WIRE-9")
def name_of_another_event(events: Events) -> Events:
    """The last ``message_delta`` has the name ``content_block_delta``."""
    last = find_last(events, "message_delta")
    return put(events, last, Event("content_block_delta", events[last].data))


@of_events("ST-ERR-1")
def error_without_envelope(events: Events) -> Events:
    """The stream fails with an error event of another API: a code and a message, no envelope."""
    stop = find(events, "message_stop")
    flat = '{"code": "InternalError", "message": "It went wrong."}'
    return (*events[:stop], Event("error", flat))


@of_events("ST-WIRE-2")
def error_as_text(events: Events) -> Events:
    """The stream fails with an error event whose data is plain text."""
    return (*events[: find(events, "message_stop")], Event("error", "Internal Server Error"))


@of_events("ST-ERR-1")
def error_without_message(events: Events) -> Events:
    """The envelope of the error that ends the stream has a type and no message."""
    error = make_event(type="error", error={"type": "api_error"})
    return (*events[: find(events, "message_stop")], error)


@of_events("ST-ERR-1")
def events_after_error(events: Events) -> Events:
    """The stream continues after an error."""
    return insert(events, find(events, "message_stop"), _ERROR)


@of_events("ST-ERR-1")
def error_under_another_name(events: Events) -> Events:
    """The stream fails with an error named ``message``: the Python client ignores it."""
    return (*events[: find(events, "message_stop")], Event("message", _ERROR.data))


@of_events("ST-REQ-1")
def refusal_as_a_stream(events: Events) -> Events:
    """A wrong key is refused by the only event of a stream with status 200."""
    find(events, "message_start")
    return (
        make_event(type="error", error={"type": "authentication_error", "message": "Wrong key."}),
    )
