"""Checks the events of one stream, one at a time, and the message they make.

The rules stand in the modules of this package, and for the message in `response`; here is what
they need to know of the stream so far. Memory does not grow with the length of the stream.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from messages_conformance.protocol.sse import Event
from messages_conformance.protocol.stop_reasons import CUT
from messages_conformance.rules.finding import NOWHERE, Finding, Where
from messages_conformance.rules.request_view import RequestView, mapping, objects
from messages_conformance.rules.response.blocks import no_block
from messages_conformance.rules.response.message import MessageChecker
from messages_conformance.rules.stream import (
    blocks,
    deltas,
    errors,
    message,
    order,
    thinking,
    tools,
    usage,
    wire,
)
from messages_conformance.rules.stream.layout import layout_of
from messages_conformance.rules.stream.open_block import OpenBlock
from messages_conformance.rules.stream.order import KNOWN, TRANSITIONS, StreamState

_AFTER_A_BLOCK: Final = ("content_block_start", "message_delta", "message_stop")
"""What comes only when no block is open."""


class StreamChecker:
    """Checks one stream."""

    def __init__(self, request: RequestView) -> None:
        """Begin the stream that answers a request."""
        self._request = request
        self._state = StreamState.START
        self._has_events = False
        self._name_alone = ""
        """the name of the last event if it had no data"""
        self._block: OpenBlock | None = None
        self._next_index = 0
        self._message = MessageChecker(request)
        self._unless_cut: tuple[Finding, ...] = ()
        """what is wrong with the last block unless the message was cut short in it"""
        self._is_whole = False
        """whether the message was complete when it started"""
        self._final: dict[str, Any] = {}
        """the fields of the final message, as far as they are known"""
        self._reason_before: Any = None
        """the stop reason before the last message_delta"""
        self._is_ending = False
        """whether a message_delta came"""
        self._usage: dict[str, Any] = {}
        self._usage_at_start: dict[str, Any] = {}
        self._forbidden = "thinking_delta" if thinking.is_omitted(request) else ""

    def check_event(self, event: Event) -> Iterable[Finding]:
        """Check the next event."""
        block = self._block
        if block is not None and not event.quirks and event.name == "content_block_delta":
            # A fast path: nearly all events of a stream are deltas without any fault.
            data = event.json
            if data is not None and data.get("type") == "content_block_delta":
                delta = data.get("delta")
                index = data.get("index")
                if index == block.index and type(index) is int and type(delta) is dict:
                    kind = delta.get("type")
                    usual = len(delta) == deltas.USUAL_KEYS and kind != self._forbidden
                    if usual and type(kind) is str:
                        text = delta.get(block.text_keys.get(kind))
                        if type(text) is str:
                            if not block.deltas:
                                block.layout = layout_of(event.data, kind)
                            block.take(kind, text)
                            return ()
        return self._check_event(event)

    def skim(self, events: list[str], at: int) -> int:
        """Take deltas of the open block that are written as its first one, and say how many.

        They are without any fault, as that one was. ``events`` are the lines of each event.
        """
        block = self._block
        if block is None or block.layout is None:
            return 0
        texts = block.layout.texts(events, at)
        block.take_all(block.layout.kind, texts)
        return len(texts)

    def check_end(self, how: str = "") -> Iterator[Finding]:
        """Check how the stream ended; ``how`` says what cut it off, if anything did."""
        yield from order.check_end(self._state, how, has_events=self._has_events)

    def _check_event(self, event: Event) -> Iterable[Finding]:
        where = Where(event.number, event.offset)
        if wire.is_as_usual(event):
            self._name_alone = ""
            return self._take(event.name, event, where)
        return self._check_unusual(event, where)

    def _check_unusual(self, event: Event, where: Where) -> Iterator[Finding]:
        if errors.is_unnamed_error(event) and self._state is not StreamState.DONE:
            self._has_events = True
            self._fail()
            yield errors.unnamed_error(event, where)
            return
        other = tuple(wire.check_is_no_other(event, where))
        if other:
            self._has_events = True
            yield from other
            return
        torn = tuple(wire.check_is_not_torn(event, self._name_alone, where))
        self._name_alone = event.name if not event.data and event.name in KNOWN else ""
        yield from torn or wire.check_event(event, where)
        if wire.is_readable(event):
            kind = event.name if event.name in ("error", "ping") else event.type
            yield from self._take(kind, event, where)

    def _take(self, kind: str, event: Event, where: Where) -> Iterable[Finding]:
        """Check that an event of that type may come now, and what it says."""
        if self._state is StreamState.FAILED:
            return (errors.after_error(kind, where),)
        if self._state is StreamState.DONE:
            # Clients skip a ping wherever it stands.
            return (order.after_stop(kind, where),) if kind != "ping" else ()
        if kind == "ping":
            return ()
        self._has_events = True
        if kind in KNOWN:
            return self._step(kind, event.json, where)
        if kind == "error":
            is_first = self._state is StreamState.START
            self._fail()
            return errors.check_error_event(event, where, is_first=is_first)
        # An event without readable data or without any name was reported as such.
        is_named = event.json is not None and kind
        return (order.undocumented("event", kind, where),) if is_named else ()

    def _fail(self) -> None:
        self._state = StreamState.FAILED
        self._block = None

    def _is_excused(self, rule: str, data: dict[str, Any] | None) -> bool:
        """Whether an event may break a rule of the order after what came before it."""
        if rule == order.UNLESS_OPEN and self._block is not None and data is not None:
            return order.index_of(data) == self._block.index
        return rule == order.UNLESS_WHOLE and self._is_whole

    def _step(self, kind: str, data: dict[str, Any] | None, where: Where) -> Iterable[Finding]:
        """Go to the next state, then check the event's data if it can be read."""
        before = self._state
        self._state, rule = TRANSITIONS[before, kind]
        if rule or (self._block is not None and kind in _AFTER_A_BLOCK):
            return self._step_aside(rule, before, kind, data, where)
        return self._check_known(before, kind, data, where)

    def _step_aside(
        self, rule: str, before: StreamState, kind: str, data: dict[str, Any] | None, where: Where
    ) -> Iterator[Finding]:
        """Check an event that comes out of order, or before the open block has stopped."""
        if rule and not self._is_excused(rule, data):
            about = order.which_block(data, self._next_index)
            yield order.out_of_order(rule, before, kind, about, where)
        if self._block is not None and kind in _AFTER_A_BLOCK:
            # It was never stopped, but a lenient reader has it all the same.
            yield from self._stop_block(self._block, where)
        yield from self._check_known(before, kind, data, where)

    def _check_known(
        self, before: StreamState, kind: str, data: dict[str, Any] | None, where: Where
    ) -> Iterable[Finding]:
        if kind == "message_stop":
            return self._stop_message(where)
        if kind == "message_start":
            is_first = before is StreamState.START
            return self._start_message(data, where) if data is not None and is_first else ()
        if kind == "message_delta":
            return self._take_message_delta(data, where) if data is not None else ()
        return self._check_block_event(kind, data, where) if before is not StreamState.TAIL else ()

    def _start_message(self, data: dict[str, Any], where: Where) -> Iterator[Finding]:
        yield from message.check_start(data, where)
        given = data.get("message")
        if isinstance(given, dict):
            self._usage_at_start = dict(mapping(given.get("usage")))
            self._usage = dict(self._usage_at_start)
            self._final = {key: value for key, value in given.items() if key != "content"}
            self._is_whole = message.is_whole(given)
            for block in objects(given.get("content")) if self._is_whole else ():
                yield from self._message.add(block, NOWHERE)

    def _take_message_delta(self, data: dict[str, Any], where: Where) -> Iterator[Finding]:
        delta, figures = data.get("delta"), data.get("usage")
        is_late = mapping(delta).get("stop_reason") is not None
        if self._is_ending and is_late and self._final.get("stop_reason") is None:
            yield message.delta_without_reason(where)
        self._is_ending = True
        before = self._final.get("stop_reason")
        if before is not None:
            self._reason_before = before
        self._final.update(mapping(delta))
        if isinstance(delta, dict):
            # Clients take the reason of each message_delta, also if it has none.
            self._final["stop_reason"] = delta.get("stop_reason")
        yield from message.check_delta(delta, where)
        yield from usage.check_delta(figures, self._usage, where)
        # A server's own tools add to the input while the answer is generated.
        if not self._message.content.served:
            yield from usage.check_input(figures, self._usage_at_start, where)
        self._usage.update(
            (name, value) for name, value in mapping(figures).items() if value is not None
        )

    def _stop_message(self, where: Where) -> Iterator[Finding]:
        self._final["usage"] = self._usage
        reason = self._final.get("stop_reason")
        if reason not in CUT:
            yield from self._unless_cut
        if reason is None:
            yield message.no_stop_reason(self._reason_before, where)
        yield from self._message.end(self._final, why=reason is not None)

    def _check_block_event(
        self, kind: str, data: dict[str, Any] | None, where: Where
    ) -> Iterable[Finding]:
        index = None if data is None else order.index_of(data)
        found = self._check_block_of(index, kind, data, where)
        if index is None and data is not None:
            return chain((order.no_index(data, where),), found)
        return found

    def _check_block_of(
        self, index: int | None, kind: str, data: dict[str, Any] | None, where: Where
    ) -> Iterable[Finding]:
        if kind == "content_block_start":
            return self._start_block(index, data, where)
        block = self._block
        if block is None:
            return ()
        if index is not None and index != block.index:
            return (order.other_block(kind, index, block.index, where),)
        if kind == "content_block_stop":
            return self._stop_block(block, where)
        if data is None:
            return ()
        return deltas.take_delta(block, data.get("delta"), self._request, where)

    def _start_block(
        self, index: int | None, data: dict[str, Any] | None, where: Where
    ) -> Iterator[Finding]:
        yield from self._unless_cut
        self._unless_cut = ()
        yield from order.check_is_next(index, self._next_index, where)
        self._next_index = (self._next_index if index is None else index) + 1
        given = (data or {}).get("content_block")
        self._block = OpenBlock(given, self._next_index - 1)
        if data is not None and not isinstance(given, dict):
            yield no_block(data, where)
        yield from blocks.check_start(self._block, where)

    def _stop_block(self, block: OpenBlock, where: Where) -> Iterator[Finding]:
        self._block = None
        yield from deltas.check_are_new(block, where)
        yield from thinking.check_signatures(block, where)
        yield from tools.take_input(block, where)
        self._unless_cut = (
            *thinking.check_is_signed(block, where),
            *tools.check_has_deltas(block, self._request, where),
            *(() if self._request.has_eager_tools else tools.check_is_readable(block, where)),
        )
        if block.block:
            accumulated = block.accumulated()
            yield from self._message.add(
                accumulated, NOWHERE, has_input=block.has_input, is_whole=block.is_text_whole
            )
