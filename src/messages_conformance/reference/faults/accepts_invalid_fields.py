"""Faults that accept invalid fields: what the original API refuses is coerced or dropped.

A mistake that is accepted here fails later, on a stricter endpoint. Such leniency was reported of
Model Studio (2026-10) and of llama.cpp, whose own tests hold it; most servers coerce types.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    accepts_invalid,
    of_stages,
)
from messages_conformance.reference.faults.edits import is_object, with_field, without
from messages_conformance.reference.pipeline import ParsedRequest, Stages

_KNOWN = frozenset(
    {
        *("model", "max_tokens", "messages", "system", "stop_sequences", "stream", "tools"),
        *("tool_choice", "thinking", "metadata", "service_tier", "temperature", "top_p", "top_k"),
        *("output_config", "cache_control", "container", "mcp_servers"),
    }
)
_ANY = "default"

# -- what every request needs


@of_stages("refusal/model_missing", endpoints=(STRICT,))
def a_model_is_taken_for_granted(stages: Stages) -> Stages:
    """A request without `model` is answered (llama.cpp)."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        kept = stages.receive(request)
        return replace(kept, body={"model": _ANY, **kept.body} if kept.body else {})

    def find_model(revision: Revision, name: str) -> Model:
        return revision.models[0] if name == _ANY else stages.find_model(revision, name)

    return replace(stages, receive=receive, find_model=find_model)


@accepts_invalid("max_tokens_missing", "endpoint/count_tokens")
def max_tokens_has_a_default(body: Body) -> Body:
    """A request without `max_tokens` is answered (llama.cpp documents a default of 4,096)."""
    return body if not body or "max_tokens" in body else {**body, "max_tokens": 4096}


@accepts_invalid("messages_missing", "error/400", "refusal/count_without_messages")
def messages_may_be_missing(body: Body) -> Body:
    """A request without `messages` is answered."""
    return body if "messages" in body else {**body, "messages": [{"role": "user", "content": "…"}]}


@accepts_invalid("max_tokens_negative", "error/400")
def negative_means_no_limit(body: Body) -> Body:
    """A negative `max_tokens` is taken for no limit."""
    return with_field("max_tokens", lambda n: 4096 if type(n) is int and n < 0 else n)(body)


@accepts_invalid("max_tokens_string")
def numbers_in_strings(body: Body) -> Body:
    """`max_tokens` as a string of digits is accepted."""
    return with_field("max_tokens", lambda n: int(n) if isinstance(n, str) else n)(body)


@accepts_invalid("max_tokens_fraction")
def fractions_are_cut(body: Body) -> Body:
    """A fractional `max_tokens` is rounded down."""
    return with_field("max_tokens", lambda n: int(n) if isinstance(n, float) else n)(body)


@accepts_invalid("max_tokens_too_large", "basic/thinking")
def max_tokens_clamped(body: Body) -> Body:
    """A `max_tokens` above the model's maximum is clamped."""
    return with_field("max_tokens", lambda n: min(n, 8192) if isinstance(n, int) else n)(body)


@accepts_invalid("unknown_field", "request/context_management")
def unknown_fields_dropped(body: Body) -> Body:
    """Unknown fields are dropped, so that a typo goes unnoticed."""
    return {name: value for name, value in body.items() if name in _KNOWN}


@accepts_invalid("unknown_field_in_metadata", "basic/metadata")
def unknown_metadata_dropped(body: Body) -> Body:
    """Unknown fields of `metadata` are dropped."""
    return with_field(
        "metadata", lambda m: {k: v for k, v in m.items() if k == "user_id"} if is_object(m) else m
    )(body)


@accepts_invalid("user_id_number")
def user_ids_coerced(body: Body) -> Body:
    """A number as `user_id` is accepted."""
    return _metadata(body, lambda user: str(user) if isinstance(user, int) else user)


@accepts_invalid("user_id_too_long")
def user_ids_cut(body: Body) -> Body:
    """A `user_id` that is too long is cut, so that two users may become one."""
    return _metadata(body, lambda user: user[:512] if isinstance(user, str) else user)


@accepts_invalid("stream_string")
def words_for_truth(body: Body) -> Body:
    """`stream: "true"` is accepted."""
    return with_field("stream", lambda s: s == "true" if isinstance(s, str) else s)(body)


# -- sampling and stopping


@accepts_invalid("temperature_beyond_range", "basic/temperature", endpoints=(STRICT,))
def temperatures_up_to_two(body: Body) -> Body:
    """Temperatures up to 2 are accepted (DeepSeek and OpenAI's API)."""
    return with_field("temperature", lambda t: min(t, 1) if _number(t) and t <= 2 else t)(body)


@accepts_invalid("temperature_with_top_p", endpoints=(STRICT,))
def temperature_wins_over_top_p(body: Body) -> Body:
    """`top_p` is dropped where `temperature` is sent too."""
    return without(body, "top_p") if "temperature" in body else body


@accepts_invalid("top_p_beyond_range", "basic/top_p", endpoints=(STRICT,))
def top_p_clamped(body: Body) -> Body:
    """A `top_p` above 1 is taken for 1."""
    return with_field("top_p", lambda p: min(p, 1) if _number(p) else p)(body)


@accepts_invalid("top_k_negative", endpoints=(STRICT,))
def negative_top_k_means_off(body: Body) -> Body:
    """A negative `top_k` is accepted and switches it off (inference servers)."""
    return with_field("top_k", lambda k: None if type(k) is int and k < 0 else k)(body)


@accepts_invalid("empty_stop_sequence")
def empty_stops_dropped(body: Body) -> Body:
    """An empty stop sequence is dropped."""
    return with_field(
        "stop_sequences", lambda s: [x for x in s if x] if isinstance(s, list) else s
    )(body)


@accepts_invalid("blank_stop_sequence", "refusal/empty_stop_sequence")
def blank_stops_dropped(body: Body) -> Body:
    """A stop sequence of white space is dropped."""

    def kept(stops: Any) -> Any:
        return [s for s in stops if s.strip()] if isinstance(stops, list) else stops

    return with_field("stop_sequences", kept)(body)


@accepts_invalid("stop_sequences_string")
def one_stop_in_a_string(body: Body) -> Body:
    """`stop_sequences` as a single string is accepted, as OpenAI's `stop`."""
    return with_field("stop_sequences", lambda s: [s] if isinstance(s, str) else s)(body)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metadata(body: Body, change: Callable[[Any], Any]) -> Body:
    def repair(given: Any) -> Any:
        return {**given, "user_id": change(given["user_id"])} if "user_id" in given else given

    return with_field("metadata", lambda given: repair(given) if is_object(given) else given)(body)
