"""What a faulty server costs, and what it costs to search an answer for a key.

    python benchmarks/hostile.py

For each server of `tests/support/faulty_servers.py` a process sends one request over a real socket,
with short limits, records the exchange, judges a probe by it and inspects it. Prints how the
exchange ended, the seconds from the request to the last finding, and the most memory that the
process used. Nothing is asserted here; the tests do that.
"""

import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.protocol.exchange import Chunk
from messages_conformance.protocol.limits import DEFAULT

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import faulty_servers, hostile

KEYS = {
    "sk-marked-key/0123456789-abcdefghijklmnop": "<key>",
    "sk-restricted-0987654321-zyxwvutsrqponmlk": "<restricted key>",
    "sk-no-such-key-0123456789abcdef": "<wrong key>",
}
LARGE = DEFAULT.size
EVENT = (
    b'event: content_block_delta\ndata: {"delta": {"text": "It said \\"so\\"."}, "index": 0}\n\n'
)
TEXTS = {
    "letters": b"a",
    "a stream": EVENT,
    "backslashes": b"\\",
    "JSON escapes": b"\\u0073",
    "percent escapes": b"%73",
    "the key again and again": next(iter(KEYS)).encode() + b" ",
}


async def servers() -> Table:
    """Run against every faulty server."""
    table = Table(
        Column("server", no_wrap=True),
        "status",
        "ended",
        "kept, KB",
        "judged as",
        "seconds",
        "peak, MB",
    )
    for server in faulty_servers.EXPECTED:
        result = await hostile.run_against(server)
        table.add_row(
            server.__name__,
            str(result.status or "none"),
            result.ended,
            f"{result.kept / 1000:.0f}",
            result.behaviour,
            f"{result.seconds:.1f}",
            f"{result.peak / 1e6:.0f}",
        )
    return table


def redaction() -> Table:
    """Search bodies of the largest size that is kept for three keys."""
    table = Table(f"{LARGE >> 20} MB of", "seconds")
    for name, text in TEXTS.items():
        body = text * (LARGE // len(text))
        secrets = Secrets(KEYS)
        began = time.perf_counter()
        secrets.body(body, (Chunk(len(body), 0.1),))
        table.add_row(name, f"{time.perf_counter() - began:.2f}")
    return table


def main() -> None:
    """Print both tables."""
    console = Console()
    console.print(redaction())
    console.print(asyncio.run(servers()))


if __name__ == "__main__":
    main()
