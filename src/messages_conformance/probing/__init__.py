"""The language of suites: all that a suite imports beside the standard library.

- A probe puts one row to the test: `row` marks its function, which gets an `Ask`, yields
  `Question` values, receives `Exchange` values and returns a `Behaviour` (see `probe`).
- Behaviours: `works`, `partial`, `ignored`, `refused`, `broken`, `unclear`, `unmeasured`;
  `describe` says in a few words what came back.
- Proofs that several probes share, used with ``yield from``: `prove_by_canary`,
  `prove_by_effect`, `prove_validated`, `prove_refused`, `prove_narrowed`, `place_is_cached`,
  `check_range`, `prove_together`; `also_in_company`, for what works alone and is lost among other
  features; and `attribute`, which finds out whether the endpoint causes an odd answer.
- What several rows share: `stops_at_codes`; and `text_streams`, which holds a stream against the
  whole answer, with its like.
- `own_words`: what a model says anyway, for one that does not do as it is told.
- Content of requests: `user`, `assistant`, `text`, `tool`, `call`, `result`, `banded_png`,
  `long_text`, `CACHE_CONTROL`.
- Shared requests, which serve many rows at once: see `shared_plain`, `shared_tools`,
  `shared_results` and `shared_conversation`.
- An inspection checks everything recorded of a model: `inspected_row` marks its function, which
  returns an `InspectionResult`, mostly by `check_each`; `check`, `stream_timing`,
  `token_counts` and `repeated_answers` hold wire rules; a `Finding` says where one is broken.

`loader` imports the suites of a folder, and `driver` runs a probe; suites need neither.
"""

