"""What must be seen in the answer to a company: words of its places, a stop, a figure, a call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from messages_conformance.probing.company.factors import Company
from messages_conformance.probing.company.request import PLACES, TIGHT, codes_of
from messages_conformance.protocol.exchange import Exchange

CUT = "cut"
"""The check that an answer of as many tokens as the limit says so."""
TOLD, LAST = "told", "last"
"""The check that the answer names its stop sequence, and the place whose code is that."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be seen in an answer."""

    name: str
    factor: str
    """The factor that shows in it; empty where the whole request does."""
    lost: str
    """What a sentence says where it is not seen."""
    certain: bool
    """Whether an uncooperative model cannot explain that it is not seen."""
    is_seen: Callable[[Exchange], bool | None]
    """Whether an answer shows it; None where it can show neither."""

    @property
    def is_place(self) -> bool:
        """Whether it looks for the words of a place, which cost tokens where they are read."""
        return self.name in PLACES

    @property
    def needs_text(self) -> bool:
        """Whether it shows only where the model does what it is asked for, and calls no tool."""
        return self.is_place or self.name in (TOLD, "thinking")


ACCEPTED = Check("accepted", "", "the request is not answered", True, lambda one: one.answered)


def checks_of(company: Company, variant: int = 0) -> tuple[Check, ...]:
    """What must be seen in the answer to a request, beside that there is one."""
    return _checks_of(tuple(company.items()), variant)


@lru_cache(maxsize=10_000)
def _checks_of(items: tuple[tuple[str, str], ...], variant: int) -> tuple[Check, ...]:
    company = dict(items)
    codes = codes_of(company, variant)
    checks: list[Check] = []
    forced, tight = company["choice"] == "forced", company["limit"] == "tight"
    if forced:
        checks.append(
            Check(
                "forced",
                "choice",
                "the forced call is not made",
                True,
                lambda one: any(u.get("name") == "unlock_door" for u in one.tool_uses),
            )
        )
    if company["choice"] == "none":
        checks.append(
            Check(
                "none",
                "choice",
                "a tool is called though tool_choice is none",
                True,
                lambda one: not one.tool_uses,
            )
        )
    if company["stream"] == "yes":
        checks.append(
            Check("stream", "stream", "the answer is not a stream", True, lambda one: one.streamed)
        )
    if company["thinking"] == "yes":
        checks.append(
            Check(
                "thinking",
                "thinking",
                "there is no thinking",
                False,
                lambda one: bool(one.blocks("thinking") or one.blocks("redacted_thinking")),
            )
        )
    if company["mark"] == "text":
        checks.append(
            Check(
                "mark",
                "mark",
                "nothing is cached",
                False,
                lambda one: (
                    one.usage("cache_creation_input_tokens") + one.usage("cache_read_input_tokens")
                    > 0
                ),
            )
        )
    if tight:
        checks.append(
            Check(
                "limit",
                "limit",
                "max_tokens does not cut the answer",
                True,
                _is_cut,
            )
        )
        checks.append(
            Check(
                CUT,
                "limit",
                "a cut answer does not say max_tokens",
                False,
                lambda one: one.stop_reason == "max_tokens",
            )
        )
    if company["stop"] != "none":
        checks.append(
            Check(
                "stopped",
                "stop",
                "the answer goes on beyond its stop sequence",
                True,
                lambda one: _is_stopped(one, codes),
            )
        )
        checks.append(
            Check(
                TOLD,
                "stop",
                "the stop sequence that ended the answer is not named",
                False,
                lambda one: (one.message or {}).get("stop_sequence") == codes["last"],
            )
        )
    if not forced and not tight:
        checks += [
            _repeated(place, code)
            for place, code in codes.items()
            if place != "last" or company["stop"] == "none"
        ]
    return tuple(checks)


def _is_cut(answer: Exchange) -> bool | None:
    """Whether an answer is as long as a tight limit; one that is shorter ended by itself."""
    tokens = answer.usage("output_tokens")
    return None if tokens < TIGHT else tokens == TIGHT


def _is_stopped(answer: Exchange, codes: Mapping[str, str]) -> bool | None:
    """Whether an answer ends before its stop sequence; one that says no code never came to it."""
    if codes[LAST] in answer.text:
        return False
    named = (answer.message or {}).get("stop_sequence") == codes[LAST]
    return True if named or any(code in answer.text for code in codes.values()) else None


_FACTOR_OF = {
    **dict.fromkeys(("system", "system second", "system third"), "system"),
    **dict.fromkeys(("earlier", "said", "result", "second result", "after"), "history"),
    **dict.fromkeys(("second", "third"), "content"),
    **dict.fromkeys(("first tool", "tool", "property"), "tools"),
}
_LOST = {
    "system": "the system prompt is lost",
    "system second": "the second block of the system prompt is lost",
    "system third": "the third block of the system prompt is lost",
    "earlier": "the earlier turn is lost",
    "said": "the text before a call is lost",
    "result": "the tool result is lost",
    "second result": "the second of two tool results is lost",
    "after": "the text after a tool result is lost",
    "text": "the text is lost",
    "second": "the second block of text is lost",
    "third": "the third block of text is lost",
    "last": "the last text is lost",
    "first tool": "the description of the first tool is lost",
    "tool": "the description of the last tool is lost",
    "property": "the description of a tool's property is lost",
}


def _repeated(place: str, code: str) -> Check:
    return Check(
        place, _FACTOR_OF.get(place, ""), _LOST[place], False, lambda one: code in one.text
    )
