"""What no input may do: crash the suite, hang it, or take its memory.

    python benchmarks/fuzz.py [--seconds 3600] [--seed N] [--only KIND] [--keep FOLDER]

Takes legal answers, cassettes, journals, saved files, reports and settings, replaces something in
each, and reads, judges and renders them. A sentence for a person (`UserError`) is a good end; any
other error, or more than 5 s, is not, and its input is kept. Prints a table with the figures.
Inputs depend on the seed alone, so that a run can be repeated.
"""

import contextlib
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from messages_conformance import resources
from messages_conformance.cassettes import journal, tape
from messages_conformance.cassettes.entry import Entry
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.cassettes.tape import FoundEntry, Tape
from messages_conformance.claims import library
from messages_conformance.display import one_line
from messages_conformance.errors import TrafficError, UserError
from messages_conformance.judging import expectations_file, judge
from messages_conformance.judging.expectations_file import Scope
from messages_conformance.lint.events import FileUnreadable
from messages_conformance.lint.linter import LintOptions, lint
from messages_conformance.probing import loader
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.rendering.render import FORMAT_OF_SUFFIX, render
from messages_conformance.report.json_format import from_document
from messages_conformance.report.provenance import Provenance
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Evidence

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import damage, hostile, saved_files

SLOWEST = 5.0
"""Seconds that one input may take."""
KEY = "sk-marked-key/0123456789-abcdefghijklmnop"
REVISION = library.shipped("model-studio", "2025-11-13")
MODEL = next(model for model in REVISION.models if model.id == "qwen-plus")
SUITES = loader.load(resources.folder("suites"))
SCOPE = Scope(REVISION)
SECRETS = Secrets({KEY: "<key>"})
_SETTINGS = ("", " ", "http://", "http://[::1", "\x00", "☃☃-.invalid", "a" * 70_000, KEY, "%", "::")


def _recorded() -> tuple[FoundEntry, ...]:
    root = resources.folder("cassettes")
    found = tape.read_entries(root, REVISION.target.id, MODEL.id)
    return tuple(each for each in found if len(each.entry.exchange.body) < 20_000)


RECORDED = _recorded()


@dataclass
class Case:
    """One input: how to run it, and its bytes, to be kept where it fails."""

    run: Callable[[], object]
    input: bytes


@dataclass
class Figures:
    """What all inputs of one kind did."""

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    failed: list[str] = field(default_factory=list)


def _damaged_entry(chance: random.Random) -> FoundEntry:
    found = chance.choice(RECORDED)
    exchange = found.entry.exchange
    broken = replace(
        exchange,
        headers=damage.damaged_headers(exchange.headers, chance),
        body=damage.damaged_body(exchange.body, chance),
        status=chance.choice([exchange.status, 200, 400, 529, 999]),
    )
    return replace(found, entry=replace(found.entry, exchange=broken))


def answers(chance: random.Random, _: Path) -> Case:
    """An answer that is judged, rendered in every format, and read again."""
    found = _damaged_entry(chance)
    row = REVISION.rows_by_id.get(found.entry.row)

    def run() -> None:
        if row is None:
            return
        exchange, slot = found.entry.exchange, found.entry.slot
        entries = tuple(found.entry if each.entry.slot == slot else each.entry for each in RECORDED)
        judged = Tape((found.label,), entries)
        hostile.inspect(exchange)
        inspected = [
            judge.inspect_model(MODEL, each.inspection, Tape((), (found.entry,)))
            for each in SUITES.inspections
        ]
        report = judge.make_report(
            [
                TargetReport(
                    revision=REVISION,
                    provenance=Provenance(Evidence.RECORDED, (), (), None, ()),
                    rows=(row,),
                    models=(MODEL,),
                    cells=judge.judge_model(REVISION, MODEL, (row,), SUITES, judged),
                    observations=tuple(inspected),
                )
            ]
        )
        written = {format: render(report, format) for format in FORMAT_OF_SUFFIX.values()}
        assert from_document(json.loads(written["json"])) == report, "it is read back differently"
        assert len(written["json"]) < 1_000_000, "the report is larger than 1 MB"

    return Case(run, found.entry.exchange.body)


def recordings(chance: random.Random, folder: Path) -> Case:
    """An exchange that is written to a journal and to a cassette, and read back."""
    found = _damaged_entry(chance)

    def run() -> None:
        exchange = replace(found.entry.exchange, chunks=(), place=None)
        entry = Entry(exchange, found.entry.row, found.entry.nth)
        line, path = folder / journal.NAME, folder / "basic.yaml"
        line.write_bytes(journal.to_line(found.label, "basic", 0, entry))
        tape.write(path, found.label, [entry])
        for read in (line, path):
            (again,) = tape._read(read, "x")
            assert again.entry.exchange == exchange, "it is read back differently"

    return Case(run, found.entry.exchange.body)


def damaged_recordings(chance: random.Random, folder: Path) -> Case:
    """A cassette or a journal of which some bytes are wrong."""
    found = chance.choice(RECORDED)
    path = folder / chance.choice([journal.NAME, "basic.yaml"])
    if path.name == journal.NAME:
        line = journal.to_line(found.label, "basic", 0, found.entry)
        data = damage.written(damage.damaged(json.loads(line), chance)) + b"\n"
    else:
        tape.write(path, found.label, [found.entry])
        data = damage.damaged_bytes(path.read_bytes(), chance)
    path.write_bytes(data)
    return Case(lambda: list(tape._read(path, "x")), data)


