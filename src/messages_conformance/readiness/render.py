"""Readiness as text on one screen, and as JSON (``schemas/ready.schema.json``)."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

from messages_conformance import __version__
from messages_conformance.display import json_text, one_line, visible
from messages_conformance.readiness import settings
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.prove import Proof
from messages_conformance.readiness.result import Readiness, Seen, State, Verdict
from messages_conformance.readiness.walk import Walk

_WIDTH: Final = 100
"""Characters of the longest line, but for what is quoted or to be pasted."""
_SENTENCES: Final = {
    Verdict.WORKS: "works",
    Verdict.WITH_SETTINGS: "works with these settings",
    Verdict.UNKNOWN: "could not be judged",
    Verdict.NOT: "does not work",
}
_GOOD: Final = (Verdict.WORKS, Verdict.WITH_SETTINGS)
_ACCEPTED: Final = {
    Effect.HONOURED: "accepted, and the answer shows it",
    Effect.UNSEEN: "accepted",
    Effect.IGNORED: "accepted, and ignored as far as the answer shows",
}
_EFFECTS: Final = {Effect.HONOURED: "✓", Effect.UNSEEN: "✓", Effect.IGNORED: "–"}
_MARKS: Final = {
    State.HEALED: "↻",
    State.SET: "!",
    State.FATAL: "✗",
    State.FAILED: "✗",
    State.UNASKED: "?",
}


def text(
    found: Readiness, base_url: str, proven: Iterable[Proof] = (), *, simulated: bool = False
) -> str:
    """The answer for a person: the verdict, what was refused, and the block to paste."""
    said = [f"Proven: {one_line(str(proof))}." for proof in proven]
    lines = [*_lines(found, base_url, simulated), *([""] if said else []), *said]
    return "\n".join(map(visible, lines))


def brief(found: Readiness, base_url: str) -> str:
    """The verdict for one of several models, in a line."""
    because = f" ({one_line(found.problem)})" if found.verdict not in _GOOD else ""
    return f"{title(found)} with {one_line(found.model)} at {one_line(base_url)}: " + (
        f"{_SENTENCES[found.verdict].replace('these ', '')}{because}"
    )


def _lines(found: Readiness, base_url: str, simulated: bool) -> Iterator[str]:
    verdict = _SENTENCES[found.verdict]
    if found.verdict is Verdict.WITH_SETTINGS and not found.switched_off:
        verdict = "works with these limits"
    yield f"{title(found)} with {one_line(found.model)} at {one_line(base_url)}: {verdict}."
    if simulated:
        yield "(The endpoint is this project's simulation: no evidence about any vendor.)"
    if found.verdict in (Verdict.NOT, Verdict.UNKNOWN) and found.problem:
        yield f"Because: {one_line(found.problem)}"
    if found.seen:
        yield ""
    for effect, words in _ACCEPTED.items():
        accepted = [
            each.words
            for each in found.seen
            if each.state is State.ACCEPTED and each.effect is effect
        ]
        if accepted:
            line = f"  {_EFFECTS[effect]} {words}: {', '.join(accepted)}"
            yield from _wrapped(line)
    for each in found.seen:
        if each.state is not State.ACCEPTED:
            yield f"  {_MARKS[each.state]} {each.words}: {each.state.value}"
            if each.said:
                yield f"      {one_line(each.said)}"
    yield from _walks(found)
    for sentence in (*found.advice, *found.remarks):
        yield from _wrapped(f"  → {one_line(sentence)}")
    if found.verdict in (Verdict.WORKS, Verdict.WITH_SETTINGS) and (
        block := settings.block(found, base_url)
    ):
        yield ""
        yield from block.splitlines()
        for name, words in settings.differences(found).items():
            yield f"# {name} {words}"


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line, _WIDTH, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
    )


def title(found: Readiness) -> str:
    """The client's name and version."""
    name = found.client.name if found.client else found.dialect.client
    return f"{name} {found.dialect.version}"


def _walks(found: Readiness) -> Iterator[str]:
    if found.dialect.client != "claude-code" or found.plain_walk is None:
        return
    yield ""
    yield f"Without settings: {_walk(found.plain_walk)}."
    if found.settled_walk is not None and found.switched_off:
        yield f"With these settings: {_walk(found.settled_walk)}."


def _walk(walk: Walk) -> str:
    nth = "first" if walk.requests == 1 else f"{walk.requests}th"
    nth = {2: "second", 3: "third"}.get(walk.requests, nth)
    if walk.answered:
        return f"answered at its {nth} request"
    times = "1 request" if walk.requests == 1 else f"{walk.requests} requests"
    return f"{times}, then it gives up: {one_line(walk.why).rstrip('.')}"


def document(
    found: Readiness, base_url: str, proven: Iterable[Proof] = (), *, simulated: bool = False
) -> dict[str, Any]:
    """The answer as JSON."""
    environment = found.dialect.client == "claude-code"
    return {
        "client": found.dialect.client,
        "client_version": found.dialect.version,
        "dialect_captured": found.dialect.captured,
        "model": found.model,
        "base_url": base_url,
        "verdict": found.verdict.name.lower(),
        "because": found.problem if found.verdict in (Verdict.NOT, Verdict.UNKNOWN) else "",
        "seen": [_seen(each) for each in found.seen],
        "without_settings": _walked(found.plain_walk),
        "with_settings": _walked(found.settled_walk),
        "settings": settings.settings(found) if environment else {},
        "block": settings.block(found, base_url),
        "advice": list(found.advice),
        "remarks": list(found.remarks),
        "proven": [
            {
                "with_settings": proof.with_settings,
                "foretold": proof.foretold,
                "answered": proof.outcome.answered,
                "in_time": proof.outcome.in_time,
                "said": proof.outcome.said,
            }
            for proof in proven
        ],
        "requests": found.requests,
        "simulated": simulated,
        "suite_version": __version__,
    }


def to_json(documents: list[dict[str, Any]]) -> str:
    """The answers, one for each model, as one document."""
    return json_text(json.dumps({"models": documents}, ensure_ascii=False, indent=2))


def _seen(each: Seen) -> dict[str, str]:
    return {
        "id": each.id,
        "words": each.words,
        "state": each.state.name.lower(),
        "said": each.said,
        "effect": each.effect.value,
    }


def _walked(walk: Walk | None) -> dict[str, Any] | None:
    if walk is None:
        return None
    return {
        "answered": walk.answered,
        "requests": walk.requests,
        "healed": list(walk.healed),
        "why": walk.why,
    }
