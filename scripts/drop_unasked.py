"""Drop recorded exchanges that no probe asks for any more, from the cassettes of some targets.

After `record_real_server.py TARGET --resume` a cassette holds what is asked now, and what was asked
before. Recordings of what clients send (`ready.yaml`) are left alone.
"""

import re
from pathlib import Path

import click

from messages_conformance import resources
from messages_conformance.cassettes.entry import Slot
from messages_conformance.cassettes.tape import Tape, read_entries
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.probing import loader
from messages_conformance.probing.driver import Answers, Batch, UnansweredError, run_probe
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask

ROOT = Path(__file__).parents[1] / "cassettes"
CLIENTS = "ready.yaml"
ENTRY = re.compile(r"(?m)^(?=- request:)")
END = re.compile(r"(?m)^(?=[a-z])")
"""Where the metadata follow the last entry."""


def asked_for(page: Revision, model: Model, suites: Suites, tape: Tape) -> set[Slot]:
    """What the probes of all rows ask for, as far as it is recorded."""
    recorded = {entry.slot: entry.exchange for entry in tape.entries}
    asked: set[Slot] = set()

    def answer(batch: Batch) -> Answers:
        slots = [(step.question.request.key, step.nth) for step in batch]
        asked.update(slots)
        return [recorded.get(slot) for slot in slots]

    for row in page.rows:
        if row.id in suites:
            ask = Ask(model, row, page.target, tape.labels[0].auth)
            try:
                run_probe(suites[row.id].probe, ask, answer)
            except UnansweredError as problem:
                click.echo(f"{model.id}: {row.id}: {problem}", err=True)
    return asked


def without(text: str, kept: list[bool]) -> str:
    """The text of a cassette with only those entries that are to be kept."""
    head, *entries = ENTRY.split(text)
    last, *rest = END.split(entries[-1])
    entries[-1] = last
    assert len(entries) == len(kept)
    chosen = (entry for entry, keep in zip(entries, kept, strict=True) if keep)
    return "".join([head, *chosen, *rest])


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=f"\b\n{__doc__}")
@click.argument("targets", nargs=-1, required=True)
@click.option("--revision", help="The date of the page; the newest if omitted.")
def main(targets: tuple[str, ...], revision: str | None) -> None:
    """Drop them, target by target and model by model."""
    suites = loader.load(resources.folder("suites"))
    for target in targets:
        page = library.shipped(target, revision)
        for model in page.models:
            tape = Tape.load(ROOT, target, model.id)
            if not tape.entries:
                continue
            asked = asked_for(page, model, suites, tape)
            kept: dict[str, list[bool]] = {}
            for found in read_entries(ROOT, target, model.id):
                place = found.entry.exchange.place
                if place is not None:
                    kept.setdefault(place.cassette, []).append(found.entry.slot in asked)
            for name, keep in kept.items():
                if Path(name).name != CLIENTS:
                    path = ROOT / name
                    path.write_text(without(path.read_text(encoding="utf-8"), keep), "utf-8")
            dropped = sum(
                keep.count(False) for name, keep in kept.items() if Path(name).name != CLIENTS
            )
            click.echo(f"{target}, {model.id}: {dropped} of {len(tape.entries)} dropped")


if __name__ == "__main__":
    main()
