"""How much is done for an answer, counted in calls: whatever it is made of, work grows as it does.

A clock would say the same only on a machine that does nothing else.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import httpx2
import pytest

from messages_conformance.claims.selection import Chosen
from messages_conformance.judging import assess
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.rendering.render import render
from messages_conformance.verdict import Evidence
from support import recordings, small_project

MOST = 250
"""Calls for one header, block or event, with all that is done with it."""
OURS = re.compile(r"[/\\\\](messages_conformance|yaml)[/\\\\]")
TEXT = small_project.message()
PARTS = {
    "headers": lambda n: httpx2.Response(
        200, headers=[(f"x-{at}", "y") for at in range(n)], content=TEXT
    ),
    "equal headers": lambda n: httpx2.Response(200, headers=[("x", "y")] * n, content=TEXT),
    "blocks": lambda n: httpx2.Response(
        200, content=TEXT.replace(b'"content": [', b'"content": [' + b'{"type": "text"}, ' * n)
    ),
    "events": lambda n: httpx2.Response(
        200,
        headers={"content-type": "text/event-stream"},
        content=b'event: ping\ndata: {"type": "ping"}\n\n' * n,
    ),
}


def calls(folder: Path, answer: httpx2.Response) -> int:
    """How many functions this package and what reads YAML call to record and judge an answer."""
    count = 0

    def note(frame: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call") and bool(OURS.search(frame.f_code.co_filename))

    folder.mkdir()
    wire = (Path(__file__).parents[2] / "suites" / "test_wire.py").read_text(encoding="utf-8")
    suites = small_project.suites_of(folder / "suites", basic=small_project.SUITE, wire=wire)
    world = small_project.revision("basic/temperature", "wire/message", "wire/stream")
    chosen = Chosen(world, world.models, world.rows)
    recording = recorder.record(
        (chosen,),
        suites,
        Endpoint("http://127.0.0.1:1", "sk-marked-0123456789abcdef"),
        folder / "cassettes",
        RecordingOptions(retries=recordings.EAGER),
        transport=httpx2.MockTransport(
            lambda _: httpx2.Response(200, headers=answer.headers, content=answer.content)
        ),
    )
    sys.setprofile(note)
    try:
        asyncio.run(recording)
        render(assess.assess((chosen,), suites, folder / "cassettes", Evidence.LIVE).report, "html")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_twice_as_much_takes_twice_the_work(
    parts: Callable[[int], httpx2.Response], tmp_path: Path
) -> None:
    # The first imports and loads what all need.
    _, once, twice, four = (calls(tmp_path / f"{n}", parts(n)) for n in (1, 200, 400, 800))
    # Four times would be quadratic. What is long is looked through in another way than what is not.
    assert 0 < four - twice < 3 * (twice - once)
    assert four - twice < 400 * MOST
