"""The genuine Messages API, as far as it can be told without a real model.

Its checks are those of Anthropic's own endpoint and know nothing of any page's claims. What
depends on the model is as with Claude Sonnet 4.5: it thinks within a budget, takes the
beginning of an answer, and knows no system turns and no levels of effort.
"""

from types import MappingProxyType

from messages_conformance.protocol.exchange import COUNT_TOKENS
from messages_conformance.reference import pairing
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import (
    caching,
    calls,
    citing,
    composing,
    formats,
    headers,
    limits,
    routes,
    sources,
    stages,
    thinking,
    tools,
    turns,
)
from messages_conformance.reference.strict.shape import shape
from messages_conformance.reference.validation import Check

CHECKS: tuple[Check, ...] = (
    headers.version_is_given,
    headers.version_is_known,
    headers.betas_are_known,
    shape,
    limits.answer_is_not_too_long,
    limits.warming_says_nothing,
    limits.one_way_of_sampling,
    limits.effort_is_not_chosen,
    formats.form_can_be_kept,
    formats.form_goes_without_citations,
    tools.tool_names_are_unique,
    tools.input_schemas_are_schemas,
    tools.input_examples_match,
    tools.choice_is_on_offer,
    turns.nobody_but_two_speaks,
    turns.the_user_begins,
    turns.text_is_not_blank,
    turns.prefill_ends_in_a_word,
    pairing.every_call_is_answered,
    pairing.every_result_has_its_call,
    calls.call_ids_are_unique,
    calls.search_results_stand_alone,
    calls.served_calls_are_whole,
    citing.citations_are_known,
    citing.users_cite_nothing,
    citing.all_sources_or_none_are_cited,
    sources.files_were_uploaded,
    sources.images_are_what_they_say,
    sources.sources_can_be_read,
    thinking.thinking_is_of_this_model,
    thinking.budget_is_below_max_tokens,
    thinking.temperature_is_1_with_thinking,
    thinking.thinking_is_not_narrowed,
    thinking.thinking_forces_no_tool,
    thinking.thinking_is_not_prefilled,
    thinking.thoughts_are_unaltered,
    thinking.thoughts_precede_calls,
    caching.marks_are_few,
    caching.long_marks_come_first,
    limits.prompt_fits,
    limits.no_container,
    limits.mcp_servers_are_reached,
)
"""What the genuine API checks, each in its own right; `shape` before all that read the body."""

STRICT = Stages(
    checks=CHECKS,
    render=stages.render,
    follow=stages.follow,
    compose=composing.compose,
    send=headers.tell_limits,
    routes=MappingProxyType({COUNT_TOKENS: routes.count_tokens}),
    models=routes.models,
)
"""The endpoint as the genuine API is."""

__all__ = ["CHECKS", "STRICT"]
