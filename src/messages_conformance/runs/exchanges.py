"""Finding recorded exchanges as a person names them: by row, or by their number in a report."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from messages_conformance import resources
from messages_conformance.cassettes.entry import Label
from messages_conformance.cassettes.tape import Tape, files_of, folder_of
from messages_conformance.claims import library, selection
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import RunError
from messages_conformance.judging import judge
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Purpose
from messages_conformance.protocol.exchange import Exchange, Place
from messages_conformance.report.report import Judged
from messages_conformance.runs.folder import CASSETTES

_NUMBERED = re.compile(r"(?P<file>.+?)(?:\.yaml)?#(?P<position>\d{1,9})")


@dataclass(frozen=True)
class Recordings:
    """Where recordings lie, and which of them are meant."""

    root: Path
    targets: tuple[str, ...] = ()
    """The target that was named; empty for all."""
    folder: Path | None = None
    """The folder of a target or a model that was named; None for all."""
    claims: tuple[Path, ...] = ()
    """Claims files of its targets, where they lie elsewhere."""


@dataclass(frozen=True)
class RecordedModel:
    """Everything recorded of one model, and the page that it is judged by."""

    revision: Revision
    rows: tuple[Row, ...]
    model: Model
    tape: Tape

    @property
    def label(self) -> Label:
        """Where it was recorded; a tape that was found has one."""
        assert self.tape.label is not None
        return self.tape.label


@dataclass(frozen=True)
class FoundRow:
    """A row judged for a model, with the exchanges that show it; their requests are whole."""

    recorded: RecordedModel
    judged: Judged
    exchanges: tuple[tuple[Exchange, Purpose | None], ...]
    """Each with why it was asked, the most decisive first; None where no probe asked for it."""


def recordings(name: str) -> Recordings:
    """The recordings of a run's folder, of a folder of cassettes, or those shipped of a target.

    Raises:
        RunError: it is none of these.
    """
    path = Path(name)
    if path.is_file():
        path = path.parent
    if not path.is_dir():
        return _shipped(name)
    if (path / CASSETTES).is_dir():
        return Recordings(path / CASSETTES)
    if runs := sorted(run for run in path.glob("run-*") if (run / CASSETTES).is_dir()):
        raise RunError(f"{name}: holds several runs; name one of them, such as {runs[-1]}")
    for root, depth in ((path, "*/*/*.yaml"), (path.parent, "*/*.yaml"), (path, "*.yaml")):
        if any(path.glob(depth)):
            root = path.parent.parent if depth == "*.yaml" else root
            return Recordings(root, folder=path)
    if files_of(path):
        return Recordings(path)
    raise RunError(f"{name}: holds no recordings; name a run's folder, or one of cassettes")


def _shipped(name: str) -> Recordings:
    root = resources.folder("cassettes")
    known = library.known().targets
    if name in known and selection.is_recorded(root, name):
        return Recordings(root, (name,))
    recorded = [id for id in known if selection.is_recorded(root, id)]
    if name in known:
        raise RunError(
            f"no recordings of target {name!r} are shipped; there are those of "
            f"{', '.join(recorded) or 'none'}; record it with 'run', and name the run's folder"
        )
    hint = did_you_mean(name, recorded, "name a run's folder, a folder of cassettes, or a target")
    raise RunError(f"there is no folder and no target {name!r}{hint}")


def recorded_models(
    where: Recordings, models: Sequence[str] = (), rows: Sequence[str] = ()
) -> Iterator[RecordedModel]:
    """The recorded models, read one by one; only those that fit a pattern where some are given.

    Raises:
        ClaimsError: a model or a row is not known.
        CassetteError: a cassette cannot be used.
    """
    for choice in chosen(where, models, rows):
        for model in choice.models:
            tape = Tape.load(where.root, choice.revision.target.id, model.id)
            if tape.entries:
                yield RecordedModel(choice.revision, choice.rows, model, tape)


def chosen(
    where: Recordings, models: Sequence[str] = (), rows: Sequence[str] = ()
) -> tuple[Chosen, ...]:
    """What is chosen of some recordings, target by target.

    Raises:
        ClaimsError: a model or a row is not known.
    """
    every = selection.choose(
        Selection(where.targets, tuple(models), rows=tuple(rows), claims=where.claims), where.root
    )
    if where.folder is None:
        return every
    return tuple(replace(choice, models=_inside(where, where.folder, choice)) for choice in every)


def _inside(where: Recordings, folder: Path, choice: Chosen) -> tuple[Model, ...]:
    """The models whose recordings lie in a folder."""
    target = choice.revision.target.id
    return tuple(
        model
        for model in choice.models
        if folder_of(where.root, target, model.id).is_relative_to(folder)
    )


def _one_model(where: Recordings, models: Sequence[str], rows: Sequence[str] = ()) -> RecordedModel:
    """The one recorded model that is meant.

    Raises:
        RunError: several are recorded, or none.
    """
    ids = [
        model.id
        for choice in chosen(where, models, rows)
        for model in choice.models
        if files_of(folder_of(where.root, choice.revision.target.id, model.id))
    ]
    if len(ids) > 1:
        raise RunError(f"several models are recorded; choose one with --model: {', '.join(ids)}")
    found = next(recorded_models(where, models, rows), None)
    if found is None:
        raise RunError(f"{where.root}: holds no recordings of what was chosen")
    return found


def find_row(where: Recordings, row: str, suites: Suites, models: Sequence[str] = ()) -> FoundRow:
    """Judge one row again, and keep the exchanges that show it, with their whole requests.

    Raises:
        RunError: several models are recorded and none is named; nothing of it is recorded.
        ClaimsError: there is no such row or model.
    """
    inspections = {placed.inspection.row: placed.inspection for placed in suites.inspections}
    _check(where, row, [*inspections])
    if row in inspections:
        recorded = _one_model(where, models)
        seen = judge.inspect_model(recorded.model, inspections[row], recorded.tape)
        places = [finding.exchange for finding in seen.findings]
        found = _at(recorded.tape, [*dict.fromkeys(places)])
        return FoundRow(recorded, seen, tuple((one, None) for one in found))
    recorded = _one_model(where, models, (row,))
    (of_page,) = (one for one in recorded.rows if one.id == row)
    cell, exchanges = judge.judge_row(
        recorded.revision, recorded.model, of_page, suites, recorded.tape
    )
    return FoundRow(recorded, cell, exchanges)


def _check(where: Recordings, row: str, inspected: Sequence[str]) -> None:
    every = chosen(where)
    if not any(choice.models for choice in every):
        raise RunError(f"{where.root}: holds no recordings")
    rows = [one.id for choice in every for one in choice.revision.rows]
    if row not in (*rows, *inspected):
        listed = (
            "'messages-conformance rows' lists them, and exchanges are named like basic.yaml#12"
        )
        raise RunError(f"no row {row!r}{did_you_mean(row, [*rows, *inspected], listed)}")


def _at(tape: Tape, places: Sequence[Place]) -> tuple[Exchange, ...]:
    by_place = {exchange.place: exchange for exchange in tape.exchanges}
    return tuple(by_place[place] for place in places if place in by_place)


def is_number(name: str) -> bool:
    """Whether a name is that of an exchange: ``basic.yaml#12``, or with folders before it."""
    return _NUMBERED.fullmatch(name) is not None


