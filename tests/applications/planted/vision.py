"""A service that looks at pictures, sent by users and returned by a tool."""

import base64
import struct
import zlib
from typing import Any

from anthropic import AsyncAnthropic

from support.planted import step


def picture(color: tuple[int, int, int], size: int = 64) -> str:
    """A PNG of one colour, in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    rows = (b"\x00" + bytes(color) * size) * size
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return base64.b64encode(png).decode()


@step
async def sees_a_picture(client: AsyncAnthropic, model: str) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": picture((255, 0, 0))}
    content: list[Any] = [
        {"type": "image", "source": source},
        {"type": "text", "text": "What color is the image?"},
    ]
    message = await client.messages.create(
        model=model, max_tokens=50, messages=[{"role": "user", "content": content}]
    )
    assert any("red" in block.text.lower() for block in message.content if block.type == "text")


@step
async def answers_about_text_alone(client: AsyncAnthropic, model: str) -> None:
    content: list[Any] = [{"type": "text", "text": "What is the capital of Norway?"}]
    message = await client.messages.create(
        model=model, max_tokens=50, messages=[{"role": "user", "content": content}]
    )
    assert any("Oslo" in block.text for block in message.content if block.type == "text")
