"""Whether a streamed answer says what the plain one says: text, thinking, calls and their inputs.

Texts are sampled, so what may differ by chance is asked again both ways before it is held against
an endpoint.
"""

from typing import Any

from messages_conformance.probing.attribution import attribute
from messages_conformance.probing.behaviours import (
    TOO_BUSY,
    describe,
    ignored,
    partial,
    unclear,
    works,
)
from messages_conformance.probing.dictated_calls import calls_of, dictated_calls
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun, Question
from messages_conformance.probing.shared_conversation import breakpoint_chain
from messages_conformance.probing.shared_plain import (
    DICTATION,
    DICTATION_WITH_THINKING,
    LONG_TEXT,
    PLAIN,
    THINKING,
    long_dictation,
)
from messages_conformance.probing.shared_tools import (
    FITTING_TOOLS,
    TWO_TOOLS_PROMPT,
    called_tools,
    tools_by_description,
    two_calls_streamed,
)
from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

EQUAL = "the events add up to what the plain answer says"


def model_of(exchange: Exchange) -> object:
    """The model that an answer names."""
    return (exchange.message or {}).get("model")


def shows_both_calls(streamed: Exchange) -> bool:
    """Whether a streamed answer calls the two tools that fit, and ends as calls do."""
    called_both = sorted(called_tools(streamed)) == FITTING_TOOLS
    whole = not any(kind.startswith(EMPTY) for kind in block_types(streamed))
    return streamed.streamed and called_both and whole and streamed.stop_reason == "tool_use"


def text_streams(ask: Ask, plain: Exchange, streamed: Exchange) -> ProbeRun:
    """Text is the same streamed, whether with the default temperature set or without any."""
    control, tested = ask.control(**PLAIN), ask(**PLAIN, stream=True)
    if not streamed.streamed:
        streamed = yield tested
    return (yield from compare_streamed(plain, streamed, control, tested))


def dictation_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """Words that are dictated are the same streamed, to the last blank; None where they are."""
    control, tested = ask.control(**DICTATION), ask(**DICTATION, stream=True)
    plain, streamed = yield [control, tested]
    return (yield from _says_otherwise(plain, streamed, control, tested, "streams, but"))


def calls_stream(ask: Ask) -> ProbeRun:
    """Calls of tools are the same streamed."""
    tools = tools_by_description()
    control = ask.control(TWO_TOOLS_PROMPT, tools=tools)
    tested = ask(TWO_TOOLS_PROMPT, tools=tools, stream=True)
    plain, streamed = yield [control, tested]
    return (yield from compare_streamed(plain, streamed, control, tested))


def inputs_stream(ask: Ask) -> ProbePart[Behaviour | None]:
    """Two calls with large inputs, and the text before them, are the same streamed.

    None where they are, or nothing is called.
    """
    # The system prompt of the one that is streamed has more white space: see `white_space`.
    control = ask.shared(**dictated_calls())
    tested = ask.shared(**dictated_calls(spread="system"), stream=True)
    plain, streamed = yield [control, tested]
    if not calls_of(plain):
        return None
    if not streamed.answered:
        return (yield from _never_whole(plain, streamed, tested))
    for of, what in ((calls_of, "the call"), (text_of, "the text before a call")):
        expected = of(plain)
        if not expected or canonical(of(streamed)) == canonical(expected):
            continue

        def says_otherwise(exchange: Exchange, of: Any = of, expected: Any = expected) -> bool:
            return canonical(of(exchange)) != canonical(expected)  # In Python, true equals 1.

        attribution = yield from attribute(says_otherwise, streamed, tested, control)
        if attribution.to_endpoint:
            came = difference(of(streamed), expected)
            summary = f"streams, but {what} {came[1]} comes as {came[0]}"
            return partial(summary, plain, *attribution.exchanges)
    return None


def _never_whole(plain: Exchange, first: Exchange, tested: Question) -> ProbePart[Behaviour | None]:
    """A long answer that comes plain does not come streamed, asked again; None where it does."""
    again: Exchange = yield tested
    if again.answered or {first.status, again.status} & {None, TOO_BUSY}:
        return None
    summary = f"streams, but a long answer does not come whole: {describe(again)}"
    return partial(summary, plain, first, again)


_OK = 200


