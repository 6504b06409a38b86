"""The features of a request that show in an answer: their values, constraints, and how they show.

A *company* gives every factor a value; the first value of each is the plainest. `request_of`
builds the request, with a canary word for every place that the model should read, and
`checks_of` says what must be seen in the answer. All requests ask for the same: every code that
stands in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, TypeAlias

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
from messages_conformance.protocol.exchange import Exchange

Company: TypeAlias = Mapping[str, str]
"""The value of each factor."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One feature of a request, its values, and the row of the page that promises it."""

    name: str
    words: Mapping[str, str]
    """Each value in words, the plainest first."""
    row: str = ""
    steps: tuple[str, ...] = ()
    """Values that no array holds, as a less plain one does all that they do: only steps on the way
    to the smallest company."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The values that arrays hold, the plainest first."""
        return tuple(value for value in self.words if value not in self.steps)

    @property
    def values(self) -> tuple[str, ...]:
        """The values, the plainest first."""
        return tuple(self.words)

    @property
    def plain(self) -> str:
        """The value of a request without the feature."""
        return self.values[0]


FACTORS: tuple[Factor, ...] = (
    Factor(
        "system",
        {
            "none": "no system prompt",
            "string": "a system prompt",
            "blocks": "a system prompt in three blocks",
        },
        "basic/system",
    ),
    Factor(
        "tools",
        {"none": "no tools", "one": "a tool", "four": "four tools", "many": "33 tools"},
        "tools/name",
        steps=("four",),
    ),
    Factor(
        "choice",
        {"default": "no tool_choice", "none": "tool_choice none", "forced": "a forced call"},
        "tool_choice/tool",
    ),
    Factor(
        "history",
        {
            "first": "one turn",
            "second": "an earlier turn",
            "call": "an earlier call",
            "calls": "two earlier calls at once",
        },
        steps=("call",),
    ),
    Factor("content", {"string": "a string", "blocks": "several blocks of text"}),
    Factor("letters", {"ascii": "ASCII", "beyond": "letters beyond ASCII"}),
    Factor(
        "stop",
        {"none": "no stop sequence", "one": "a stop sequence", "five": "five stop sequences"},
        "basic/stop_sequences",
    ),
    Factor("limit", {"roomy": "room to answer", "tight": "a tight max_tokens"}, "basic/max_tokens"),
    Factor("stream", {"no": "no stream", "yes": "a stream"}, "basic/stream"),
    Factor("mark", {"none": "no mark", "text": "a cache mark"}, "content/text/cache_control"),
    Factor("thinking", {"no": "no thinking", "yes": "thinking"}, "basic/thinking"),
    Factor("metadata", {"no": "no metadata", "yes": "a user's id"}, "basic/metadata"),
    Factor("temperature", {"no": "no temperature", "yes": "a temperature"}, "basic/temperature"),
    Factor("top_p", {"no": "no top_p", "yes": "a top_p"}, "basic/top_p"),
    Factor("top_k", {"no": "no top_k", "yes": "a top_k"}, "basic/top_k"),
    Factor("tier", {"no": "no service_tier", "yes": "a service_tier"}, "basic/service_tier"),
    Factor("image", {"no": "no image", "yes": "an image"}, "content/image"),
)
"""All factors, in the order in which a sentence names them."""
BY_NAME: Mapping[str, Factor] = {factor.name: factor for factor in FACTORS}
PLAIN: Company = {factor.name: factor.plain for factor in FACTORS}
"""The company of nobody."""


EXCLUDED: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    # Nothing can be chosen, and nothing was called, where there are no tools.
    (("tools", "none"), ("choice", "none")),
    (("tools", "none"), ("choice", "forced")),
    (("tools", "none"), ("history", "call")),
    (("tools", "none"), ("history", "calls")),
    # The genuine API forces no call where the model thinks (rule TH-8).
    (("thinking", "yes"), ("choice", "forced")),
    # A call after thinking begins with the thought, which this one lacks (rule TH-5).
    (("thinking", "yes"), ("history", "call")),
    (("thinking", "yes"), ("history", "calls")),
    # Thinking leaves no choice of sampling (rules TH-4, TH-5), and one field excludes another
    # (rule RQ-22).
    (("thinking", "yes"), ("temperature", "yes")),
    (("thinking", "yes"), ("top_p", "yes")),
    (("thinking", "yes"), ("top_k", "yes")),
    (("temperature", "yes"), ("top_p", "yes")),
    # A picture is a block.
    (("image", "yes"), ("content", "string")),
    # An answer that is forced or cut short reaches no stop sequence, and the former none of it.
    (("stop", "one"), ("choice", "forced")),
    (("stop", "five"), ("choice", "forced")),
    (("stop", "one"), ("limit", "tight")),
    (("stop", "five"), ("limit", "tight")),
    (("limit", "tight"), ("choice", "forced")),
    # The smallest budget of thinking is far above a tight limit.
    (("limit", "tight"), ("thinking", "yes")),
)
"""Pairs of values that the genuine API refuses, or of which one hides the other."""


