"""Server-sent events: bytes to events.

Follows the event-stream rules of the WHATWG HTML standard (section 9.2.6): lines end in
LF, CR or CRLF, one space after the colon is dropped, comment lines are skipped, several
``data`` lines join with LF, a leading byte order mark is dropped, and an event that no
blank line closes is never dispatched.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Event:
    """One dispatched event; ``name`` is empty when the stream gave none."""

    name: str
    data: str

    @cached_property
    def json(self) -> dict[str, Any] | None:
        """The data as a JSON object, or None where it is not one."""
        try:
            value = json.loads(self.data)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @property
    def type(self) -> str:
        """What the data says it is, or else the event's name."""
        stated = (self.json or {}).get("type")
        return stated if isinstance(stated, str) else self.name


def parse(body: bytes) -> tuple[Event, ...]:
    """Return the events of a whole body, in order; bytes that are not UTF-8 are replaced."""
    lines = _LINE_END.split(body.decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK))
    # The text after the last line end is no line: it was never finished.
    events: list[Event] = []
    name, data = "", []  # type: str, list[str]
    for line in lines[:-1]:
        if not line:
            if data:
                events.append(Event(name, "\n".join(data)))
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return tuple(events)
