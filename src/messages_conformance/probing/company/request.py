"""The request that has the features of a company, with a canary word for every place in it.

All requests ask for the same: every code that stands in them.
"""

from collections.abc import Callable
from string import ascii_lowercase
from typing import Any

from messages_conformance.probing.company.factors import CALLED, Company
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

TIGHT = 4
"""Tokens of a limit that cuts any answer to what is asked."""
_ROOMY, _THOUGHT = 160, 1024
_ASK = (
    "List every code that stands anywhere above, also in the descriptions and schemas of tools. "
    "Write nothing else."
)
PLACES = {
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
_PICTURE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": banded_png(["green"], 32, 32)},
}
NO_ROW = (
    *("said", "second result", "after", "third", "system second", "system third"),
    *("first tool", "tool", "property"),
)
"""Places that no row of their own looks at: if they are always lost, it is said here."""


def code_of(place: str, company: Company, variant: int) -> str:
    """The canary of a place; another for each variant of a request."""
    _, ascii_word, other = PLACES[place]
    word = other if company["letters"] == "beyond" else ascii_word
    position = list(PLACES).index(place)
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
        return f"The {PLACES[place][0]} code is {codes[place]}.{more}"

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
