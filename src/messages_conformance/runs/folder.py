"""The folders of saved runs: read them, merge the shards of a run, keep several runs together.

Cassettes are copied byte for byte. Only journals are merged, line by line: a run that was killed
leaves one, and those of several shards have the same name.
"""

import filecmp
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from pathlib import Path

from messages_conformance.cassettes import journal
from messages_conformance.cassettes.entry import Slot
from messages_conformance.cassettes.journal import NAME as JOURNAL
from messages_conformance.cassettes.tape import Entry, Label, Tape, files_of, folder_of
from messages_conformance.claims.page import Model
from messages_conformance.errors import CombineError, ReportError
from messages_conformance.files import read_json, replacing, write_text
from messages_conformance.judging import judge
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.probing.loader import Suites
from messages_conformance.report.compare_runs import age_of, run_id
from messages_conformance.report.json_format import from_document, to_json
from messages_conformance.report.merge_shards import merge, missing_shards
from messages_conformance.report.report import Observation, Report, TargetReport
from messages_conformance.verdict import Evidence

REPORT, CASSETTES = "report.json", "cassettes"
"""The names in a run's folder."""


@dataclass(frozen=True)
class SavedRun:
    """A run read from disk: its report, and the folder of its cassettes where there is one."""

    report: Report
    cassettes: Path | None


def load(path: Path) -> SavedRun:
    """Read a run's folder, or a report alone.

    Raises:
        ReportError: there is no report, or it cannot be used.
    """
    if path.is_dir():
        cassettes = path / CASSETTES
        return SavedRun(read_report(path / REPORT), cassettes if cassettes.is_dir() else None)
    return SavedRun(read_report(path), None)


