"""Tool calls of the history and what came of them (rules TU)."""

import re
from typing import Any

from messages_conformance.reference.answer import invalid
from messages_conformance.reference.call import Call
from messages_conformance.reference.strict.walk import (
    Block,
    Placed,
    everywhere,
    inside,
    outer,
    turns,
)

_SERVER_ID = re.compile(r"srvtoolu_[a-zA-Z0-9_]+")


def every_call_is_answered(call: Call) -> None:
    """The turn after a call begins with its result (rules TU-1, TU-2, TU-4)."""
    given = turns(call)
    for i, (role, blocks) in enumerate(given):
        asked = _ids(blocks, "tool_use", "id") if role == "assistant" else []
        following = given[i + 1][1] if i + 1 < len(given) else []
        answered = _ids(_leading_results(following), "tool_result", "tool_use_id")
        if missing := [id for id in asked if id not in answered]:
            raise invalid(
                f"messages.{i}",
                "`tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding "
                "`tool_result` block in the next message.",
            )


def every_result_has_its_call(call: Call) -> None:
    """A result answers a call of the turn before (rule TU-3)."""
    given = turns(call)
    for i, (role, blocks) in enumerate(given):
        known = _ids(given[i - 1][1], "tool_use", "id") if i and role == "user" else []
        for j, block in enumerate(blocks):
            if block["type"] == "tool_result" and block["tool_use_id"] not in known:
                raise invalid(
                    f"messages.{i}.content.{j}",
                    "unexpected `tool_use_id` found in `tool_result` blocks: "
                    f"{block['tool_use_id']}. Each `tool_result` block must have a "
                    "corresponding `tool_use` block in the previous message.",
                )


def call_ids_are_unique(call: Call) -> None:
    """No two calls have one id (rule TU-7)."""
    seen: set[str] = set()
    for placed in outer(call):
        if placed.kind == "tool_use":
            if placed.block["id"] in seen:
                raise invalid("messages", "`tool_use` ids must be unique")
            seen.add(placed.block["id"])


def search_results_stand_alone(call: Call) -> None:
    """Where a tool returns search results, it returns nothing else (rule TU-6)."""
    for placed in outer(call):
        if placed.kind == "tool_result":
            kinds = {inner.kind for inner in inside(placed)}
            if "search_result" in kinds and len(kinds) > 1:
                raise invalid(
                    f"{placed.path}.content", "search_result blocks cannot be mixed with others"
                )


def served_calls_are_whole(call: Call) -> None:
    """Blocks of tools that the API runs have their fields, and results their call (rule CT-7)."""
    known: set[str] = set()
    for placed in everywhere(call):
        block, kind = placed.block, placed.kind
        if kind in ("server_tool_use", "mcp_tool_use"):
            _require(placed, "id", str)
            _require(placed, "name", str)
            _require(placed, "input", dict)
            if kind == "server_tool_use" and not _SERVER_ID.fullmatch(block["id"]):
                raise invalid(
                    f"{placed.path}.id", f"String should match pattern '^{_SERVER_ID.pattern}$'"
                )
            known.add(block["id"])
        elif kind.endswith("_tool_result"):
            _require(placed, "tool_use_id", str)
            _require(placed, "content", str | list | dict)
            if block["tool_use_id"] not in known:
                raise invalid(placed.path, f"unexpected `tool_use_id` found in `{kind}` blocks")


def _require(placed: Placed, name: str, kind: Any) -> None:
    if name not in placed.block:
        raise invalid(f"{placed.path}.{name}", "Field required")
    if not isinstance(placed.block[name], kind):
        raise invalid(f"{placed.path}.{name}", "Input should be of another type")


def _leading_results(blocks: list[Block]) -> list[Block]:
    """The results a turn begins with; one after other content comes too late."""
    for i, block in enumerate(blocks):
        if block.get("type") != "tool_result":
            return blocks[:i]
    return blocks


def _ids(blocks: list[Block], kind: str, name: str) -> list[str]:
    return [block[name] for block in blocks if block.get("type") == kind]
