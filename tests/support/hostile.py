"""Send a request to a faulty server from another process: `python -m support.hostile URL`.

The exchange is recorded as usual, a probe is judged by it, and all inspections look at it.
"""

import asyncio
import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2

from messages_conformance import resources
from messages_conformance.probing import loader
from messages_conformance.probing.driver import run_probe
from messages_conformance.probing.probe import Ask
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.limits import Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.transport import Sender
from messages_conformance.verdict import Behaviour
from support import small_project
from support.small_project import Script

LIMITS = Limits(connect=5, first=3, silence=3, whole=20)


@dataclass(frozen=True)
class Result:
    """What a process measured with one server."""

    status: int | None
    ended: str
    kept: int
    """Bytes of the body that were kept."""
    behaviour: str
    seconds: float
    peak: int
    """The most memory that the process used, in bytes."""


async def send(
    url: str, limits: Limits, transport: httpx2.AsyncBaseTransport | None = None
) -> Exchange:
    async with Sender(Endpoint(url, "sk-marked-key/0123456789"), limits, transport) as sender:
        return await sender.send(small_project.request())


def behaviour_of(exchange: Exchange) -> Behaviour:
    """What a probe sees that gets one exchange as the answer to everything."""
    probe = loader.load(resources.folder("suites"))["basic/max_tokens"].probe
    row = small_project.row("basic/max_tokens")
    ask = Ask(small_project.MODEL, row, small_project.TARGET, "x")
    return run_probe(probe, ask, lambda batch: [exchange for _ in batch])


def inspect(*exchanges: Exchange, sections: tuple[str, ...] = ("wire", "client")) -> None:
    """Apply all inspections of these sections to some exchanges."""
    for _, inspection in loader.load(resources.folder("suites")).inspections:
        if inspection.row.partition("/")[0] in sections:
            inspection.function(exchanges)


async def run_against(script: Script) -> Result:
    """Start this module as a process against a server."""
    async with small_project.serving(script) as server:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "support.hostile",
            server.url,
            cwd=Path(__file__).parents[1],
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
        return Result(**json.loads(printed))


def peak() -> int:
    """The most memory that this process used, in bytes; `getrusage` counts its parent's too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    began = time.perf_counter()
    exchange = asyncio.run(send(sys.argv[1], LIMITS))
    behaviour = behaviour_of(exchange)
    inspect(exchange)
    print(
        json.dumps(
            {
                "status": exchange.status,
                "ended": exchange.ended,
                "kept": len(exchange.body),
                "behaviour": behaviour.kind,
                "seconds": time.perf_counter() - began,
                "peak": peak(),
            }
        )
    )


if __name__ == "__main__":
    main()