from messages_conformance.claims.page import Range
from messages_conformance.probing.assertions import (
    EFFECT_TEST,
    also_accepted,
    check_range,
    prove_by_canary,
    prove_by_effect,
    prove_checked,
    prove_refused,
    prove_validated,
    says,
)
from messages_conformance.probing.attribution import Attribution, attribute
from messages_conformance.probing.behaviours import (
    TOO_BUSY,
    broken,
    describe,
    ignored,
    partial,
    refused,
    unclear,
    unmeasured,
    works,
)
from messages_conformance.probing.caching import (
    also_streamed,
    no_count,
    place_is_cached,
)
from messages_conformance.probing.calls_as_dictated import calls_as_dictated
from messages_conformance.probing.company.pairs import prove_together
from messages_conformance.probing.content import (
    CACHE_CONTROL,
    assistant,
    banded_png,
    call,
    coloured_avi,
    long_text,
    result,
    text,
    tool,
    user,
)
from messages_conformance.probing.dictated_calls import FROM_CALL, FROM_RESULT, dictated_calls
from messages_conformance.probing.displaced_results import displacement
from messages_conformance.probing.empty_fields import also_empty
from messages_conformance.probing.history_as_sent import also_as_sent_before
from messages_conformance.probing.inspection import InspectionResult, check_each, inspected_row
from messages_conformance.probing.own_words import own_words, stopped_in_own_words, undictated
from messages_conformance.probing.probe import (
    Ask,
    Exactly,
    ProbePart,
    ProbeRun,
    Question,
    credential,
    row,
)
from messages_conformance.probing.sampling import (
    NARROW_SAMPLES,
    prove_narrowed,
    prove_narrowed_in_company,
)
from messages_conformance.probing.shared_codes import (
    BOTH_QUESTIONS,
    CALLED_TOOL,
    COMPANY,
    ERROR_CODE,
    FIRST_TEXT_CODE,
    GARDEN,
    GARDEN_CODE,
    GARDEN_QUESTION,
    INPUT_CODE,
    RESULT_BLOCKS_CODE,
    RESULT_STRING_CODE,
    SECOND_TEXT_CODE,
    SYSTEM_CODE,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    plays_along,
)
from messages_conformance.probing.shared_conversation import (
    STOP_CODE,
    breakpoint_chain,
    conversation,
    stopped_conversation,
)
from messages_conformance.probing.shared_documents import (
    IN_DOCUMENTS,
    IN_SEARCH_RESULTS,
    documents,
    search_result,
    search_results,
)
from messages_conformance.probing.shared_losses import (
    all_codes,
    also_among_all_codes,
    also_in_company,
)
from messages_conformance.probing.shared_pictures import (
    COLOURS_QUESTION,
    PICTURE,
    PICTURES_QUESTION,
    also_with_picture,
    also_with_system,
    names_colours,
    one_picture_is_lost,
    two_pictures,
)
from messages_conformance.probing.shared_plain import (
    BEGUN,
    CUT,
    DICTATED_TEXT,
    DICTATED_WORDS,
    DICTATION,
    DICTATION_WITH_THINKING,
    LONG_TEXT,
    MANY_THOUGHTS,
    MANY_TOKENS,
    PLAIN,
    PLAIN_TOPIC,
    UNKNOWN_MODEL,
    WIDE_SAMPLES,
    ask_with_wrong_key,
    begun_dictation,
    dictation,
    long_dictation,
    out_of_range,
    sample_widely,
    streamed_at_default_temperature,
    thinks_apart,
    with_current_version,
    with_sdk_headers,
    with_thinking_disabled,
    with_unknown_beta,
    with_unknown_version,
    without_version,
    without_version_with_unknown_beta,
    words_of,
)
from messages_conformance.probing.shared_refusals import (
    CLOCK,
    FEW,
    HELLO,
    plain_request,
    refuses_field,
    refuses_turns,
)
from messages_conformance.probing.shared_results import (
    CALL_ORDER,
    COUNTS,
    COUNTS_BY_ORDER,
    FAILED_BELLS,
    MANNER_WORDS,
    four_results,
    four_results_with_manner,
    two_failed_calls,
)
from messages_conformance.probing.shared_tools import (
    AUTO,
    BELL_PROMPT,
    FITTING_TOOLS,
    TOOLS_BY_NAME,
    called_tools,
    loop_after,
    tools_by_description,
    two_calls_streamed,
)
from messages_conformance.probing.stopping import also_at_several_words, stops_at_codes
from messages_conformance.probing.streaming import (
    block_types,
    calls_stream,
    calls_stream_with_thinking,
    cut_streams,
    dictation_streams,
    inputs_stream,
    long_streams,
    model_of,
    shows_both_calls,
    text_streams,
    thinking_streams,
)
from messages_conformance.probing.token_costs import costs_no_token
from messages_conformance.probing.verbatim import also_prefilled, also_verbatim, text_lost_beside
from messages_conformance.probing.white_space import also_spread
from messages_conformance.probing.whole_schemas import whole_schema_counts
from messages_conformance.protocol.exchange import RESTRICTED_KEY, Exchange
from messages_conformance.protocol.exchange import Malformed as malformed  # noqa: N813 (a verb)
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import (
    repeated_answers,
    repeated_refusals,
    repeated_request_ids,
    repeated_requests,
)
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.remembered import check_once as check
from messages_conformance.rules.response import token_counts
from messages_conformance.rules.response.input_schema import problems as problems_of_input
from messages_conformance.rules.stream import timing as stream_timing
from messages_conformance.verdict import Behaviour, Claim, Kind, Samples

