"""Sins of chance: what is right most of the time, and wrong when it counts."""

from dataclasses import replace
from itertools import count

from messages_conformance.reference.completion import Block, Reply, finish
from messages_conformance.reference.faults.decorators import of_check, of_stages
from messages_conformance.reference.faults.edits import without
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal


@of_check("error/429", also=("header/anthropic-beta+version",))
def fails_one_time_in_five(call: Call) -> None:
    """Every fifth time that the same is asked, a 500: a node of the cluster is ill.

    Only a burst asks the same so often; and where a 500 comes of it, that is no 429.
    """
    if call.nth % 5 == 4:
        raise Refusal(500, "upstream connect error or disconnect/reset before headers")


@of_stages("basic/stop_sequences", also=("basic/max_tokens",))
def stops_honoured_every_other_time(stages: Stages) -> Stages:
    """Of two deployments behind one name the older one knows no `stop_sequences`.

    Model Studio's wire changed from week to week in 2026 (SSE spaces, signatures, usage).
    """
    turns = count()

    def end(call: Call, blocks: tuple[Block, ...]) -> Reply:
        stops = call.body.get("stop_sequences") or []
        old = bool(stops) and next(turns) % 2 == 0
        return finish(blocks, call.body["max_tokens"], []) if old else stages.end(call, blocks)

    return replace(stages, end=end)


@of_stages("wire/message", rule="RS-STOP-0")
def keys_come_and_go(stages: Stages) -> Stages:
    """Every third answer lacks `stop_sequence`, as when a release is half rolled out."""
    number = count()

    def hand_over(call: Call, message: Message) -> Answer:
        half = next(number) % 3 == 2
        return stages.hand_over(call, without(message, "stop_sequence") if half else message)

    return replace(stages, hand_over=hand_over)
