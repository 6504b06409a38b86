"""Results under one another's ids are recognised, and a model that confuses them is not blamed."""

import pytest

from messages_conformance.probing import displacement, four_results
from messages_conformance.probing.shared_results import CALL_ORDER, COUNTS

ASKED = (four_results(), four_results(CALL_ORDER), four_results(crossed=True))


def by_id(asked: dict[str, object], *, moved: bool = False) -> list[str]:
    """The numbers by the ids of the results; ``moved`` swaps what the second and third say."""
    prompt = asked["prompt"]
    assert isinstance(prompt, list)
    results = [block for block in prompt[-1]["content"] if block["type"] == "tool_result"]
    said = [result["content"] for result in results]
    if moved:
        said[1], said[2] = said[2], said[1]
    found = dict(zip((result["tool_use_id"] for result in results), said, strict=True))
    return [found[f"toolu_{what}{port}"] for what, port in COUNTS]


def as_they_come(asked: dict[str, object]) -> list[str]:
    prompt = asked["prompt"]
    assert isinstance(prompt, list)
    return [block["content"] for block in prompt[-1]["content"] if block["type"] == "tool_result"]


def test_a_displacement_that_explains_all_answers_is_named() -> None:
    said = [(asked, [by_id(asked, moved=True)] * 2) for asked in ASKED]
    assert displacement(said) == "the second and the third swapped"


def test_results_that_come_under_their_own_ids_are_not_displaced() -> None:
    assert displacement([(asked, [by_id(asked)]) for asked in ASKED]) is None


@pytest.mark.parametrize("backwards", [False, True])
def test_a_model_that_takes_results_as_they_come_is_not_blamed(backwards: bool) -> None:
    step = -1 if backwards else 1
    assert displacement([(asked, [as_they_come(asked)[::step]]) for asked in ASKED]) is None


def test_one_answer_that_does_not_fit_clears_the_endpoint() -> None:
    said = [(asked, [by_id(asked, moved=True)]) for asked in ASKED]
    said[1][1].append(by_id(ASKED[1]))
    assert displacement(said) is None
