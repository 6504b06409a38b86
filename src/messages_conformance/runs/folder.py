"""What several machines recorded and judged, made one: reports and cassettes.

Cassettes are copied as they are, byte for byte; nothing is ever merged within a file.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from pathlib import Path

from messages_conformance.cassettes.tape import Entry, Label, Tape, folder_of
from messages_conformance.claims.page import Model
from messages_conformance.errors import CombineError, ReportError
from messages_conformance.files import replacing, write_text
from messages_conformance.judging import judge
from messages_conformance.probing.loader import Suites
from messages_conformance.report.compare_runs import age_of, run_id
from messages_conformance.report.json_format import from_document, to_json
from messages_conformance.report.merge_shards import merge, missing_shards
from messages_conformance.report.report import Observation, Report, TargetReport
from messages_conformance.verdict import Evidence

REPORT, CASSETTES = "report.json", "cassettes"
"""What a run's folder holds."""


@dataclass(frozen=True)
class Run:
    """What one machine made: its report, and its recordings where they are at hand."""

    report: Report
    cassettes: Path | None


def load(path: Path) -> Run:
    """Read a run's folder, or a report alone.

    Raises:
        ReportError: there is no report, or none that can be used.
    """
    if path.is_dir():
        cassettes = path / CASSETTES
        return Run(read_report(path / REPORT), cassettes if cassettes.is_dir() else None)
    return Run(read_report(path), None)


def read_report(path: Path) -> Report:
    """Read a saved report.

    Raises:
        ReportError: it cannot be read, or is no report.
    """
    try:
        return from_document(json.loads(path.read_text(encoding="utf-8")))
    except ReportError as problem:
        raise ReportError(f"{path}: {problem}") from problem
    except OSError as problem:
        raise ReportError(
            f"{path}: cannot be read ({problem.strerror}); name a report.json or a run's folder"
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise ReportError(f"{path}: is not JSON ({problem}); name a report.json") from problem


def combined(runs: Sequence[Run], suites: Suites) -> Report:
    """One report of several, with what no machine could see by itself looked at now.

    What shards left is only looked at where no shard is missing, and all recordings are at hand.

    Raises:
        CombineError: the reports or recordings contradict each other.
        CassetteError: a cassette cannot be used.
    """
    report = reduce(merge, (run.report for run in runs))
    roots = [run.cassettes for run in runs if run.cassettes]
    gathered(roots)
    targets = tuple(
        _completed(target, _tapes(target, roots), suites, looks=not missing_shards(report))
        for target in report.targets
    )
    return replace(report, targets=targets)


def gathered(roots: Iterable[Path]) -> dict[str, Path]:
    """The cassettes of several folders, by their names within them.

    Raises:
        CombineError: two of one name differ.
    """
    found: dict[str, Path] = {}
    for root in roots:
        for path in sorted(root.rglob("*.yaml")):
            name = path.relative_to(root).as_posix()
            if name in found and found[name].read_bytes() != path.read_bytes():
                raise CombineError(
                    f"{found[name]} and {path} are different recordings under one name; "
                    "keep one of them (shards never share a file)"
                )
            found.setdefault(name, path)
    return found


def lay_together(cassettes: Mapping[str, Path], folder: Path) -> None:
    """Copy cassettes into a folder that is not there yet; it is either whole or not there."""
    with replacing(folder) as beside:
        beside.mkdir()
        for name, path in cassettes.items():
            copy = beside / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _tapes(target: TargetReport, roots: Sequence[Path]) -> dict[Model, Tape]:
    """All that the machines recorded of each model, and of one state of the page."""
    id = target.revision.target.id
    tapes = {
        model: _joined(Tape.load(root, id, model.id) for root in roots) for model in target.models
    }
    labels = [label for tape in tapes.values() for label in tape.labels]
    for what, values in (
        ("for different revisions of the page", {label.revision for label in labels}),
        ("by different versions of the suite", {label.suite_version for label in labels}),
    ):
        if len(values) > 1:
            raise CombineError(
                f"the recordings of target {id!r} were made {what}, "
                f"{' and '.join(sorted(values))}; record them all with one"
            )
    return tapes


def _joined(tapes: Iterable[Tape]) -> Tape:
    """Tapes of one model as one; a file that several hold counts once."""
    labels: dict[Label, None] = {}
    entries: dict[str, tuple[Entry, ...]] = {}
    for tape in tapes:
        labels |= dict.fromkeys(tape.labels)
        files = groupby(tape.entries, key=_cassette)
        entries |= {name: tuple(held) for name, held in files if name not in entries}
    return Tape(tuple(labels), tuple(e for name in sorted(entries) for e in entries[name]))


def _cassette(entry: Entry) -> str:
    place = entry.exchange.place
    return place.cassette if place else ""


def _completed(
    target: TargetReport, tapes: Mapping[Model, Tape], suites: Suites, *, looks: bool
) -> TargetReport:
    inspections = {placed.inspection.row: placed.inspection for placed in suites.inspections}

    def completed(seen: Observation) -> Observation:
        tape = tapes[seen.model]
        if not (seen.deferred and looks and seen.row_id in inspections):
            return seen
        if not _is_whole(target, seen.model, tape):
            return seen
        live = target.provenance.evidence is Evidence.LIVE
        return judge.inspect_model(
            seen.model,
            inspections[seen.row_id],
            tape,
            evidence=Evidence.LIVE if live else None,
        )

    return replace(target, observations=tuple(map(completed, target.observations)))


def _is_whole(target: TargetReport, model: Model, tape: Tape) -> bool:
    """Whether a tape holds all the recordings of a model that the report rests on."""
    folder = f"{folder_of(Path(), target.revision.target.id, model.id).as_posix()}/"
    return set(map(_cassette, tape.entries)) == {
        recording.cassette
        for recording in target.provenance.recordings
        if recording.cassette.startswith(folder)
    }


def lay_beside(runs: Sequence[Run], folder: Path) -> None:
    """Copy runs into the folders they are numbered by; a run that lies there already stays.

    Raises:
        CombineError: another run lies there.
    """
    numbered = [
        (run, folder / run_id(number))
        for number, run in enumerate(sorted(runs, key=lambda run: age_of(run.report)), start=1)
    ]
    for run, place in numbered:
        if place.exists() and not _is_there(run, place):
            raise CombineError(f"{place}: holds another run; name another folder with --output")
    for run, place in numbered:
        # The report comes first: a folder that has it is known again, were this interrupted.
        if not (place / REPORT).exists():
            write_text(place / REPORT, to_json(run.report))
        if run.cassettes and not (place / CASSETTES).exists():
            lay_together(gathered([run.cassettes]), place / CASSETTES)


def _is_there(run: Run, place: Path) -> bool:
    """Whether a folder holds this very run, perhaps not all of it yet."""
    if (place / REPORT).exists():
        return read_report(place / REPORT) == run.report
    recorded = place / CASSETTES
    return not recorded.exists() or (run.cassettes is not None and recorded.samefile(run.cassettes))
