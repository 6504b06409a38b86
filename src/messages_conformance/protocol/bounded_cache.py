"""A cache of values that take much memory: it keeps those used last, up to a total weight."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class BoundedCache:
    """Values by key; the ones not used for longest are dropped first."""

    def __init__(self, most: int) -> None:
        """Keep values of that weight together; the newest is kept whatever its weight."""
        self._most = most
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], weigh: Callable[[], int]) -> T:
        """The value of a key, made anew if it is not there."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                value: T = found[0]
                return value
        value = make()
        # An empty value takes no memory.
        weight = weigh() if value else 0
        with self._lock:
            if key not in self._values:
                self._values[key] = (value, weight)
                self._held += weight
            while self._held > self._most and len(self._values) > 1:
                _, (_, dropped) = self._values.popitem(last=False)
                self._held -= dropped
        return value
