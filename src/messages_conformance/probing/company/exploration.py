"""An exploration: rows in many companies, and requests that nobody wrote, drawn by a seed.

Each draw is a row of its own, with a probe of its own, so an exploration is planned, recorded,
replayed and judged like any run.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from messages_conformance.claims.page import Model, Revision, Row, Section
from messages_conformance.probing.company.corpus import Entry, Known
from messages_conformance.probing.company.features import Feature, usable
from messages_conformance.probing.company.in_company import fits, in_company, names
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.drawing import draw, drawn_of, row_of
from messages_conformance.probing.generated.probe import Drawn, probe_of
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
    """What is asked: a page with a row for each draw, and the probes of these rows."""

    revision: Revision
    """The page; its own rows say how grave a finding is."""
    rows: tuple[Row, ...]
    """The rows of the draws."""
    suites: Suites
    drawn_from: Mapping[str, str]
    """The row of the page that each draw of a row asks; draws of requests are not among them."""


@dataclass(frozen=True, slots=True)
class _Draw:
    """One draw: its row, and the probe of that."""

    row: Row
    probe: Probe
    of: str = ""
    """The row of the page that it asks, if it asks one."""


def explore(
    revision: Revision,
    model: Model,
    suites: Suites,
    *,
    seed: int,
    draws: int,
    corpus: Iterable[Known] = (),
    only: Container[str] | None = None,
    free: float = 0.0,
) -> Exploration:
    """Draw so many rows in company, and requests; the same for the same seed.

    Every row that the page claims as supported is drawn before one is drawn again. What a corpus
    holds is asked before anything is drawn. ``only`` are the ids of the rows to draw from, by
    default all; whatever the page supports may stand beside them. ``free`` is the share of draws
    that are requests nobody wrote.
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
    requests = round(draws * free)
    rng = Random(f"explore {seed}")  # noqa: S311 - no secret

    def in_row(name: str, probe: Probe, company: tuple[Feature, ...]) -> _Draw:
        row = revision.rows_by_id[probe.row]
        function = in_company(probe, company, _as(row))
        drawn = _row(row, name, company)
        return _Draw(drawn, Probe(drawn.id, function, None), probe.row)

    def of_request(name: str, drawn: Drawn) -> _Draw:
        row = row_of(drawn, SECTION.id, name, revision.url)
        return _Draw(row, Probe(row.id, probe_of(drawn), None))

    def promised(row: str) -> bool:
        return claims.get(row) in (Claim.SUPPORTED, Claim.IGNORED)

    known = [
        of_request(
            f"known-{one.digest}",
            drawn_of(one, model, revision.target.api_version, promised),
        )
        if isinstance(one, Draft)
        else in_row(f"known-{'+'.join(one.beside)}", probes[one.row], company)
        for one in corpus
        if isinstance(one, Draft) or (one.row in probes and (company := _company(one, features)))
    ]
    of_rows = [
        in_row(f"{number:04}", probe, company)
        for number, (probe, company) in _drawn(rng, probes, features, draws - requests)
    ]
    version = revision.target.api_version
    of_requests = [
        of_request(f"r{number:04}", drawn)
        for number, drawn in enumerate(
            draw(seed, requests, model, version, promised, features), start=1
        )
    ]
    every = (*known, *_mixed(of_rows, of_requests))
    rows = tuple(one.row for one in every)
    page = replace(revision, rows=(*revision.rows, *rows), sections=(*revision.sections, SECTION))
    loaded = {one.row.id: LoadedProbe("explore", one.probe) for one in every}
    drawn_from = {one.row.id: one.of for one in every if one.of}
    return Exploration(page, rows, Suites(loaded, suites.inspections), drawn_from)


def _company(entry: Entry, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """The company of a known failure, as far as it is usable here."""
    return tuple(feature for feature in entry.features if feature in features)


def _mixed(rows: list[_Draw], requests: list[_Draw]) -> list[_Draw]:
    """Both evenly mixed, so that a budget that ends early ends both."""
    placed = [
        ((at + 0.5) / len(draws), kind, draw)
        for kind, draws in enumerate((rows, requests))
        for at, draw in enumerate(draws)
    ]
    return [draw for _, _, draw in sorted(placed, key=lambda one: one[:2])]


def _may_stand(row: str, claims: Mapping[str, Claim]) -> bool:
    """Whether what a row names is accepted; what is ignored has no effect anyway."""
    claim = claims.get(row)
    return claim is Claim.SUPPORTED or (row == "basic/metadata" and claim is Claim.IGNORED)


def _drawn(
    rng: Random, probes: Mapping[str, Probe], features: tuple[Feature, ...], draws: int
) -> Iterator[tuple[int, tuple[Probe, tuple[Feature, ...]]]]:
    """The draws, numbered from 1; none where there is no row to draw from."""
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
