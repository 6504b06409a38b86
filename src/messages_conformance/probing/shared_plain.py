"""Requests without anything special, which many rows share.

The answers to the plain request are cut short, and no two are alike unless something narrows the
choice of words. So the same answers serve the rows about headers, sampling and `max_tokens`. The
dictation has one right answer: stopped, thought about or streamed, it is known what the model
should say. Both contain letters beyond ASCII.
"""

import re
from collections.abc import Callable
from typing import Any

from messages_conformance.probing.content import assistant, user
from messages_conformance.probing.probe import Ask, Exactly, ProbePart, Question, credential
from messages_conformance.protocol.exchange import WRONG_KEY, Exchange
from messages_conformance.protocol.versions import VERSIONS

PLAIN: dict[str, Any] = {
    "prompt": "Tell me a very short story about a quokka called Žofie.",
    "max_tokens": 32,
    "temperature": None,
}
"""Arguments of `Ask`; without a temperature even where a target usually has one."""
CUT = PLAIN | {"max_tokens": Exactly(PLAIN["max_tokens"])}
"""The same, cut off whatever the model."""
PLAIN_TOPIC = "quokka"
"""Shows that the prompt reached the model."""

DICTATED_WORDS = ("鰯", "brävo", "charlie", "šípek", "楡", "echo")
DICTATED_TEXT = f"""\
{" ".join(DICTATED_WORDS)}

    "foxtrot" & <b>golf</b> 🦊 100%
\t\thotel\\india  it's   &lt; {{juliett}} `kilo` [lima](#mike)



\tnovember\t\toscar    papa{"  "}
uma.vance@example.org, +1 (555) 010-4477, 192.0.2.17{"  "}
https://example.org/uniform?a=1&b=2#yard password=Victor-81f3{"  "}
```
quebec %41 **romeo** 10\\n 👩‍🔬 <|sierra|>
```
tango ﬃ ½ ㎞ tut tut tut tut tut tut tut tut<|im_end|>"""
"""Words on one line, and then what is easily lost: white space, quotes, markup, backslashes.

The first word, and the first after `BEGUN`, begin with a letter that is several tokens to most
models: some servers lose what comes before a whole one. Then come letters that compatibility
forms (NFKC) take apart, and a word so often that parts of a stream are alike. Between them is what
gateways mask: an address, a number, a password. Some lines end in two blanks, as Markdown has it,
and the last in a mark of chat templates, which may end what a model reads.
"""


def dictation(words: str) -> dict[str, Any]:
    """A request that has one right answer, as arguments of `Ask`."""
    return {
        "prompt": (
            "Repeat exactly, and nothing else, what stands between the two lines of equals signs:\n"
            f"=====\n{words}\n====="
        ),
        "max_tokens": 500,
    }


DICTATION: dict[str, Any] = dictation(DICTATED_TEXT)
BEGUN = " ".join(DICTATED_WORDS[:3])
SEVERAL_WORDS = f'{" ".join(DICTATED_WORDS[4:])}\n\n    "foxtrot"'
"""Words, one of them beyond ASCII, the ends of lines and quotes: all a stop sequence may hold."""


_SAILS = ("red", "grey", "ochre", "white", "blue", "brown", "black")
LONG_TEXT = "\n".join(
    f"Day {day}: the boat with the {_SAILS[day % 7]} sail lies at berth {day * 37 % 83}, homebound."
    for day in range(1, 45)
)
"""More pieces of a stream, and more characters, than the other answers have."""
MANY_TOKENS = 32_000
"""What coding agents allow an answer to have."""
_ENOUGH = 1400


def long_dictation(
    ask: Ask, words: str = LONG_TEXT, *, roomy: bool = True, stream: bool = True
) -> dict[str, Any]:
    """A long dictation, streamed, as arguments of `Ask`.

    With ``roomy`` the answer may have `MANY_TOKENS`, where the page says that the model takes that.
    """
    may = roomy and (ask.model.max_output or 0) >= MANY_TOKENS
    limit = Exactly(MANY_TOKENS) if may else _ENOUGH
    return {**dictation(words), "max_tokens": limit, "stream": True if stream else None}


def begun_dictation(*, begun: bool = True) -> dict[str, Any]:
    """The dictation, whose answer the request begins, streamed and stopped at `SEVERAL_WORDS`.

    ``begun`` says whether it does, as some models refuse that.
    """
    turns = [user(DICTATION["prompt"]), *([assistant(BEGUN)] if begun else [])]
    stops = ["~~v~~", "~~w~~", SEVERAL_WORDS]
    return {**DICTATION, "prompt": turns, "stop_sequences": stops, "stream": True}


THINKING: dict[str, Any] = {
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "max_tokens": 2048,
    "temperature": None,
}
DICTATION_WITH_THINKING: dict[str, Any] = {**DICTATION, **THINKING}
MANY_THOUGHTS = 10_000
"""A budget of thinking beyond what a limit leaves that is lowered to 8,192, as some are."""

WIDE_SAMPLES = 5
"""Answers that show whether they vary."""

