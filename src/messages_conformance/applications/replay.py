"""Sends a program's own requests to another endpoint, and compares what it leans on."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import httpx2

from messages_conformance import __version__
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.replay_choice import Choice
from messages_conformance.applications.replay_compare import Compared, compare, unanswered
from messages_conformance.display import json_text, one_line, plural
from messages_conformance.probing.probe import credential
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.recording.cost import Cost, upper_bound
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.signals import stoppable
from messages_conformance.recording.transport import Sender

_AT_ONCE = 2
"""Requests that are under way together."""
_TRIES = 3
"""How often a request is sent while the endpoint is busy."""
_IN_VAIN = 3
"""Requests in succession that get no answer before no more are sent."""
_BUSY = frozenset({429, 503, 529})


@dataclass(frozen=True, slots=True)
class Replay:
    """What came back, request by request."""

    choice: Choice
    compared: tuple[Compared, ...]

    @property
    def left(self) -> tuple[Compared, ...]:
        """The requests that got no answer to compare."""
        return tuple(one for one in self.compared if one.unanswered)

    @property
    def exit_code(self) -> int:
        """0 nothing differs for certain, 1 something does, 2 some answer could not be compared."""
        if any(d.certain for one in self.compared for d in one.differences):
            return 1
        return 2 if self.left else 0


def requests_of(choice: Choice, model: str, endpoint: Endpoint) -> tuple[Request, ...]:
    """The requests that would be sent."""
    sent = {k: v for k, v in credential(endpoint.auth).items() if v is not None}
    return tuple(one.request(model, sent, VERSIONS[0]) for one in choice.chosen)


def cost_of(requests: Iterable[Request]) -> Cost:
    """What they cost at most, if each is sent once."""
    return reduce(Cost.__add__, map(upper_bound, requests), Cost())


def replay(
    choice: Choice,
    model: str,
    endpoint: Endpoint,
    transport: httpx2.AsyncBaseTransport | None = None,
    pause: float = 5.0,
    limits: Limits = DEFAULT,
) -> Replay:
    """Send what was chosen, and compare; ``pause`` is the wait in seconds before a busy
    endpoint is asked again.

    Raises:
        SetupError: the endpoint cannot be asked.
        GaveUpError: this machine has no connections left.
    """
    requests = requests_of(choice, model, endpoint)
    answers = asyncio.run(stoppable(_send(requests, endpoint, transport, pause, limits)))
    pairs = zip(choice.chosen, answers, strict=True)
    return Replay(choice, tuple(compare(chosen, answer) for chosen, answer in pairs))


async def _send(
    requests: Sequence[Request],
    endpoint: Endpoint,
    transport: httpx2.AsyncBaseTransport | None,
    pause: float,
    limits: Limits,
) -> list[Exchange | None]:
    """The answers; None for what is not sent any more, as nothing was answered before it."""
    gate = asyncio.Semaphore(_AT_ONCE)
    in_vain = 0
    async with Sender(endpoint, limits, transport) as sender:

        async def one(request: Request) -> Exchange | None:
            nonlocal in_vain
            async with gate:
                if in_vain >= _IN_VAIN:
                    return None
                for tried in range(1, _TRIES + 1):
                    answer = await sender.send(request)
                    if answer.status not in _BUSY or tried == _TRIES:
                        break
                    await asyncio.sleep(pause * tried)
                in_vain = in_vain + 1 if unanswered(answer) else 0
                return answer

        return list(await asyncio.gather(*map(one, requests)))


def plan_text(choice: Choice, cost: Cost, base_url: str, model: str) -> str:
    """What would be sent, before anything is."""
    lines = [
        f"{plural(len(choice.chosen), 'request')} to {base_url}, model {one_line(model)}: at most "
        f"{cost.input:,} tokens of input and {cost.output:,} of output."
    ]
    lines += [f"  {one_line(one.place)}: {_titles(one.covers)}" for one in choice.chosen]
    lines += [f"  left out, as {why}: {FEATURES[id].title}" for id, why in choice.left_out]
    return "\n".join(lines) + "\n"


def to_text(done: Replay) -> str:
    """What differs, request by request."""
    lines: list[str] = []
    for one in done.compared:
        lines.append(f"{_verdict(one)}  {one_line(one.chosen.place)}: {_titles(one.chosen.covers)}")
        if one.unanswered:
            lines.append(f"      {one.unanswered}")
        for difference in one.differences:
            doubt = "" if difference.certain else " (may be the model's choice)"
            lines.append(f"      {one_line(difference.what)}{doubt}")
            lines.append(f"      rows: {', '.join(difference.rows)}")
    differing = sum(bool(one.differences) for one in done.compared)
    total = plural(len(done.compared), "request")
    lines.append(f"{total} sent: {differing} differ, {len(done.left)} were not answered.")
    return "\n".join(lines) + "\n"


def _verdict(one: Compared) -> str:
    if one.unanswered:
        return "?   "
    if any(difference.certain for difference in one.differences):
        return "no  "
    return "same" if not one.differences else "odd "


def to_json(done: Replay) -> str:
    """The same for machines."""
    document: dict[str, Any] = {
        "suite_version": __version__,
        "requests": [
            {
                "place": one.chosen.place,
                "features": list(one.chosen.features),
                "covers": list(one.chosen.covers),
                "status": one.status,
                "answered": not one.unanswered,
                "why": one.unanswered,
                "differences": [
                    {"what": d.what, "rows": list(d.rows), "certain": d.certain}
                    for d in one.differences
                ],
            }
            for one in done.compared
        ],
        "left_out": [{"feature": f, "why": why} for f, why in done.choice.left_out],
    }
    return json_text(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _titles(features: Iterable[str]) -> str:
    return ", ".join(FEATURES[id].title for id in features)
