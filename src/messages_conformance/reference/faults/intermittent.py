"""Intermittent faults: some of several requests are answered wrongly."""

from dataclasses import replace
from itertools import count

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion, finish_answer
from messages_conformance.reference.faults.decorators import of_check, of_stages
from messages_conformance.reference.faults.edits import without
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Refusal, Response


@of_check("error/429", side_effects=("header/anthropic-beta+version", "request/beta_query"))
def fails_one_time_in_five(request: AdmittedRequest) -> None:
    """Every fifth equal request gets 500, as one node of a cluster fails."""
    if request.nth % 5 == 4:
        raise Refusal(500, "upstream connect error or disconnect/reset before headers")


@of_stages("basic/stop_sequences", side_effects=("basic/max_tokens",))
def stops_honoured_every_other_time(stages: Stages) -> Stages:
    """Every second request with `stop_sequences` ignores them.

    Source: Model Studio's wire changed from week to week in 2026.
    """
    turns = count()

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        stops = request.body.get("stop_sequences") or []
        old = bool(stops) and next(turns) % 2 == 0
        return (
            finish_answer(blocks, request.body["max_tokens"], [])
            if old
            else stages.finish(request, blocks)
        )

    return replace(stages, finish=finish)


@of_stages("wire/message", rule="RS-STOP-0")
def keys_come_and_go(stages: Stages) -> Stages:
    """Every third message has no `stop_sequence`, as in a half-finished rollout."""
    number = count()

    def to_json(request: AdmittedRequest, message: Message) -> Response:
        half = next(number) % 3 == 2
        return stages.to_json(request, without(message, "stop_sequence") if half else message)

    return replace(stages, to_json=to_json)
