"""An exploration: many rows in many companies, drawn by a seed.

Each draw is a row of its own, with a probe of its own, so an exploration is planned, recorded,
replayed and judged like any run.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from messages_conformance.claims.page import Model, Revision, Row, Section
from messages_conformance.probing.company.corpus import Entry
from messages_conformance.probing.company.features import Feature, usable
from messages_conformance.probing.company.in_company import fits, in_company, names
from messages_conformance.probing.loader import LoadedProbe, Suites
from messages_conformance.probing.probe import Ask, Probe
from messages_conformance.verdict import Claim

SECTION = Section("explore", "In company")
_SHARE = 0.8
"""How likely each feature is to be in a company."""
_RARELY = {"thinking": 0.5, "long": 0.3}
"""Features that exclude others, or cost much."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """What is asked: a page whose rows are draws, and the probes of these rows."""

    revision: Revision
    suites: Suites
    drawn_from: Mapping[str, str]
    """The row of the page that each draw asks."""


def explore(
    revision: Revision,
    model: Model,
    suites: Suites,
    *,
    seed: int,
    draws: int,
    corpus: Iterable[Entry] = (),
    only: Container[str] | None = None,
) -> Exploration:
    """Draw so many rows in company; the same for the same seed.

    Every row that the page claims as supported is drawn before one is drawn again. What a corpus
    holds is asked before anything is drawn. ``only`` are the ids of the rows to draw from, by
    default all; whatever the page supports may stand beside them.
    """
    claims = {row.id: row.claim_for(model) for row in revision.rows}
    features = usable(model, revision.target.api_version, lambda row: _may_stand(row, claims))
    probes = {
        row.id: suites[row.id].probe
        for row in revision.rows
        if row.id in suites
        and claims[row.id] is Claim.SUPPORTED
        and suites[row.id].probe.opt_in is None
        and row.section != "combinations"
        and (only is None or row.id in only)
    }
    rng = Random(f"explore {seed}")  # noqa: S311 - no secret
    drawn: list[tuple[str, tuple[Probe, tuple[Feature, ...]]]] = [
        (f"known-{'+'.join(one.beside)}", (probes[one.row], company))
        for one in corpus
        if one.row in probes and (company := tuple(f for f in one.features if f in features))
    ]
    drawn += [(f"{n:04}", draw) for n, draw in _drawn(rng, probes, features, draws)]
    rows = tuple(
        _row(revision.rows_by_id[probe.row], name, company) for name, (probe, company) in drawn
    )
    loaded = {
        row.id: LoadedProbe(
            "explore",
            Probe(row.id, in_company(probe, company, _as(revision.rows_by_id[probe.row])), None),
        )
        for row, (_, (probe, company)) in zip(rows, drawn, strict=True)
    }
    page = replace(revision, rows=rows, sections=(SECTION,))
    drawn_from = {row.id: probe.row for row, (_, (probe, _)) in zip(rows, drawn, strict=True)}
    return Exploration(page, Suites(loaded, suites.inspections), drawn_from)


def _may_stand(row: str, claims: Mapping[str, Claim]) -> bool:
    """Whether what a row names is accepted; what is ignored has no effect anyway."""
    claim = claims.get(row)
    return claim is Claim.SUPPORTED or (row == "basic/metadata" and claim is Claim.IGNORED)


def _drawn(
    rng: Random, probes: Mapping[str, Probe], features: tuple[Feature, ...], draws: int
) -> Iterator[tuple[int, tuple[Probe, tuple[Feature, ...]]]]:
    """The draws, numbered from 1."""
    left: list[str] = []
    for number in range(1, draws + 1) if probes else ():
        if not left:
            left = list(probes)
            rng.shuffle(left)
        probe = probes[left.pop()]
        may = fits(probe, features)
        company = tuple(f for f in may if rng.random() < _RARELY.get(f.name, _SHARE))
        if company:
            yield number, (probe, company)


def _row(row: Row, name: str, company: tuple[Feature, ...]) -> Row:
    return Row(
        id=f"{SECTION.id}/{name}-{row.id.replace('/', '-')}",
        title=f"{row.title} beside {names(company)}",
        claim=Claim.SUPPORTED,
        words="What works alone works in company: the page names no exception.",
        source=row.source,
        basis="inferred",
        carries_content=row.carries_content,
    )


def _as(row: Row) -> Callable[[Ask], Ask]:
    """The way to ask of the row itself, whose range and example its probe reads."""
    return lambda ask: replace(ask, row=row)