HIDING: tuple[tuple[str, str], ...] = (("limit", "tight"), ("choice", "forced"))
"""Values beside which an answer shows none of the texts of its request."""


def is_legal(company: Company) -> bool:
    """Whether the genuine API takes it, and each of its features can show in the answer."""
    return not any(
        company[one] == value and company[other] == beside
        for (one, value), (other, beside) in EXCLUDED
    )


TIGHT = 4
"""Tokens of a limit that cuts any answer to what is asked."""
_ROOMY, _THOUGHT = 160, 1024
_ASK = (
    "List every code that stands anywhere above, also in the descriptions and schemas of tools. "
    "Write nothing else."
)
_PLACES = {
    "system": ("harbour", "lynx", "žralok"),
    "system second": ("quay", "tapir", "žába"),
    "system third": ("pier", "ibex", "čmelák"),
    "earlier": ("garden", "walrus", "čáp"),
    "said": ("pantry", "marten", "kůň"),
    "result": ("attic", "badger", "łoś"),
    "second result": ("loft", "ferret", "veľryba"),
    "after": ("hall", "weasel", "ñandú"),
    "text": ("vault", "quokka", "grüner"),
    "second": ("cellar", "heron", "ørn"),
    "third": ("stable", "otter", "výr"),
    "last": ("tower", "falcon", "雀"),
    "first tool": ("yard", "gannet", "žluva"),
    "tool": ("door", "plover", "čejka"),
    "property": ("knob", "siskin", "čížek"),
}
"""Each place of a request: its name, and its canary in and beyond ASCII."""
_MORE = " It was changed last spring, when the old keeper left and took the book along."
_UNUSED_STOPS = ["~~v~~", "~~w~~", "~~x~~", "~~y~~"]
_UNASKED = "Never call it unasked."
_OTHERS = [
    tool(f"unlock_{what}", f"Unlocks a {what}. {_UNASKED}", number="string")
    for what in ("gate", "hatch", "trunk", *(f"locker_{letter}" for letter in ascii_lowercase))
] + [tool(f"lock_{what}", f"Locks a {what}. {_UNASKED}") for what in ("gate", "hatch", "trunk")]
_DOOR = tool("unlock_door", f"Unlocks a door. {_UNASKED}", number="string")
_TOOLS = {"none": 0, "one": 1, "four": 4, "many": 33}
"""How many tools are on offer, of which the last is the one that may be called."""
_CALL_ID, _SECOND_ID = "toolu_01Company", "toolu_02Company"
CALLED = ("call", "calls")
"""The histories in which tools are called."""
_PICTURE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": banded_png(["green"], 32, 32)},
}
NO_ROW = (
    *("said", "second result", "after", "third", "system second", "system third"),
    *("first tool", "tool", "property"),
)
"""Places that no row of their own looks at: if they are always lost, it is said here."""
CUT = "cut"
"""The check that an answer of as many tokens as the limit says so."""
TOLD, LAST = "told", "last"
"""The check that the answer names its stop sequence, and the place whose code is that."""


def code_of(place: str, company: Company, variant: int) -> str:
    """The canary of a place; another for each variant of a request."""
    _, ascii_word, other = _PLACES[place]
    word = other if company["letters"] == "beyond" else ascii_word
    position = list(_PLACES).index(place)
    return f"{word}-{4711 + 613 * position + 97 * variant}"


def _tool_places(company: Company) -> tuple[str, ...]:
    """The places of tools; none where no tool may be called, as they need not reach the model."""
    if company["tools"] == "none" or company["choice"] == "none":
        return ()
    return ("tool", "property") if company["tools"] == "one" else ("first tool", "tool", "property")


def codes_of(company: Company, variant: int) -> dict[str, str]:
    """The canaries that stand in a request, by their places, in its order."""
    places = [
        *(["system"] if company["system"] != "none" else []),
        *(["system second", "system third"] if company["system"] == "blocks" else []),
        *(["earlier"] if company["history"] != "first" else []),
        *(["said", "result"] if company["history"] in CALLED else []),
        *(["second result"] if company["history"] == "calls" else []),
        *(["after"] if company["history"] in CALLED else []),
        "text",
        *(["second", "third"] if company["content"] == "blocks" else []),
        "last",
        *_tool_places(company),
    ]
    return {place: code_of(place, company, variant) for place in places}


