"""Whether the contents of several tool results reach the model under one another's ids.

A weak model confuses results by itself. So its answers must be just those that one displacement
makes of three conversations, each with the results in another order or under other ids.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from messages_conformance.probing.shared_results import COUNTS

Contents: TypeAlias = list[str]
Conversation: TypeAlias = Mapping[str, object]

_MOVES: Final[dict[str, Callable[[Contents], Contents]]] = {
    "in reverse order": lambda given: given[::-1],
    "each with the id of the next": lambda given: [given[-1], *given[:-1]],
    "each with the id of the one before": lambda given: [*given[1:], given[0]],
    "the first two swapped": lambda given: _swapped(given, 0, 1),
    "the second and the third swapped": lambda given: _swapped(given, 1, 2),
    "the last two swapped": lambda given: _swapped(given, -2, -1),
    "the first and the last swapped": lambda given: _swapped(given, 0, -1),
    "the second and the last swapped": lambda given: _swapped(given, 1, -1),
    "two by two swapped": lambda given: _swapped(_swapped(given, 0, 1), 2, 3),
}


def displacement(said: Sequence[tuple[Conversation, Sequence[Contents]]]) -> str | None:
    """What all answers have in common, in words: how the contents are displaced; else None.

    ``said`` are conversations as of `four_results`, each with the numbers of its answers.
    """
    for words, move in _MOVES.items():
        expected = [_answer(asked, move) for asked, _ in said]
        told = [
            want not in _plain_misreadings(asked)
            for want, (asked, _) in zip(expected, said, strict=True)
        ]
        if sum(told) > 1 and all(
            numbers == want
            for want, (_, answers) in zip(expected, said, strict=True)
            for numbers in answers
        ):
            return words
    return None


def _answer(asked: Conversation, move: Callable[[Contents], Contents]) -> Contents:
    """The numbers in the order asked for, where the contents of the results are moved."""
    ids, contents = _results(asked)
    found = dict(zip(ids, move(contents), strict=True))
    return [found[f"toolu_{what}{port}"] for what, port in COUNTS]


def _plain_misreadings(asked: Conversation) -> list[Contents]:
    """What a model says that takes the results as they come, the first or the last of them first.

    Such an answer is no proof of a displacement.
    """
    _, contents = _results(asked)
    return [contents, contents[::-1]]


def _results(asked: Conversation) -> tuple[list[str], Contents]:
    prompt = asked["prompt"]
    assert isinstance(prompt, list)
    results = [block for block in prompt[-1]["content"] if block["type"] == "tool_result"]
    return [one["tool_use_id"] for one in results], [one["content"] for one in results]


def _swapped(given: Contents, one: int, other: int) -> Contents:
    moved = list(given)
    moved[one], moved[other] = moved[other], moved[one]
    return moved
