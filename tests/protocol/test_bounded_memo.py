"""Values are kept up to a total weight; the oldest are dropped and made again."""

import gc
import weakref
from dataclasses import replace

from messages_conformance.protocol.bounded_memo import BoundedMemos, Memo
from messages_conformance.protocol.exchange import Exchange
from support import small_project


class Maker:
    """Counts how often its value is made."""

    def __init__(self, memos: BoundedMemos, weight: int) -> None:
        self._memos = memos
        self._memo = Memo()
        self._weight = weight
        self.times = 0

    @property
    def value(self) -> int:
        return self._memos.get(self._memo, "value", self._make, lambda: self._weight)

    def _make(self) -> int:
        self.times += 1
        return self.times


class Large(set[str]):
    """A set that can be watched."""


class Empty(Maker):
    def _make(self) -> int:
        self.times += 1
        return 0


def test_a_value_is_made_again_after_others_took_its_room() -> None:
    memos = BoundedMemos(100)
    first, second, heavy = Maker(memos, 50), Maker(memos, 50), Maker(memos, 1000)
    assert [first.value, second.value, first.value, second.value] == [1, 1, 1, 1]
    assert [heavy.value, heavy.value] == [1, 1], "the newest is kept, however heavy"
    assert [first.value, second.value] == [2, 2]


def test_an_empty_value_takes_no_room_and_stays() -> None:
    memos = BoundedMemos(100)
    something, nothing = Maker(memos, 100), Empty(memos, 1000)
    assert [something.value, nothing.value, something.value, nothing.value] == [1, 0, 1, 0]
    assert (something.times, nothing.times) == (1, 1)


def test_a_value_goes_with_the_object_that_made_it() -> None:
    memos, maker, value = BoundedMemos(100), Memo(), {"large"}
    last = weakref.ref(memos.get(maker, "value", lambda: Large(value), lambda: 50))
    assert last() is not None
    del maker
    assert last() is None


def exchange(text: str) -> Exchange:
    return small_project.exchange(small_project.request(), small_project.message(text))


def test_what_is_parsed_of_a_body_is_kept() -> None:
    answer = exchange("Hello.")
    assert answer.message is answer.message


def test_what_is_parsed_of_an_answer_is_known_where_an_equal_request_got_it() -> None:
    answer = exchange("Hello.")
    equal, other = small_project.request(), small_project.request(stream=True)
    assert answer.asked_with(equal).message is answer.message
    assert answer.asked_with(other).message is not answer.message
    long = answer.asked_with(replace(equal, body=f"sha256:{equal.digest}, 1 bytes"))
    assert long.message is not answer.message


def test_a_changed_copy_is_parsed_anew() -> None:
    answer = exchange("Hello.")
    assert answer.text == "Hello."
    other = replace(answer, body=exchange("Bye.").body)
    assert (answer.text, other.text) == ("Hello.", "Bye.")


def test_no_exchange_sees_what_was_parsed_of_one_that_is_gone() -> None:
    for number in range(1000):
        assert exchange(str(number)).text == str(number)
        gc.collect(0)
