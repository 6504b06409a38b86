"""What can stand beside anything in a request without changing what the request means.

A feature adds something (a system prompt, an unused tool, an earlier turn) or says the same in
another form (a string as one block). It never touches what is there, so the answer to the rest of
the request must be as without it; `why` says which rule of the API promises that. A feature that
does not fit a request leaves it alone: where the genuine API refuses both together, where the
request has it already, and where the request is too malformed to hold it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from messages_conformance.claims.page import Model
from messages_conformance.probing.content import (
    CACHE_CONTROL,
    assistant,
    banded_png,
    call,
    long_text,
    result,
    text,
    tool,
    user,
)
from messages_conformance.protocol.versions import VERSIONS

Body: TypeAlias = dict[str, Any]
Add: TypeAlias = Callable[[Body], Body | None]


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that may stand beside anything else in a request."""

    name: str
    words: str
    """How a sentence names it: ``lost with a system prompt``."""
    rows: tuple[str, ...]
    """The rows that must be claimed as supported for it to be used."""
    why: str
    """Why the rest of a request means the same with it."""
    add: Add
    """The body with it; None where it does not fit."""
    not_beside: tuple[str, ...] = ()
    """Rows, or sections, whose own effect it would change."""

    def fits_row(self, row: str) -> bool:
        """Whether it may stand beside what the row's probe asks."""
        return not any(row == one or row.startswith(f"{one}/") for one in self.not_beside)


def _feature(
    name: str,
    words: str,
    why: str,
    *rows: str,
    not_beside: Iterable[str] = (),
) -> Callable[[Add], Feature]:
    return lambda add: Feature(name, words, rows, why, add, tuple(not_beside))


def turns_of(body: Body) -> list[Body] | None:
    """The turns of a conversation that begins with the user's; None for any other."""
    turns = body.get("messages")
    if not isinstance(turns, list) or not turns or not isinstance(turns[0], dict):
        return None
    return turns if turns[0].get("role") == "user" else None


def is_marked(value: Any) -> bool:
    """Whether anything in a body is a cache breakpoint."""
    if isinstance(value, dict):
        return value.get("cache_control") is not None or any(map(is_marked, value.values()))
    return isinstance(value, list) and any(map(is_marked, value))


def _before(body: Body, *turns: Body) -> Body | None:
    known = turns_of(body)
    # Fixed prefixes that a probe has cached stay so only if nothing comes before them.
    return None if known is None else {**body, "messages": [*turns, *known]}


_UNUSED = [
    tool(
        f"file_{what}",
        f"Files a {what} with the head office. Never call it unasked.",
        number="string",
    )
    for what in ("report", "complaint", "receipt", "invoice")
]
_MARKED = (
    "tools/cache_control",
    "content/text/cache_control",
    "content/tool_use/cache_control",
    "content/tool_result/cache_control",
)
_STOPS = [f"~~{sign}~~" for sign in "vwxyz"]
"""Stop sequences that no answer holds."""


@_feature(
    "system",
    "a system prompt",
    "a system prompt that asks for nothing changes no answer",
    "basic/system",
    not_beside=("basic/system",),
)
def system(body: Body) -> Body | None:
    """A system prompt without a demand."""
    return None if "system" in body else {**body, "system": "You are a helpful assistant."}


@_feature(
    "tool",
    "a tool on offer",
    "a tool that nothing asks for is not called",
    "tools/name",
    not_beside=("tools", "tool_choice"),
)
def unused_tool(body: Body) -> Body | None:
    """One tool that nothing asks for."""
    if "tools" in body or "tool_choice" in body:
        return None
    return {**body, "tools": _UNUSED[:1]}


@_feature(
    "more_tools",
    "more tools on offer",
    "a further tool changes no call of another",
    "tools/name",
    not_beside=("tools", "tool_choice/any"),
)
def more_tools(body: Body) -> Body | None:
    """Three further tools beside those on offer."""
    tools = body.get("tools")
    if not isinstance(tools, list) or not tools:
        return None
    return {**body, "tools": [*tools, *_UNUSED[1:]]}