def read_report(path: Path) -> Report:
    """Read a saved report.

    Raises:
        ReportError: it cannot be read, or is not a report.
    """
    try:
        return from_document(read_json(path))
    except ReportError as problem:
        raise ReportError(f"{path}: {problem}") from problem
    except OSError as problem:
        raise ReportError(
            f"{path}: cannot be read ({problem.strerror}); name a report.json or a run's folder"
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise ReportError(f"{path}: is not JSON ({problem}); name a report.json") from problem


def merge_shards(runs: Sequence[SavedRun], suites: Suites) -> Report:
    """One report of several shards; rows that need all exchanges of a model are inspected now.

    They are inspected only where no shard is missing and all recordings are available.

    Raises:
        CombineError: the reports or recordings contradict each other.
        CassetteError: a cassette cannot be used.
    """
    report = reduce(merge, (run.report for run in runs))
    roots = [run.cassettes for run in runs if run.cassettes]
    collect_cassettes(roots)  # raises where two of one name differ
    tapes = [_tapes(target, roots) for target in report.targets]
    if missing_shards(report):
        return report
    targets = (
        _inspect_deferred(target, of_target, suites)
        for target, of_target in zip(report.targets, tapes, strict=True)
    )
    return replace(report, targets=tuple(targets))


def collect_cassettes(roots: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    """The recordings of several folders, and the pages beside them, by their paths in them.

    A cassette is one file; a journal may be several.

    Raises:
        CombineError: two cassettes of one name differ.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for root in roots:
        for path in _files(root):
            name = path.relative_to(root).as_posix()
            known = found.get(name, ())
            if any(filecmp.cmp(one, path, shallow=False) for one in known):
                continue
            if known and path.name != JOURNAL:
                raise CombineError(
                    f"{known[0]} and {path} are different recordings under one name; "
                    "keep one of them (shards never share a file), or compare whole runs "
                    "with --runs"
                )
            found[name] = (*known, path)
    return found


def _files(root: Path) -> list[Path]:
    """The recordings in a folder, and the pages beside them."""
    return sorted([*files_of(root), *root.glob("*/*.toml")])


def copy_cassettes(cassettes: Mapping[str, Sequence[Path]], folder: Path) -> None:
    """Copy cassettes and journals into a new folder, completely or not at all."""
    with replacing(folder) as temporary:
        temporary.mkdir()
        _copy_into(cassettes, temporary)


def are_copied(cassettes: Mapping[str, Sequence[Path]], folder: Path) -> bool:
    """Whether a folder contains copies of these cassettes and nothing else."""
    if {path.relative_to(folder).as_posix() for path in _files(folder)} != cassettes.keys():
        return False
    with tempfile.TemporaryDirectory() as name:
        again = Path(name)
        _copy_into(cassettes, again)
        return all(filecmp.cmp(again / name, folder / name, shallow=False) for name in cassettes)


def _copy_into(cassettes: Mapping[str, Sequence[Path]], folder: Path) -> None:
    for name, paths in cassettes.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if len(paths) == 1:
            shutil.copyfile(paths[0], copy)
        else:
            journal.merge(paths, copy)


def _tapes(target: TargetReport, roots: Sequence[Path]) -> dict[Model, Tape]:
    """What all shards recorded of each model.

    Raises:
        CombineError: they recorded it for different revisions, or with different suites.
    """
    id = target.revision.target.id
    tapes = {
        model: _join(Tape.load(root, id, model.id) for root in roots) for model in target.models
    }
    labels = [label for tape in tapes.values() for label in tape.labels]
    for what, values in (
        ("for different revisions of the page", {label.revision for label in labels}),
        ("by different versions of the suite", {label.suite_version for label in labels}),
    ):
        if len(values) > 1:
            raise CombineError(
                f"the recordings of target {id!r} were made {what}, "
                f"{' and '.join(sorted(values))}; record all of them with the same one"
            )
    return tapes


def _join(tapes: Iterable[Tape]) -> Tape:
    """Tapes of one model as one; a cassette that several of them contain counts once.

    Journals have the same name and other entries.
    """
    labels: dict[Label, None] = {}
    entries: dict[str, dict[tuple[Slot, int | None], Entry]] = {}
    for tape in tapes:
        labels |= dict.fromkeys(tape.labels)
        for name, held in groupby(tape.entries, key=_cassette):
            new = {(entry.slot, entry.tried): entry for entry in held}
            entries[name] = new | entries.get(name, {})
    return Tape(tuple(labels), tuple(e for name in sorted(entries) for e in entries[name].values()))


def _cassette(entry: Entry) -> str:
    place = entry.exchange.place
    return place.cassette if place else ""


def _inspect_deferred(
    target: TargetReport, tapes: Mapping[Model, Tape], suites: Suites
) -> TargetReport:
    """Inspect the rows that the shards left, for models whose recordings are complete."""
    inspections = {placed.inspection.row: placed.inspection for placed in suites.inspections}
    live = target.provenance.evidence is Evidence.LIVE

    def complete(observation: Observation) -> Observation:
        tape, inspection = tapes[observation.model], inspections.get(observation.row_id)
        if not observation.deferred or inspection is None:
            return observation
        if not _is_complete(target, observation.model, tape):
            return observation
        evidence = Evidence.LIVE if live else None
        seen = judge.inspect_model(observation.model, inspection, tape, evidence=evidence)
        return as_page_claims(seen, target.revision)

    return replace(target, observations=tuple(map(complete, target.observations)))


def _is_complete(target: TargetReport, model: Model, tape: Tape) -> bool:
    """Whether a tape contains all recordings of a model that the report is based on."""
    folder = f"{folder_of(Path(), target.revision.target.id, model.id).as_posix()}/"
    return set(map(_cassette, tape.entries)) == {
        recording.cassette
        for recording in target.provenance.recordings
        if recording.cassette.startswith(folder)
    }


def keep_together(runs: Sequence[SavedRun], folder: Path) -> None:
    """Copy runs into numbered folders, the oldest first; a run that is there already stays.

    Raises:
        CombineError: a numbered folder contains another run.
    """
    numbered = [
        (run, folder / run_id(number))
        for number, run in enumerate(sorted(runs, key=lambda run: age_of(run.report)), start=1)
    ]
    for run, place in numbered:
        if place.exists() and not _contains(place, run):
            raise CombineError(f"{place}: contains another run; name another folder with --output")
    for run, place in numbered:
        # The report first: if this is interrupted, the folder is recognised by it the next time.
        if not (place / REPORT).exists():
            write_text(place / REPORT, to_json(run.report))
        if run.cassettes and not (place / CASSETTES).exists():
            copy_cassettes(collect_cassettes([run.cassettes]), place / CASSETTES)


def _contains(place: Path, run: SavedRun) -> bool:
    """Whether a folder contains this very run, or a part of it."""
    if (place / REPORT).exists():
        return read_report(place / REPORT) == run.report
    cassettes = place / CASSETTES
    return not cassettes.exists() or (
        run.cassettes is not None and cassettes.samefile(run.cassettes)
    )
