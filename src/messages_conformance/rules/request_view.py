"""The parts of a request that its answer is compared with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from messages_conformance.protocol.kept import kept

_LONG: Final = 1_000_000
"""Characters; words of longer texts are not counted."""
_NOTHING: Final[Mapping[str, Any]] = {}
SERVER_CALLS: Final = ("server_tool_use", "mcp_tool_use")
"""The types of blocks that call a tool of the server, or of a server that it asks."""
_RUN_BY_SERVER: Final = ("web_search_", "web_fetch_", "code_execution_", "tool_search_", "advisor_")
"""How the types of tools begin that the server runs."""


def is_run_by_server(tool: Mapping[str, Any] | None) -> bool:
    """Whether a tool of a request is one that the server runs."""
    kind = (tool or {}).get("type")
    return isinstance(kind, str) and kind.startswith(_RUN_BY_SERVER)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in an array; none if it is not an array."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class RequestView:
    """A request's body, read leniently: an unknown body, or one that is no object, is empty."""

    body: Mapping[str, Any]
    known: bool

    @classmethod
    def of(cls, body: Any) -> Self:
        """View the body that was sent."""
        return cls(mapping(body), isinstance(body, dict))

    @property
    def stream(self) -> bool | None:
        """Whether a stream was requested; None if the request is not known.

        Bedrock and Vertex name their version of the API in the body, and the stream in the path.
        """
        if self.known and "stream" not in self.body and "anthropic_version" in self.body:
            return None
        return self.body.get("stream") is True if self.known else None

    @kept
    def max_tokens(self) -> int | None:
        """The limit on the answer in tokens, if it is a number."""
        bound = self.body.get("max_tokens")
        return bound if type(bound) is int else None

    @kept
    def stop_sequences(self) -> tuple[str, ...]:
        """The stop sequences that are strings and not empty."""
        given = self.body.get("stop_sequences")
        return (
            tuple(each for each in given if each and isinstance(each, str))
            if isinstance(given, list)
            else ()
        )

    @kept
    def tools(self) -> frozenset[str]:
        """The names of the tools in the request, also of those that a message adds."""
        names = (tool.get("name") for tool in objects(self.body.get("tools")))
        return frozenset(name for name in names if isinstance(name, str)) | self._added_tools

    @kept
    def client_tools(self) -> frozenset[str]:
        """The names of the tools that the client runs."""
        return frozenset(
            name for name in self.tools if not is_run_by_server(self.tool_by_name.get(name))
        )

    @property
    def _added_tools(self) -> frozenset[str]:
        added = [
            mapping(block.get("tool"))
            for message in self.messages
            for block in objects(message.get("content"))
            if block.get("type") == "tool_addition"
        ]
        names = [
            holder.get(key)
            for tool in added
            for holder in (tool, mapping(tool.get("definition")))
            for key in ("name", "tool_name")
        ]
        return frozenset(name for name in names if isinstance(name, str))

    @property
    def has_toolsets(self) -> bool:
        """Whether one entry of the tools stands for several, whose names it does not say."""
        kinds = [tool.get("type") for tool in objects(self.body.get("tools"))]
        return any(isinstance(kind, str) and "_toolset" in kind for kind in kinds)

    @kept
    def tool_by_name(self) -> Mapping[str, dict[str, Any]]:
        """The tools that have a name of their own."""
        named = [
            (tool["name"], tool)
            for tool in objects(self.body.get("tools"))
            if isinstance(tool.get("name"), str)
        ]
        often = Counter(name for name, _ in named)
        return {name: tool for name, tool in named if often[name] == 1}

    @kept
    def call_ids(self) -> frozenset[str]:
        """The ids of the calls of the client's tools in the history."""
        return frozenset(
            block["id"]
            for message in self.messages
            for block in objects(message.get("content"))
            if block.get("type") == "tool_use" and isinstance(block.get("id"), str)
        )

    @kept
    def server_call_ids(self) -> frozenset[str]:
        """The ids of the calls of the server's tools in the history."""
        return frozenset(
            block["id"]
            for message in self.messages
            for block in objects(message.get("content"))
            if block.get("type") in SERVER_CALLS and isinstance(block.get("id"), str)
        )

    @property
    def answer_format(self) -> Mapping[str, Any]:
        """The schema that the text of the answer is to match; empty if there is none."""
        given = mapping(mapping(self.body.get("output_config")).get("format"))
        given = given or mapping(self.body.get("output_format"))
        return mapping(given.get("schema")) if given.get("type") == "json_schema" else _NOTHING

    @property
    def model(self) -> str:
        """The model that the request names; empty if it names none."""
        name = self.body.get("model")
        return name if isinstance(name, str) else ""

    @property
    def fills_cache_only(self) -> bool:
        """Whether ``max_tokens: 0`` asks for no answer, only for the cache to be filled."""
        return self.max_tokens == 0

    @kept
    def has_eager_tools(self) -> bool:
        """Whether a tool has `eager_input_streaming`: its input is then streamed unchecked."""
        return any(tool.get("eager_input_streaming") for tool in objects(self.body.get("tools")))

    @kept
    def tool_choice(self) -> Mapping[str, Any]:
        """The ``tool_choice``."""
        return mapping(self.body.get("tool_choice"))

    @kept
    def thinking(self) -> Mapping[str, Any]:
        """The ``thinking`` field."""
        return mapping(self.body.get("thinking"))

    @property
    def edits_context(self) -> bool:
        """Whether parts of the context may be left out as the request asks."""
        return bool(self.body.get("context_management"))

    @kept
    def texts(self) -> tuple[str, ...]:
        """The system prompt, the texts, and the texts in results."""
        contents = [self.body.get("system"), *(each.get("content") for each in self.messages)]
        blocks = [block for content in contents for block in objects(content)]
        contents += [block.get("content") for block in blocks if block.get("type") == "tool_result"]
        texts = [content for content in contents if isinstance(content, str)]
        blocks = [block for content in contents for block in objects(content)]
        return (*texts, *(each["text"] for each in blocks if isinstance(each.get("text"), str)))

    def may_exceed(self, words: int) -> bool:
        """Whether its texts are so long that they can have more words than that: a first look."""
        return sum(map(len, self.texts)) + len(self.texts) > 2 * words

    @kept
    def words(self) -> int:
        """The words of all texts; of very long ones none."""
        is_long = sum(map(len, self.texts)) > _LONG
        return 0 if is_long else sum(len(text.split()) for text in self.texts)

    @kept
    def messages(self) -> list[dict[str, Any]]:
        """The messages that are objects."""
        return objects(self.body.get("messages"))

    @kept
    def continues_turn(self) -> bool:
        """Whether the answer continues a turn in which the assistant may already have thought."""
        if not self.messages:
            return False
        last = self.messages[-1]
        return last.get("role") == "assistant" or any(
            block.get("type") == "tool_result" for block in objects(last.get("content"))
        )