@_feature(
    "stop_sequences",
    "five stop sequences that no answer holds",
    "a stop sequence acts only where it occurs",
    "basic/stop_sequences",
    not_beside=("basic/stop_sequences",),
)
def stop_sequences(body: Body) -> Body | None:
    """Five stop sequences that no answer holds."""
    return None if "stop_sequences" in body else {**body, "stop_sequences": _STOPS}


@_feature(
    "metadata",
    "a user's id",
    "metadata describes the request and is not read by the model",
    "basic/metadata",
    not_beside=("basic/metadata",),
)
def metadata(body: Body) -> Body | None:
    """An opaque id of the user."""
    return None if "metadata" in body else {**body, "metadata": {"user_id": "u-2719"}}


@_feature(
    "temperature",
    "the default temperature",
    "a field at its default is as if left out",
    "basic/temperature",
    not_beside=("basic/temperature", "basic/top_p", "basic/top_k", "header/anthropic-beta+version"),
)
def temperature(body: Body) -> Body | None:
    """The temperature that is the default."""
    if {"temperature", "top_p", "top_k"} & set(body):
        return None
    return {**body, "temperature": 1.0}


@_feature("turn", "an earlier turn", "an earlier turn on another matter is not asked about")
def turn(body: Body) -> Body | None:
    """A greeting and its answer."""
    return _before(body, user("Good morning."), assistant("Good morning! How can I help?"))


@_feature("turns", "four earlier turns", "earlier turns on another matter are not asked about")
def turns(body: Body) -> Body | None:
    """Two exchanges of small talk."""
    return _before(
        body,
        user("Good evening."),
        assistant("Good evening!"),
        user("Nice weather today."),
        assistant("Lovely, indeed."),
    )


@_feature("non_ascii", "letters beyond ASCII", "text is Unicode, wherever it stands")
def non_ascii(body: Body) -> Body | None:
    """A greeting in letters that ASCII does not have."""
    return _before(body, user("Grüße aus Łódź, 你好!"), assistant("Dzień dobry, 你好!"))


@_feature("long", "a long history", "a text on another matter is not asked about")
def long_history(body: Body) -> Body | None:
    """A long text in an earlier turn."""
    return _before(body, user(long_text("mill", 110)), assistant("Noted."))


@_feature(
    "call",
    "an earlier call",
    "a call that is answered and done with is not asked about",
    "tools/name",
    "content/tool_use/name",
    "content/tool_result/content",
    not_beside=("tools", "tool_choice", "content/tool_use", "content/tool_result"),
)
def earlier_call(body: Body) -> Body | None:
    """A call, its result, and what the model said to it."""
    tools = body.get("tools", [])
    if not isinstance(tools, list) or "thinking" in body or "tool_choice" in body:
        return None
    offered = {**body, "tools": tools or _UNUSED[:1]}
    return _before(
        offered,
        user("File report number seven."),
        assistant(call("toolu_01Earlier7", "file_report", {"number": "seven"})),
        user(result("toolu_01Earlier7", "Filed.")),
        assistant("It is filed."),
    )


@_feature(
    "image",
    "an image",
    "an image on another matter is not asked about",
    "content/image",
    not_beside=("content/image",),
)
def image(body: Body) -> Body | None:
    """A picture in an earlier turn."""
    source = {"type": "base64", "media_type": "image/png", "data": banded_png(["green"], 32, 32)}
    return _before(
        body, user({"type": "image", "source": source}, "Thanks for this."), assistant("Noted.")
    )


@_feature(
    "mark",
    "a cache mark",
    "a mark changes what is cached, and nothing else",
    "content/text/cache_control",
    not_beside=_MARKED,
)
def mark(body: Body) -> Body | None:
    """A cache breakpoint on the first text of the conversation."""
    known = turns_of(body)
    if known is None or is_marked(body):
        return None
    first, *others = known
    content = first.get("content")
    if isinstance(content, str) and content.strip():
        marked = [text(content, **CACHE_CONTROL)]
    elif (
        isinstance(content, list)
        and content
        and isinstance(content[-1], dict)
        and content[-1].get("type") == "text"
        and str(content[-1].get("text") or "").strip()
    ):
        marked = [*content[:-1], {**content[-1], **CACHE_CONTROL}]
    else:
        return None
    return {**body, "messages": [{**first, "content": marked}, *others]}


