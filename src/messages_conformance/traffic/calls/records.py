"""Recognises JSON records by their keys, one by one, and reads each into calls.

A file may hold records of several kinds, or one that holds many: a batch, a trace. The shapes are
those of the tools' own exports; `docs/applications.md` names them, and what each hides.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from messages_conformance.traffic.calls import http_logs, platforms, recorders, spans
from messages_conformance.traffic.calls.call import NotRead, Record
from messages_conformance.traffic.calls.whole_exchanges import MALFORMED

_Read = Callable[[str, Mapping[str, Any]], Iterator[Record]]


class Shape(NamedTuple):
    """A kind of record."""

    name: str
    keys: frozenset[str]
    """It has all of these."""
    read: _Read
    values: tuple[tuple[str, str], ...] = ()
    """And these values."""


def _shape(name: str, keys: str, read: _Read, **values: str) -> Shape:
    return Shape(name, frozenset(keys.split()), read, tuple(values.items()))


def _many(key: str) -> _Read:
    """A reader of what holds records in a list."""

    def read(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
        for number, inner in enumerate(record[key]):
            yield from read_record(f"{place}, {key}[{number}]", inner)

    return read


SHAPES: Final[tuple[Shape, ...]] = (
    _shape("OTLP spans", "resourceSpans", spans.read_otlp),
    _shape("OTLP logs", "resourceLogs", spans.read_otlp_logs),
    _shape("Bedrock log", "schemaType modelId", http_logs.read_bedrock),
    _shape("batch request", "custom_id params", http_logs.read_batched),
    _shape("batch result", "custom_id result", http_logs.read_batch_result),
    _shape("batch", "requests", _many("requests")),
    _shape("LiteLLM log", "proxy_server_request", platforms.read_litellm),
    _shape("LangSmith run", "run_type inputs", platforms.read_langsmith),
    _shape("Braintrust span", "span_attributes input", platforms.read_braintrust),
    _shape("Langfuse observation", "input output", platforms.read_langfuse, type="GENERATION"),
    _shape("Langfuse trace", "observations", _many("observations")),
    _shape("Helicone log", "request_body", http_logs.read_helicone),
    _shape("Portkey log", "request.body", http_logs.read_portkey),
    _shape("Vertex log", "full_request", http_logs.read_vertex),
    _shape("claude-bridge log", "raw_request", http_logs.read_bridge),
    _shape("WireMock mapping", "request response id", recorders.read_wiremock),
    _shape("nock recording", "scope method path response", recorders.read_nock),
    _shape("mappings", "mappings", _many("mappings")),
    _shape("span", "attributes name", spans.read_span),
    _shape("claude-trace log", "request response", http_logs.read_logged),
    _shape("exchange", "status body", http_logs.read_exchange),
    _shape("answer", "content role", http_logs.read_answer, type="message"),
    _shape("refusal", "error", http_logs.read_answer, type="error"),
    _shape("request body", "model messages", http_logs.read_body),
    _shape("runs", "runs", _many("runs")),
    _shape("observations", "data", _many("data")),
)
"""The first that fits is the one."""
_KEYS: Final = frozenset[str]().union(*(shape.keys for shape in SHAPES))


def shape_of(keys: Mapping[str, Any]) -> Shape | None:
    """The shape of a record, by its keys and the values that name a kind."""
    if _KEYS.isdisjoint(keys):
        return None  # As most lines of a program's log.
    return next(
        (
            shape
            for shape in SHAPES
            if shape.keys <= keys.keys()
            and all(keys.get(name) == value for name, value in shape.values)
        ),
        None,
    )


def read_record(place: str, record: object) -> Iterator[Record]:
    """The calls that a record holds, or why there are none."""
    if not isinstance(record, Mapping):
        yield NotRead(place, "that are no JSON objects", damaged=True)
        return
    shape = shape_of(record)
    if shape is None:
        yield NotRead(place, "of no known kind")
        return
    try:
        yield from shape.read(place, record)
    except (*MALFORMED, RecursionError) as problem:
        why = f"not as a {shape.name} has it ({type(problem).__name__})"
        yield NotRead(place, why, damaged=True)
