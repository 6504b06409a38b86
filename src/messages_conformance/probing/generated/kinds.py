"""The kinds of mistakes: which rows promise a refusal, and how a refusal may name the field.

A mistake that has a row of its own is called as that row is. A mistake against the schema is
promised to be refused where the page claims the rows about others of its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_THINKING: Final = ("thinking", "budget_tokens")
_LOOP: Final = ("tool_use", "tool_result", "tool_use_id", "messages")
_MARK: Final = ("cache_control", "ttl")


@dataclass(frozen=True, slots=True)
class MistakeKind:
    """A kind of mistake."""

    rows: tuple[str, ...]
    names: tuple[str, ...] = ()


def _own(name: str, *names: str) -> tuple[str, MistakeKind]:
    return name, MistakeKind((f"refusal/{name}",), names)


def _kind(name: str, *rows: str, names: tuple[str, ...] = ()) -> tuple[str, MistakeKind]:
    return name, MistakeKind(tuple(f"refusal/{row}" for row in rows), names)


KINDS: Final[Mapping[str, MistakeKind]] = dict(
    (
        # Against the schema; the names are those of the place.
        _kind("missing", "model_missing", "max_tokens_missing", "messages_missing"),
        _kind("unknown field", "unknown_field", "unknown_field_in_block"),
        _kind("wrong type", "max_tokens_string", "stream_string", "stop_sequences_string"),
        _kind("unknown value", "unknown_block", "tool_choice_required", "unknown_cache_type"),
        _kind("out of range", "max_tokens_negative", "budget_too_small"),
        _kind("malformed", "tool_name_with_blank", "call_id_with_blank"),
        _kind("empty", "empty_text", "empty_content", "messages_empty", "empty_stop_sequence"),
        _kind("too long", "user_id_too_long"),
        # Between fields.
        _own("max_tokens_too_large", "max_tokens"),
        _own("assistant_first", "messages", "role", "user"),
        _own("system_role_first", "messages", "role", "system"),
        _own("blank_text", "text", "content", "messages", "system"),
        _own("prefill_ending_in_blank", "assistant", "messages", "content"),
        _own("temperature_with_top_p", "temperature", "top_p"),
        _own("duplicate_tool_names", "tools", "name"),
        _kind("invalid_schema", "schema_of_no_object", names=("input_schema", "tools")),
        _own("choice_without_tools", "tool_choice", "tools"),
        _own("choice_of_unknown_tool", "tool_choice", "tool"),
        _own("image_mislabelled", "image", "media_type"),
        _own("image_undecodable", "image", "data", "base64"),
        _own("example_unlike_schema", "input_examples", "example", "tools"),
        _own("open_answer_schema", "output_config", "output_format", "additionalProperties"),
        _own("answer_schema_with_citations", "output_config", "output_format", "citations"),
        _own("call_without_result", *_LOOP),
        _own("text_before_result", *_LOOP),
        _own("result_without_call", *_LOOP),
        _own("some_results_missing", *_LOOP),
        _kind("calls of one id", "call_without_result", "result_without_call", names=_LOOP),
        _kind("results of one call", "call_without_result", "result_without_call", names=_LOOP),
        _own("budget_beyond_max_tokens", *_THINKING, "max_tokens"),
        _own("temperature_with_thinking", *_THINKING, "temperature"),
        _own("top_k_with_thinking", *_THINKING, "top_k"),
        _own("top_p_with_thinking", *_THINKING, "top_p"),
        _own("forced_call_with_thinking", *_THINKING, "tool_choice"),
        _own("prefill_with_thinking", *_THINKING, "assistant", "messages", "prefill"),
        _own("call_without_thought", *_THINKING, "messages"),
        _own("five_cache_marks", *_MARK),
        _own("hour_after_minutes", *_MARK),
        _own("mark_on_empty_text", *_MARK),
        # Documented, and no row of any page.
        _kind("mixed search results", names=("search_result", "content")),
        _kind("some sources cited", names=("citations",)),
        _kind("unknown beta", names=("anthropic-beta", "beta")),
    )
)