@_feature(
    "thinking",
    "thinking",
    "thinking comes before an answer and is no part of it",
    "basic/thinking",
    not_beside=(
        "basic/thinking",
        "basic/max_tokens",
        "basic/temperature",
        "basic/top_p",
        "basic/top_k",
        "tool_choice",
    ),
)
def thinking(body: Body) -> Body | None:
    """Thinking within the smallest budget, and room for it."""
    room = body.get("max_tokens")
    sampling = {"top_p", "top_k", "thinking", "output_config", "output_format"} & set(body)
    forced = isinstance(choice := body.get("tool_choice"), dict) and choice.get("type") in (
        "any",
        "tool",
    )
    known = turns_of(body)
    if type(room) is not int or not 1 <= room < 100_000 or sampling or forced or known is None:
        return None
    if body.get("temperature", 1) != 1 or known[-1].get("role") == "assistant":
        return None
    if any(_calls(one) for one in known):
        return None
    return {
        **body,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "max_tokens": room + 1024,
    }


def _calls(one: Any) -> bool:
    content = one.get("content") if isinstance(one, dict) else None
    return isinstance(content, list) and any(
        isinstance(block, dict) and block.get("type") == "tool_use" for block in content
    )


@_feature(
    "stream",
    "a stream",
    "a stream adds up to the same message",
    "basic/stream",
    not_beside=("basic/stream",),
)
def stream(body: Body) -> Body | None:
    """The answer as a stream."""
    return None if "stream" in body else {**body, "stream": True}


@_feature(
    "system_blocks",
    "the system prompt as one block",
    "a string is one block of text",
    "basic/system",
    not_beside=("basic/system",),
)
def system_blocks(body: Body) -> Body | None:
    """The system prompt as a list of one block."""
    given = body.get("system")
    if not isinstance(given, str) or not given.strip():
        return None
    return {**body, "system": [text(given)]}


@_feature(
    "blocks",
    "each text as one block",
    "a string is one block of text",
    "content/text/text",
    not_beside=("content/string",),
)
def blocks(body: Body) -> Body | None:
    """Every string of the conversation as a list of one block."""
    known = turns_of(body)
    if known is None or not any(_is_text(one) for one in known):
        return None
    changed = [{**t, "content": [text(t["content"])]} if _is_text(t) else t for t in known]
    return {**body, "messages": changed}


@_feature(
    "choice",
    "`tool_choice` at its default",
    "a field at its default is as if left out",
    "tool_choice/auto",
    not_beside=("tool_choice",),
)
def default_choice(body: Body) -> Body | None:
    """Tools to choose from freely, said so."""
    if not body.get("tools") or "tool_choice" in body:
        return None
    return {**body, "tool_choice": {"type": "auto"}}


def _is_text(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("content"), str)
        and bool(one["content"].strip())
    )


FEATURES: tuple[Feature, ...] = (
    thinking,
    turn,
    turns,
    non_ascii,
    image,
    long_history,
    earlier_call,
    system,
    unused_tool,
    more_tools,
    stop_sequences,
    metadata,
    temperature,
    mark,
    stream,
    system_blocks,
    blocks,
    default_choice,
)
"""All features, in the order in which they are added; forms come after what they may rewrite."""


def usable(model: Model, api_version: str, claimed: Callable[[str], bool]) -> tuple[Feature, ...]:
    """The features that a page promises for a model; ``claimed`` says which rows it supports."""
    return tuple(
        feature
        for feature in FEATURES
        if all(map(claimed, feature.rows))
        and (feature is not thinking or model.thinks)
        and (feature is not image or model.sees is True)
        # The versions since take no sampling fields.
        and (feature is not temperature or api_version == VERSIONS[0])
    )


def together(features: Sequence[Feature], body: Body) -> Body:
    """A body with those features that fit it, in their order."""
    for feature in features:
        body = feature.add(body) or body
    return body


def fitting(features: Sequence[Feature], body: Body) -> tuple[Feature, ...]:
    """Those of some features that fit a body, added one after another."""
    found: list[Feature] = []
    for feature in features:
        changed = feature.add(body)
        if changed is not None:
            found.append(feature)
            body = changed
    return tuple(found)
