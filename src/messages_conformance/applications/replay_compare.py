"""Compares an answer with the one a program had before, in what the program leans on.

Never the words: status, stop reason, kinds of blocks, the tools called and their inputs against
the schema, the order of a stream, usage, and the form of a refusal. Each difference names the rows
that it points at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jsonschema

from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.replay_choice import Chosen
from messages_conformance.display import one_line
from messages_conformance.protocol.exchange import COUNT_TOKENS, Exchange, is_token_count
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import Severity

_BUSY: Final = frozenset({401, 402, 408, 429, 503, 529})
"""Statuses that say nothing about a request: the endpoint is busy, or the key works no more."""
_QUOTED: Final = 200
_USAGE: Final = ("input_tokens", "output_tokens")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which an answer differs from what the program leans on."""

    what: str
    """In one sentence."""
    rows: tuple[str, ...]
    certain: bool = True
    """Whether no model's mood can be the reason."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One request that was sent again, and how its answer differs."""

    chosen: Chosen
    status: int | None
    differences: tuple[Difference, ...]
    unanswered: str = ""
    """Why there is no answer to compare, so that nothing is known; empty where there is one."""


def compare(chosen: Chosen, now: Exchange | None) -> Compared:
    """Compare the new answer to a request, None if it was not sent, with the one kept."""
    if now is None:
        return Compared(chosen, None, (), "not sent, as the endpoint does not answer any more")
    if (why := unanswered(now)) is not None:
        return Compared(chosen, now.status, (), why)
    return Compared(chosen, now.status, tuple(_differences(chosen, now)))


def unanswered(now: Exchange) -> str | None:
    """Why an exchange says nothing about its request; None where it does."""
    if now.status is None or now.ended == "timeout":
        return f"no answer ({now.ended})"
    return f"HTTP {now.status}" if now.status in _BUSY else None


def _differences(chosen: Chosen, now: Exchange) -> Iterator[Difference]:
    status = now.status or 0
    if status >= 400:
        yield Difference(
            f"it is refused with {status}: {_said(now)}", _suspects(chosen, _said(now))
        )
        if now.error is None:
            yield Difference(
                "the refusal is not in the documented envelope", ("wire/error", f"error/{status}")
            )
        return
    path = chosen.call.path.partition("?")[0]
    if path == COUNT_TOKENS:
        if not isinstance(now.json, dict) or not is_token_count(now.json.get("input_tokens")):
            yield Difference("no tokens were counted", ("endpoint/count_tokens",))
        return
    if path == "/v1/models":
        if not isinstance(now.json, dict) or not isinstance(now.json.get("data"), list):
            yield Difference("no list of models came", ("endpoint/models",))
        return
    if now.message is None:
        yield Difference("no readable message came", ("wire/stream", "wire/message"))
        return
    yield from _form(chosen, now)
    yield from _against_request(chosen, now, now.message)
    if chosen.call.answer is not None:
        yield from _against_answer(chosen.call.answer, now.message)


def _form(chosen: Chosen, now: Exchange) -> Iterator[Difference]:
    """What the wire rules find, and whether a stream came where one was asked for."""
    wanted = bool((chosen.call.body or {}).get("stream"))
    if wanted != now.streamed:
        came = "a stream" if now.streamed else "one JSON answer"
        yield Difference(f"{came} came, which was not asked for", ("basic/stream",))
    row = "wire/stream" if now.streamed else "wire/message"
    for finding in check(now):
        if finding.rule.severity is Severity.BREAKING:
            yield Difference(f"{finding.rule.id}: {finding.message}", (row,))


