"""The parts of a request: its turns as the API merges them, and its blocks with their paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.content import as_blocks, merged

Block: TypeAlias = dict[str, Any]
Turn: TypeAlias = tuple[str, list[Block]]
"""The role, and the blocks of its consecutive messages (rule RQ-13)."""

INTERLEAVED = "interleaved-thinking-2025-05-14"


@dataclass(frozen=True)
class PlacedBlock:
    """A block and its path."""

    path: str
    """As error messages print it: ``messages.0.content.1``."""
    role: str
    block: Block

    @property
    def kind(self) -> str:
        """The block's type."""
        return str(self.block.get("type"))


def turns(request: AdmittedRequest) -> list[Turn]:
    """The conversation; consecutive messages of one role are merged."""
    return merged(request.body["messages"])


def outer_blocks(request: AdmittedRequest) -> Iterator[PlacedBlock]:
    """The blocks directly in a message; a string is one block of text."""
    for i, message in enumerate(request.body["messages"]):
        for j, block in enumerate(as_blocks(message.get("content"))):
            yield PlacedBlock(f"messages.{i}.content.{j}", message["role"], block)


def all_blocks(request: AdmittedRequest) -> Iterator[PlacedBlock]:
    """All blocks of the messages, each before the blocks inside it."""
    for placed in outer_blocks(request):
        yield placed
        yield from inner_blocks(placed)


def inner_blocks(holder: PlacedBlock) -> Iterator[PlacedBlock]:
    """The blocks that a block holds as its content."""
    content = holder.block.get("content")
    for i, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, dict):
            yield PlacedBlock(f"{holder.path}.content.{i}", holder.role, block)


def latest_assistant_turn(given: list[Turn]) -> int | None:
    """The index of the assistant's latest turn; None where there is none."""
    return max((i for i, (role, _) in enumerate(given) if role == "assistant"), default=None)


def is_prefilled(request: AdmittedRequest) -> bool:
    """Whether the answer is prefilled: the last turn is the assistant's, and ends in text."""
    role, blocks = turns(request)[-1]
    return role == "assistant" and bool(blocks) and blocks[-1].get("type") == "text"


def client_tools(request: AdmittedRequest) -> list[Block]:
    """The tools that the client executes."""
    return [tool for tool in request.body.get("tools") or [] if is_client_tool(tool)]


def is_client_tool(tool: Block) -> bool:
    """Whether the client executes a tool, and not the API."""
    return tool.get("type") in (None, "custom")


def type_of(value: Json) -> str | None:
    """The ``type`` of an object; None where the value is no object or has no type."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else None


def betas(request: AdmittedRequest) -> tuple[str, ...]:
    """The features that ``anthropic-beta`` names."""
    named = request.headers.get("anthropic-beta", "").split(",")
    return tuple(name.strip() for name in named if name.strip())
