"""Asking the requests of one recorded row again, now, and comparing what comes back.

A row that is probed is recorded anew, into a folder that is thrown away; its probe may ask other
questions than before, as it decides from the answers. Of an inspected row, the requests are sent
whose answers broke a rule.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from messages_conformance.claims.selection import Selection
from messages_conformance.errors import GaveUpError, RunError
from messages_conformance.judging import judge
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.exchange import Exchange, Json, Place
from messages_conformance.protocol.json_types import json_type
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import preflight
from messages_conformance.recording.signals import stoppable
from messages_conformance.recording.transport import Sender
from messages_conformance.report.differences import Change, difference_of
from messages_conformance.report.report import Judged, Observation
from messages_conformance.runs import check_endpoint, exchanges, live
from messages_conformance.runs.exchanges import FoundRow, RecordedModel, Recordings
from messages_conformance.verdict import Evidence, Standing

_MOST = 5
"""How many requests are sent again of an inspected row."""


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """Two answers to the same request, and how they differ."""

    before: Exchange
    after: Exchange
    lost: tuple[str, ...]
    """Fields that only the earlier answer has, with their types: ``usage.speed: string``."""
    gained: tuple[str, ...]
    """Fields that only the new answer has."""

    @property
    def differs(self) -> bool:
        """Whether the status, how the answer ended, or a field differs."""
        ends = (self.before.status, self.before.ended) != (self.after.status, self.after.ended)
        return ends or bool(self.lost or self.gained)


@dataclass(frozen=True, slots=True)
class Replay:
    """What was seen before and now."""

    before: Judged
    after: Judged
    recorded_from: str
    """The address that was recorded."""
    recorded_on: str
    """The day of the recording, ISO."""
    change: Change | None
    """None where it is the same."""
    why: str
    answers: tuple[ChangedAnswer, ...]

    @property
    def exit_code(self) -> int:
        """0 the same or better, 1 worse, 2 it could not be judged now."""
        if self.after.verdict.standing is Standing.OPEN:
            return 2
        return 1 if self.change is Change.WORSE else 0


def replay(
    found: FoundRow,
    suites: Suites,
    environ: Mapping[str, str],
    root: Path,
    limits: Limits = DEFAULT,
) -> Replay:
    """Ask again what shows a row, at the endpoint that the environment names.

    ``root`` is the folder of the recordings, where the page of an endpoint without claims lies.

    Raises:
        RunError, SetupError, ClaimsError: nothing can be asked.
        GaveUpError: the endpoint no longer answers.
    """
    if live.BASE_URL not in environ:
        raise RunError(
            f"name the address with --base-url, or in {live.BASE_URL}; it was recorded from "
            f"{found.recorded.label.base_url}"
        )
    inspections = {placed.inspection.row: placed.inspection for placed in suites.inspections}
    if isinstance(found.judged, Observation):
        before, after = _inspect(found, inspections[found.judged.row_id], environ, limits)
    else:
        before, after = found, _ask(found, suites, environ, root, limits)
    change, why = difference_of(before.judged, after.judged) or (None, "")
    label = found.recorded.label
    return Replay(
        before.judged,
        after.judged,
        label.base_url,
        label.date,
        change,
        why,
        tuple(_changed(before, after)),
    )


def _ask(
    found: FoundRow, suites: Suites, environ: Mapping[str, str], root: Path, limits: Limits
) -> FoundRow:
    """Record one row of one model anew, and judge it."""
    recorded, row = found.recorded, found.judged.row_id
    target, model = recorded.revision.target.id, recorded.model.id
    own_page = root / target / f"{recorded.revision.date}.toml"
    choice = Selection(
        (target,),
        (model,),
        rows=(row,),
        revision=recorded.revision.date.isoformat(),
        claims=(own_page,) if own_page.is_file() else (),
    )
    probe = suites[row].probe if row in suites else None
    if probe is None:
        raise RunError(f"no probe puts row {row!r} to the test")
    with tempfile.TemporaryDirectory(prefix="messages-conformance-") as name:
        run = live.prepare(
            choice,
            suites,
            environ,
            opt_in_patterns=(row,) if probe.opt_in else (),
            folder=Path(name),
        )
        run, _ = check_endpoint.check(replace(run, limits=limits))
        live.record(run, live.plan(run))
        again = exchanges.find_row(
            Recordings(run.cassettes, (target,), claims=choice.claims), row, suites, (model,)
        )
        judged = again.judged
        live_now = Evidence.LIVE if judged.evidence is Evidence.RECORDED else judged.evidence
        # Long bodies lie on the disk, in a file of their own that outlives the folder.
        return replace(again, judged=replace(judged, evidence=live_now))


def _inspect(
    found: FoundRow, inspection: Inspection, environ: Mapping[str, str], limits: Limits
) -> tuple[FoundRow, FoundRow]:
    """Send the requests again whose answers broke a rule; judge both sets of answers alike."""
    old = [exchange for exchange, _ in found.exchanges[:_MOST]]
    if not old:
        raise RunError(f"no exchange breaks a rule of {inspection.row!r}: nothing to ask again")
    endpoint = live.endpoint_of(found.recorded.revision.target, environ)
    new = asyncio.run(stoppable(_send(found.recorded, endpoint, old, limits)))
    if not any(one.status for one in new):
        raise GaveUpError(f"{endpoint.public_url}: no request was answered ({new[0].ended})")

    def seen(answers: Sequence[Exchange], evidence: Evidence) -> FoundRow:
        judged = judge.inspect_exchanges(found.recorded.model, inspection, answers, evidence)
        return FoundRow(found.recorded, judged, tuple((one, None) for one in answers))

    return seen(old, found.judged.evidence), seen(new, Evidence.LIVE)


async def _send(
    recorded: RecordedModel, endpoint: Endpoint, old: Sequence[Exchange], limits: Limits
) -> list[Exchange]:
    await preflight(recorded.revision, recorded.model, endpoint, limits)
    async with Sender(endpoint, limits) as sender:
        return [
            replace(await sender.send(one.request), place=Place("now", number))
            for number, one in enumerate(old)
        ]


def _changed(before: FoundRow, after: FoundRow) -> Iterator[ChangedAnswer]:
    """The answers to the same requests, in pairs, where they differ."""
    new: dict[tuple[str, str, bytes], list[Exchange]] = defaultdict(list)
    for exchange, _ in after.exchanges:
        new[_asked(exchange)].append(exchange)
    for old, _ in before.exchanges:
        if not (found := new[_asked(old)]):
            continue
        second = found.pop(0)
        had, has = fields_of(old), fields_of(second)
        answer = ChangedAnswer(old, second, tuple(sorted(had - has)), tuple(sorted(has - had)))
        if answer.differs:
            yield answer


def _asked(exchange: Exchange) -> tuple[str, str, bytes]:
    """What was asked, apart from the headers: the key may go into another one."""
    request = exchange.request
    return request.method, request.path, request.content


_DEEPEST = 8
"""Levels of an answer whose fields are named."""


def fields_of(exchange: Exchange) -> set[str]:
    """The fields of an answer with their types; of a stream, those of its message."""
    return set(_fields(exchange.message if exchange.streamed else exchange.json, "", 0))


def _fields(value: Json, name: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _fields(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from _fields(inner, f"{name}[]", depth + 1)
    elif name:
        yield f"{name}: {json_type(value)}"