def _against_request(
    chosen: Chosen, now: Exchange, message: Mapping[str, Any]
) -> Iterator[Difference]:
    """What the request itself lets expect."""
    body = chosen.call.body or {}
    tools = {str(t.get("name")): t for t in _list(body.get("tools")) if isinstance(t, dict)}
    for call in now.tool_uses:
        name = str(call.get("name"))
        if name not in tools:
            yield Difference("a tool was called that was not offered", ("tools/name",))
        elif complaint := _breaks(call.get("input"), tools[name].get("input_schema")):
            yield Difference(f"the input of a call {complaint}", ("tools/input_schema",))
    choice = body.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind in ("any", "tool") and not now.tool_uses:
        yield Difference("no tool was called, although one had to be", (f"tool_choice/{kind}",))
    if kind == "none" and now.tool_uses:
        yield Difference("a tool was called, although none may be", ("tool_choice/none",))
    usage = message.get("usage")
    missing = [
        name
        for name in _USAGE
        if not isinstance(usage, Mapping) or not is_token_count(usage.get(name))
    ]
    if missing:
        yield Difference(f"usage lacks {' and '.join(missing)}", ("wire/tokens",))
    thinking = body.get("thinking")
    asked = thinking.get("type") if isinstance(thinking, dict) else None
    if now.blocks("thinking") and asked in (None, "disabled"):
        yield Difference("it thinks, which was not asked for", ("basic/thinking",))


def _against_answer(before: Mapping[str, Any], message: Mapping[str, Any]) -> Iterator[Difference]:
    """What the program had before."""
    had, has = _kinds(before), _kinds(message)
    for kind in sorted(had - has):
        rows = {
            "tool_use": ("tools/name", "tool_choice/auto"),
            "thinking": ("basic/thinking", "content/thinking"),
            "text": ("content/text/text",),
        }
        yield Difference(
            f"the answer has no {kind} block, as it had before",
            rows.get(kind, ("wire/message",)),
            certain=kind not in ("tool_use", "text"),
        )
    was, reason = before.get("stop_reason"), message.get("stop_reason")
    if was is not None and was != reason:
        row = ("response/stop_reason", "basic/stop_sequences") if was == "stop_sequence" else ()
        yield Difference(
            f"the stop reason is {_word(reason)}, and was {_word(was)}",
            row or ("response/stop_reason",),
            certain=was == "stop_sequence" or reason is None,
        )
    called, calls = _called(before), _called(message)
    if called and calls and called != calls:
        yield Difference("other tools are called than before", ("tools/name",), certain=False)


def _kinds(message: Mapping[str, Any]) -> set[str]:
    blocks = _list(message.get("content"))
    return {_word(block.get("type")) for block in blocks if isinstance(block, Mapping)}


def _called(message: Mapping[str, Any]) -> set[str]:
    blocks = _list(message.get("content"))
    calls = [b for b in blocks if isinstance(b, Mapping) and b.get("type") == "tool_use"]
    return {str(call.get("name")) for call in calls}


def _breaks(value: Any, schema: Any) -> str | None:
    """How an input breaks its schema, without what it holds; None where it keeps it."""
    try:
        validator = jsonschema.Draft202012Validator(schema if schema is not None else True)
        error = next(iter(validator.iter_errors(value)), None)
    except (jsonschema.SchemaError, RecursionError, TypeError, re.error, AttributeError):
        return None
    return f"breaks its schema ({error.validator})" if error is not None else None


def _suspects(chosen: Chosen, said: str) -> tuple[str, ...]:
    """The rows that a refusal is about: those that its words name, else all that are used."""
    words = set(re.findall(r"[a-z_]{4,}", said.lower()))
    rows = [
        row
        for id in chosen.features
        for row in FEATURES[id].rows
        if not row.startswith(("header/", "error/", "wire/", "response/", "client/"))
    ]
    named = [row for row in rows if words & set(row.split("/")[1:])]
    return tuple(dict.fromkeys(named or rows))


def _said(now: Exchange) -> str:
    """The beginning of what a refusal says, on one line."""
    if now.error is not None:
        said = f"{now.error.type[:_QUOTED]}: {now.error.message[:_QUOTED]}"
    else:
        said = now.body[:_QUOTED].decode("utf-8", "replace")
    return one_line(said)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z_]{1,30}", value) else "missing"
