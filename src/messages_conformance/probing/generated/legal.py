"""Legal requests, drawn by a seed: a walk over all that a request may hold.

What the documentation does not settle is not drawn (see `doubtful`). Few requests hold what the
page does not promise: they are refused, and then show nothing else.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from messages_conformance.probing.content import text
from messages_conformance.probing.generated import uses
from messages_conformance.probing.generated.conversation import Conversation
from messages_conformance.probing.generated.doubtful import is_doubtful
from messages_conformance.probing.generated.draft import MODEL, Body, Draft
from messages_conformance.probing.generated.tool_schemas import some_object
from messages_conformance.probing.generated.vocabulary import some_name, some_stops, some_text
from messages_conformance.probing.generated.wrong import what_is_wrong
from messages_conformance.protocol.versions import VERSIONS

Promised = Callable[[str], bool]
"""Whether a page promises a row."""

_BETAS: Final = (
    "prompt-caching-2024-07-31",
    "extended-cache-ttl-2025-04-11",
    "pdfs-2024-09-25",
    "token-counting-2024-11-01",
    "output-128k-2025-02-19",
)
"""Known betas that change no answer."""
_DARING: Final = 0.1
"""How many requests may hold what the page does not promise."""
_TRIES: Final = 200


def some_legal(rng: Random, version: str, promised: Promised) -> Draft:
    """A legal request; the same for the same state of the generator of chance."""
    for _ in range(_TRIES):
        daring = rng.random() < _DARING
        draft = _Walk(rng, version, (lambda _: True) if daring else promised).draft()
        if not is_doubtful(draft) and not what_is_wrong(draft, version):
            return draft
    raise AssertionError("hardly any request of the walk is legal")


class _Walk:
    """One request in the making."""

    def __init__(self, rng: Random, version: str, promised: Promised) -> None:
        self.rng = rng
        self.version = version
        self.promised = promised

    def may(self, chance: float, *rows: str) -> bool:
        """Whether a feature is in the request: by chance, where the page promises its rows."""
        drawn = self.rng.random() < chance
        return drawn and all(map(self.promised, rows))

    def draft(self) -> Draft:
        body: Body = {"model": MODEL, "max_tokens": self.rng.choice((1, 5, 16, 40, 120, 500))}
        tools = self._tools() if self.may(0.5, "tools/name", "tools/input_schema") else []
        talk = Conversation(self.rng, self.may, tools)
        body["messages"] = talk.messages()
        if tools:
            body["tools"] = [tool for tool, _ in tools]
            self._choose(body)
        if self.may(0.45, "basic/system"):
            body["system"] = self._system()
        self._fields(body)
        self._think(body, talk)
        self._mark(body)
        betas: tuple[str, ...] = ()
        if self.may(0.15, uses.BETA):
            betas = tuple(self.rng.sample(_BETAS, self.rng.randint(1, 2)))
        return Draft(body, betas)

    def _tools(self) -> list[tuple[Body, Body]]:
        """The tools on offer, each with an input for it."""
        names = sorted({some_name(self.rng) for _ in range(self.rng.choice((1, 1, 2, 3, 6)))})
        self.rng.shuffle(names)
        return [self._tool(name) for name in names]

    def _tool(self, name: str) -> tuple[Body, Body]:
        strict = self.may(0.15, "request/strict_tools")
        schema, shown = some_object(self.rng, closed=strict)
        tool: Body = {"name": name, "input_schema": schema}
        if self.may(0.7, "tools/description"):
            tool["description"] = some_text(self.rng)
        if strict:
            tool["strict"] = True
        if self.may(0.2, "request/tool_type_custom"):
            tool["type"] = "custom"
        if self.may(0.1, uses.EXAMPLES):
            tool["input_examples"] = [shown]
        return tool, shown

    def _choose(self, body: Body) -> None:
        kind = self.rng.choice(("auto", "any", "tool", "none"))
        if not self.may(0.5, f"tool_choice/{kind}"):
            return
        choice: Body = {"type": kind}
        if kind == "tool":
            choice["name"] = self.rng.choice(body["tools"])["name"]
        if kind != "none" and self.may(0.3, "tool_choice/disable_parallel_tool_use"):
            choice["disable_parallel_tool_use"] = self.rng.random() < 0.7
        body["tool_choice"] = choice

    def _system(self) -> str | list[Body]:
        if self.rng.random() < 0.5:
            return some_text(self.rng)
        return [text(some_text(self.rng)) for _ in range(self.rng.randint(1, 3))]

    def _fields(self, body: Body) -> None:
        rng = self.rng
        if self.may(0.4, "basic/stop_sequences"):
            body["stop_sequences"] = some_stops(rng)
        if self.may(0.5, "basic/stream"):
            body["stream"] = rng.random() < 0.9
        if self.may(0.25, "basic/metadata"):
            body["metadata"] = rng.choice(({}, {"user_id": f"u-{rng.randint(1, 9**9)}"}))
        if self.may(0.1, "basic/service_tier"):
            body["service_tier"] = rng.choice(("auto", "standard_only"))
        if not body.get("tools") and self.may(0.15, "output_config/format"):
            schema, _ = some_object(rng, closed=True)
            body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if self.version != VERSIONS[0]:
            return
        name, values = rng.choice((("temperature", (0, 0.3, 1, 1.0)), ("top_p", (0.1, 0.5, 0.95))))
        if self.may(0.4, f"basic/{name}"):
            body[name] = rng.choice(values)
        if self.may(0.2, "basic/top_k"):
            body["top_k"] = rng.choice((1, 5, 40))

    def _think(self, body: Body, talk: Conversation) -> None:
        forced = body.get("tool_choice", {}).get("type") in ("any", "tool")
        if forced or talk.is_prefilled or talk.ends_in_results or "output_config" in body:
            return
        if not self.may(0.25, "basic/thinking"):
            return
        if self.rng.random() < 0.2:
            body["thinking"] = {"type": "disabled"}
            return
        budget = self.rng.choice((1024, 1500, 2048))
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
        if self.may(0.2, "basic/thinking/display"):
            body["thinking"]["display"] = self.rng.choice(("summarized", "omitted"))
        body["max_tokens"] += budget
        body.pop("top_k", None)
        body.pop("top_p", None)
        if "temperature" in body:
            body["temperature"] = 1

    def _mark(self, body: Body) -> None:
        """Up to four cache marks, those of an hour first."""
        if not self.may(0.35):
            return
        places = [place for place in _markable(body) if self.promised(uses.row_of_mark(place))]
        many = min(len(places), self.rng.randint(1, 4))
        chosen = sorted(self.rng.sample(range(len(places)), many))
        hours = self.rng.randint(0, len(chosen)) if self.may(0.3, "request/cache_ttl_1h") else 0
        for number, at in enumerate(chosen):
            mark: Body = {"type": "ephemeral"}
            if number < hours:
                mark["ttl"] = "1h"
            elif self.rng.random() < 0.2:
                mark["ttl"] = "5m"
            places[at]["cache_control"] = mark


def _markable(body: Body) -> list[Body]:
    """What may have a cache mark, in the order of the prompt."""
    found: list[Any] = [*body.get("tools", [])]
    for content in (body.get("system"), *(one["content"] for one in body["messages"])):
        found += content if isinstance(content, list) else []
    return found
