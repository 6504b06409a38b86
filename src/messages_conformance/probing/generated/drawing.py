"""Many drawn requests: for each a row, which says what the page promises of it, and a probe."""

from collections.abc import Iterator
from random import Random
from typing import Final

from messages_conformance.claims.page import Model, Row
from messages_conformance.probing.company.features import Feature, fitting, together
from messages_conformance.probing.company.in_company import names
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.legal import Promised, some_legal
from messages_conformance.probing.generated.mistakes import some_illegal
from messages_conformance.probing.generated.probe import Drawn
from messages_conformance.probing.generated.uses import is_within, rows_used
from messages_conformance.probing.generated.wrong import what_is_wrong
from messages_conformance.verdict import Claim

_ILLEGAL: Final = 0.5
"""How many requests have a mistake."""
_BESIDE: Final = 0.3
"""How likely each feature is to be in a company."""
_BOTH: Final = 0.5
"""How many legal requests are asked whole and streamed."""


def draw(
    seed: int,
    number: int,
    model: Model,
    version: str,
    promised: Promised,
    features: tuple[Feature, ...],
) -> Iterator[Drawn]:
    """So many requests; the same for the same seed."""
    for at in range(number):
        # Each has a generator of its own, so that a longer exploration begins like a shorter one.
        rng = Random(f"requests {seed} {at}")  # noqa: S311 - no secret
        draft = some_legal(rng, version, promised)
        if rng.random() < _ILLEGAL:
            draft, _ = some_illegal(rng, draft, version)
        company = tuple(feature for feature in features if rng.random() < _BESIDE)
        both = rng.random() < _BOTH
        yield drawn_of(draft, model, version, promised, company, both)


def drawn_of(
    draft: Draft,
    model: Model,
    version: str,
    promised: Promised,
    company: tuple[Feature, ...] = (),
    both_forms: bool = True,
) -> Drawn:
    """A request with what is wrong with it, and with what the page promises of it."""
    wrongs = what_is_wrong(draft, version)
    rows = {row for wrong in wrongs for row in wrong.rows}
    is_promised = (
        all(map(promised, rows_used(draft) | rows))
        and all(wrong.rows for wrong in wrongs)
        and is_within(draft, model)
    )
    drawn = Drawn(draft, version, wrongs, promised=is_promised)
    there = fitting(company, draft.body) if _has_turns(draft) else ()
    beside = draft.with_body(together(there, draft.body))
    fits = bool(there) and drawn.is_alike(beside)
    return Drawn(
        draft,
        version,
        wrongs,
        company=beside if fits else None,
        beside=names(there) if fits else "",
        both_forms=both_forms and not wrongs and promised("basic/stream"),
        promised=is_promised,
    )


def _has_turns(draft: Draft) -> bool:
    """Whether there is a conversation that something can be added to."""
    turns = draft.body.get("messages")
    return isinstance(turns, list) and all(isinstance(turn, dict) for turn in turns)


def row_of(drawn: Drawn, section: str, name: str, source: str) -> Row:
    """The row of a drawn request."""
    what = f"a request in which {drawn.wrongs[0].what}" if drawn.wrongs else "a legal request"
    words = "It is refused, and the refusal names what is wrong." if drawn.wrongs else "Answered."
    if not drawn.promised:
        words = "The page does not promise all of what it uses, or says nothing of mistakes."
    return Row(
        id=f"{section}/{name}-request-{drawn.kind}",
        title=f"{what}, drawn at random",
        claim=Claim.SUPPORTED if drawn.promised else Claim.UNKNOWN,
        words=words,
        source=source,
        basis="inferred",
    )
