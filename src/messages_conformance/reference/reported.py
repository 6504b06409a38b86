"""Model Studio as users reported it in 2026, against what its page of November 2025 says.

What a user may meet there, compiled from public reports of several months, hosts, plans and
models. Nobody met all of it at once, and it is no measurement. Behaviour that is odd and legal
(no space after the colons of events, ids from UUIDs) is implemented here; everything else is a
named fault.
"""

import uuid
from dataclasses import replace
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults import FAULTS, with_faults
from messages_conformance.reference.pipeline import DOCUMENTED, Message, Stages
from messages_conformance.reference.response import Response
from messages_conformance.reference.stream import Events

REPORTED_FAULTS = (
    # Errors, as of March to October 2026: each part of the gateway has its own shape
    "error_in_sse_text",
    "wrong_key_in_flat_json",
    "restricted_key_in_flat_json",
    "unknown_model_gets_400",
    "too_large_gets_400",
    "no_request_id",
    # Stop reasons and thinking
    "stop_reason_stays_end_turn",
    "signature_empty",
    "empty_thinking_when_disabled",
    # Usage, as of August to October 2026
    "everything_is_cached",
    "written_tokens_never_told",
    "usage_of_openai",
    "input_tokens_estimated",
    # Keys that are not there
    "no_stop_sequence_key",
    "no_stop_sequence_in_message_delta",
)
"""By name, as `FAULTS` describes them."""


def _compose(request: AdmittedRequest, *rest: Any) -> Message:
    message = DOCUMENTED.compose(request, *rest)
    return {**message, "id": f"msg_{uuid.uuid5(uuid.NAMESPACE_OID, message['id'])}"}


def _frame(request: AdmittedRequest, events: Events) -> Response:
    """No space after the colons, since April 2026: legal, but some parsers then read nothing."""
    answer = DOCUMENTED.frame(request, events)
    tight = (
        chunk.replace(b"event: ", b"event:", 1).replace(b"\ndata: ", b"\ndata:", 1)
        for chunk in answer.chunks
    )
    return replace(answer, chunks=tuple(tight))


REPORTED: Stages = with_faults(
    replace(DOCUMENTED, compose=_compose, frame=_frame),
    (FAULTS[name] for name in REPORTED_FAULTS),
)
"""The endpoint as it was reported."""
