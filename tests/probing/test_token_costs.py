"""What a part of a request costs is believed only where equal requests cost the same."""

from os.path import commonprefix

import pytest

from messages_conformance.probing import Ask, ProbeRun, costs_no_token, ignored, row, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, run, said


@row("basic/x")
def costs(ask: Ask) -> ProbeRun:
    """Shows that x costs tokens."""
    control = ask.control("Code?")
    with_it, without = yield [ask("Code?", x=1), control]
    costs_nothing = yield from costs_no_token(with_it, without, control)
    return ignored("it costs nothing", with_it) if costs_nothing else works("it costs", with_it)


def endpoint(*, loses: bool, twice: bool) -> Answer:
    """An endpoint that reads from a cache what it was sent before; a character is a token.

    ``loses`` drops the part; ``twice`` counts what is read from the cache as input as well.
    """
    known = ["the system prompt of all"]

    def answer(request: Request, _: int) -> Exchange:
        part = "the 2nd part" if "x" in request.body and not loses else ""
        prompt = f"{known[0]}the 1st part{part}?"
        read = max(len(commonprefix([prompt, each])) for each in known)  # noqa: RUF071 (it is what is wanted)
        known.append(prompt)
        fresh = len(prompt) if twice else len(prompt) - read
        return said(request, "?", input_tokens=fresh, cache_read_input_tokens=read)

    return answer


@pytest.mark.parametrize("twice", [False, True], ids=["counted once", "counted twice"])
@pytest.mark.parametrize("loses", [False, True], ids=["reaches", "dropped"])
def test_what_is_read_from_a_cache_hides_no_cost(loses: bool, twice: bool) -> None:
    behaviour = run(costs, endpoint(loses=loses, twice=twice))
    assert behaviour.kind is (Kind.IGNORED if loses else Kind.WORKS)
