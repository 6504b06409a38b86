"""What requests are made of: messages, blocks, tools, pictures and long texts."""

import base64
import struct
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

CACHE_CONTROL = {"cache_control": {"type": "ephemeral"}}
"""The field that makes a block, or a tool, a cache breakpoint."""

_COLOURS = {
    "red": (220, 20, 20),
    "green": (20, 160, 40),
    "blue": (20, 40, 220),
    "yellow": (250, 220, 20),
}


def text(words: str, **fields: Any) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words, **fields}


def user(*blocks: dict[str, Any] | str) -> dict[str, Any]:
    """A user message of one string or of blocks; strings among blocks become text blocks."""
    return _message("user", blocks)


def assistant(*blocks: dict[str, Any] | str) -> dict[str, Any]:
    """An assistant message of one string or of blocks."""
    return _message("assistant", blocks)


def _message(role: str, blocks: tuple[dict[str, Any] | str, ...]) -> dict[str, Any]:
    if len(blocks) == 1 and isinstance(blocks[0], str):
        return {"role": role, "content": blocks[0]}
    return {"role": role, "content": [text(b) if isinstance(b, str) else b for b in blocks]}


def tool(name: str, description: str | None = None, **properties: str) -> dict[str, Any]:
    """A tool whose properties, given as name=JSON type, are all required."""
    schema = {
        "type": "object",
        "properties": {field: {"type": kind} for field, kind in properties.items()},
        "required": list(properties),
    }
    described = {} if description is None else {"description": description}
    return {"name": name, **described, "input_schema": schema}


def call(id: str, name: str, arguments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A tool_use block, as an assistant's turn carries it."""
    return {"type": "tool_use", "id": id, "name": name, "input": arguments, **fields}


def result(id: str, content: Any, **fields: Any) -> dict[str, Any]:
    """A tool_result block that answers the call of that id."""
    return {"type": "tool_result", "tool_use_id": id, "content": content, **fields}


def banded_png(colours: Iterable[str], width: int = 64, band: int = 32) -> str:
    """A PNG of horizontal bands of the named colours, top to bottom, in base64."""
    rows = b"".join((b"\x00" + bytes(_COLOURS[name]) * width) * band for name in colours)
    height = len(rows) // (1 + 3 * width)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


def banded_gif(colours: Iterable[str], width: int = 64, band: int = 32) -> str:
    """The same as a GIF, whose pixels are not compressed."""
    named = [*_COLOURS]
    pixels = [named.index(name) for name in colours for _ in range(width * band)]
    clear, end, bits = 4, 5, 3
    # A clear code before the codes grow longer than three bits keeps every pixel a code of its own.
    codes = [code for at in range(0, len(pixels), 2) for code in (clear, *pixels[at : at + 2])]
    packed = sum(code << (bits * at) for at, code in enumerate([*codes, end]))
    data = packed.to_bytes((bits * (len(codes) + 1) + 7) // 8, "little")
    blocks = b"".join(bytes([len(d := data[at : at + 255])]) + d for at in range(0, len(data), 255))
    height = len(pixels) // width
    screen = struct.pack("<HHBBB", width, height, 0b10010001, 0, 0)
    palette = b"".join(bytes(_COLOURS[name]) for name in named)
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + bytes([2]) + blocks + b"\x00"
    return base64.b64encode(b"GIF89a" + screen + palette + image + b";").decode()


def text_pdf(words: str) -> str:
    """A PDF of one page with a line of words in ASCII, in base64."""
    drawn = f"BT /F1 18 Tf 40 100 Td ({words}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    pdf, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    pdf += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (size, table)
    pdf += b"<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        pdf.index(b"xref\n0 "),
    )
    return base64.b64encode(pdf).decode()


def coloured_avi(colours: Iterable[str], side: int = 32) -> str:
    """A video in base64: an AVI of uncompressed frames, each a second of one named colour."""
    frames = [bytes(reversed(_COLOURS[name])) * side * side for name in colours]
    size = len(frames[0])
    stream = struct.pack(
        "<4s4sIHHIIIIIIIIhhhh", b"vids", b"DIB ", *(0, 0, 0, 0), 1, 1, 0, len(frames), size,
        0xFFFFFFFF, 0, 0, 0, side, side,
    )  # fmt: skip
    bitmap = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, size, 0, 0, 0, 0)
    main = struct.pack(
        "<14I", 1_000_000, size, 0, 0x10, len(frames), 0, 1, size, side, side, *(0,) * 4
    )
    streams = _riff(b"LIST", b"strl" + _riff(b"strh", stream) + _riff(b"strf", bitmap))
    headers = _riff(b"LIST", b"hdrl" + _riff(b"avih", main) + streams)
    movie = _riff(b"LIST", b"movi" + b"".join(_riff(b"00db", frame) for frame in frames))
    return base64.b64encode(_riff(b"RIFF", b"AVI " + headers + movie)).decode()


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)


_THINGS = ("lantern", "anchor", "barrel", "compass", "ladder", "saddle", "kettle", "mirror")
_PLACES = ("north wall", "south gate", "upper loft", "lower cellar", "east stair", "west yard")


@cache
def long_text(title: str, lines: int = 110) -> str:
    """A text well above the 1,024 tokens below which nothing is cached; another for each title."""
    entries = (
        f"Entry {n}: in the {title} house the {_THINGS[n % 8]} hangs by the {_PLACES[n % 6]}."
        for n in range(1, lines + 1)
    )
    return f"Inventory of the {title} house.\n" + "\n".join(entries)
