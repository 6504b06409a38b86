"""Keeping credentials out of everything that is written."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from messages_conformance.exchange import Chunk

SHORTEST = 8
"""Characters a credential must have to be looked for: a shorter one, such as the ``EMPTY`` that
local servers take, is no secret and would be found in ordinary words."""


@dataclass(frozen=True, repr=False)
class Secrets:
    """Credentials and the placeholders that stand for them; its repr tells none of them."""

    placeholders: Mapping[str, str]
    """By credential."""

    @cached_property
    def _forms(self) -> dict[bytes, bytes]:
        return {
            form: placeholder.encode()
            for secret, placeholder in self.placeholders.items()
            if len(secret) >= SHORTEST
            for form in _forms(secret)
        }

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        longest_first = sorted(self._forms, key=len, reverse=True)
        # An empty alternation would match everywhere; an unmeetable one matches nowhere.
        return re.compile(b"|".join(map(re.escape, longest_first)) or rb"(?!)")

    def are_in(self, data: bytes) -> bool:
        """Whether any of them stands in the data, in any of its forms."""
        return self._pattern.search(data) is not None

    def text(self, text: str) -> str:
        """The text with placeholders in their stead."""
        return self._pattern.sub(self._placeholder, text.encode()).decode()

    def body(self, body: bytes, chunks: tuple[Chunk, ...]) -> tuple[bytes, tuple[Chunk, ...]]:
        """A body with placeholders in their stead, and its chunks as they would have been.

        A placeholder belongs to the chunk in which the credential began. The start of one at
        the very end, where an answer was cut, is cut off too.
        """
        body = self._without_torn_end(body)
        matches = list(self._pattern.finditer(body))
        scrubbed: list[Chunk] = []
        old = new = 0
        for chunk in chunks:
            old = min(old + chunk.size, len(body))
            end = old
            for match in matches:
                if match.start() < old:
                    grown = len(self._placeholder(match)) - len(match.group())
                    # Where the chunk ends within a credential, it takes all of it.
                    end += grown + max(0, match.end() - old)
            if end > new:
                scrubbed.append(Chunk(end - new, chunk.at))
                new = end
        return self._pattern.sub(self._placeholder, body), tuple(scrubbed)

    def _without_torn_end(self, body: bytes) -> bytes:
        torn = (
            length
            for form in self._forms
            for length in range(len(form) - 1, SHORTEST - 1, -1)
            if body.endswith(form[:length])
        )
        return body[: len(body) - max(torn, default=0)]

    def _placeholder(self, match: re.Match[bytes]) -> bytes:
        return self._forms[match.group()]


def _forms(secret: str) -> set[bytes]:
    """How a credential may be written: plain, JSON-escaped, percent-encoded, in base64."""
    percent = quote(secret, safe="")
    forms = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        quote(secret),
        percent,
        re.sub("%..", lambda match: match.group().lower(), percent),
    }
    plain = {_base64(secret.encode(), offset) for offset in range(3)}
    url_safe = {form.translate(bytes.maketrans(b"+/", b"-_")) for form in plain}
    return {form.encode() for form in forms} | plain | url_safe


def _base64(secret: bytes, offset: int) -> bytes:
    """The characters that a secret alone decides when it starts ``offset`` bytes into a group."""
    first = (offset * 8 + 5) // 6
    last = (offset + len(secret)) * 8 // 6
    return base64.b64encode(b"\0" * offset + secret)[first:last]
