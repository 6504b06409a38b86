"""One admitted request: what was sent, what of it counts, and its random numbers."""

import base64
import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from messages_conformance.protocol.canonical import canonical
from messages_conformance.reference.model_claims import ModelClaims

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class AdmittedRequest:
    """An authenticated request to a known model."""

    headers: Mapping[str, str]
    """Names in lower case."""
    sent: dict[str, Any]
    """The body as it came."""
    body: dict[str, Any]
    """The body without what the endpoint is documented to ignore."""
    claims: ModelClaims
    seed: int
    nth: int
    """How many equal requests came before."""
    digest: str
    """Equal for requests that ask for the same, whether streamed or not."""

    @cached_property
    def greedy(self) -> bool:
        """Whether the sampling fields leave only the likeliest token."""
        return (
            self.body.get("temperature", 1) <= 0.01
            or self.body.get("top_k") == 1
            or (self.body.get("top_p") or 1) <= 0.1
        )

    @property
    def rng(self) -> Random:
        """Random numbers for the answer: the same for equal greedy requests, else fresh ones."""
        return self.rng_for("text")

    def rng_for(self, purpose: str, *, repeating: bool = True) -> Random:
        """Random numbers for one purpose, repeated for equal greedy requests as in `rng`.

        Without ``repeating`` they are fresh for every request, a greedy one too.
        """
        return self._rng(purpose, 0 if self.greedy and repeating else self.nth)

    def id(self, prefix: str, *salt: object) -> str:
        """An id of that prefix and 24 characters, unique to this request and salt."""
        rng = self._rng("id", self.nth, prefix, *salt)
        return prefix + "".join(rng.choices(_ALPHABET, k=24))

    def signature(self, thinking: str) -> str:
        """The signature of a thinking block, in base64."""
        return base64.b64encode(
            hashlib.sha512(f"{self.seed}:{thinking}".encode()).digest()
        ).decode()

    def _rng(self, *salt: object) -> Random:
        return Random(f"{self.seed}:{self.digest}:{salt}")  # noqa: S311


def digest(sent: Mapping[str, Any]) -> str:
    """A digest of a body that is the same whether the answer is to be streamed or not."""
    but_stream = {name: value for name, value in sent.items() if name != "stream"}
    return hashlib.sha256(canonical(but_stream)).hexdigest()