__all__ = [  # noqa: RUF022 (grouped as in the docstring)
    # A probe
    "Ask",
    "Behaviour",
    "Claim",
    "Exchange",
    "Kind",
    "ProbePart",
    "ProbeRun",
    "Question",
    "RESTRICTED_KEY",
    "Range",
    "Samples",
    "credential",
    "row",
    # Behaviours
    "broken",
    "describe",
    "ignored",
    "partial",
    "refused",
    "unclear",
    "unmeasured",
    "works",
    # Proofs
    "Attribution",
    "EFFECT_TEST",
    "NARROW_SAMPLES",
    "also_accepted",
    "TOO_BUSY",
    "also_among_all_codes",
    "also_empty",
    "also_in_company",
    "also_spread",
    "also_prefilled",
    "also_streamed",
    "also_verbatim",
    "attribute",
    "check_range",
    "costs_no_token",
    "no_count",
    "place_is_cached",
    "prove_by_canary",
    "prove_by_effect",
    "prove_narrowed",
    "prove_narrowed_in_company",
    "prove_refused",
    "prove_together",
    "prove_checked",
    "prove_validated",
    "says",
    "search_result",
    "search_results",
    "problems_of_input",
    "text_lost_beside",
    # Content of requests
    "CACHE_CONTROL",
    "assistant",
    "banded_png",
    "call",
    "coloured_avi",
    "long_text",
    "malformed",
    "result",
    "text",
    "tool",
    "user",
    # Shared requests: the plain one, and the dictation
    "BEGUN",
    "DICTATED_TEXT",
    "DICTATED_WORDS",
    "DICTATION",
    "DICTATION_WITH_THINKING",
    "PLAIN",
    "PLAIN_TOPIC",
    "UNKNOWN_MODEL",
    "WIDE_SAMPLES",
    "ask_with_wrong_key",
    "begun_dictation",
    "dictation",
    "displacement",
    "out_of_range",
    "sample_widely",
    "streamed_at_default_temperature",
    "with_current_version",
    "with_sdk_headers",
    "with_thinking_disabled",
    "with_unknown_beta",
    "with_unknown_version",
    "without_version",
    "without_version_with_unknown_beta",
    "thinks_apart",
    "whole_schema_counts",
    "words_of",
    "also_at_several_words",
    "stops_at_codes",
    "block_types",
    "calls_stream",
    "calls_stream_with_thinking",
    "cut_streams",
    "dictation_streams",
    "inputs_stream",
    "long_dictation",
    "long_streams",
    "model_of",
    "shows_both_calls",
    "text_streams",
    "thinking_streams",
    "CUT",
    "Exactly",
    "own_words",
    "undictated",
    "stopped_in_own_words",
    # Shared requests: tools
    "AUTO",
    "BELL_PROMPT",
    "FITTING_TOOLS",
    "loop_after",
    "TOOLS_BY_NAME",
    "FROM_CALL",
    "dictated_calls",
    "FROM_RESULT",
    "called_tools",
    "calls_as_dictated",
    "also_as_sent_before",
    "tools_by_description",
    "two_calls_streamed",
    "COLOURS_QUESTION",
    "PICTURE",
    "PICTURES_QUESTION",
    "names_colours",
    "two_pictures",
    "one_picture_is_lost",
    "also_with_picture",
    "also_with_system",
    "IN_DOCUMENTS",
    "IN_SEARCH_RESULTS",
    "documents",
    # Shared requests: conversations
    "all_codes",
    "CALLED_TOOL",
    "CALL_ORDER",
    "COMPANY",
    "COUNTS",
    "COUNTS_BY_ORDER",
    "ERROR_CODE",
    "FAILED_BELLS",
    "FIRST_TEXT_CODE",
    "INPUT_CODE",
    "LONG_TEXT",
    "MANNER_WORDS",
    "MANY_THOUGHTS",
    "MANY_TOKENS",
    "RESULT_BLOCKS_CODE",
    "RESULT_STRING_CODE",
    "SECOND_TEXT_CODE",
    "STOP_CODE",
    "BOTH_QUESTIONS",
    "GARDEN",
    "GARDEN_CODE",
    "GARDEN_QUESTION",
    "VAULT",
    "VAULT_CODE",
    "VAULT_QUESTION",
    "SYSTEM_CODE",
    "breakpoint_chain",
    "conversation",
    "four_results",
    "four_results_with_manner",
    "plays_along",
    "stopped_conversation",
    "two_failed_calls",
    # Shared requests: with one mistake
    "CLOCK",
    "FEW",
    "HELLO",
    "plain_request",
    "refuses_field",
    "refuses_turns",
    # Inspections
    "Finding",
    "Where",
    "InspectionResult",
    "VERSIONS",
    "check",
    "check_each",
    "inspected_row",
    "repeated_answers",
    "repeated_refusals",
    "repeated_request_ids",
    "repeated_requests",
    "stream_timing",
    "token_counts",
]
