"""A request as the model reads it: the offered tools, then each block of the conversation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import media, tokens
from messages_conformance.reference.content import as_blocks, merged

_NAMES = {"type": "", "encrypted_content": "", "return_code": "exit status"}
"""How fields of a result are labelled; an empty label leaves the field out."""

_OVERHEAD = 4
"""Tokens that frame each piece."""


@dataclass(frozen=True)
class Tool:
    """A tool on offer."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """One block as text; ``turn`` counts from 0, and is -1 for tools and system prompt."""

    speaker: str
    turn: int
    kind: str
    text: str
    raw: bytes
    """What makes two pieces equal: the block without its marks, in canonical JSON."""
    marked: bool
    """Whether a cached prefix ends here."""
    id: str = ""
    name: str = ""
    input: Json = None
    failed: bool | None = None
    """The ``is_error`` of a tool result."""

    @cached_property
    def tokens(self) -> int:
        """How many tokens the piece has."""
        return _OVERHEAD + tokens.count(self.text) + (self.failed is True)


@dataclass(frozen=True)
class Transcript:
    """Everything the model reads before it answers."""

    pieces: tuple[Piece, ...]
    """Tools, system prompt and turns, in the order caching counts them."""
    tools: tuple[Tool, ...]
    choice: str
    """``auto``, ``any``, ``tool`` or ``none``."""
    chosen: str | None
    """The tool that must be called."""
    parallel: bool
    """Whether several calls may be made at once."""
    thinks: bool

    @property
    def tokens(self) -> int:
        """How many tokens all pieces have."""
        return sum(piece.tokens for piece in self.pieces)

    @cached_property
    def last_turn(self) -> tuple[Piece, ...]:
        """The pieces of the user's last turn."""
        last = max((p.turn for p in self.pieces if p.speaker == "user"), default=-1)
        return tuple(p for p in self.pieces if p.turn == last and p.speaker == "user")

    def spoken_by(self, speaker: str, kind: str = "text") -> tuple[Piece, ...]:
        """One side's pieces of one kind, in order."""
        return tuple(p for p in self.pieces if p.speaker == speaker and p.kind == kind)


def render(body: dict[str, Any]) -> Transcript:
    """The transcript of a checked body."""
    offered = body.get("tools") or []
    choice = body.get("tool_choice") or {"type": "auto"}
    return Transcript(
        pieces=(*_tools(offered), *_system(body.get("system")), *_turns(body["messages"])),
        tools=tuple(
            Tool(tool["name"], tool.get("description") or "", tool["input_schema"])
            for tool in offered
        ),
        choice=choice["type"],
        chosen=choice.get("name"),
        parallel=not choice.get("disable_parallel_tool_use", False),
        thinks=(body.get("thinking") or {}).get("type") in ("enabled", "adaptive"),
    )


def _tools(offered: list[dict[str, Any]]) -> Iterator[Piece]:
    for tool in offered:
        schema = json.dumps(tool["input_schema"], ensure_ascii=False)
        text = f"{tool['name']}: {tool.get('description') or ''} {schema}"
        yield Piece("tools", -1, "tool", text, _raw(tool), _marked(tool), name=tool["name"])


def _system(given: Json) -> Iterator[Piece]:
    for block in as_blocks(given):
        if block["text"]:
            yield _piece(block, "system", -1)


def _turns(messages: list[dict[str, Any]]) -> Iterator[Piece]:
    for turn, (role, blocks) in enumerate(merged(messages)):
        for block in blocks:
            yield _piece(block, role, turn)


def _piece(block: dict[str, Any], speaker: str, turn: int) -> Piece:
    return Piece(
        speaker=speaker,
        turn=turn,
        kind=block["type"],
        text=_words(block),
        raw=speaker.encode() + _raw(block),
        marked=_marked(block),
        id=block.get("id") or block.get("tool_use_id") or "",
        name=block.get("name") or "",
        input=block.get("input"),
        failed=block.get("is_error"),
    )


def _words(block: dict[str, Any]) -> str:
    kind = block["type"]
    if kind in ("text", "thinking"):
        return str(block[kind])
    if kind in ("image", "video", "document"):
        headings = [block.get("title") or "", block.get("context") or "", media.words(block)]
        return "\n".join(heading for heading in headings if heading)
    if kind == "search_result":
        return "\n".join([block["title"], block["source"], _inner(block.get("content"))])
    if kind == "tool_result":
        return "\n".join(_words(inner) for inner in as_blocks(block.get("content")))
    if "input" in block:
        return f"{block['name']} {json.dumps(block['input'], ensure_ascii=False)}"
    return _inner(block.get("content") or block.get("file_id"))


def _inner(content: Json) -> str:
    """The words of a result's content, whose shape differs from tool to tool."""
    if isinstance(content, list):
        return "\n".join(_inner(item) for item in content)
    if isinstance(content, dict):
        if content.get("type") == "text":
            return str(content.get("text"))
        fields = {_NAMES.get(key, key): _inner(value) for key, value in content.items()}
        return "\n".join(f"{key}: {value}" for key, value in fields.items() if key and value)
    return "" if content is None else str(content)


def _marked(block: dict[str, Any]) -> bool:
    inner = block.get("content")
    return block.get("cache_control") is not None or any(
        isinstance(item, dict) and _marked(item)
        for item in (inner if isinstance(inner, list) else [])
    )


def _raw(block: dict[str, Any]) -> bytes:
    return canonical({key: value for key, value in block.items() if key != "cache_control"})
