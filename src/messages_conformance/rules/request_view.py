"""What a request asked for, as far as its answer is held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

_NOTHING: Final[Mapping[str, Any]] = {}


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in an array; none where it is no array."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class Asked:
    """A request's body read leniently; one that is not known, or no object, asks for nothing."""

    body: Mapping[str, Any]
    known: bool

    @classmethod
    def of(cls, body: Any) -> Self:
        """Read a body as it was sent."""
        return cls(mapping(body), isinstance(body, dict))

    @property
    def stream(self) -> bool | None:
        """Whether a stream was asked for; None where the request is not known."""
        return self.body.get("stream") is True if self.known else None

    @property
    def max_tokens(self) -> int | None:
        """The bound on the answer, where there is one."""
        bound = self.body.get("max_tokens")
        return bound if type(bound) is int else None

    @cached_property
    def stop_sequences(self) -> tuple[str, ...]:
        """The texts that end the answer."""
        given = self.body.get("stop_sequences")
        return (
            tuple(each for each in given if each and isinstance(each, str))
            if isinstance(given, list)
            else ()
        )

    @cached_property
    def tools(self) -> frozenset[str]:
        """The names of the tools that were offered."""
        names = (tool.get("name") for tool in objects(self.body.get("tools")))
        return frozenset(name for name in names if isinstance(name, str))

    @property
    def eager(self) -> bool:
        """Whether a tool's input was asked for unchecked, as the model writes it."""
        return any(tool.get("eager_input_streaming") for tool in objects(self.body.get("tools")))

    @property
    def choice(self) -> Mapping[str, Any]:
        """The ``tool_choice``."""
        return mapping(self.body.get("tool_choice"))

    @property
    def thinking(self) -> Mapping[str, Any]:
        """The ``thinking`` field."""
        return mapping(self.body.get("thinking"))

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation so far."""
        return objects(self.body.get("messages"))

    @cached_property
    def continues(self) -> bool:
        """Whether the answer goes on with a turn in which the assistant may have thought before."""
        if not self.messages:
            return False
        last = self.messages[-1]
        return last.get("role") == "assistant" or any(
            block.get("type") == "tool_result" for block in objects(last.get("content"))
        )
