"""What changed between two revisions of a vendor's page: rows, what they promise, and models."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from messages_conformance.claims.page import Host, Model, Range, Revision, Row
from messages_conformance.verdict import Claim


class Change(StrEnum):
    """How the promise of a row changed."""

    FLIPPED = "flipped"
    """The page says otherwise: what was supported is not, or the reverse."""
    NARROWED = "narrowed"
    """Supported before; now the page names what is missing."""
    WIDENED = "widened"
    """What was missing is there."""
    STATED = "stated"
    """The page was silent."""
    WITHDRAWN = "withdrawn"
    """The page has the row, and no longer says whether it is supported."""


_CHANGES: Mapping[tuple[Claim, Claim], Change] = {
    (Claim.SUPPORTED, Claim.PARTIAL): Change.NARROWED,
    (Claim.PARTIAL, Claim.SUPPORTED): Change.WIDENED,
}


def change_of(before: Claim, after: Claim) -> Change | None:
    """How a claim changed; None where it is the same."""
    if before is after:
        return None
    if before is Claim.UNKNOWN:
        return Change.STATED
    if after is Claim.UNKNOWN:
        return Change.WITHDRAWN
    return _CHANGES.get((before, after), Change.FLIPPED)


@dataclass(frozen=True)
class ClaimChange:
    """Two claims on the same row, one after the other, and the models that they hold for."""

    before: Claim
    after: Claim
    models: tuple[str, ...]


@dataclass(frozen=True)
class RowChange:
    """A row that both revisions have."""

    before: Row
    after: Row
    models: tuple[ClaimChange, ...]
    """How the claim changed for the models on both pages; those for which it did not are left
    out."""

    @property
    def id(self) -> str:
        """The row's id."""
        return self.after.id

    @property
    def change(self) -> Change | None:
        """How the claim of the row itself changed, whatever its exceptions are."""
        return change_of(self.before.claim, self.after.claim)

    @property
    def ranges(self) -> tuple[Range | None, Range | None] | None:
        """The documented ranges, where they differ."""
        ranges = self.before.range, self.after.range
        return ranges if ranges[0] != ranges[1] else None

    @property
    def lacks_differ(self) -> bool:
        """Whether the page names other parts as missing."""
        tags = [{lack.tag for lack in row.lacks} for row in (self.before, self.after)]
        return tags[0] != tags[1]

    @property
    def is_reworded(self) -> bool:
        """Whether only the words changed, and nothing that is promised."""
        other_words = " ".join(self.before.words.split()) != " ".join(self.after.words.split())
        promised = self.change or self.models or self.ranges or self.lacks_differ
        return other_words and not promised


@dataclass(frozen=True)
class ModelChange:
    """What the page says otherwise of models, by the name of the field."""

    field: str
    before: object
    after: object
    models: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What changed from one revision of a target's page to another."""

    before: Revision
    after: Revision

    @cached_property
    def gone(self) -> tuple[Row, ...]:
        """The rows that the page no longer has, in its earlier order."""
        return tuple(row for row in self.before.rows if row.id not in self.after.rows_by_id)

    @cached_property
    def new(self) -> tuple[Row, ...]:
        """The rows that the page has now, in its order."""
        return tuple(row for row in self.after.rows if row.id not in self.before.rows_by_id)

    @cached_property
    def common(self) -> tuple[RowChange, ...]:
        """The rows that both have, changed or not, in the later order."""
        models = [
            (model, self._models_before[model.id])
            for model in self.after.models
            if model.id in self._models_before
        ]
        return tuple(
            RowChange(old, row, _claim_changes(old, row, models))
            for row in self.after.rows
            if (old := self.before.rows_by_id.get(row.id))
        )

    def changed(self, change: Change) -> tuple[RowChange, ...]:
        """The rows whose own claim changed so."""
        return tuple(row for row in self.common if row.change is change)

    @cached_property
    def for_some_models(self) -> tuple[RowChange, ...]:
        """The rows whose own claim is the same, and that of some models on both pages is not."""
        return tuple(row for row in self.common if row.models and not row.change)

    @cached_property
    def limits(self) -> tuple[RowChange, ...]:
        """The rows of the same claim with another range, or other missing parts."""
        return tuple(
            row for row in self.common if row.ranges or (row.lacks_differ and not row.change)
        )

    @cached_property
    def reworded(self) -> tuple[RowChange, ...]:
        """The rows that promise the same in other words."""
        return tuple(row for row in self.common if row.is_reworded)

    @cached_property
    def models_gone(self) -> tuple[Model, ...]:
        """The models that the page no longer names."""
        known = {model.id for model in self.after.models}
        return tuple(model for model in self.before.models if model.id not in known)

    @cached_property
    def models_new(self) -> tuple[Model, ...]:
        """The models that the page names now."""
        return tuple(model for model in self.after.models if model.id not in self._models_before)

    @cached_property
    def models_changed(self) -> tuple[ModelChange, ...]:
        """What the page says otherwise of models that it names in both revisions."""
        found: dict[tuple[str, object, object], list[str]] = {}
        for model in self.after.models:
            if earlier := self._models_before.get(model.id):
                for field in _OF_MODELS:
                    values = getattr(earlier, field), getattr(model, field)
                    if values[0] != values[1]:
                        found.setdefault((field, *values), []).append(model.id)
        return tuple(ModelChange(*key, tuple(models)) for key, models in found.items())

    @cached_property
    def hosts_gone(self) -> tuple[Host, ...]:
        """The addresses that the page no longer names."""
        return _without(self.before, self.after)

    @cached_property
    def hosts_new(self) -> tuple[Host, ...]:
        """The addresses that the page names now."""
        return _without(self.after, self.before)

    @cached_property
    def _models_before(self) -> dict[str, Model]:
        return {model.id: model for model in self.before.models}


_OF_MODELS = (
    "series",
    "thinks",
    "thinking_default",
    "sees",
    "context",
    "max_output",
    "max_tokens_counts",
    "thinks_unasked",
)


def _claim_changes(
    before: Row, after: Row, models: Iterable[tuple[Model, Model]]
) -> tuple[ClaimChange, ...]:
    """How a row's claim changed for models, each as it stands on the later and earlier page."""
    found: dict[tuple[Claim, Claim], list[str]] = {}
    for model, earlier in models:
        claims = before.claim_for(earlier), after.claim_for(model)
        if claims[0] is not claims[1]:
            found.setdefault(claims, []).append(model.id)
    return tuple(ClaimChange(*claims, tuple(ids)) for claims, ids in found.items())


def _without(one: Revision, other: Revision) -> tuple[Host, ...]:
    """The addresses of one page that another lacks."""
    known = {host.base_url for host in other.target.addresses}
    return tuple(host for host in one.target.addresses if host.base_url not in known)
