"""Make the covering arrays of `combinations/*` anew: after a change of features or of pages.

    python scripts/make_arrays.py

Writes those of every shipped page and model; of each of them without one of the features, which is
what the planner expects to be refused; and those that the shipped recordings ask for.
`tests/probing/company/test_arrays.py` holds them right.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library, selection
from messages_conformance.claims.combinations import SECTION
from messages_conformance.claims.selection import Selection
from messages_conformance.files import write_text
from messages_conformance.judging.judge import judge_model
from messages_conformance.probing import loader
from messages_conformance.probing.company import pairs
from messages_conformance.probing.company.arrays import (
    FILE,
    Values,
    all_values,
    companies,
    make,
    to_file,
)
from messages_conformance.probing.company.factors import Company
from messages_conformance.probing.company.pairs import promised_values

STRENGTHS = (2, 3)


def wanted() -> list[tuple[dict[str, tuple[str, ...]], int]]:
    """The values and strengths that are asked for, without duplicates."""
    found = {
        (tuple(values.items()), strength)
        for whole in (all_values(), *_promised())
        for values in (whole, *_without_one(whole))
        for strength in STRENGTHS
    }
    found.update(_recorded())
    return [(dict(values), strength) for values, strength in sorted(found)]


def _promised() -> Iterator[dict[str, tuple[str, ...]]]:
    for file in library.known((resources.folder("claims"),)).files:
        revision = library.read(file)
        rows = [row for row in revision.rows if row.section == SECTION.id]
        for row in rows:
            yield from (promised_values(row, model) for model in revision.models)


def _without_one(values: dict[str, tuple[str, ...]]) -> Iterator[dict[str, tuple[str, ...]]]:
    for name, chosen in values.items():
        if len(chosen) > 1:
            yield {**values, name: chosen[:1]}


def _recorded() -> list[tuple[tuple[tuple[str, tuple[str, ...]], ...], int]]:
    """What the rows ask for in the recordings, where several features may be refused."""
    asked = []

    def note(values: Values, strength: int) -> tuple[Company, ...]:
        asked.append((tuple(values.items()), strength))
        return companies(values, strength)

    suites = loader.load(resources.folder("suites"))
    cassettes = resources.folder("cassettes")
    pairs.companies = note
    for each in selection.choose(Selection(()), cassettes):
        rows = [row for row in each.rows if row.section == SECTION.id]
        for model in each.models:
            tape = Tape.load(cassettes, each.revision.target.id, model.id)
            judge_model(each.revision, model, rows, suites, tape)
    pairs.companies = companies
    return asked


def _made(asked: tuple[Values, int]) -> tuple[Values, int, tuple[Company, ...]]:
    return *asked, make(*asked)


def main() -> None:
    """Write the file."""
    with ProcessPoolExecutor() as processes:
        made = list(processes.map(_made, wanted()))
    write_text(FILE, to_file(made))
    print(f"{FILE.name}: {len(made)} arrays")


if __name__ == "__main__":
    main()
