"""One admitted request: what was sent, what of it counts, and the chance it is given."""

import base64
import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from messages_conformance.protocol.exchange import canonical
from messages_conformance.reference.model_claims import Promises

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Call:
    """A request to a known model, after it was let in."""

    headers: Mapping[str, str]
    """Names in lower case."""
    sent: dict[str, Any]
    """The body as it came."""
    body: dict[str, Any]
    """The body without what the endpoint is documented to ignore."""
    promises: Promises
    seed: int
    nth: int
    """How many equal requests came before."""

    @cached_property
    def greedy(self) -> bool:
        """Whether the sampling fields leave only the likeliest token."""
        return (
            self.body.get("temperature") == 0
            or self.body.get("top_k") == 1
            or (self.body.get("top_p") or 1) < 0.1
        )

    @property
    def chance(self) -> Random:
        """The dice of the answer: the same for equal greedy requests, fresh for any other."""
        return self.dice("text")

    def dice(self, purpose: str, *, repeating: bool = True) -> Random:
        """Dice for a purpose of their own, which fall as those of `chance` do.

        Not ``repeating``, they are fresh for every request, a greedy one as well.
        """
        return self._dice(purpose, 0 if self.greedy and repeating else self.nth)

    def id(self, prefix: str, *salt: object) -> str:
        """An id of that prefix and 24 characters, unique to this request and salt."""
        dice = self._dice("id", self.nth, prefix, *salt)
        return prefix + "".join(dice.choices(_ALPHABET, k=24))

    def signature(self, thinking: str) -> str:
        """What signs a thinking block, in base64."""
        return base64.b64encode(
            hashlib.sha512(f"{self.seed}:{thinking}".encode()).digest()
        ).decode()

    def _dice(self, *salt: object) -> Random:
        # Which way an answer is delivered must not change what it says.
        told = {name: value for name, value in self.sent.items() if name != "stream"}
        digest = hashlib.sha256(canonical(told)).hexdigest()
        return Random(f"{self.seed}:{digest}:{salt}")  # noqa: S311