def _linted(path: Path, data: bytes) -> Case:
    path.write_bytes(data)

    def run() -> None:
        unreadable = [e for e in lint([str(path)], LintOptions()) if isinstance(e, FileUnreadable)]
        if unreadable:
            raise TrafficError(one_line(str(unreadable[0])))

    return Case(run, data)


def har(chance: random.Random, folder: Path) -> Case:
    """A HAR file for `lint`."""
    document = json.loads(saved_files.as_har())
    return _linted(folder / "x.har", damage.written(damage.damaged(document, chance)))


def json_lines(chance: random.Random, folder: Path) -> Case:
    """JSON lines for `lint`."""
    line = json.loads(saved_files.line(chance.choice(saved_files.EXCHANGES)))
    return _linted(folder / "x.jsonl", damage.written(damage.damaged(line, chance)))


def streams_and_bodies(chance: random.Random, folder: Path) -> Case:
    """A stream, a body or the output of curl for `lint`."""
    body = damage.damaged_body(chance.choice(RECORDED).entry.exchange.body, chance)
    if chance.random() < 0.3:
        body = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + body
    return _linted(folder / "x", body)


def foreign_cassettes(chance: random.Random, folder: Path) -> Case:
    """A cassette of another project for `lint`."""
    data = saved_files.as_yaml(saved_files.interaction(body={"string": "x"}))
    return _linted(folder / "x.yaml", damage.damaged_bytes(data, chance))


def settings(chance: random.Random, folder: Path) -> Case:
    """A base URL, a key, and a file of known deviations."""
    values = [
        damage.damaged_bytes(text, chance).decode(errors="replace")
        for text in (b"https://u:p@gateway.example:8443/apps?x=1", KEY.encode())
    ]
    url, key = (chance.choice([value, chance.choice(_SETTINGS)]) for value in values)
    shipped = sorted(resources.folder("expectations").glob("*.toml"))[0].read_bytes()
    path = folder / "known.toml"
    path.write_bytes(damage.damaged_bytes(shipped, chance))

    def run() -> None:
        with contextlib.suppress(UserError):
            expectations_file.read_file(path, [SCOPE])
        Endpoint(url, key)

    return Case(run, path.read_bytes() + b"\n" + url.encode() + b"\n" + key.encode())


def keys(chance: random.Random, _: Path) -> Case:
    """An echoed key in a damaged answer: nothing is left of it."""
    body = chance.choice(RECORDED).entry.exchange.body
    at = chance.randrange(len(body) + 1)
    body = damage.damaged_bytes(body[:at] + KEY.encode() + body[at:], chance)

    def run() -> None:
        scrubbed, _ = SECRETS.body(body, ())
        assert not SECRETS.are_in(scrubbed), "the key is left"
        assert KEY.encode() not in scrubbed, "the key is left"

    return Case(run, body)


KINDS: Mapping[str, Callable[[random.Random, Path], Case]] = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        answers,
        recordings,
        damaged_recordings,
        har,
        json_lines,
        streams_and_bodies,
        foreign_cassettes,
        settings,
        keys,
    )
}


def fuzz(kind: str, seed: int, folder: Path, figures: Figures, keep: Path | None) -> None:
    """Make one input and run it."""
    case = KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    # The processor's time, as the machine may be busy with something else.
    began = time.process_time()
    problem = ""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            case.run()
    except UserError as sentence:
        figures.refused += 1
        if "\n" in str(sentence):
            problem = f"not one line: {sentence!r:.200}"
    except Exception as error:  # noqa: BLE001 (it is what is looked for)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error!s:.120} at {frame.filename}:{frame.lineno}"
    seconds = time.process_time() - began
    figures.inputs += 1
    figures.slowest = max(figures.slowest, seconds)
    if seconds > SLOWEST:
        problem = problem or f"{seconds:.1f} s"
    if problem:
        figures.failed.append(f"{kind} {seed}: {problem}")
        if keep:
            (keep / f"{kind.replace(' ', '-')}-{seed}").write_bytes(case.input)


def run(seconds: float, seed: int, kinds: tuple[str, ...], keep: Path | None) -> dict[str, Figures]:
    """Fuzz all kinds, each for as long as the others, until the time is over."""
    figures = {kind: Figures() for kind in kinds}
    spent = dict.fromkeys(kinds, 0.0)
    with tempfile.TemporaryDirectory() as name:
        while sum(spent.values()) < seconds:
            kind = min(spent, key=spent.__getitem__)
            began = time.perf_counter()
            fuzz(kind, seed + figures[kind].inputs, Path(name), figures[kind], keep)
            spent[kind] += time.perf_counter() - began
    return figures


@click.command()
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--only", multiple=True, type=click.Choice(list(KINDS)))
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False))
def main(seconds: float, seed: int, only: tuple[str, ...], keep: Path | None) -> None:
    """Print the figures, and every input that failed; exit with 1 if there is one."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    figures = run(seconds, seed, only or tuple(KINDS), keep)
    table = Table(Column("inputs"), "number", "refused in a sentence", "failed", "slowest, s")
    for kind, of_kind in figures.items():
        numbers = of_kind.inputs, of_kind.refused, len(of_kind.failed)
        table.add_row(kind, *(f"{number:,}" for number in numbers), f"{of_kind.slowest:.2f}")
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(f"at most {hostile.peak() >> 20} MB of memory")
    failed = [each for of_kind in figures.values() for each in of_kind.failed]
    for each in failed[:40]:
        console.print(each, markup=False)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
