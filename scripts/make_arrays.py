"""Make the covering arrays of `combinations/*` anew: after a change of features or of pages.

    python scripts/make_arrays.py

Writes those of every shipped page and model, and of each of them without one of the features, which
is what the planner expects to be refused. `tests/probing/company/test_arrays.py` holds them right.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.combinations import SECTION
from messages_conformance.files import write_text
from messages_conformance.probing.company.arrays import (
    FILE,
    Values,
    all_values,
    make,
    to_file,
)
from messages_conformance.probing.company.factors import Company
from messages_conformance.probing.company.pairs import promised_values

STRENGTHS = (2, 3)
SECONDS = 4.0
"""For each array of pairs, which every run asks: longer searches found none that are shorter."""


def wanted() -> list[tuple[dict[str, tuple[str, ...]], int]]:
    """The values and strengths that are asked for, without duplicates."""
    found = {
        (tuple(values.items()), strength)
        for whole in (all_values(), *_promised())
        for values in (whole, *_without_one(whole))
        for strength in STRENGTHS
    }
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


def _made(asked: tuple[Values, int]) -> tuple[Values, int, tuple[Company, ...]]:
    return *asked, make(*asked, SECONDS if asked[1] == 2 else 0)


def main() -> None:
    """Write the file."""
    with ProcessPoolExecutor() as processes:
        asked = wanted()
        made = []
        for array in processes.map(_made, asked):
            made.append(array)
            print(f"\r{len(made)} of {len(asked)}", end="", file=sys.stderr, flush=True)
    write_text(FILE, to_file(made))
    print(f"{FILE.name}: {len(made)} arrays")


if __name__ == "__main__":
    main()
