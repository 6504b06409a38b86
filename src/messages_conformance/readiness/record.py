"""Asking an endpoint for a client, through the recorder; and asking a recording.

Every exchange is kept in a cassette, as those of a run are: without a key, and readable.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import httpx2

from messages_conformance.cassettes.tape import Tape, labels_of
from messages_conformance.claims.page import Row
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import ClientsError
from messages_conformance.probing.behaviours import works
from messages_conformance.probing.loader import LoadedProbe, Suites
from messages_conformance.probing.probe import Ask, Probe, ProbeRun, Purpose, Question
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness.dialect import Dialect
from messages_conformance.readiness.evidence import from_exchanges
from messages_conformance.readiness.moved import Histories, histories
from messages_conformance.readiness.questions import (
    Questions,
    UnrecordedError,
    answer_all,
    client_of,
    questions,
)
from messages_conformance.readiness.result import Readiness
from messages_conformance.readiness.snippets import requests_of
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.verdict import Claim

_SUITE = "ready"
_UNLIMITED = RecordingOptions()


async def ask(
    dialects: Iterable[Dialect],
    chosen: Chosen,
    endpoint: Endpoint,
    cassettes: Path,
    options: RecordingOptions = _UNLIMITED,
    transport: httpx2.AsyncBaseTransport | None = None,
    *,
    extras: Iterable[str] = (),
) -> None:
    """Ask an endpoint all that some clients would; the answers are in ``cassettes``.

    ``extras`` is what is asked besides: ``snippets``, a page's first calls; ``moved``,
    conversations that were begun elsewhere. The endpoint has answered a plain request before.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint does not answer any more, or the key does not work any more.
    """
    probes = [_probe(each) for each in dialects]
    probes += [Probe(f"{_SUITE}/{extra}", _EXTRAS[extra], None) for extra in extras]
    rows = tuple(
        Row(each.row, each.row, Claim.UNKNOWN, "what a client sends", "", "inferred")
        for each in probes
    )
    asked = replace(chosen, revision=replace(chosen.revision, rows=rows), rows=rows)
    await recorder.record(
        (asked,),
        Suites({each.row: LoadedProbe(_SUITE, each) for each in probes}),
        endpoint,
        cassettes,
        # What a key that was revoked, or a server that is gone, answers says nothing of a client.
        replace(options, checks_key=True, is_one_row=True),
        transport=transport,
    )


def judge(dialect: Dialect, root: Path, target: str, model: str) -> Readiness:
    """What a recording says of a client: one made for it, or else any other.

    Raises:
        CassetteError: a cassette cannot be used.
    """
    tape = Tape.load(root, target, model)
    return _judge(dialect, model, lambda request: tape.find(request, 0), tape.exchanges)


def judge_exchanges(dialect: Dialect, model: str, exchanges: Sequence[Exchange]) -> Readiness:
    """What exchanges say of a client, wherever they were recorded."""
    # The last of equal requests is the one that was not sent again.
    known = {each.request.key: each for each in exchanges}
    return _judge(dialect, model, lambda request: known.get(request.key), exchanges)


def _judge(
    dialect: Dialect,
    model: str,
    find: Callable[[Request], Exchange | None],
    exchanges: Iterable[Exchange],
) -> Readiness:
    try:
        return answer_all(questions(dialect, model), lambda batch: map(find, batch))
    except UnrecordedError:
        return from_exchanges(dialect, client_of(dialect), model, exchanges)


def recorded_models(
    run: Path, target: str | None, models: tuple[str, ...]
) -> Iterator[tuple[Path, str, str]]:
    """The folder of the cassettes of a run, and the targets and models that it has.

    Raises:
        ClientsError: there is nothing recorded, or nothing of what was named.
    """
    root = run / "cassettes" if (run / "cassettes").is_dir() else run
    if not root.is_dir():
        raise ClientsError(f"{run}: is no folder; name a run's folder or one of cassettes")
    found = dict.fromkeys(
        (label.target, label.model)
        for folder in sorted(root.iterdir())
        if folder.is_dir()
        for label in labels_of(root, unquote(folder.name))
    )
    chosen = [
        (of, model)
        for of, model in found
        if target in (None, of) and (not models or model in models)
    ]
    if not chosen:
        there = ", ".join(sorted({model for _, model in found})) or "none"
        raise ClientsError(f"{run}: holds no such recording; models there: {there}")
    yield from ((root, of, model) for of, model in chosen)


def _snippets(ask: Ask) -> ProbeRun:
    """Every call of a page's snippets."""
    yield [Question(each, Purpose.SHARED) for each in requests_of(ask.model.id)]
    return works("everything was asked")


def _moved(ask: Ask) -> ProbeRun:
    """Every history that was begun elsewhere."""
    return (yield from _asked(histories(ask.model.id)))


_EXTRAS: Final = {"snippets": _snippets, "moved": _moved}


def _probe(dialect: Dialect) -> Probe:
    """The questions as a probe, so that the recorder can run them."""

    def run(ask: Ask) -> ProbeRun:
        return (yield from _asked(questions(dialect, ask.model.id)))

    return Probe(f"{_SUITE}/{dialect.client}@{dialect.version}", run, None)


def _asked(asked: Questions | Histories) -> ProbeRun:
    """Ask whatever is asked; equal requests once."""
    known: dict[str, Exchange] = {}
    batch = next(asked)
    while True:
        new = list({each.key: each for each in batch if each.key not in known}.values())
        if new:
            exchanges = yield [Question(each, Purpose.SHARED) for each in new]
            known |= {each.key: exchange for each, exchange in zip(new, exchanges, strict=True)}
        try:
            batch = asked.send(tuple(known[each.key] for each in batch))
        except StopIteration:
            return works("everything was asked")
