"""Images, videos and documents described in words, so that the simulated model can read them.

A PNG or a GIF is described by its bands of colour from top to bottom, a PDF by the text that its
content streams draw, an uncompressed AVI by the colours of its frames. Nothing here follows a URL;
below `.invalid` there is none (RFC 2606).
"""

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

_PALETTE = {
    "red": (220, 30, 30),
    "green": (30, 160, 50),
    "blue": (30, 60, 220),
    "yellow": (245, 230, 40),
    "orange": (250, 140, 20),
    "purple": (130, 40, 160),
    "pink": (250, 150, 190),
    "cyan": (40, 220, 230),
    "magenta": (230, 30, 220),
    "brown": (120, 75, 40),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "white": (255, 255, 255),
}
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples per pixel by PNG colour type; a palette image (3) is not read."""
_DRAWN = re.compile(rb"\(((?:[^()\\]|\\.)*)\)\s*(?:Tj|TJ|')")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


class MediaError(ValueError):
    """A source that is not what it is labelled as."""


def words(block: dict[str, Any]) -> str:
    """What an image, video or document block shows, in words.

    Raises:
        MediaError: its source is malformed.
    """
    source = block.get("source")
    kind = source.get("type") if isinstance(source, dict) else None
    if not isinstance(source, dict) or kind not in ("base64", "url", "text", "content"):
        raise MediaError("Input should be a source of type 'base64', 'url', 'text' or 'content'")
    if kind == "url":
        if (urlsplit(str(source.get("url"))).hostname or "").endswith(".invalid"):
            raise MediaError("Unable to download the file. Please verify the URL and try again.")
        return f"It lies at {source.get('url')}."
    if kind == "content":
        return _content(source.get("content"))
    data = source.get("data")
    if not isinstance(data, str) or not data:
        raise MediaError("'data' should be a non-empty string")
    if kind == "text":
        return data
    try:
        raw = base64.b64decode(data, validate=True)
    except ValueError as problem:
        raise MediaError(f"'data' is not base64: {problem}") from problem
    if block["type"] == "document":
        return _pdf(raw)
    if block["type"] == "video":
        return _video(raw)
    return _image(raw, source.get("media_type"))


def _content(given: object) -> str:
    blocks = given if isinstance(given, list) else [{"text": given}]
    return "\n".join(str(b.get("text", "")) for b in blocks if isinstance(b, dict))


def _image(raw: bytes, media_type: object) -> str:
    if media_type not in _IMAGES:
        expected = ", ".join(f"'{name}'" for name in _IMAGES)
        raise MediaError(f"'media_type' should be one of {expected}")
    if media_type not in ("image/png", "image/gif"):
        return "It is a picture."
    begins = b"\x89PNG\r\n\x1a\n" if media_type == "image/png" else b"GIF8"
    if not raw.startswith(begins):
        raise MediaError(f"Image does not match the provided media type {media_type}")
    try:
        bands = _bands(raw)
    except (zlib.error, struct.error, IndexError, KeyError) as problem:
        raise MediaError("Could not process image") from problem
    if len(bands) == 1:
        return f"The image is all one colour: {bands[0]}."
    return f"The colours of the image, from top to bottom, are {', '.join(bands)}."


@lru_cache(maxsize=16)
def _bands(raw: bytes) -> tuple[str, ...]:
    """The bands of colour of a GIF or PNG; the few pictures of the suites are asked often."""
    read = _gif_row_colours if raw.startswith(b"GIF8") else _row_colours
    return tuple(colour for colour, _ in groupby(read(raw)))


def _video(raw: bytes) -> str:
    """The colours of an AVI with uncompressed frames, in their order."""
    if not (raw.startswith(b"RIFF") and raw[8:12] == b"AVI "):
        return "It is a video."
    at, colours = raw.find(b"movi") + 4, []
    while raw[at : at + 4] in (b"00db", b"00dc") and len(raw) >= at + 11:
        (size,) = struct.unpack("<I", raw[at + 4 : at + 8])
        blue, green, red = raw[at + 8 : at + 11]
        colours.append(_name((red, green, blue)))
        at += 8 + size + size % 2
    return f"The colours of the video, one after another, are {', '.join(colours)}."


def _row_colours(raw: bytes) -> Iterator[str]:
    """The colour name in the middle of each row, top to bottom."""
    header, data, at = b"", b"", 8
    while at < len(raw):
        (size,) = struct.unpack(">I", raw[at : at + 4])
        kind, chunk = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + size]
        header = chunk if kind == b"IHDR" else header
        data += chunk if kind == b"IDAT" else b""
        at += 12 + size
    width, height, depth, colour_type = struct.unpack(">IIBB", header[:10])
    channels = _CHANNELS[colour_type] if depth == 8 else _CHANNELS[-1]
    pixels, stride = zlib.decompress(data), width * channels
    above = bytes(stride)
    for y in range(height):
        start = y * (stride + 1)
        above = _unfilter(pixels[start], pixels[start + 1 : start + 1 + stride], above, channels)
        middle = above[width // 2 * channels :][:channels]
        yield _name((middle[0],) * 3 if channels < 3 else (middle[0], middle[1], middle[2]))


def _gif_row_colours(raw: bytes) -> Iterator[str]:
    """The colour name in the middle of each row of a GIF's first picture, top to bottom."""
    flags, at = raw[10], 13
    colours = 2 << (flags & 7) if flags & 0x80 else 0
    palette = raw[at : at + 3 * colours]
    at += 3 * colours
    while raw[at] == 0x21:  # An extension comes before the picture.
        at += 2
        while raw[at]:
            at += 1 + raw[at]
        at += 1
    width, height, flags = struct.unpack("<HHB", raw[at + 5 : at + 10])
    at += 10
    if flags & 0x80:
        palette = raw[at : at + (6 << (flags & 7))]
        at += 6 << (flags & 7)
    least, data, at = raw[at], b"", at + 1
    while raw[at]:
        data += raw[at + 1 : at + 1 + raw[at]]
        at += 1 + raw[at]
    pixels = _unpacked(data, least)
    for y in range(height):
        index = pixels[y * width + width // 2] * 3
        yield _name((palette[index], palette[index + 1], palette[index + 2]))


def _unpacked(data: bytes, least: int) -> bytes:
    """Undo the compression of a GIF's pixels (GIF89a, appendix F)."""
    clear, packed, at = 1 << least, int.from_bytes(data, "little"), 0
    known: list[bytes] = []
    out, bits, before = bytearray(), least + 1, b""
    while at + bits <= 8 * len(data):
        code = (packed >> at) & ((1 << bits) - 1)
        at += bits
        if code == clear:
            known = [*(bytes([one]) for one in range(clear)), b"", b""]
            bits, before = least + 1, b""
            continue
        if code == clear + 1:
            break
        entry = known[code] if code < len(known) else before + before[:1]
        if before:
            known.append(before + entry[:1])
        out += entry
        before = entry
        if len(known) == 1 << bits and bits < 12:
            bits += 1
    return bytes(out)


def _unfilter(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """Undo a PNG row filter (PNG specification, section 9)."""
    if kind == 0:
        return line
    out = bytearray(line)
    for i in range(len(out)):
        left = out[i - step] if i >= step else 0
        up, corner = above[i], above[i - step] if i >= step else 0
        guess = {1: left, 2: up, 3: (left + up) // 2, 4: _paeth(left, up, corner)}[kind]
        out[i] = (out[i] + guess) & 0xFF
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))


def _name(pixel: tuple[int, int, int]) -> str:
    return min(
        _PALETTE,
        key=lambda name: sum((a - b) ** 2 for a, b in zip(_PALETTE[name], pixel, strict=True)),
    )


def _pdf(raw: bytes) -> str:
    if not raw.startswith(b"%PDF"):
        raise MediaError("The PDF specified was not valid")
    drawn = []
    for stream in [raw, *_STREAM.findall(raw)]:
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            text = stream if stream is raw else b""
        drawn += [found.decode("latin-1") for found in _DRAWN.findall(text)]
    return "\n".join(drawn)
