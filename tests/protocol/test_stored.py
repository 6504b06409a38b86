"""Long answers lie on the disk and are read again, without any visible difference."""

import dataclasses
import gc
import subprocess
import sys
from pathlib import Path

import pytest

from messages_conformance.cassettes.spool import HELD, Spool
from messages_conformance.protocol.exchange import Chunk, Exchange
from support import small_project

LONG = bytes(range(256)) * 4096
MEMORY = 200 * 1000 * 1000
"""bytes"""


def answer(body: bytes, **changes: object) -> Exchange:
    return dataclasses.replace(small_project.exchange(small_project.request(), body), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "exchange",
    [
        answer(LONG),
        answer(b"a" * HELD, chunks=tuple(Chunk(1, at / 7) for at in range(HELD))),
        answer(b"{}", headers=tuple((f"x-{n}", "é" * 40) for n in range(1000))),
        answer(b"short"),
    ],
    ids=["body", "chunks", "headers", "nothing"],
)
def test_what_lies_on_the_disk_equals_what_was_put_there(exchange: Exchange) -> None:
    spool = Spool()
    other = spool.offload(answer(LONG[::-1]))
    light = spool.offload(exchange)
    assert light == exchange
    assert light.asked_with(small_project.request("Bye.")).body == exchange.body
    assert dataclasses.replace(light, status=500).chunks == exchange.chunks
    assert other.body == LONG[::-1]


def test_a_long_body_is_not_kept_in_memory() -> None:
    light = Spool().offload(answer(LONG))
    held = [each for each in gc.get_referents(light, vars(light)) if isinstance(each, bytes)]
    assert LONG not in held


RUN = """
import pathlib, sys
from support import hostile
from support import recordings
from support import small_project
from messages_conformance.judging import judge
from messages_conformance.protocol.limits import DEFAULT

MANY = '''
from messages_conformance.probing import row, works

@row("basic/many")
def many(ask):
    "It asks for many answers."
    return works("seen", *(yield [ask(f"{n}") for n in range(60)]))
'''
root = pathlib.Path(sys.argv[1])
body = small_project.http(small_project.message("so " * (DEFAULT.size // 3 - 200)))
(done,), _ = recordings.record(root, lambda _: body, "basic/many", suites={"basic": MANY})
assert done.sent == 60, done
recorded = hostile.peak()
world = small_project.revision("basic/many")
found = small_project.suites_of(root / "suites", basic=MANY)
report = judge.judge_target(world, world.rows, world.models, found, root / "tapes")
assert report.cells[0].verdict.name == "kept", report.cells[0]
print(recorded, hostile.peak())
"""


def test_sixty_answers_of_the_greatest_length_need_little_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(int(peak) < MEMORY for peak in done.stdout.split()), done.stdout
