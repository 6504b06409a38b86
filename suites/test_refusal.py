"""What the original API refuses: requests with exactly one mistake in them.

No table of Model Studio's page has these rows. An endpoint that accepts such requests hides a
client's mistakes until the client meets a stricter endpoint. The rule ids are those of the wire
rules.
"""

from messages_conformance.probing import (
    FEW,
    Ask,
    ProbeRun,
    plain_request,
    prove_refused,
    refuses_field,
    row,
)

# -- what every request needs


@row("refusal/model_missing")
def model_missing(ask: Ask) -> ProbeRun:
    """`model` is required (RQ-02). To fix: answer 400 to a request without it.

    Instead: require a model name where your application reads its configuration.
    """
    return refuses_field(ask, model=None)


@row("refusal/max_tokens_missing")
def max_tokens_missing(ask: Ask) -> ProbeRun:
    """`max_tokens` is required (RQ-03). To fix: answer 400, rather than take a default.

    Instead: set `max_tokens` in every request; the default here need not be that of elsewhere.
    """
    return refuses_field(ask, max_tokens=None)


@row("refusal/messages_missing")
def messages_missing(ask: Ask) -> ProbeRun:
    """`messages` is required (RQ-04). To fix: answer 400 to a request without it.

    Instead: check that there are messages before you send.
    """
    return prove_refused(plain_request(ask), ask.invalid(None, max_tokens=FEW))


@row("refusal/max_tokens_negative")
def max_tokens_negative(ask: Ask) -> ProbeRun:
    """`max_tokens` is not negative (RQ-05). To fix: answer 400.

    Instead: check what you compute for `max_tokens`: a budget that is used up becomes negative.
    """
    return refuses_field(ask, max_tokens=-1)


@row("refusal/max_tokens_string")
def max_tokens_string(ask: Ask) -> ProbeRun:
    """`max_tokens` is a number, not its digits (RQ-05). To fix: do not coerce; answer 400.

    Instead: convert settings to numbers where you read them.
    """
    return refuses_field(ask, max_tokens=str(FEW))


@row("refusal/max_tokens_fraction")
def max_tokens_fraction(ask: Ask) -> ProbeRun:
    """`max_tokens` is a whole number (RQ-05). To fix: do not round; answer 400.

    Instead: round what you compute for `max_tokens`.
    """
    return refuses_field(ask, max_tokens=FEW + 0.5)


@row("refusal/max_tokens_too_large")
def max_tokens_too_large(ask: Ask) -> ProbeRun:
    """`max_tokens` is within the limit of the model (RQ-07). To fix: answer 400 with the limit.

    Instead: keep the limit of each model in your configuration; expect to be cut earlier than you
    allow.
    """
    return refuses_field(ask, max_tokens=100_000_000)


@row("refusal/unknown_field")
def unknown_field(ask: Ask) -> ProbeRun:
    """Undocumented fields are refused (RQ-19). To fix: answer 400, so that typos are noticed.

    Instead: build requests with the typed SDK, and look up each field that you add by hand.
    """
    return refuses_field(ask, max_token=FEW)


@row("refusal/unknown_field_in_metadata")
def unknown_field_in_metadata(ask: Ask) -> ProbeRun:
    """Undocumented fields in `metadata` are refused (RQ-19). To fix: answer 400.

    Instead: send `user_id` alone in `metadata`.
    """
    return refuses_field(ask, metadata={"user": "u-1"})


@row("refusal/user_id_number")
def user_id_number(ask: Ask) -> ProbeRun:
    """`metadata.user_id` is a string (RQ-35). To fix: answer 400 to anything else.

    Instead: convert user ids to strings.
    """
    return refuses_field(ask, metadata={"user_id": 17})


@row("refusal/user_id_too_long")
def user_id_too_long(ask: Ask) -> ProbeRun:
    """`metadata.user_id` has at most 512 characters (RQ-35). To fix: answer 400 to longer ones.

    Instead: send a hash of a long user id.
    """
    return refuses_field(ask, metadata={"user_id": "u" * 600})


@row("refusal/stream_string")
def stream_string(ask: Ask) -> ProbeRun:
    """`stream` is true or false, not a word (RQ-36). To fix: do not coerce; answer 400.

    Instead: convert settings to true or false where you read them.
    """
    return refuses_field(ask, stream="true")


# -- sampling and stopping


@row("refusal/temperature_beyond_range")
def temperature_beyond_range(ask: Ask) -> ProbeRun:
    """`temperature` is from 0 to 1 (RQ-20). To fix: answer 400 rather than clamp.

    Instead: keep `temperature` between 0 and 1, so that the request works elsewhere too.
    """
    return refuses_field(ask, temperature=1.5)


@row("refusal/temperature_with_top_p")
def temperature_with_top_p(ask: Ask) -> ProbeRun:
    """`temperature` and `top_p` exclude each other (RQ-22). To fix: answer 400 to both together.

    Instead: set one of the two; `temperature` is the better known.
    """
    return refuses_field(ask, temperature=0.5, top_p=0.5)


@row("refusal/top_p_beyond_range")
def top_p_beyond_range(ask: Ask) -> ProbeRun:
    """`top_p` is from 0 to 1 (RQ-24). To fix: answer 400 rather than clamp.

    Instead: keep `top_p` between 0 and 1.
    """
    return refuses_field(ask, temperature=None, top_p=2)


@row("refusal/top_k_negative")
def top_k_negative(ask: Ask) -> ProbeRun:
    """`top_k` is not negative (RQ-24). To fix: answer 400.

    Instead: leave `top_k` out where you mean no limit; do not send -1.
    """
    return refuses_field(ask, top_k=-1)


@row("refusal/empty_stop_sequence")
def empty_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is not empty (RQ-25). To fix: answer 400 rather than drop it.

    Instead: drop empty stop sequences before you send.
    """
    return refuses_field(ask, stop_sequences=[""])


@row("refusal/blank_stop_sequence")
def blank_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is more than white space (RQ-25). To fix: answer 400.

    Instead: cut the text at the line break yourself.
    """
    return refuses_field(ask, stop_sequences=["\n"])


@row("refusal/stop_sequences_string")
def stop_sequences_string(ask: Ask) -> ProbeRun:
    """`stop_sequences` is a list (RQ-26). To fix: do not accept OpenAI's single string.

    Instead: send a list, also for one sequence.
    """
    return refuses_field(ask, stop_sequences="x")
