"""Ways through a request: its turns as the API merges them, and its blocks with their paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference.content import as_blocks, merged
from messages_conformance.reference.request_context import Call

Block: TypeAlias = dict[str, Any]
Turn: TypeAlias = tuple[str, list[Block]]
"""Who speaks, and the blocks of all their messages in a row (rule RQ-13)."""

INTERLEAVED = "interleaved-thinking-2025-05-14"


@dataclass(frozen=True)
class Placed:
    """A block and where it stands."""

    path: str
    """As error messages print it: ``messages.0.content.1``."""
    role: str
    block: Block

    @property
    def kind(self) -> str:
        """The block's type."""
        return str(self.block.get("type"))


def turns(call: Call) -> list[Turn]:
    """The conversation, neighbours of one role merged."""
    return merged(call.body["messages"])


def outer(call: Call) -> Iterator[Placed]:
    """The blocks that stand directly in a message; a string is one block of text."""
    for i, message in enumerate(call.body["messages"]):
        for j, block in enumerate(as_blocks(message.get("content"))):
            yield Placed(f"messages.{i}.content.{j}", message["role"], block)


def everywhere(call: Call) -> Iterator[Placed]:
    """All blocks of the messages, each before those inside it."""
    for placed in outer(call):
        yield placed
        yield from inside(placed)


def inside(holder: Placed) -> Iterator[Placed]:
    """The blocks that a block holds as its content."""
    content = holder.block.get("content")
    for i, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, dict):
            yield Placed(f"{holder.path}.content.{i}", holder.role, block)


def last_of_assistant(given: list[Turn]) -> int | None:
    """Which turn is the assistant's latest; None where it has not spoken."""
    return max((i for i, (role, _) in enumerate(given) if role == "assistant"), default=None)


def is_prefilled(call: Call) -> bool:
    """Whether the answer is begun: the assistant has the last word, and it is plain text."""
    role, blocks = turns(call)[-1]
    return role == "assistant" and bool(blocks) and blocks[-1].get("type") == "text"


def client_tools(call: Call) -> list[Block]:
    """The tools that the client carries out itself."""
    return [tool for tool in call.body.get("tools") or [] if is_client_tool(tool)]


def is_client_tool(tool: Block) -> bool:
    """Whether a tool is the client's own, and none that the API carries out."""
    return tool.get("type") in (None, "custom")


def kind_of(value: Json) -> str | None:
    """The ``type`` of an object; None where it is none or has none."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else None


def betas(call: Call) -> tuple[str, ...]:
    """The features asked for by ``anthropic-beta``."""
    named = call.headers.get("anthropic-beta", "").split(",")
    return tuple(name.strip() for name in named if name.strip())
