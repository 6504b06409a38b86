"""Whether every tool call of a history has its result, and every result its call (rules TU)."""

from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.content import merged
from messages_conformance.reference.response import invalid

_Blocks = list[dict[str, Any]]


def call_ids_are_unique_in_a_turn(request: AdmittedRequest) -> None:
    """No two calls of one turn have the same id (rule TU-7)."""
    for i, (role, blocks) in enumerate(merged(request.body["messages"])):
        asked = _ids(blocks, "tool_use", "id") if role == "assistant" else []
        if len(set(asked)) < len(asked):
            raise invalid(f"messages.{i}", "`tool_use` ids must be unique")


def every_call_is_answered(request: AdmittedRequest) -> None:
    """The turn after a call begins with its result (rules TU-1, TU-2, TU-4)."""
    turns = merged(request.body["messages"])
    for i, (role, blocks) in enumerate(turns):
        asked = _ids(blocks, "tool_use", "id") if role == "assistant" else []
        following = turns[i + 1][1] if i + 1 < len(turns) else []
        answered = _ids(_leading_results(following), "tool_result", "tool_use_id")
        # A call at the very end is unanswered too: only its result may follow.
        if missing := [id for id in asked if id not in answered]:
            raise invalid(
                f"messages.{i}",
                "`tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding "
                "`tool_result` block in the next message.",
            )


def every_result_has_its_call(request: AdmittedRequest) -> None:
    """A result answers a call of the turn before (rule TU-3)."""
    turns = merged(request.body["messages"])
    for i, (role, blocks) in enumerate(turns):
        known = _ids(turns[i - 1][1], "tool_use", "id") if i and role == "user" else []
        for j, block in enumerate(blocks):
            if block["type"] == "tool_result" and block["tool_use_id"] not in known:
                raise invalid(
                    f"messages.{i}.content.{j}",
                    "unexpected `tool_use_id` found in `tool_result` blocks: "
                    f"{block['tool_use_id']}. Each `tool_result` block must have a "
                    "corresponding `tool_use` block in the previous message.",
                )


def _leading_results(blocks: _Blocks) -> _Blocks:
    """The results that a turn begins with; a result after other content does not count."""
    for i, block in enumerate(blocks):
        if block["type"] != "tool_result":
            return blocks[:i]
    return blocks


def _ids(blocks: _Blocks, kind: str, name: str) -> list[str]:
    return [block[name] for block in blocks if block["type"] == kind]