UNKNOWN_MODEL = "no-such-model"

_CURRENT_VERSION = VERSIONS[-1]
_OUT_OF_RANGE = 9.5
_UNKNOWN_VERSION = "1999-12-31"
_UNKNOWN_BETA = "no-such-feature-2020-01-01"


def with_sdk_headers(ask: Ask) -> Question:
    """The plain request with the headers of every current SDK, whatever the target's own are."""
    headers = {**credential("authorization"), "anthropic-version": _CURRENT_VERSION}
    return ask.shared(**PLAIN, headers=headers)


def with_current_version(ask: Ask) -> Question:
    """The plain request with the version of every current SDK, and the key as the target has it."""
    return ask.shared(**PLAIN, headers={"anthropic-version": _CURRENT_VERSION})


def without_version(ask: Ask) -> Question:
    """The plain request without an API version."""
    return ask.invalid(**PLAIN, headers={"anthropic-version": None})


def with_unknown_version(ask: Ask) -> Question:
    """The plain request with an API version that never existed."""
    return ask.invalid(**PLAIN, headers={"anthropic-version": _UNKNOWN_VERSION})


def with_unknown_beta(ask: Ask) -> Question:
    """The plain request with a beta that never existed."""
    return ask.invalid(**PLAIN, headers={"anthropic-beta": _UNKNOWN_BETA})


def without_version_with_unknown_beta(ask: Ask) -> Question:
    """The plain request with both mistakes: where that is accepted, either of them is."""
    return ask.invalid(
        **PLAIN, headers={"anthropic-version": None, "anthropic-beta": _UNKNOWN_BETA}
    )


EMPTY: dict[str, Any] = {"tools": [], "stop_sequences": [], "system": "", "stream": False}
"""Fields that say nothing, which clients send all the same."""


def with_thinking_disabled(ask: Ask) -> Question:
    """The plain request with thinking switched off, which is the default, and `EMPTY` fields."""
    return ask.shared(**PLAIN, thinking={"type": "disabled"}, **EMPTY)


def out_of_range(ask: Ask, field: str, *, stream: bool | None = None) -> Question:
    """The plain request with a sampling field above any documented range."""
    return ask.invalid(**{**PLAIN, field: _OUT_OF_RANGE}, stream=stream)


def streamed_at_default_temperature(ask: Ask) -> Question:
    """The plain request, streamed, with the temperature that is the default set explicitly."""
    return ask.shared(**{**PLAIN, "temperature": 1.0}, stream=True)


def ask_with_wrong_key(
    ask: Ask, header: str, is_denied: Callable[[Exchange], bool]
) -> ProbePart[Exchange]:
    """The answer to a key that belongs to nobody.

    The key is first presented with a model that does not exist, which is the same request for all
    models. Where that is not ``is_denied``, perhaps as the endpoint looks up the model first, it is
    presented with the model under test.
    """
    headers = credential(header, WRONG_KEY)
    shared: Exchange = yield ask.invalid(**PLAIN, model=UNKNOWN_MODEL, headers=headers)
    if is_denied(shared):
        return shared
    alone: Exchange = yield ask.invalid(**PLAIN, headers=headers)
    return alone


def sample_widely(ask: Ask) -> ProbePart[list[Exchange]]:
    """`WIDE_SAMPLES` answers to the plain request, whose choice of words nothing narrows.

    Answers that other rows get to it are taken first, where they were accepted: with other headers
    or with thinking disabled, which make no difference to the words.
    """
    variants = [
        with_sdk_headers,
        without_version_with_unknown_beta,
        with_unknown_version,
        with_thinking_disabled,
    ]
    asked: list[Exchange] = yield [ask.control(**PLAIN), *(variant(ask) for variant in variants)]
    answers = [exchange for exchange in asked if exchange.answered]
    if len(answers) < WIDE_SAMPLES:
        answers += yield [ask.control(**PLAIN)] * (WIDE_SAMPLES - len(answers))
    return answers[:WIDE_SAMPLES]


def thinks_apart(ask: Ask, exchange: Exchange) -> bool:
    """Whether an answer holds thinking, which the page says `max_tokens` leaves out."""
    return ask.model.max_tokens_counts == "text" and bool(exchange.blocks("thinking"))


_DIGEST = re.compile(r"\b(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,64}\b")


def words_of(exchange: Exchange) -> str:
    """All that the model said or called, with its thinking, where a limit left nothing else.

    A digest is no word of a model: some mock servers answer everything alike, but for a digest of
    the request. So each is taken for the same.
    """
    blocks = (exchange.message or {}).get("content") or ()
    said = "\n".join(_said_in(block) for block in blocks if isinstance(block, dict))
    return _DIGEST.sub("<digest>", said)


def _said_in(block: dict[str, Any]) -> str:
    """What a block says: of a call its name and input, as its id is always another."""
    if block.get("type") == "tool_use":
        return f"{block.get('name')} {block.get('input')}"
    return str(block.get(str(block.get("type"))))
