"""From a request that fails to the smallest that fails in the same way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from messages_conformance.probing.generated import smaller
from messages_conformance.probing.generated.draft import Body, Draft
from messages_conformance.probing.generated.faults import Fault
from messages_conformance.probing.probe import ProbePart

Try: TypeAlias = Callable[[Draft], ProbePart[Fault | None]]
"""Asks a request, and says how it fails."""
IsLike: TypeAlias = Callable[[Draft], bool]
"""Whether a smaller request is as legal, or as illegal, as the one that failed."""


@dataclass
class Shrinking:
    """A search for the smallest request that fails as a first one did, with so many tries."""

    failing: Draft
    fault: Fault
    ask: Try
    is_like: IsLike
    left: int
    tried: set[Draft] = field(default_factory=set)

    def run(self) -> ProbePart[None]:
        """Search; `failing` and `fault` are then those of the smallest request found."""
        if self.failing.betas:
            yield from self._take(Draft(self.failing.body))
        found = True
        while found and self.left:
            before = self.failing
            for level in range(1, smaller.LEVELS + 1):
                yield from self._level(level)
            yield from self._plainer()
            found = self.failing != before

    def _level(self, level: int) -> ProbePart[None]:
        """Leave out as much as possible of one level: first much at once, then less."""
        fitting = [step for step in smaller.steps(self.failing.body, level) if self._fits([step])]
        size = len(fitting)
        while size and self.left:
            for at in range(0, len(fitting), size):
                body = smaller.left_out(self.failing.body, fitting[at : at + size])
                if (yield from self._take_body(body)):
                    # What is left has other places.
                    steps = smaller.steps(self.failing.body, level)
                    fitting = [step for step in steps if self._fits([step])]
                    size = min(size, len(fitting))
                    break
            else:
                size //= 2

    def _plainer(self) -> ProbePart[None]:
        taken = True
        while taken and self.left:
            taken = False
            for body in self._candidates():
                if (yield from self._take_body(body)):
                    taken = True
                    break

    def _candidates(self) -> Iterator[Body]:
        return smaller.plainer(self.failing.body)

    def _fits(self, steps: list[smaller.Step]) -> bool:
        body = smaller.left_out(self.failing.body, steps)
        return body is not None and self.is_like(self.failing.with_body(body))

    def _take_body(self, body: Body | None) -> ProbePart[bool]:
        if body is None:
            return False
        return (yield from self._take(self.failing.with_body(body)))

    def _take(self, draft: Draft) -> ProbePart[bool]:
        """Whether a smaller request fails in the same way; then it takes the place of the other."""
        if not self.left or draft in self.tried or not self.is_like(draft):
            return False
        self.tried.add(draft)
        self.left -= 1
        fault = yield from self.ask(draft)
        if fault is None or not self.fault.is_like(fault):
            return False
        self.failing, self.fault = draft, fault
        return True
