"""Sins of leniency: what the original API refuses is mended, dropped or let pass.

A mistake that is let pass is met later, on a stricter endpoint. Lenience was reported of Model
Studio (orphaned calls, empty text, budgets beyond max_tokens; 2026-10), of llama.cpp (no messages
at all, its own tests hold that) and of most servers that coerce types.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeGuard

from messages_conformance.claims import Model, Revision
from messages_conformance.reference.faults.content import Block, with_blocks
from messages_conformance.reference.faults.fault import (
    STRICT,
    STRICT_2026,
    Body,
    Decorator,
    of_request,
    of_stages,
    unchecked,
)
from messages_conformance.reference.faults.fields import without
from messages_conformance.reference.pipeline import Heard, Stages
from messages_conformance.reference.strict import caching, formats, thinking

_KNOWN = frozenset(
    {
        *("model", "max_tokens", "messages", "system", "stop_sequences", "stream", "tools"),
        *("tool_choice", "thinking", "metadata", "service_tier", "temperature", "top_p", "top_k"),
        *("output_config", "cache_control", "container", "mcp_servers"),
    }
)
_ANY = "default"
_BLOCKS = ("text", "image", "document", "search_result", "tool_result", "tool_use", "thinking")


def lenient(row: str, *also: str, worlds: tuple[str, ...] = (STRICT,)) -> Decorator:
    """Make a function that mends a request's body a fault, due from a row of refusals."""
    return of_request(f"refusal/{row}", worlds=worlds, also=also)


def of_field(name: str, change: Callable[[Any], Any]) -> Callable[[Body], Body]:
    """Change one field of a body where it is there; None takes it away."""

    def mend(body: Body) -> Body:
        if name not in body:
            return body
        value = change(body[name])
        return without(body, name) if value is None else {**body, name: value}

    return mend


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
    return body if "messages" in body else {**body, "messages": [_said("…")]}


@lenient("max_tokens_negative", "error/400")
def negative_means_no_limit(body: Body) -> Body:
    """-1 means "no limit", as in servers that speak several protocols."""
    return of_field("max_tokens", lambda n: 4096 if type(n) is int and n < 0 else n)(body)


@lenient("max_tokens_string")
def numbers_in_strings(body: Body) -> Body:
    """Digits in a string are taken for a number, as lax validators do."""
    return of_field("max_tokens", lambda n: int(n) if isinstance(n, str) else n)(body)


@lenient("max_tokens_fraction")
def fractions_are_cut(body: Body) -> Body:
    """4.5 tokens are taken for 4."""
    return of_field("max_tokens", lambda n: int(n) if isinstance(n, float) else n)(body)


@lenient("max_tokens_too_large")
def max_tokens_clamped(body: Body) -> Body:
    """More than the model writes is taken for as much as it does."""
    return of_field("max_tokens", lambda n: min(n, 8192) if isinstance(n, int) else n)(body)


@lenient("unknown_field")
def unknown_fields_dropped(body: Body) -> Body:
    """A typo in a field's name goes unnoticed."""
    return {name: value for name, value in body.items() if name in _KNOWN}