def long_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """A long text that is dictated comes whole; None where it does, or plain no more of it."""
    first: Exchange = yield ask.shared(**long_dictation(ask))
    if first.answered and first.text == LONG_TEXT:
        return None
    tested = ask.shared(**long_dictation(ask, roomy=False))
    control = ask.control(**long_dictation(ask, roomy=False, stream=False))
    if not first.answered and first.status != _OK:
        first = yield tested
    plain: Exchange = yield control
    if plain.text == first.text and first.answered:
        return None
    if not first.answered:
        return (yield from _never_whole(plain, first, tested))
    attribution = yield from attribute(lambda one: one.text != plain.text, first, tested, control)
    if not attribution.to_endpoint:
        return None
    pairs = enumerate(zip(plain.text, first.text, strict=False))
    shorter = min(len(plain.text), len(first.text))
    kept = next((at for at, (one, other) in pairs if one != other), shorter)
    summary = (
        f"streams, but a text of {len(plain.text)} characters comes as one of {len(first.text)}, "
        f"which is another from character {kept + 1} on"
    )
    return partial(summary, plain, *attribution.exchanges)


def cut_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """An answer that `max_tokens` cuts ends at the same letter streamed; None where it does.

    The conversation is one of a chain: each reads from the cache what the one before wrote.
    """
    *before, cut = breakpoint_chain()[:3]
    for link in before:
        first: Exchange = yield ask.shared(**link)
        if not first.answered:
            return None
    control, tested = ask.shared(**cut), ask.shared(**cut, stream=True)
    plain: Exchange = yield control
    if plain.stop_reason != MAX_TOKENS or not plain.text:
        return None
    streamed: Exchange = yield tested
    if not streamed.answered or streamed.stop_reason != MAX_TOKENS:
        return None

    def ends_earlier(exchange: Exchange) -> bool:
        return len(exchange.text) < len(plain.text) and plain.text.startswith(exchange.text)

    if not ends_earlier(streamed):
        return None
    attribution = yield from attribute(ends_earlier, streamed, tested, control)
    if not attribution.to_endpoint:
        return None
    lost = plain.text[len(streamed.text) :]
    summary = f"streams, but an answer that is cut loses its end: {lost!r}"
    return partial(summary, plain, *attribution.exchanges)


def calls_stream_with_thinking(ask: Ask, first: Exchange) -> ProbePart[Behaviour | None]:
    """Calls come streamed where the model thinks as well; None where nothing shows otherwise.

    ``first`` is the answer to `two_calls_streamed`, which does not hold the calls.
    """
    if not ask.model.thinks or not first.answered:
        return None
    control = ask.shared(TWO_TOOLS_PROMPT, tools=tools_by_description(), **THINKING)
    attribution = yield from attribute(
        lambda exchange: sorted(called_tools(exchange)) != FITTING_TOOLS,
        first,
        two_calls_streamed(ask),
        control,
    )
    if not attribution.to_endpoint:
        return (yield from _calls_without_thinking(ask, first))
    called = called_tools(first)
    summary = f"streams, but with thinking the calls are {called or 'lost'}; plain, both come"
    return partial(summary, *attribution.exchanges)


def _calls_without_thinking(ask: Ask, first: Exchange) -> ProbePart[Behaviour | None]:
    """Calls come wherever the model does not think, and never where it does; None otherwise."""
    if first.tool_uses:
        return None
    attribution = yield from attribute(
        lambda exchange: not exchange.tool_uses,
        first,
        two_calls_streamed(ask),
        ask.control(TWO_TOOLS_PROMPT, tools=tools_by_description(), stream=True),
    )
    if not attribution.to_endpoint:
        return None
    summary = "streams, but no call comes where the model thinks; without thinking, calls come"
    return partial(summary, *attribution.exchanges)


MAX_TOKENS = "max_tokens"


def text_of(exchange: Exchange) -> str:
    """The text of an answer."""
    return exchange.text


