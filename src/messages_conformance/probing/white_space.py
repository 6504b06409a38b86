"""Whether white space of the system prompt reaches the model: what is lost before costs no token.

Two requests that many rows share differ in nothing else, but that one is streamed. So no model has
to show what it read.
"""

from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.dictated_calls import dictated_calls
from messages_conformance.probing.probe import Ask, ProbeRun
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind


def also_spread(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where the indentation of `system` costs no token."""
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    plain = ask.shared(**dictated_calls())
    streamed = ask.shared(**dictated_calls(spread="system"), stream=True)
    first: tuple[Exchange, Exchange] = tuple((yield [plain, streamed]))
    if not _cost_the_same(*first):
        return behaviour
    # Streams may count less; and an endpoint may always report the same, or count words.
    spread, in_turn = yield [
        ask.shared(**dictated_calls(spread="system")),
        ask.control(**dictated_calls(spread="turn")),
    ]
    if not _cost_the_same(first[0], spread) or _cost_the_same(first[0], in_turn):
        return behaviour
    summary = (
        f"{behaviour.summary}; but white space is lost: lines that are indented cost the "
        f"same {spread.prompt_tokens} tokens as others, and {in_turn.prompt_tokens} in a turn"
    )
    return partial(summary, *first, spread, in_turn)


def _cost_the_same(one: Exchange, other: Exchange) -> bool:
    return one.prompt_tokens == other.prompt_tokens > 0