@lenient("unknown_field_in_metadata", "basic/metadata")
def unknown_metadata_dropped(body: Body) -> Body:
    """The same within `metadata`."""
    return of_field(
        "metadata", lambda m: {k: v for k, v in m.items() if k == "user_id"} if _is(m) else m
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
    return of_field("stream", lambda s: s == "true" if isinstance(s, str) else s)(body)


# -- sampling and stopping


@lenient("temperature_beyond_range", "basic/temperature", worlds=(STRICT,))
def temperatures_up_to_two(body: Body) -> Body:
    """DeepSeek and OpenAI's API take temperatures up to 2."""
    return of_field("temperature", lambda t: min(t, 1) if _number(t) and t <= 2 else t)(body)


@lenient("temperature_with_top_p", worlds=(STRICT,))
def temperature_wins_over_top_p(body: Body) -> Body:
    """Of two fields that exclude each other one is dropped."""
    return without(body, "top_p") if "temperature" in body else body


@lenient("top_p_beyond_range", "basic/top_p", worlds=(STRICT,))
def top_p_clamped(body: Body) -> Body:
    """A `top_p` above 1 is taken for 1."""
    return of_field("top_p", lambda p: min(p, 1) if _number(p) else p)(body)


@lenient("top_k_negative", worlds=(STRICT,))
def negative_top_k_means_off(body: Body) -> Body:
    """-1 switches `top_k` off, as in inference servers."""
    return of_field("top_k", lambda k: None if type(k) is int and k < 0 else k)(body)


@lenient("empty_stop_sequence")
def empty_stops_dropped(body: Body) -> Body:
    """An empty stop sequence is dropped."""
    return of_field("stop_sequences", lambda s: [x for x in s if x] if isinstance(s, list) else s)(
        body
    )


@lenient("blank_stop_sequence", "refusal/empty_stop_sequence")
def blank_stops_dropped(body: Body) -> Body:
    """A stop sequence of white space is dropped, and with it what an application relied on."""

    def kept(stops: Any) -> Any:
        return [s for s in stops if s.strip()] if isinstance(stops, list) else stops

    return of_field("stop_sequences", kept)(body)


@lenient("stop_sequences_string")
def one_stop_in_a_string(body: Body) -> Body:
    """OpenAI's `stop` may be a single string."""
    return of_field("stop_sequences", lambda s: [s] if isinstance(s, str) else s)(body)


# -- the conversation


@lenient("messages_empty")
def no_messages_answered(body: Body) -> Body:
    """llama.cpp answers `messages: []` with 200; its own tests hold that."""
    return of_field("messages", lambda m: m or [_said("…")])(body)


@lenient("assistant_first", "refusal/*")
def a_user_is_put_before(body: Body) -> Body:
    """A turn of the user is put before the assistant's first."""

    def mend(turns: Any) -> Any:
        first = turns[0] if isinstance(turns, list) and turns else {}
        return [_said("…"), *turns] if first.get("role") == "assistant" else turns

    return of_field("messages", mend)(body)


@lenient("unknown_role")
def unknown_roles_are_users(body: Body) -> Body:
    """Whoever is not known is taken for the user."""
    known = ("user", "assistant", "system")
    return _turns(body, lambda t: t if t.get("role") in known else {**t, "role": "user"})


@lenient("system_role_first")
def system_turns_hoisted(body: Body) -> Body:
    """vLLM moves system turns to the front; where they stood is forgotten (vLLM#48874)."""
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    system = [t["content"] for t in turns if t.get("role") == "system"]
    others = [t for t in turns if t.get("role") != "system"]
    return {**body, "messages": others, "system": "\n".join(system)} if system else body


@lenient("empty_text", "refusal/mark_on_empty_text", "refusal/empty_content")
def empty_text_dropped(body: Body) -> Body:
    """Model Studio takes empty text blocks (reported in 2026-10)."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "text" and b.get("text") == "" else b
    )


@lenient("blank_text")
def blank_text_taken(body: Body) -> Body:
    """White space is taken for text."""

    def filled(block: Block, _role: str) -> Block:
        blank = block.get("type") == "text" and (block.get("text") or "x").isspace()
        return {**block, "text": "…"} if blank else block

    return with_blocks(body, filled)


@lenient("empty_content")
def empty_turns_dropped(body: Body) -> Body:
    """Turns without any content are dropped, wherever they stand."""
    turns = body.get("messages")
    if not isinstance(turns, list) or len(turns) < 2:
        return body
    return {**body, "messages": [t for t in turns if t.get("content") not in ("", [])]}


@lenient("prefill_ending_in_blank", worlds=(STRICT,))
def prefills_trimmed(body: Body) -> Body:
    """White space at the end of a prefilled answer is cut off."""

    def trimmed(turn: Body) -> Body:
        said = turn.get("content")
        mine = turn.get("role") == "assistant" and isinstance(said, str)
        return {**turn, "content": str(said).rstrip()} if mine else turn

    return _turns(body, trimmed)


@lenient("unknown_field_in_block")
def unknown_block_fields_dropped(body: Body) -> Body:
    """A field that is not known is dropped from its block."""
    known = ("type", "text", "citations", "cache_control")
    return with_blocks(
        body,
        lambda b, _: {k: v for k, v in b.items() if k in known} if b.get("type") == "text" else b,
    )


@lenient("unknown_block", "content/container_upload")
def unknown_blocks_dropped(body: Body) -> Body:
    """Blocks that a translation cannot read are left out; MiniMax said "content is empty" then."""

    def known(block: Block, role: str) -> Block | None:
        kind = str(block.get("type"))
        return block if role == "assistant" or kind in _BLOCKS else None

    return with_blocks(body, known)


@lenient("document_of_assistant", worlds=(STRICT_2026,))
def documents_of_assistants_dropped(body: Body) -> Body:
    """What API version 2026-10-21 forbids is still taken, and dropped."""
    return with_blocks(
        body,
        lambda b, role: None if role == "assistant" and b.get("type") == "document" else b,
    )


@lenient("citations_of_user", worlds=(STRICT_2026,))
def citations_of_users_dropped(body: Body) -> Body:
    """The same of citations in what a user says."""
    return with_blocks(
        body, lambda b, role: without(b, "citations") if role == "user" and _text(b) else b
    )


# -- pictures


@lenient("image_of_unknown_type", "refusal/image_mislabelled")
def labels_of_images_ignored(body: Body) -> Body:
    """An image's type is told by its bytes, whatever its label says."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not _is(source) or not _png(source.get("data")):
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@lenient("image_mislabelled")
def wrong_labels_ignored(body: Body) -> Body:
    """The same, for types that are known."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not _is(source) or not _png(source.get("data")):
            return block
        if source.get("media_type") != "image/jpeg":
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@lenient("image_undecodable")
def broken_images_dropped(body: Body) -> Body:
    """An image that cannot be read is left out, and the model answers about nothing."""

    def readable(block: Block, _role: str) -> Block | None:
        source = block.get("source")
        if block.get("type") == "image" and _is(source) and not _png(source.get("data")):
            return None
        return block

    return with_blocks(body, readable)


# -- tools


@lenient("tool_without_name")
def nameless_tools_dropped(body: Body) -> Body:
    """A tool without a name is left out."""
    return _tools(body, lambda tools: [t for t in tools if "name" in t or "type" in t])


@lenient("tool_without_schema")
def schemas_taken_for_granted(body: Body) -> Body:
    """A tool without a schema takes whatever the model makes up."""
    return _each_tool(body, lambda t: {"input_schema": {"type": "object"}, **t})


@lenient("schema_of_no_object")
def any_schema_taken(body: Body) -> Body:
    """The schema of a string is taken for that of an object."""

    def mend(tool: Body) -> Body:
        schema = tool.get("input_schema")
        bad = _is(schema) and schema.get("type") != "object"
        return {**tool, "input_schema": {"type": "object"}} if bad else tool

    return _each_tool(body, mend)


@lenient("tool_name_with_blank")
def tool_names_cleaned(body: Body) -> Body:
    """A tool's name is made fit, and calls come back under another than was offered."""
    return _each_tool(
        body, lambda t: {**t, "name": str(t["name"]).replace(" ", "_")} if "name" in t else t
    )


@lenient("duplicate_tool_names")
def later_tools_win(body: Body) -> Body:
    """Of two tools of one name the later one stays."""
    return _tools(
        body, lambda tools: list({t.get("name", n): t for n, t in enumerate(tools)}.values())
    )


@lenient("example_unlike_schema")
def examples_dropped(body: Body) -> Body:
    """`input_examples` are dropped unread."""
    return _each_tool(body, lambda t: without(t, "input_examples"))


@lenient("tool_choice_string")
def choices_in_strings(body: Body) -> Body:
    """OpenAI's `tool_choice: "auto"` is taken as well."""
    return of_field("tool_choice", lambda c: {"type": c} if isinstance(c, str) else c)(body)


@lenient("tool_choice_required")
def required_means_any(body: Body) -> Body:
    """OpenAI's `required` is taken for `any`."""
    return of_field(
        "tool_choice",
        lambda c: {**c, "type": "any"} if _is(c) and c.get("type") == "required" else c,
    )(body)


@lenient("tool_choice_without_name")
def nameless_choices_mean_any(body: Body) -> Body:
    """`tool` without a name is taken for `any`."""

    def mend(choice: Any) -> Any:
        nameless = _is(choice) and choice.get("type") == "tool" and "name" not in choice
        return {"type": "any"} if nameless else choice

    return of_field("tool_choice", mend)(body)


@of_stages("refusal/open_answer_schema", worlds=(STRICT,))
def open_schemas_taken(stages: Stages) -> Stages:
    """Model Studio downgrades a schema that it cannot keep to JSON of any form."""
    return unchecked(stages, formats.form_can_be_kept)


@of_stages("refusal/answer_schema_with_citations", worlds=(STRICT,))
def citations_given_up_for_a_schema(stages: Stages) -> Stages:
    """Of a form and citations, which exclude each other, one is dropped."""
    return unchecked(stages, formats.form_goes_without_citations)


# -- the tool loop


@lenient("call_without_result")
def orphaned_calls_dropped(body: Body) -> Body:
    """Model Studio takes a history with an orphaned tool_use (reported in 2026-10)."""
    ids = _answered(body)
    return with_blocks(
        body,
        lambda b, _: None if ids is not None and not ids and b.get("type") == "tool_use" else b,
    )


@lenient("text_before_result")
def results_put_first(body: Body) -> Body:
    """Tool results are moved before the text of their turn."""

    def ordered(turn: Body) -> Body:
        content = turn.get("content")
        if turn.get("role") != "user" or not isinstance(content, list):
            return turn
        return {**turn, "content": sorted(content, key=lambda b: b.get("type") != "tool_result")}

    return _turns(body, ordered)


@lenient("result_without_call")
def orphaned_results_dropped(body: Body) -> Body:
    """A result that answers nothing is left out."""
    called = {
        block.get("id")
        for turn in _list(body.get("messages"))
        for block in _list(turn.get("content"))
        if block.get("type") == "tool_use"
    }
    return with_blocks(
        body,
        lambda b, _: (
            None if b.get("type") == "tool_result" and b.get("tool_use_id") not in called else b
        ),
    )


@lenient("some_results_missing")
def missing_results_made_up(body: Body) -> Body:
    """A missing result is made up where others are there, as agents' frameworks do."""
    waiting: list[Any] = []
    turns = []
    for turn in _list(body.get("messages")):
        blocks = _list(turn.get("content"))
        results = [b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"]
        if results:
            new = [
                {"type": "tool_result", "tool_use_id": id, "content": "none"}
                for id in waiting
                if id not in results
            ]
            turn = {**turn, "content": [*new, *blocks]}
        waiting = [b.get("id") for b in blocks if b.get("type") == "tool_use"]
        turns.append(turn)
    return {**body, "messages": turns} if "messages" in body else body


@lenient("call_id_with_blank")
def call_ids_cleaned(body: Body) -> Body:
    """Ids are made fit, and are then other than the application's own (litellm#32214)."""

    def cleaned(block: Block, _role: str) -> Block:
        return {
            name: value.replace(" ", "_")
            if name in ("id", "tool_use_id") and isinstance(value, str)
            else value
            for name, value in block.items()
        }

    return with_blocks(body, cleaned)


# -- thinking


@lenient("budget_too_small")
def budgets_raised(body: Body) -> Body:
    """MiniMax takes any budget and does not enforce it; Ollama documents the same."""
    return _thinking(
        body, lambda t: {**t, "budget_tokens": 1024} if _below(t.get("budget_tokens")) else t
    )


@of_stages("refusal/budget_beyond_max_tokens", worlds=(STRICT,))
def budgets_beyond_max_tokens(stages: Stages) -> Stages:
    """Model Studio takes 2,000 tokens of budget with 1,000 of output (reported in 2026-10)."""
    return unchecked(stages, thinking.budget_is_below_max_tokens)


@lenient("budget_missing")
def budgets_taken_for_granted(body: Body) -> Body:
    """`enabled` without a budget gets one."""
    return _thinking(
        body, lambda t: {"budget_tokens": 1024, **t} if t.get("type") == "enabled" else t
    )


@lenient("unknown_thinking")
def unknown_thinking_dropped(body: Body) -> Body:
    """Thinking of an unknown type is taken for none."""
    known = ("enabled", "disabled", "adaptive", "between_tools")
    given = body.get("thinking")
    return without(body, "thinking") if _is(given) and given.get("type") not in known else body


@of_stages("refusal/temperature_with_thinking", worlds=(STRICT,))
def temperatures_with_thinking(stages: Stages) -> Stages:
    """Any temperature is taken with thinking, as most servers do."""
    return unchecked(stages, thinking.temperature_is_1_with_thinking)


@lenient("top_k_with_thinking", worlds=(STRICT,))
def top_k_dropped_with_thinking(body: Body) -> Body:
    """`top_k` is dropped where the model thinks."""
    return without(body, "top_k") if "thinking" in body else body


@lenient("top_p_with_thinking", worlds=(STRICT,))
def top_p_dropped_with_thinking(body: Body) -> Body:
    """`top_p` is dropped where the model thinks."""
    return without(body, "top_p") if "thinking" in body else body


@lenient("display_when_disabled")
def display_dropped_when_disabled(body: Body) -> Body:
    """`display` is dropped where nothing is thought."""
    return _thinking(body, lambda t: without(t, "display") if t.get("type") == "disabled" else t)


@of_request("basic/thinking/display", worlds=(STRICT,), also=("refusal/display_when_disabled",))
def display_ignored(body: Body) -> Body:
    """Thoughts are displayed that were to be left out."""
    return _thinking(body, lambda t: without(t, "display"))


@of_stages("refusal/forced_call_with_thinking", worlds=(STRICT,))
def thinking_dropped_for_a_forced_call(stages: Stages) -> Stages:
    """OpenRouter drops the reasoning silently where a call is forced (pydantic-ai#6957)."""
    return unchecked(stages, thinking.thinking_forces_no_tool)


@of_stages("refusal/prefill_with_thinking", worlds=(STRICT,))
def prefills_with_thinking(stages: Stages) -> Stages:
    """A prefilled answer is taken with thinking."""
    return unchecked(stages, thinking.thinking_is_not_prefilled)


@of_stages("refusal/altered_thinking", also=("content/redacted_thinking",), worlds=(STRICT,))
def signatures_unchecked(stages: Stages) -> Stages:
    """Model Studio takes thoughts back whatever their signature (reported in 2026-10)."""
    return unchecked(stages, thinking.thoughts_are_unaltered)


@lenient("unsigned_thinking", "content/thinking")
def unsigned_thinking_dropped(body: Body) -> Body:
    """A thought without a signature is left out."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "thinking" and "signature" not in b else b
    )


@of_stages("refusal/call_without_thought", worlds=(STRICT,))
def thoughtless_calls_taken(stages: Stages) -> Stages:
    """Model Studio takes a tool loop whose thinking was dropped (reported in 2026-10)."""
    return unchecked(stages, thinking.thoughts_precede_calls)


# -- cache marks


@lenient("unknown_cache_type")
def unknown_marks_dropped(body: Body) -> Body:
    """A mark of an unknown type is dropped."""
    return _marks(body, lambda m: m if m.get("type") == "ephemeral" else None)


@lenient("unknown_cache_lifetime")
def unknown_lifetimes_dropped(body: Body) -> Body:
    """Model Studio takes any `ttl` silently (reported in 2026-10)."""
    return _marks(body, lambda m: m if m.get("ttl") in (None, "5m", "1h") else without(m, "ttl"))


@of_stages("refusal/five_cache_marks", worlds=(STRICT,))
def any_number_of_marks(stages: Stages) -> Stages:
    """More than four marks are taken, and some of them have no effect."""
    return unchecked(stages, caching.marks_are_few)


@of_stages("refusal/hour_after_minutes", worlds=(STRICT,))
def lifetimes_in_any_order(stages: Stages) -> Stages:
    """A long mark after a short one is taken; what it then means nobody says."""
    return unchecked(stages, caching.long_marks_come_first)


@lenient("mark_on_empty_text")
def marked_empty_text_filled(body: Body) -> Body:
    """Empty text that is marked is filled with something."""

    def filled(block: Block, _role: str) -> Block:
        empty = _text(block) and block.get("text") == "" and "cache_control" in block
        return {**block, "text": "…"} if empty else block

    return with_blocks(body, filled)


@lenient("mark_on_thinking")
def marks_on_thinking_dropped(body: Body) -> Body:
    """A mark on a thought is dropped."""
    return with_blocks(
        body, lambda b, _: without(b, "cache_control") if b.get("type") == "thinking" else b
    )


# -- edits


def _said(words: str) -> Body:
    return {"role": "user", "content": words}


def _is(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _list(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(block: Block) -> bool:
    return block.get("type") == "text"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _below(budget: Any) -> bool:
    return isinstance(budget, int) and budget < 1024


def _png(data: Any) -> bool:
    return isinstance(data, str) and base64.b64decode(data[:16])[:4] == b"\x89PNG"


def _metadata(body: Body, change: Callable[[Any], Any]) -> Body:
    def mend(given: Any) -> Any:
        return {**given, "user_id": change(given["user_id"])} if "user_id" in given else given

    return of_field("metadata", lambda given: mend(given) if _is(given) else given)(body)


def _turns(body: Body, change: Callable[[Body], Body]) -> Body:
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    return {**body, "messages": [change(turn) if _is(turn) else turn for turn in turns]}


def _tools(body: Body, change: Callable[[list[Body]], list[Body]]) -> Body:
    if not isinstance(body.get("tools"), list):
        return body
    tools = change(body["tools"])
    return {**body, "tools": tools} if tools else without(body, "tools")


def _each_tool(body: Body, change: Callable[[Body], Body]) -> Body:
    return _tools(body, lambda tools: [change(t) if _is(t) else t for t in tools])


def _thinking(body: Body, change: Callable[[Body], Body]) -> Body:
    return of_field("thinking", lambda given: change(given) if _is(given) else given)(body)


def _marks(body: Body, change: Callable[[Body], Body | None]) -> Body:
    def mend(block: Block, _role: str) -> Block:
        mark = block.get("cache_control")
        if not isinstance(mark, dict):
            return block
        kept = change(mark)
        return without(block, "cache_control") if kept is None else {**block, "cache_control": kept}

    return with_blocks(body, mend)


def _answered(body: Body) -> set[Any] | None:
    """The ids of calls that have any result; None where there is no call."""
    blocks = [b for t in _list(body.get("messages")) for b in _list(t.get("content"))]
    if all(b.get("type") != "tool_use" for b in blocks):
        return None
    return {b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"}
