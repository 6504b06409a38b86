"""The grammar of a stream: events to findings, one event at a time.

    START -message_start-> OPEN -content_block_start-> IN -content_block_stop-> OPEN
    OPEN -message_delta-> TAIL -message_stop-> DONE;  error: from anywhere to FAILED

Pings and events of unknown types may stand anywhere before the end. Where an event is out of
order, the state goes where a lenient reader would follow, so that one fault is told once.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final

from messages_conformance.protocol.sse import Event
from messages_conformance.rules import error_bodies, message, stream_framing, usage
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked, mapping
from messages_conformance.rules.stream_blocks import FEEDS, Gathering
from messages_conformance.rules.wording import seen, shown


class State(Enum):
    """How far a stream has come."""

    START = "before message_start"
    OPEN = "between content blocks"
    IN = "in a content block"
    TAIL = "after message_delta"
    DONE = "after message_stop"
    FAILED = "after an error"


_START, _OPEN, _IN, _TAIL, _DONE = State.START, State.OPEN, State.IN, State.TAIL, State.DONE
_KNOWN: Final = (
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
)
_NEXT: Final[dict[State, tuple[tuple[State, str], ...]]] = {
    # For each of the known types, in their order: the state that follows, and the rule it breaks.
    _START: (
        (_OPEN, ""),
        (_IN, "ST-ORD-1"),
        (_OPEN, "ST-ORD-1"),
        (_OPEN, "ST-ORD-1"),
        (_TAIL, "ST-ORD-1"),
        (_DONE, "ST-ORD-1"),
    ),
    _OPEN: (
        (_OPEN, "ST-ORD-2"),
        (_IN, ""),
        (_OPEN, "ST-ORD-4"),
        (_OPEN, "ST-ORD-5"),
        (_TAIL, ""),
        (_DONE, "ST-ORD-8"),
    ),
    _IN: (
        (_IN, "ST-ORD-2"),
        (_IN, "ST-ORD-3"),
        (_IN, ""),
        (_OPEN, ""),
        (_TAIL, "ST-ORD-6"),
        (_DONE, "ST-ORD-6"),
    ),
    _TAIL: (
        (_TAIL, "ST-ORD-2"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, ""),
        (_DONE, ""),
    ),
}
TRANSITIONS: Final = {
    (state, kind): step
    for state, steps in _NEXT.items()
    for kind, step in zip(_KNOWN, steps, strict=True)
}
"""Where an event of a known type leads from each state, and the rule that it breaks or ``""``."""


class Grammar:
    """Judges one stream; its memory does not grow with the stream's length."""

    def __init__(self, asked: Asked) -> None:
        """Begin a stream that answers a request."""
        self._asked = asked
        self._state = State.START
        self._block: Gathering | None = None
        self._next_index = 0
        self._content = message.Content(asked)
        self._final: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._if_whole: tuple[Finding, ...] = ()
        """what is wrong with the last block unless the message was cut there"""
        self._eventful = False
        self._begins: dict[str, Any] = {}
        omitted = asked.thinking.get("display") == "omitted"
        self._forbidden = "thinking_delta" if omitted else ""

    def event(self, event: Event) -> Iterable[Finding]:
        """Judge the next event."""
        block = self._block
        if block is not None and not event.quirks and event.name == "content_block_delta":
            # Nearly all events of a stream are deltas that are as they should be.
            data = event.json
            if data is not None and data.get("type") == "content_block_delta":
                delta = data.get("delta")
                index = data.get("index")
                if index == block.index and type(index) is int and type(delta) is dict:
                    kind = delta.get("type")
                    if isinstance(kind, str) and kind != self._forbidden:
                        text = delta.get(FEEDS.get((block.kind, kind)))
                        if isinstance(text, str):
                            block.take(kind, text)
                            return ()
        return self._judge(event)

    def end(self, how: str = "") -> Iterator[Finding]:
        """Judge how the stream ended; ``how`` names what ended it, if it was not its last event."""
        if self._state in (State.DONE, State.FAILED):
            return
        if not self._eventful:
            yield broken(
                "ST-ORD-0",
                Where(offset=0),
                f"the stream has no events{how}; expected message_start",
            )
        else:
            yield broken(
                "ST-ORD-11",
                Where(),
                f"the stream ends {self._state.value}{how}; expected message_stop or an error",
            )

    def _judge(self, event: Event) -> Iterator[Finding]:
        where = Where(event.number, event.offset)
        yield from stream_framing.judge(event, where)
        if not stream_framing.readable(event):
            return
        data = event.json
        kind = event.name if event.name in ("error", "ping") else event.type
        if self._state is State.FAILED:
            yield broken("ST-ERR-1", where, f"{shown(kind)} follows an error; expected the end")
        elif self._state is State.DONE:
            yield broken("ST-ORD-9", where, f"{shown(kind)} follows message_stop; expected the end")
        elif kind == "error":
            self._eventful = True
            yield from error_bodies.in_stream(event, where, first=self._state is State.START)
            self._state = State.FAILED
        elif kind in _KNOWN:
            self._eventful = True
            yield from self._step(kind, data or {}, where, judged=data is not None)
        elif kind != "ping":
            self._eventful = True
            if data is None or not kind:
                # That is told already.
                return
            yield broken(
                "ST-ORD-10w",
                where,
                f"the event {shown(kind)} is not documented; the original API has none such",
            )

    def _step(
        self, kind: str, data: dict[str, Any], where: Where, *, judged: bool
    ) -> Iterator[Finding]:
        """Follow the table, then look into the event where its data can be read."""
        before = self._state
        self._state, rule = TRANSITIONS[before, kind]
        if rule:
            yield broken(rule, where, f"{kind} comes {before.value}; {_expected(rule)}")
        if self._block and kind in ("content_block_start", "message_delta", "message_stop"):
            # It was never stopped, but a lenient reader has it all the same.
            yield from self._block_stop(self._block, where)
        if kind == "message_start":
            if judged and before is State.START:
                yield from self._message_start(data, where)
        elif kind == "message_delta":
            if judged:
                yield from self._message_delta(data, where)
        elif kind == "message_stop":
            yield from self._message_stop(where)
        elif before is not State.TAIL:
            yield from self._block_event(kind, data, where, judged=judged)

    def _message_start(self, data: dict[str, Any], where: Where) -> Iterator[Finding]:
        given = data.get("message")
        if not isinstance(given, dict):
            yield broken(
                "ST-MSG-1",
                where.at("/message"),
                f"message_start's `message` is {seen(data, 'message')}; expected the message as it "
                "begins",
            )
            return
        yield from message.envelope(given, where, "/message")
        for key, empty in (("content", []), ("stop_reason", None), ("stop_sequence", None)):
            if key not in given or given[key] != empty:
                yield broken(
                    "ST-MSG-1",
                    where.at(f"/message/{key}"),
                    f"message_start's `{key}` is {seen(given, key)}; expected {shown_empty(empty)}",
                )
        figures = given.get("usage")
        names = ("input_tokens", "output_tokens")
        yield from usage.required(figures, names, "ST-MSG-3", where, "/message/usage")
        yield from usage.optional(figures, where, "/message/usage")
        self._begins = dict(mapping(figures))
        self._usage = dict(self._begins)
        self._final = {key: value for key, value in given.items() if key != "content"}

    def _message_delta(self, data: dict[str, Any], where: Where) -> Iterator[Finding]:
        delta = data.get("delta")
        if isinstance(delta, dict):
            self._final.update(delta)
            if "stop_sequence" not in delta:
                yield broken(
                    "ST-MSG-5",
                    where.at("/delta/stop_sequence"),
                    "the key `stop_sequence` is missing; expected it, null where it does not apply",
                )
        figures = data.get("usage")
        yield from usage.required(figures, ("output_tokens",), "ST-USE-1", where, "/usage")
        yield from usage.optional(figures, where, "/usage")
        now, before = mapping(figures).get("output_tokens"), self._usage.get("output_tokens")
        if usage.is_count(now) and usage.is_count(before) and now < before:
            yield broken(
                "ST-USE-2",
                where.at("/usage/output_tokens"),
                f"`output_tokens` falls from {shown(before)} to {shown(now)}; expected the tokens "
                "of the whole message so far",
            )
        given = mapping(figures).get("input_tokens")
        told = self._begins.get("input_tokens")
        # A server's own tools add to the input while the answer goes on.
        if given is not None and told != given and not self._content.served:
            yield broken(
                "ST-USE-3w",
                where.at("/usage/input_tokens"),
                f"`input_tokens` is {shown(given)} and was {shown(told)} in message_start; the "
                "original API tells the final number at once",
            )
        self._usage.update(
            (name, value) for name, value in mapping(figures).items() if value is not None
        )

    def _message_stop(self, where: Where) -> Iterator[Finding]:
        self._final["usage"] = self._usage
        reason = self._final.get("stop_reason")
        if reason not in message.CUT:
            yield from self._if_whole
        if reason is None:
            yield broken(
                "ST-MSG-4",
                where,
                "no message_delta told a `stop_reason`; expected why the message ended",
            )
            yield from self._content.whole(self._final)
        else:
            yield from self._content.end(self._final)

    def _block_event(
        self, kind: str, data: dict[str, Any], where: Where, *, judged: bool
    ) -> Iterator[Finding]:
        index = data.get("index")
        if judged and (type(index) is not int or index < 0):
            yield broken(
                "ST-IDX-1",
                where.at("/index"),
                f"the block's `index` is {seen(data, 'index')}; expected a whole number from 0",
            )
            index = None
        if kind == "content_block_start":
            yield from self._block_start(index, data, where, judged=judged)
            return
        block = self._block
        if block is None:
            return
        if index is not None and index != block.index:
            rule = "ST-ORD-4" if kind == "content_block_delta" else "ST-ORD-5"
            yield broken(
                rule,
                where.at("/index"),
                f"{kind} is for block {shown(index)} while block {block.index} is open; "
                f"{_expected(rule)}",
            )
            return
        if kind == "content_block_delta":
            if judged:
                yield from block.delta(data.get("delta"), self._asked, where)
        else:
            yield from self._block_stop(block, where)

    def _block_start(
        self, index: int | None, data: dict[str, Any], where: Where, *, judged: bool
    ) -> Iterator[Finding]:
        yield from self._if_whole
        self._if_whole = ()
        if index is not None and index != self._next_index:
            yield broken(
                "ST-IDX-2",
                where.at("/index"),
                f"the block's `index` is {shown(index)}; expected `{self._next_index}`",
            )
        self._next_index = (self._next_index if index is None else index) + 1
        given = data.get("content_block")
        self._block = Gathering(given, self._next_index - 1)
        if judged and not isinstance(given, dict):
            yield broken(
                "RS-BLK-1",
                where.at("/content_block"),
                f"`content_block` is {seen(data, 'content_block')}; expected the block it begins",
            )
        yield from self._block.start(where)

    def _block_stop(self, block: Gathering, where: Where) -> Iterator[Finding]:
        self._block = None
        yield from block.stop(where)
        self._if_whole = tuple(block.unless_cut(where, eager=self._asked.eager))
        if block.block:
            yield from self._content.add(block.folded(), Where())


def shown_empty(value: object) -> str:
    """How a finding names the value that a message begins with."""
    return "`[]`" if value == [] else "`null`"


def _expected(rule: str) -> str:
    return {
        "ST-ORD-1": "expected message_start first",
        "ST-ORD-2": "expected one message_start, at the beginning",
        "ST-ORD-3": "expected content_block_stop first",
        "ST-ORD-4": "expected content_block_start first, and deltas only for the open block",
        "ST-ORD-5": "expected content_block_start first, and a stop only for the open block",
        "ST-ORD-6": "expected content_block_stop first",
        "ST-ORD-7": "expected only message_stop",
        "ST-ORD-8": "expected message_delta first",
    }[rule]
