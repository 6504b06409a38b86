"""Conversations at random: turns, calls and their results, pictures, documents."""

from random import Random
from typing import Any, Protocol

from messages_conformance.probing.content import call, result, text
from messages_conformance.probing.generated import uses
from messages_conformance.probing.generated.draft import Body
from messages_conformance.probing.generated.vocabulary import (
    some_id,
    some_picture,
    some_text,
)


class May(Protocol):
    """Whether a feature is drawn, where the page promises its rows."""

    def __call__(self, chance: float, *rows: str) -> bool:
        """Draw it, so often."""
        ...


class Conversation:
    """Some turns, beginning with the user's."""

    def __init__(self, rng: Random, may: May, tools: list[tuple[Body, Body]]) -> None:
        self.rng = rng
        self.may = may
        self.tools = tools
        """The tools on offer, each with an input for it."""
        self.ends_in_results = False
        self.is_prefilled = False
        self.cites = may(0.5, "content/text/citations")
        """Whether sources are cited: all of them, or none."""

    def messages(self) -> list[Body]:
        """The turns."""
        asked: list[Body] = []
        found: list[Body] = []
        for _ in range(self.rng.choice((0, 0, 1, 1, 2, 4))):
            found += self._of_user(asked)
            asked = self._calls()
            found.append({"role": "assistant", "content": self._said(asked)})
        found += self._of_user(asked)
        self.ends_in_results = bool(asked)
        if not asked and not self.tools and self.may(0.1, uses.PREFILL):
            found.append({"role": "assistant", "content": "Well"})
            self.is_prefilled = True
        return found

    def _calls(self) -> list[Body]:
        rows = (
            *("content/tool_use/id", "content/tool_use/name", "content/tool_use/input"),
            *("content/tool_result/tool_use_id", "content/tool_result/content"),
        )
        if not self.tools or not self.may(0.6, *rows):
            return []
        many = self.rng.choice((1, 1, 2, 3))
        chosen = [self.rng.choice(self.tools) for _ in range(many)]
        ids = {some_id(self.rng): pair for pair in chosen}
        return [call(id, tool["name"], shown) for id, (tool, shown) in ids.items()]

    def _said(self, calls: list[Body]) -> str | list[Body]:
        said = some_text(self.rng)
        if not calls and self.rng.random() < 0.5:
            return said
        return [text(said), *calls] if not calls or self.rng.random() < 0.5 else calls

    def _of_user(self, asked: list[Body]) -> list[Body]:
        """One message of the user, seldom two; results of calls come first."""
        results = [self._result(one["id"]) for one in asked]
        self.rng.shuffle(results)
        blocks = [*results, *self._media()]
        if not results or self.rng.random() < 0.4:
            blocks.append(text(some_text(self.rng)))
        content: Any = blocks
        if len(blocks) == 1 and not results and self.rng.random() < 0.6:
            content = blocks[0]["text"]
        found = [{"role": "user", "content": content}]
        if self.may(0.1, "request/two_user_turns"):
            found.append({"role": "user", "content": some_text(self.rng)})
        return found

    def _result(self, id: str) -> Body:
        found = result(id, self._brought())
        if found["content"] is None:
            del found["content"]
        if self.may(0.2, "content/tool_result/is_error"):
            found["is_error"] = self.rng.random() < 0.5
        if found.get("is_error"):
            found["content"] = "It failed."
        return found

    def _brought(self) -> Any:
        kind = self.rng.choice(("text", "text", "blocks", "picture", "nothing", "empty"))
        if kind == "blocks":
            return [text(some_text(self.rng)) for _ in range(self.rng.randint(1, 2))]
        if kind == "picture" and self.may(1, "content/image"):
            return [text(some_text(self.rng)), self._image()]
        return {"nothing": None, "empty": ""}.get(kind, some_text(self.rng))

    def _media(self) -> list[Body]:
        found: list[Body] = []
        if self.may(0.12, "content/image"):
            found.append(self._image())
        if self.may(0.12, "content/document"):
            found.append(self._document())
        if self.may(0.1, "content/search_result"):
            block: Body = {
                "type": "search_result",
                "source": f"https://docs.example/{self.rng.randint(1, 99)}",
                "title": some_text(self.rng),
                "content": [text(some_text(self.rng))],
            }
            found.append(self._cited(block))
        return found

    def _image(self) -> Body:
        source = {"type": "base64", "media_type": "image/png", "data": some_picture(self.rng)}
        return {"type": "image", "source": source}

    def _document(self) -> Body:
        plain = {"type": "text", "media_type": "text/plain", "data": some_text(self.rng)}
        parts = {"type": "content", "content": [text(some_text(self.rng))]}
        block: Body = {"type": "document", "source": self.rng.choice((plain, parts))}
        if self.rng.random() < 0.4:
            block["title"] = "A document"
        if self.rng.random() < 0.2:
            block["context"] = some_text(self.rng)
        return self._cited(block)

    def _cited(self, block: Body) -> Body:
        return {**block, "citations": {"enabled": True}} if self.cites else block
