"""An endpoint that does all that its page says is accused of nothing, whatever the page."""

from collections.abc import Iterator

import pytest

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.probing import loader
from messages_conformance.selftest.dry_run import CleanEndpoint, run_suites
from messages_conformance.verdict import Kind, Standing

SUITES = loader.load(resources.folder("suites"))
PAGES = [library.read(entry) for id in library.known().targets for entry in library.known().of(id)]


def of_each_kind(page: Revision) -> Iterator[Model]:
    """One model of each kind that the page tells apart."""
    seen = set()
    for model in page.models:
        claims = tuple(row.claim_for(model) for row in page.rows)
        kind = (claims, model.thinks, model.thinking_default, model.sees, model.max_tokens_counts)
        if kind not in seen:
            seen.add(kind)
            yield model


CASES = [
    pytest.param(page, model, id=f"{page.target.id}-{page.date}-{model.id}")
    for page in PAGES
    for model in of_each_kind(page)
]


@pytest.mark.parametrize(("page", "model"), CASES)
def test_what_does_as_its_page_says_is_accused_of_nothing(page: Revision, model: Model) -> None:
    clean = CleanEndpoint.of("clean", page.target.id, model.id, str(page.date))
    result = run_suites(clean, clean.stages, SUITES)
    accused = [
        f"{one.row_id}: {one.summary}"
        for one in result.judged
        if one.verdict.standing is Standing.BAD or one.kind is Kind.UNCLEAR
    ]
    assert accused == []
