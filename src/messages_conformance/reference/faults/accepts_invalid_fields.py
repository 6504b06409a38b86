"""Sins of leniency towards fields: what the original API refuses is coerced or dropped.

A mistake that is let pass is met later, on a stricter endpoint. Lenience was reported of Model
Studio (2026-10) and of llama.cpp, whose own tests hold it; most servers coerce types.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.faults.decorators import STRICT, Body, lenient, of_stages
from messages_conformance.reference.faults.edits import is_object, with_field, without
from messages_conformance.reference.pipeline import Heard, Stages

_KNOWN = frozenset(
    {
        *("model", "max_tokens", "messages", "system", "stop_sequences", "stream", "tools"),
        *("tool_choice", "thinking", "metadata", "service_tier", "temperature", "top_p", "top_k"),
        *("output_config", "cache_control", "container", "mcp_servers"),
    }
)
_ANY = "default"

# -- what every request needs


@of_stages("refusal/model_missing", worlds=(STRICT,))
def a_model_is_taken_for_granted(stages: Stages) -> Stages:
    """llama.cpp answers with the one model it has, also where none is named."""

    def hear(heard: Heard) -> Heard:
        kept = stages.hear(heard)
        return replace(kept, body={"model": _ANY, **kept.body} if kept.body else {})

    def find(revision: Revision, name: str) -> Model:
        return revision.models[0] if name == _ANY else stages.find(revision, name)

    return replace(stages, hear=hear, find=find)


@lenient("max_tokens_missing", "endpoint/count_tokens")
def max_tokens_has_a_default(body: Body) -> Body:
    """llama.cpp documents 4,096 as what is meant where `max_tokens` is missing."""
    return body if not body or "max_tokens" in body else {**body, "max_tokens": 4096}


@lenient("messages_missing", "error/400")
def messages_may_be_missing(body: Body) -> Body:
    """A request without messages is answered all the same."""
    return body if "messages" in body else {**body, "messages": [{"role": "user", "content": "…"}]}


@lenient("max_tokens_negative", "error/400")
def negative_means_no_limit(body: Body) -> Body:
    """-1 means "no limit", as in servers that speak several protocols."""
    return with_field("max_tokens", lambda n: 4096 if type(n) is int and n < 0 else n)(body)


@lenient("max_tokens_string")
def numbers_in_strings(body: Body) -> Body:
    """Digits in a string are taken for a number, as lax validators do."""
    return with_field("max_tokens", lambda n: int(n) if isinstance(n, str) else n)(body)


@lenient("max_tokens_fraction")
def fractions_are_cut(body: Body) -> Body:
    """4.5 tokens are taken for 4."""
    return with_field("max_tokens", lambda n: int(n) if isinstance(n, float) else n)(body)


@lenient("max_tokens_too_large")
def max_tokens_clamped(body: Body) -> Body:
    """More than the model writes is taken for as much as it does."""
    return with_field("max_tokens", lambda n: min(n, 8192) if isinstance(n, int) else n)(body)


@lenient("unknown_field")
def unknown_fields_dropped(body: Body) -> Body:
    """A typo in a field's name goes unnoticed."""
    return {name: value for name, value in body.items() if name in _KNOWN}


@lenient("unknown_field_in_metadata", "basic/metadata")
def unknown_metadata_dropped(body: Body) -> Body:
    """The same within `metadata`."""
    return with_field(
        "metadata", lambda m: {k: v for k, v in m.items() if k == "user_id"} if is_object(m) else m
    )(body)


@lenient("user_id_number")
def user_ids_coerced(body: Body) -> Body:
    """A number is taken for a name."""
    return _metadata(body, lambda user: str(user) if isinstance(user, int) else user)


@lenient("user_id_too_long")
def user_ids_cut(body: Body) -> Body:
    """A long name is cut, so that two users may become one."""
    return _metadata(body, lambda user: user[:512] if isinstance(user, str) else user)


@lenient("stream_string")
def words_for_truth(body: Body) -> Body:
    """`"true"` is taken for true."""
    return with_field("stream", lambda s: s == "true" if isinstance(s, str) else s)(body)


# -- sampling and stopping


@lenient("temperature_beyond_range", "basic/temperature", worlds=(STRICT,))
def temperatures_up_to_two(body: Body) -> Body:
    """DeepSeek and OpenAI's API take temperatures up to 2."""
    return with_field("temperature", lambda t: min(t, 1) if _number(t) and t <= 2 else t)(body)


@lenient("temperature_with_top_p", worlds=(STRICT,))
def temperature_wins_over_top_p(body: Body) -> Body:
    """Of two fields that exclude each other one is dropped."""
    return without(body, "top_p") if "temperature" in body else body


@lenient("top_p_beyond_range", "basic/top_p", worlds=(STRICT,))
def top_p_clamped(body: Body) -> Body:
    """A `top_p` above 1 is taken for 1."""
    return with_field("top_p", lambda p: min(p, 1) if _number(p) else p)(body)


@lenient("top_k_negative", worlds=(STRICT,))
def negative_top_k_means_off(body: Body) -> Body:
    """-1 switches `top_k` off, as in inference servers."""
    return with_field("top_k", lambda k: None if type(k) is int and k < 0 else k)(body)


@lenient("empty_stop_sequence")
def empty_stops_dropped(body: Body) -> Body:
    """An empty stop sequence is dropped."""
    return with_field(
        "stop_sequences", lambda s: [x for x in s if x] if isinstance(s, list) else s
    )(body)


@lenient("blank_stop_sequence", "refusal/empty_stop_sequence")
def blank_stops_dropped(body: Body) -> Body:
    """A stop sequence of white space is dropped, and with it what an application relied on."""

    def kept(stops: Any) -> Any:
        return [s for s in stops if s.strip()] if isinstance(stops, list) else stops

    return with_field("stop_sequences", kept)(body)


@lenient("stop_sequences_string")
def one_stop_in_a_string(body: Body) -> Body:
    """OpenAI's `stop` may be a single string."""
    return with_field("stop_sequences", lambda s: [s] if isinstance(s, str) else s)(body)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metadata(body: Body, change: Callable[[Any], Any]) -> Body:
    def mend(given: Any) -> Any:
        return {**given, "user_id": change(given["user_id"])} if "user_id" in given else given

    return with_field("metadata", lambda given: mend(given) if is_object(given) else given)(body)
