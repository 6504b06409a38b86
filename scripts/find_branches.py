"""Find the branches of all probes anew, for the pages that are planned most: `plans/branches.json`.

    python scripts/find_branches.py

A plan rests on them, so that it takes a second and no quarter of a minute. They hold for the code,
suites, claims and schemas they were found with; `tests/planning/test_known_branches.py` says when
they are to be found anew. It takes about two minutes on an idle core.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from messages_conformance import resources
from messages_conformance.claims import library, own_endpoint
from messages_conformance.claims.own_endpoint import OwnEndpoint
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.files import write_text
from messages_conformance.planning import known_branches
from messages_conformance.planning.known_branches import KnownBranches
from messages_conformance.planning.planner import make_plan
from messages_conformance.probing import loader
from messages_conformance.report import fingerprint

PATH = Path(__file__).parents[1] / "plans" / known_branches.FILE
PAGES = (
    *(("model-studio", date) for date in ("2025-11-13", None)),
    *((name, None) for name in ("anthropic", "llama.cpp", "litellm", "claude-code-router", "vllm")),
)
"""Targets, with the date of the page, or None for the newest."""
ADDRESS = "https://endpoint.invalid"


def chosen() -> Iterator[Chosen]:
    """All rows and models of the pages, and of an endpoint of one's own."""
    for target, date in PAGES:
        page = library.shipped(target, date)
        yield Chosen(page, page.models, page.rows)
    for thinks, sees in product((False, True), repeat=2):
        own = OwnEndpoint(ADDRESS, thinks=thinks, sees=sees)
        described = own_endpoint.describe(Selection((), models=("m",)), own)
        assert described is not None
        yield described


def find() -> dict[str, Any]:
    """What was found for each page."""
    suites = loader.load(resources.folder("suites"))
    pages: dict[str, Any] = {}
    for each in chosen():
        page = each.revision
        auth = page.target.auth[0]
        known = KnownBranches(page, suites, auth, kept=True)
        make_plan(
            [each],
            suites,
            opted_in=frozenset(row for row in suites if suites[row].probe.opt_in),
            find=None,
            auth=auth,
            describe_opt_in=False,
            known=known,
        )
        pages.setdefault(known.key, {}).update(known.used)
        print(f"{page.target.name}, {page.dated}: {len(known.used)} probes", flush=True)
    return pages


def main() -> None:
    """Write the file."""
    document = {"digest": fingerprint.digest(fingerprint.PLANNER), "pages": find()}
    write_text(PATH, json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n")
    print(f"{PATH}: {PATH.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
