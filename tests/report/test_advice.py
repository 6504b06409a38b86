"""Advice is read from the docstring beside a probe."""

import pytest

from messages_conformance.report.advice import Advice, advice_of
from messages_conformance.verdict import Kind

DOCSTRING = """Generation ends at `max_tokens`.

    The limit counts thinking. To fix: count generated
    tokens, and stop.

    Instead: ask for a short answer.

    Instead, if partial: go by the
    usage.
    """


def test_meaning_fix_and_instead_are_told_apart() -> None:
    assert advice_of("basic/max_tokens", DOCSTRING) == Advice(
        "basic/max_tokens",
        "Generation ends at `max_tokens`.\n\nThe limit counts thinking.",
        "Count generated tokens, and stop.",
        "Ask for a short answer.",
        ((Kind.PARTIAL, "Go by the usage."),),
    )


def test_a_behaviour_may_have_advice_of_its_own() -> None:
    advice = advice_of("basic/max_tokens", DOCSTRING)
    assert advice.instead_for(Kind.PARTIAL) == "Go by the usage."
    assert advice.instead_for(Kind.IGNORED) == "Ask for a short answer."


def test_a_fix_in_a_paragraph_of_its_own_is_no_meaning() -> None:
    advice = advice_of("error/401", "A wrong key is refused.\n\nTo fix: check the key.")
    assert (advice.meaning, advice.fix) == ("A wrong key is refused.", "Check the key.")


def test_an_unknown_behaviour_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="sometimes"):
        advice_of("error/401", "Instead, if sometimes: shrug.")


def test_a_docstring_without_advice_gives_none() -> None:
    assert advice_of("error/401", "Refused.") == Advice("error/401", "Refused.")


def test_a_workaround_may_follow_the_fix_in_one_paragraph() -> None:
    advice = advice_of("x/y", "It is. To fix: do it. Instead: leave it. Instead, if broken: run.")
    assert (advice.meaning, advice.fix, advice.instead) == ("It is.", "Do it.", "Leave it.")
    assert advice.instead_for(Kind.BROKEN) == "Run."