def request_of(company: Company, variant: int = 0, longer: str = "") -> dict[str, Any]:
    """The request as arguments of `Ask`; each ``variant`` has other canaries.

    The place that is called ``longer`` says more, which costs tokens wherever the place is read.
    """
    codes = codes_of(company, variant)

    def says(place: str) -> str:
        more = _MORE if place == longer else ""
        return f"The {_PLACES[place][0]} code is {codes[place]}.{more}"

    fields: dict[str, Any] = {"prompt": _turns(company, says), "max_tokens": _ROOMY}
    if company["system"] != "none":
        fields["system"] = (
            says("system") if company["system"] == "string" else _blocks(company, says)
        )
    if company["tools"] != "none":
        fields["tools"] = _offered(company, says)
    if company["choice"] == "none":
        fields["tool_choice"] = {"type": "none"}
    elif company["choice"] == "forced":
        fields["tool_choice"] = {"type": "tool", "name": "unlock_door"}
    if company["stop"] != "none":
        unused = [] if company["stop"] == "one" else _UNUSED_STOPS
        fields["stop_sequences"] = [*unused, codes["last"]]
    if company["limit"] == "tight":
        fields["max_tokens"] = TIGHT
    if company["stream"] == "yes":
        fields["stream"] = True
    if company["thinking"] == "yes":
        fields |= {
            "thinking": {"type": "enabled", "budget_tokens": _THOUGHT},
            "max_tokens": _ROOMY + _THOUGHT,
            "temperature": None,
        }
    # Near the likeliest words, so that a sampled answer says what it is asked for.
    if company["temperature"] == "yes":
        fields["temperature"] = 0.1
    if company["top_p"] == "yes":
        fields |= {"top_p": 0.1, "temperature": None}
    if company["top_k"] == "yes":
        fields["top_k"] = 1
    if company["tier"] == "yes":
        fields["service_tier"] = "standard_only"
    if company["metadata"] == "yes":
        fields["metadata"] = {"user_id": "u-2719"}
    return fields


def _offered(company: Company, says: Callable[[str], str]) -> list[dict[str, Any]]:
    """The tools on offer: codes stand in the first, the second and the last."""
    places = codes_of(company, 0)
    offered = [*_OTHERS[: _TOOLS[company["tools"]] - 1], _DOOR]
    if "first tool" in places:
        offered[0] = _saying(offered[0], says("first tool"))
    if "tool" in places:
        offered[-1] = _saying(offered[-1], says("tool"))
        offered[1 % len(offered)] = _with_property(offered[1 % len(offered)], says("property"))
    return offered


def _saying(one: dict[str, Any], words: str) -> dict[str, Any]:
    return {**one, "description": f"{one['description']} {words}"}


def _with_property(one: dict[str, Any], words: str) -> dict[str, Any]:
    described = {"number": {"type": "string", "description": words}}
    return {**one, "input_schema": {**one["input_schema"], "properties": described}}


def _blocks(company: Company, says: Callable[[str], str]) -> list[dict[str, Any]]:
    """A system prompt in three blocks, of which the second bears the mark where there is one."""
    first, second, third = (text(says(p)) for p in ("system", "system second", "system third"))
    mark = CACHE_CONTROL if company["mark"] == "text" else {}
    return [first, {**second, **mark}, third]


def _turns(company: Company, says: Callable[[str], str]) -> list[dict[str, Any]]:
    marked = company["mark"] == "text"
    # Less than some thousand tokens is not cached.
    padding = f" {long_text('company', 120)}" if marked else ""
    first: list[dict[str, Any]] = []
    if company["history"] == "second":
        first = [user(says("earlier")), assistant("Noted.")]
    elif company["history"] in CALLED:
        calls = [call(_CALL_ID, "unlock_door", {"number": "seven"})]
        results = [result(_CALL_ID, says("result"))]
        if company["history"] == "calls":
            calls.append(call(_SECOND_ID, "unlock_door", {"number": "nine"}))
            results.append(result(_SECOND_ID, says("second result")))
        first = [
            user(says("earlier")),
            assistant(text(says("said")), *calls),
            user(*results, text(says("after"))),
            assistant("Noted."),
        ]
    texts = [says("text") + padding]
    if company["content"] == "blocks":
        texts += [says("second"), says("third")]
    last = f"{says('last')} {_ASK}"
    if company["content"] == "string" and not marked:
        return [*first, user(f"{texts[0]} {last}")]
    blocks = [text(words) for words in texts]
    if marked:
        blocks[0] |= CACHE_CONTROL
    pictures = [_PICTURE] if company["image"] == "yes" else []
    return [*first, user(*pictures, *blocks, last)]


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
        return self.name in _PLACES

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
