"""The features of a request that show in an answer: their values, and what excludes what.

A *company* gives every factor a value; the first value of each is the plainest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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

CALLED = ("call", "calls")
"""The histories in which tools are called."""


def is_legal(company: Company) -> bool:
    """Whether the genuine API takes it, and each of its features can show in the answer."""
    return not any(
        company[one] == value and company[other] == beside
        for (one, value), (other, beside) in EXCLUDED
    )