def find_numbered(
    where: Recordings, name: str, models: Sequence[str] = ()
) -> tuple[RecordedModel, Exchange]:
    """The exchange that reports call so: ``llama.cpp/my-model/basic.yaml#12``, or its end.

    Raises:
        RunError: there is none, or several are called so.
    """
    found = _NUMBERED.fullmatch(name)
    if found is None:
        raise RunError(f"{name!r} names no exchange; they are named like basic.yaml#12")
    wanted = f"/{found['file'].lstrip('/')}.yaml"
    hits = [
        (recorded, exchange)
        for recorded in _with_file(where, wanted, models)
        for exchange in recorded.tape.exchanges
        if f"/{exchange.place}".endswith(f"{wanted}#{found['position']}")
    ]
    if not hits:
        files = sorted({path.name for path in files_of(where.root)})
        near = did_you_mean(f"{Path(found['file']).name}.yaml", files)
        raise RunError(f"{where.root}: holds no exchange {name!r}{near}")
    return hits[0]


def _with_file(where: Recordings, wanted: str, models: Sequence[str]) -> tuple[RecordedModel, ...]:
    """The one model, of those chosen, that has a file whose path ends so; empty if none has."""
    folders = {
        path.parent
        for path in files_of(where.root)
        if f"/{path.relative_to(where.root).as_posix()}".endswith(wanted)
    }
    having = [
        model.id
        for choice in chosen(where, models)
        for model in choice.models
        if folder_of(where.root, choice.revision.target.id, model.id) in folders
    ]
    if len(having) > 1:
        raise RunError(
            f"several models have such an exchange; choose one with --model: {', '.join(having)}"
        )
    return tuple(recorded_models(where, having)) if having else ()
