"""The genuine Messages API, as far as it can be simulated without a real model.

Its checks are those of Anthropic's own endpoint and know nothing of any page's claims. What
depends on the model is as with Claude Sonnet 4.5: it thinks within a budget, accepts a prefilled
answer, and has no system turns and no levels of effort. Beside it stands one current model, which
has them (`current`).
"""

from types import MappingProxyType

from messages_conformance.protocol.exchange import COUNT_TOKENS
from messages_conformance.reference import pairing
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import (
    cache_control,
    citations,
    context_edits,
    current,
    headers,
    limits,
    message,
    output_format,
    routes,
    sources,
    stages,
    thinking,
    tool_calls,
    tools,
    turns,
)
from messages_conformance.reference.strict.request_schema import body_keeps_the_schema
from messages_conformance.reference.validation import Check

CHECKS: tuple[Check, ...] = (
    headers.version_is_given,
    headers.version_is_known,
    headers.betas_are_known,
    body_keeps_the_schema,
    context_edits.edits_are_known,
    limits.max_tokens_is_within_limit,
    limits.cache_warming_excludes_answers,
    limits.temperature_excludes_top_p,
    limits.effort_is_unsupported,
    output_format.schema_is_supported,
    output_format.schema_excludes_citations,
    tools.tool_names_are_unique,
    tools.input_schemas_are_schemas,
    tools.input_examples_match,
    tools.chosen_tool_is_offered,
    turns.no_system_turns,
    turns.first_turn_is_of_the_user,
    turns.text_is_not_blank,
    turns.prefill_ends_in_a_word,
    pairing.every_call_is_answered,
    pairing.every_result_has_its_call,
    tool_calls.call_ids_are_unique,
    tool_calls.calls_have_one_result,
    tool_calls.search_results_stand_alone,
    tool_calls.server_tool_blocks_are_complete,
    citations.citations_are_known,
    citations.user_text_has_no_citations,
    citations.all_sources_or_none_are_cited,
    sources.files_were_uploaded,
    sources.images_match_their_label,
    sources.sources_can_be_read,
    thinking.thinking_type_is_supported,
    thinking.budget_is_below_max_tokens,
    thinking.temperature_is_1_with_thinking,
    thinking.thinking_excludes_top_k_and_low_top_p,
    thinking.thinking_excludes_forced_calls,
    thinking.thinking_excludes_prefill,
    thinking.thinking_blocks_are_unaltered,
    thinking.calls_follow_thinking,
    cache_control.at_most_four_marks,
    cache_control.long_marks_come_first,
    limits.prompt_fits_the_window,
    limits.no_container,
    limits.mcp_servers_are_reachable,
)
"""What the genuine API checks; `body_keeps_the_schema` runs before all that read the body."""

STRICT = Stages(
    find_model=current.find_model,
    checks=CHECKS,
    render=stages.render,
    generate=stages.generate,
    form=stages.as_generated,
    compose=message.compose,
    to_events=current.to_events,
    send=headers.add_rate_limits,
    routes=MappingProxyType({COUNT_TOKENS: routes.count_tokens}),
    models=routes.models,
)
"""The endpoint that behaves as the genuine API."""

__all__ = ["CHECKS", "STRICT"]