def difference(streamed: Any, plain: Any) -> tuple[str, str]:
    """What two values say, in the parts of them that differ."""
    if isinstance(plain, list) and isinstance(streamed, list) and len(plain) == len(streamed):
        pairs = zip(streamed, plain, strict=True)
        streamed, plain = next((pair for pair in pairs if pair[0] != pair[1]), (streamed, plain))
        if isinstance(plain, tuple) and isinstance(plain[1], dict) and streamed[0] == plain[0]:
            return difference(streamed[1], plain[1])
    if isinstance(plain, dict) and isinstance(streamed, dict):
        names = [n for n in {**plain, **streamed} if plain.get(n, ...) != streamed.get(n, ...)]
        return tuple(  # type: ignore[return-value]
            repr({name: one[name] for name in names if name in one}) for one in (streamed, plain)
        )
    return repr(streamed), repr(plain)


def thinking_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """Thinking is the same streamed; None where the model cannot be made to think."""
    control = ask.shared(**DICTATION_WITH_THINKING)
    tested = ask(**DICTATION_WITH_THINKING, stream=True)
    plain: Exchange = yield control
    if not plain.answered:
        return None
    streamed: Exchange = yield tested
    behaviour: Behaviour = yield from compare_streamed(plain, streamed, control, tested)
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    but = "streams, but with thinking"
    return (yield from _says_otherwise(plain, streamed, control, tested, but)) or behaviour


def _says_otherwise(
    plain: Exchange, streamed: Exchange, control: Question, tested: Question, but: str
) -> ProbePart[Behaviour | None]:
    """The streamed text is never what the plain answer says each time; None where it is."""
    if streamed.text == plain.text:
        return None

    def says_otherwise(exchange: Exchange) -> bool:
        return exchange.text != str(plain.text)

    attribution = yield from attribute(says_otherwise, streamed, tested, control)
    if not attribution.to_endpoint:
        return None
    summary = f"{but} {plain.text!r} comes as {streamed.text!r}"
    return partial(summary, plain, *attribution.exchanges)


def compare_streamed(
    plain: Exchange, streamed: Exchange, control: Question, tested: Question
) -> ProbeRun:
    """A streamed answer says what the plain one says; where blocks differ, both are asked again."""
    if not streamed.streamed:
        return ignored("answered with one JSON body instead of events", streamed)
    if differences := differences_when_streamed(plain, streamed):
        return partial(f"streams, but {'; '.join(differences)}", plain, streamed)
    if block_types(streamed) == block_types(plain):
        return works(EQUAL, plain, streamed)

    def has_other_blocks(exchange: Exchange) -> bool:
        return block_types(exchange) != block_types(plain)

    blocks = f"{block_types(streamed)} streamed and {block_types(plain)} plain"
    attribution = yield from attribute(has_other_blocks, streamed, tested, control)
    if attribution.to_endpoint:
        summary = f"streams, but the answer always holds {blocks}"
        return partial(summary, *attribution.exchanges)
    if attribution.cleared:
        return works(EQUAL, plain, *attribution.exchanges)
    summary = f"the answer holds {blocks}, and sometimes the reverse"
    return unclear(summary, plain, *attribution.exchanges)


EMPTY = "empty "


def block_types(exchange: Exchange) -> list[str]:
    """The types of an answer's blocks, in order; of one without content as ``empty thinking``."""
    return [
        f"{'' if holds_something(block) else EMPTY}{block.get('type')}"
        for block in (exchange.message or {}).get("content", ())
    ]


def holds_something(block: dict[str, Any]) -> bool:
    """Whether a block has what its type is for: a text, thinking, or the input of a call."""
    field = {"text": "text", "thinking": "thinking", "tool_use": "input"}.get(
        str(block.get("type"))
    )
    return field is None or bool(block.get(field))


def differences_when_streamed(plain: Exchange, streamed: Exchange) -> list[str]:
    """What differs between a plain and a streamed answer that must be equal in any case."""
    fields = [
        ("input tokens", plain.prompt_tokens, streamed.prompt_tokens),
        ("model", model_of(plain), model_of(streamed)),
    ]
    # What thinking adds to the figure may not count towards the limit.
    counted = not streamed.blocks("thinking")
    used_up = counted and streamed.usage("output_tokens") == PLAIN["max_tokens"]
    if plain.text == streamed.text or (used_up and plain.stop_reason == "max_tokens"):
        fields.append(("stop_reason", plain.stop_reason, streamed.stop_reason))
    return [
        f"{name} is {one!r} plain and {other!r} streamed"
        for name, one, other in fields
        if one != other
    ]
