"""Cached values are kept up to a total weight; those not used for longest are dropped."""

import gc
from dataclasses import replace

from messages_conformance.protocol.bounded_cache import BoundedCache
from messages_conformance.protocol.exchange import Exchange
from support import small_project


class Maker:
    """Counts how often its value is made."""

    def __init__(self, cache: BoundedCache, weight: int) -> None:
        self._cache = cache
        self._weight = weight
        self.times = 0

    @property
    def value(self) -> int:
        return self._cache.get(self, self._make, lambda: self._weight)

    def _make(self) -> int:
        self.times += 1
        return self.times


class Empty(Maker):
    def _make(self) -> int:
        self.times += 1
        return 0


def test_a_value_is_made_again_after_others_took_its_room() -> None:
    cache = BoundedCache(100)
    first, second, heavy = Maker(cache, 50), Maker(cache, 50), Maker(cache, 1000)
    assert [first.value, second.value, first.value, second.value] == [1, 1, 1, 1]
    assert [heavy.value, heavy.value] == [1, 1], "the newest is kept, however heavy"
    assert [first.value, second.value] == [2, 2]


def test_the_value_not_used_for_longest_is_dropped() -> None:
    cache = BoundedCache(100)
    first, second, third = Maker(cache, 50), Maker(cache, 50), Maker(cache, 50)
    assert [first.value, second.value, first.value, third.value] == [1, 1, 1, 1]
    assert [first.value, second.value] == [1, 2]


def test_an_empty_value_takes_no_room() -> None:
    cache = BoundedCache(100)
    something, nothing = Maker(cache, 100), Empty(cache, 1000)
    assert [something.value, nothing.value, something.value, nothing.value] == [1, 0, 1, 0]
    assert (something.times, nothing.times) == (1, 1)


def exchange(text: str) -> Exchange:
    return small_project.exchange(small_project.request(), small_project.message(text))


def test_what_is_parsed_of_a_body_is_kept() -> None:
    answer = exchange("Hello.")
    assert answer.message is answer.message


def test_a_changed_copy_is_parsed_anew() -> None:
    answer = exchange("Hello.")
    assert answer.text == "Hello."
    other = replace(answer, body=exchange("Bye.").body)
    assert (answer.text, other.text) == ("Hello.", "Bye.")


def test_no_exchange_sees_what_was_parsed_of_one_that_is_gone() -> None:
    for number in range(1000):
        assert exchange(str(number)).text == str(number)
        gc.collect(0)
