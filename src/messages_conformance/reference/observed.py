"""Model Studio as it was observed in August 2026, and nothing else: profile `model-studio-2026-08`.

Each deviation from the documented endpoint names the public observations it is made of (their ids
in ``observations/model-studio``). The host played is the workspace host in Beijing, where most of
them are from; where that host is silent, what others saw at another host in those weeks is played,
and the observation says so. What a model was seen to do, only that model does here. Whatever nobody
reported is as the page says, and counts as assumed (`observations_used`). It is a simulation, and
no measurement of anybody.
"""

from dataclasses import dataclass
from typing import Final

from messages_conformance.claims.page import OBSERVED_PROFILE
from messages_conformance.reference import observed_stages as play
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.pipeline import Stages

PROFILE: Final = OBSERVED_PROFILE
TARGET: Final = "model-studio"
HOST: Final = "{workspace}.cn-beijing.maas.aliyuncs.com"
"""The host that is played, as observations name it."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which the service was seen to differ from its page."""

    says: str
    observations: tuple[str, ...]
    """The ids of the observations that show it."""
    apply: play.Apply
    models: tuple[str, ...] = ()
    """The models that differ so; empty where it is the gateway, whatever the model."""

    def put_on(self, stages: Stages) -> Stages:
        """The stages with this deviation, for its models."""
        theirs = self.apply(stages)
        return play.by_model(stages, theirs, self.models) if self.models else theirs


def _fault(name: str) -> play.Apply:
    return FAULTS[name].inject_into


DEVIATIONS: Final = (
    Deviation(
        "Refusals come in a flat envelope with a code in place of a type: an unknown model with "
        "400, and a missing max_tokens without its name.",
        (
            *("error-400-flat", "error-401-flat-workspace", "errors-flat-in-august"),
            *("error-429-flat", "error-404-is-400-workspace", "error-404-is-400-token-plan"),
            "max-tokens-missing-refused-workspace",
        ),
        play.flat_refusals,
    ),
    Deviation(
        "A history may lack results, and hold results of no call.",
        ("some-results-missing-accepted", "result-of-unknown-call-accepted"),
        play.history_is_not_paired,
    ),
    Deviation(
        "A thinking block needs no signature.",
        ("unsigned-thinking-accepted",),
        play.unsigned_thinking,
        (play.QWEN37,),
    ),
    Deviation(
        "Properties of a tool may be a string.",
        ("broken-schema-accepted-deepseek",),
        play.broken_properties,
        (play.DEEPSEEK,),
    ),
    Deviation(
        "A thinking budget may exceed max_tokens.",
        ("budget-over-max-tokens-accepted-deepseek",),
        play.budget_over_limit,
    ),
    Deviation(
        "The model thinks where a request does not say.",
        ("thinking-on-by-default-workspace", "thinking-on-by-default-token-plan"),
        play.thinking_by_default,
        (play.QWEN37, play.DEEPSEEK, play.QWEN38),
    ),
    Deviation(
        "max_tokens leaves thinking out.",
        ("max-tokens-leaves-thinking-out",),
        play.thinking_is_free,
        (play.QWEN37,),
    ),
    Deviation(
        "An answer that is cut reports one token too many.",
        ("max-tokens-one-too-many-deepseek",),
        play.over_the_limit(1),
        (play.DEEPSEEK,),
    ),
    Deviation(
        "An answer that is cut reports two tokens too many.",
        ("max-tokens-two-too-many-qwen38",),
        play.over_the_limit(2),
        (play.QWEN38,),
    ),
    Deviation(
        "What is marked is written to a cache each time and never read.",
        ("cache-created-each-time-qwen37",),
        play.written_each_time,
        (play.QWEN37,),
    ),
    Deviation(
        "Equal beginnings are read from a cache without marks, and none count as written.",
        (
            *("cache-without-marks-deepseek", "cache-strict-prefix-deepseek"),
            "input-tokens-leave-cached-out",
        ),
        play.cached_unasked,
        (play.DEEPSEEK,),
    ),
    Deviation(
        "disable_parallel_tool_use makes no difference.",
        ("parallel-switch-ignored-qwen37", "parallel-switch-ignored-deepseek"),
        play.parallel_switch_ignored,
        (play.QWEN37, play.DEEPSEEK),
    ),
    Deviation(
        "Tokens can be counted, and cost what was counted.",
        ("count-tokens-equals-bill-qwen37", "count-tokens-equals-bill-deepseek"),
        play.tokens_can_be_counted,
    ),
    Deviation(
        "Ids of messages are UUIDs, ids of calls have 24 hexadecimal digits.",
        ("tool-ids-24-hex", "max-tokens-two-too-many-qwen38"),
        play.ids_of_uuids,
    ),
    Deviation(
        "The signature of thinking is an empty string.",
        ("signature-empty-workspace", "signature-empty-token-plan"),
        _fault("signature_empty"),
    ),
    Deviation(
        "usage has OpenAI's prompt_tokens_details.",
        ("usage-has-prompt-tokens-details",),
        play.openai_figures,
    ),
    Deviation(
        "message_start has two figures, and its input tokens are too few.",
        ("message-start-tokens-too-low-workspace", "message-start-tokens-too-low-token-plan"),
        play.few_tokens_at_start,
    ),
    Deviation(
        "Answers have no request-id header.", ("no-request-id-header",), _fault("no_request_id")
    ),
    Deviation(
        "Events have no blank after their colons, before August and after it.",
        (
            *("no-blank-after-colon-thirteen-models", "no-blank-after-colon-in-october"),
            "stream-whole-token-plan",
        ),
        play.no_blank_after_colons,
    ),
    Deviation(
        "A ping comes before message_start.", ("ping-before-message-start",), play.ping_first
    ),
)
"""What is played that the page does not say, in the order in which it is put on."""


def _observed_stages() -> Stages:
    stages = DOCUMENTED
    for deviation in DEVIATIONS:
        stages = deviation.put_on(stages)
    return stages


OBSERVED: Final = _observed_stages()
"""The endpoint as it was observed."""
