"""Text in UTF-16 or UTF-32, read as UTF-8 that knows which of the original bytes it comes from."""

import json
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate


@dataclass(frozen=True, repr=False)
class WideText:
    """A text, and the bytes of each of its characters in its own charset."""

    text: str
    unit: int
    """bytes of a character of the first 65,536"""

    @cached_property
    def in_utf_8(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode(errors="surrogatepass")

    def where(self, start: int, end: int) -> list[tuple[int, int]]:
        """From where to where some bytes of the UTF-8 stand in the original."""
        begins, ends = self._places
        first, last = (bisect_right(begins, at) - 1 for at in (start, end - 1))
        return [(ends[first], ends[last + 1])]

    @cached_property
    def _places(self) -> "tuple[array[int], array[int]]":
        """Where each character begins, in UTF-8 and in the original."""
        sizes = (len(one.encode(errors="surrogatepass")) for one in self.text)
        own = (4 if ord(one) > 0xFFFF else self.unit for one in self.text)
        return array("Q", accumulate(sizes, initial=0)), array("Q", accumulate(own, initial=0))


def wide_text(data: bytes) -> WideText | None:
    """The text of bytes in UTF-16 or UTF-32; None if they do not begin like any, or are none."""
    charset: str = json.detect_encoding(data)
    if charset.startswith("utf-8"):
        return None
    unit = 4 if "32" in charset else 2
    if charset in ("utf-16", "utf-32"):  # The mark at the beginning stays, as a character.
        charset += "-le" if data.startswith(b"\xff") else "-be"
    try:
        text = data[: len(data) // unit * unit].decode(charset, errors="surrogatepass")
    except UnicodeDecodeError:
        return None
    return WideText(text, unit)
