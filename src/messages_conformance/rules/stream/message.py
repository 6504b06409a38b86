"""Rules ``ST-MSG``: the events that start and end a message."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import objects
from messages_conformance.rules.response.content import is_made_by_code
from messages_conformance.rules.response.message import check_envelope
from messages_conformance.rules.response.usage import check_optional, check_required
from messages_conformance.rules.wording import seen, shown


def check_start(data: dict[str, Any], where: Where) -> Iterator[Finding]:
    """Check the message in the data of a message_start."""
    given = data.get("message")
    if not isinstance(given, dict):
        yield broken(
            "ST-MSG-1",
            where.at("/message"),
            f"message_start's `message` is {seen(data, 'message')}; expected the message as it "
            "starts",
        )
        return
    yield from check_envelope(given, where, "/message")
    if not (is_whole(given) and is_of_code(given)):
        yield from _check_is_empty(given, where)
    names = ("input_tokens", "output_tokens")
    yield from check_required(given.get("usage"), names, "ST-MSG-3", where, "/message/usage")
    yield from check_optional(given.get("usage"), where, "/message/usage")


def is_whole(message: dict[str, Any]) -> bool:
    """Whether a message is complete as it starts: clients need no further event but its end."""
    return bool(objects(message.get("content"))) and isinstance(message.get("stop_reason"), str)


def is_of_code(message: dict[str, Any]) -> bool:
    """Whether a message goes on with code that the server executes, without asking the model."""
    return any(is_made_by_code(block) for block in objects(message.get("content")))


def _check_is_empty(given: dict[str, Any], where: Where) -> Iterator[Finding]:
    for key, empty in (("content", []), ("stop_reason", None), ("stop_sequence", None)):
        if key not in given or given[key] != empty:
            expected = "`[]`" if key == "content" else "`null`"
            yield broken(
                "ST-MSG-1",
                where.at(f"/message/{key}"),
                f"message_start's `{key}` is {seen(given, key)}; expected {expected}",
            )


def check_delta(delta: Any, where: Where) -> Iterator[Finding]:
    """Check the ``delta`` of a message_delta."""
    if isinstance(delta, dict) and "stop_sequence" not in delta:
        yield broken(
            "ST-MSG-5",
            where.at("/delta/stop_sequence"),
            "the key `stop_sequence` is missing; expected it, null where it does not apply",
        )


def delta_without_reason(where: Where) -> Finding:
    """The finding that a message_delta has the stop reason which one before it lacks."""
    return broken(
        "ST-MSG-4w",
        where,
        "an earlier message_delta has no `stop_reason`, and this one has; expected one, with the "
        "reason, as clients may take the first for the end",
    )


def no_stop_reason(before: Any, where: Where) -> Finding:
    """The finding that a message stops without a reason; ``before`` is one it had, if any."""
    said = (
        f"the last message_delta takes back the `stop_reason` {shown(before)} of an earlier event"
        if before is not None
        else "no message_delta has a `stop_reason`"
    )
    return broken("ST-MSG-4", where, f"{said}; expected the reason why the message ended")
