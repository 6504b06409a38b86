"""Tool calls of the history, apart from their pairing with results (rules TU, CT-7)."""

import re
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import (
    PlacedBlock,
    all_blocks,
    inner_blocks,
    outer_blocks,
)

_SERVER_ID = re.compile(r"srvtoolu_[a-zA-Z0-9_]+")


def call_ids_are_unique(request: AdmittedRequest) -> None:
    """No two calls have the same id (rule TU-12)."""
    seen: set[str] = set()
    for placed in outer_blocks(request):
        if placed.kind == "tool_use":
            if placed.block["id"] in seen:
                raise invalid("messages", "`tool_use` ids must be unique")
            seen.add(placed.block["id"])


def calls_have_one_result(request: AdmittedRequest) -> None:
    """No call has two results (rule TU-13)."""
    seen: set[str] = set()
    for placed in outer_blocks(request):
        if placed.kind == "tool_result":
            id = placed.block["tool_use_id"]
            if id in seen:
                raise invalid(
                    placed.path,
                    "each tool_use must have a single result. Found multiple `tool_result` "
                    f"blocks with id: {id}",
                )
            seen.add(id)


def search_results_stand_alone(request: AdmittedRequest) -> None:
    """A tool result with search results holds no other blocks (rule TU-6)."""
    for placed in outer_blocks(request):
        if placed.kind == "tool_result":
            kinds = {inner.kind for inner in inner_blocks(placed)}
            if "search_result" in kinds and len(kinds) > 1:
                raise invalid(
                    f"{placed.path}.content", "search_result blocks cannot be mixed with others"
                )


def server_tool_blocks_are_complete(request: AdmittedRequest) -> None:
    """Blocks of tools that the API runs have all fields, and results their call (rule CT-7)."""
    known: set[str] = set()
    for placed in all_blocks(request):
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


def _require(placed: PlacedBlock, name: str, kind: Any) -> None:
    if name not in placed.block:
        raise invalid(f"{placed.path}.{name}", "Field required")
    if not isinstance(placed.block[name], kind):
        raise invalid(f"{placed.path}.{name}", "Input should be of another type")
