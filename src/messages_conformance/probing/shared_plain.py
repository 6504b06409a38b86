"""Requests without anything special, which many rows share.

The answers to the plain request are cut short, and no two are alike where nothing narrows the
choice of words. So the same answers serve the rows about headers, sampling and `max_tokens`. The
dictation has but one right answer: stopped, thought over or streamed, it can be told whether it
is right. Both have letters beyond ASCII.
"""

from collections.abc import Callable, Generator
from typing import Any

from messages_conformance.probing.probe import Ask, Question, Questions, credential
from messages_conformance.protocol.exchange import WRONG_KEY, Exchange
from messages_conformance.protocol.versions import VERSIONS

PLAIN: dict[str, Any] = {
    "prompt": "Tell me a very short story about a quokka called Žofie.",
    "max_tokens": 32,
    "temperature": None,
}
"""As `Ask` takes it; without a temperature even where a target usually has one."""
TOLD_OF = "quokka"
"""Shows that the prompt reached the model."""

WORDS = ("alpha", "brävo", "charlie", "chêne", "楡", "echo")
DICTATION: dict[str, Any] = {
    "prompt": f"Repeat exactly, and nothing else: {' '.join(WORDS)}",
}
THINKING: dict[str, Any] = {
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "max_tokens": 2048,
    "temperature": None,
}
THOUGHTFUL: dict[str, Any] = {**DICTATION, **THINKING}
"""The dictation, thought over before."""

ENOUGH = 5
"""Answers that show whether they vary."""

NO_MODEL = "no-such-model"

_CURRENT_VERSION = VERSIONS[-1]
_BEYOND_ALL = 9.5
_UNKNOWN_VERSION = "1999-12-31"
_UNKNOWN_BETA = "no-such-feature-2020-01-01"


def as_sdks_send_it(ask: Ask) -> Question:
    """With what every current SDK sends, whatever the target's own version and header are."""
    headers = {**credential("authorization"), "anthropic-version": _CURRENT_VERSION}
    return ask.invalid(**PLAIN, headers=headers)


def current_version(ask: Ask) -> Question:
    """With the version that every current SDK sends, and the key where it usually stands."""
    return ask.invalid(**PLAIN, headers={"anthropic-version": _CURRENT_VERSION})


def no_version(ask: Ask) -> Question:
    """Without the header that says which version is spoken."""
    return ask.invalid(**PLAIN, headers={"anthropic-version": None})


def unknown_version(ask: Ask) -> Question:
    """With a version that never was."""
    return ask.invalid(**PLAIN, headers={"anthropic-version": _UNKNOWN_VERSION})


def unknown_beta(ask: Ask) -> Question:
    """With a beta that never was."""
    return ask.invalid(**PLAIN, headers={"anthropic-beta": _UNKNOWN_BETA})


def no_version_and_unknown_beta(ask: Ask) -> Question:
    """Without a version and with an unknown beta: where that is let in, either is."""
    return ask.invalid(
        **PLAIN, headers={"anthropic-version": None, "anthropic-beta": _UNKNOWN_BETA}
    )


def thinking_disabled(ask: Ask) -> Question:
    """With thinking switched off, which is the usual state."""
    return ask.invalid(**PLAIN, thinking={"type": "disabled"})


def out_of_range(ask: Ask, field: str, *, stream: bool | None = None) -> Question:
    """With a value of a sampling field that is beyond any documented range."""
    return ask.invalid(**{**PLAIN, field: _BEYOND_ALL}, stream=stream)


def warm_and_streamed(ask: Ask) -> Question:
    """With the temperature that is usual where none is set, and streamed."""
    return ask.invalid(**{**PLAIN, "temperature": 1.0}, stream=True)


def wrong_key(
    ask: Ask, header: str, denied: Callable[[Exchange], bool]
) -> Generator[Questions, Any, Exchange]:
    """The answer to a key that is nobody's.

    It is first shown with a model that does not exist, which is the same request for all models.
    Where that is not ``denied``, perhaps as the model was looked for first, the row's own is.
    """
    headers = credential(header, WRONG_KEY)
    shared: Exchange = yield ask.invalid(**PLAIN, model=NO_MODEL, headers=headers)
    if denied(shared):
        return shared
    own: Exchange = yield ask.invalid(**PLAIN, headers=headers)
    return own


def freely(ask: Ask) -> Generator[Questions, Any, list[Exchange]]:
    """`ENOUGH` answers to the plain request, which nothing narrows.

    Those are taken first, where they are let in, that other rows get for it: about headers, which
    make no difference to the words, and about thinking, where it is off.
    """
    dressed = [as_sdks_send_it, no_version_and_unknown_beta, unknown_version, thinking_disabled]
    asked: list[Exchange] = yield [ask.control(**PLAIN), *(variant(ask) for variant in dressed)]
    answers = [exchange for exchange in asked if exchange.answered]
    if len(answers) < ENOUGH:
        answers += yield [ask.control(**PLAIN)] * (ENOUGH - len(answers))
    return answers[:ENOUGH]


def wording(exchange: Exchange) -> str:
    """All that a model said, its thoughts included, where a limit left only those."""
    blocks = (exchange.message or {}).get("content") or ()
    return "\n".join(
        str(block.get(str(block.get("type")))) for block in blocks if isinstance(block, dict)
    )
