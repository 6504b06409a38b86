"""Records that keep requests as they were sent: logs of proxies and clients, batches, Bedrock."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.exchange import MESSAGES, Exchange
from messages_conformance.traffic.calls.call import (
    BODY_ALONE,
    NOTHING_HIDDEN,
    Call,
    NotRead,
    Part,
    Record,
    hidden_in_body,
)
from messages_conformance.traffic.calls.whole_exchanges import BATCHES, answer_alone, call_of
from messages_conformance.traffic.items import (
    UNKNOWN_REQUEST,
    as_bytes,
    header_pairs,
    json_object,
    saved_answer,
    saved_event,
    status_code,
)


def read_exchange(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line as `lint` reads it and `app record` writes it."""
    status, body = record["status"], record["body"]
    answered = None
    if status is not None and isinstance(body, str):
        headers = header_pairs(record.get("headers") or {})
        answered = Exchange(UNKNOWN_REQUEST, status_code(status), headers, as_bytes(body))
    sent, path = record.get("request"), str(record.get("path") or MESSAGES)
    if sent is None and "method" not in record:
        yield answer_alone(place, answered) if answered else NotRead(place, "without an answer")
        return
    kept = record.get("request_headers")
    in_body = hidden_in_body(sent if isinstance(sent, Mapping) else {})
    hides = NOTHING_HIDDEN if isinstance(kept, Mapping) else in_body
    pairs = header_pairs(kept) if isinstance(kept, Mapping) else ()
    yield call_of(place, str(record.get("method", "POST")), path, sent, pairs, answered, hides)


def read_logged(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line of claude-trace, claude-bridge or claude-tap."""
    sent, answered = record["request"], record["response"]
    url = sent.get("url") or sent.get("path") or MESSAGES
    headers = header_pairs(sent.get("headers") or {})
    answer = _logged_answer(answered) if isinstance(answered, Mapping) else None
    yield call_of(place, sent.get("method", "POST"), url, sent.get("body"), headers, answer)


def _logged_answer(answered: Mapping[str, Any]) -> Exchange | None:
    status = answered.get("status_code", answered.get("status"))
    body = answered.get("body_raw", answered.get("body"))
    if status is None or body is None:
        return None
    if isinstance(body, str):
        headers = header_pairs(answered.get("headers") or {})
        return Exchange(UNKNOWN_REQUEST, status_code(status), headers, as_bytes(body))
    # The stream was merged, so its content type would mislead.
    return Exchange(UNKNOWN_REQUEST, status_code(status), (), json.dumps(body).encode())


def read_helicone(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line of Helicone's export; bodies are objects, or their text."""
    sent = _object(record["request_body"])
    if not isinstance(sent, Mapping) or "messages" not in sent:
        yield NotRead(place, "not to a Messages API")
        return
    body, status = _object(record.get("response_body")), record.get("response_status")
    answered = None
    if isinstance(body, Mapping):
        raw = body.get("streamed_data")
        content = as_bytes(raw) if isinstance(raw, str) else json.dumps(body).encode()
        answered = Exchange(UNKNOWN_REQUEST, status_code(status or 200), (), content)
    yield call_of(place, "POST", MESSAGES, sent, (), answered, hidden_in_body(sent))


def read_portkey(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line of Portkey's export, whose columns have dots in their names."""
    renamed = {"request_body": record["request.body"], "response_body": record.get("response.body")}
    status = record.get("response_status_code")
    yield from read_helicone(place, {**renamed, "response_status": status})


def read_vertex(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A row that Vertex logs to BigQuery; requests have no model, which stands in their path."""
    sent = _object(record["full_request"])
    if not isinstance(sent, Mapping) or "messages" not in sent:
        yield NotRead(place, "not to a Messages API")
        return
    body = {name: value for name, value in sent.items() if name != "anthropic_version"}
    body = {"betas" if name == "anthropic_beta" else name: value for name, value in body.items()}
    body.setdefault("model", str(record.get("model") or "").rpartition("/")[2])
    answer = _object(record.get("full_response"))
    message = answer if isinstance(answer, Mapping) and "content" in answer else None
    hides = BODY_ALONE | {Part.PATH, *(() if message else (Part.ANSWER, Part.ERROR))}
    yield Call(place, body, status=200 if message else None, answer=message, hides=hides)


def read_bridge(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line of claude-bridge's log of what it rewrote: the request as it came."""
    yield from read_body(place, record["raw_request"])


def read_body(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A request as Claude Code writes it to a folder: the body, with its betas beside it."""
    yield Call(place, record, hides=hidden_in_body(record, Part.ANSWER, Part.ERROR))


def read_answer(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """An answer without its request."""
    yield answer_alone(place, saved_answer(json.dumps(record).encode()))


def read_batched(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """One request of a batch; the batch itself is another feature, which its path shows."""
    sent = record["params"]
    if not isinstance(sent, Mapping):
        raise TypeError("its params are no object")
    hides = hidden_in_body(sent, Part.ANSWER, Part.ERROR)
    yield Call(place, sent, path=BATCHES, hides=hides)


def read_batch_result(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """One result of a batch; results hold no request."""
    result = record["result"]
    kind = result["type"]
    if kind not in ("succeeded", "errored"):
        yield NotRead(place, f"{kind} in a batch")
        return
    body = result["message"] if kind == "succeeded" else result["error"]
    yield from read_answer(place, body)


def read_bedrock(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A line of Bedrock's log of model invocations."""
    operation = str(record.get("operation", ""))
    if not operation.startswith("InvokeModel"):
        yield NotRead(place, f"of Bedrock's {operation or 'other API'}")
        return
    sent = record.get("input", {}).get("inputBodyJson")
    if not isinstance(sent, Mapping):
        yield NotRead(place, "with a body in another file")
        return
    streamed = operation.endswith("Stream")
    body = {name: value for name, value in sent.items() if name != "anthropic_version"}
    body = {"betas" if name == "anthropic_beta" else name: value for name, value in body.items()}
    body |= {"model": record["modelId"], **({"stream": True} if streamed else {})}
    answer = record.get("output", {}).get("outputBodyJson")
    message = accumulate(tuple(_events(answer))) if isinstance(answer, list) else answer
    yield Call(
        place,
        body,
        status=None if message is None else 200,
        answer=message if isinstance(message, Mapping) else None,
        error=record.get("errorCode"),
        hides=BODY_ALONE | {Part.PATH},
    )


def _events(answer: list[Any]) -> Iterator[Any]:
    for number, data in enumerate(answer):
        if isinstance(data, dict):
            yield saved_event(data, number, number)


def _object(value: object) -> object:
    """A value that may be kept as its JSON text."""
    return json_object(value) if isinstance(value, str) else value
