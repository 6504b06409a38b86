"""Holds an inventory against what is known: for each model go, go with changes, no go, not known.

Pure: what is known comes in, the answer goes out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from messages_conformance.applications.feature import Feature, Loss
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import Inventory, Use
from messages_conformance.applications.knowledge import Basis, Knowledge, Known
from messages_conformance.claims.page import Model, Range, Revision
from messages_conformance.traffic.calls.call import Part
from messages_conformance.verdict import Kind


class Answer(StrEnum):
    """Whether something moves."""

    GO = "go"
    CHANGES = "go with changes"
    NO_GO = "no go"
    NOT_KNOWN = "not known"


_GRAVEST: Final = (Answer.NO_GO, Answer.CHANGES, Answer.NOT_KNOWN, Answer.GO)
"""Of several rows under one feature, which counts: what is bad for certain comes first."""
_OVERALL: Final = (Answer.NO_GO, Answer.NOT_KNOWN, Answer.CHANGES, Answer.GO)
"""Of several features, which counts: while one is not known, the application's answer is not."""

EXIT_CODES: Final[Mapping[Answer, int]] = {
    Answer.GO: 0,
    Answer.CHANGES: 1,
    Answer.NOT_KNOWN: 2,
    Answer.NO_GO: 3,
}

_WITHIN: Final = "Keep the value within the range of the page."

Instead = Callable[[str, Kind], str]
"""What a caller does about a row that behaves so, as its probe says; empty if it says nothing."""


@dataclass(frozen=True, slots=True)
class FeatureAnswer:
    """Whether one feature moves to one model."""

    feature: Feature
    use: Use
    answer: Answer
    known: Known
    """What decided it."""
    edit: str = ""
    """What a caller does instead, where it does not just go."""
    ask: tuple[str, ...] = ()
    """Where it is not known: the rows that a run would put to the test."""

    @property
    def breaks(self) -> bool:
        """Whether the program breaks unless it is changed."""
        return self.answer in (Answer.CHANGES, Answer.NO_GO)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """Whether the application moves to one model."""

    model: Model
    features: tuple[FeatureAnswer, ...]
    price: float | None = None

    @property
    def answer(self) -> Answer:
        """The gravest of its features."""
        found = {each.answer for each in self.features}
        return next(answer for answer in _OVERALL if answer in found or answer is Answer.GO)

    @property
    def counts(self) -> Mapping[Answer, int]:
        """How many features have each answer."""
        counted = Counter(each.answer for each in self.features)
        return {answer: counted[answer] for answer in Answer}


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an application moves to a target, model by model, the best first."""

    inventory: Inventory
    revision: Revision
    models: tuple[ModelAnswer, ...]
    rehearsal: bool = False

    @property
    def answer(self) -> Answer:
        """The answer of the best model."""
        return self.models[0].answer if self.models else Answer.NOT_KNOWN


def check(
    inventory: Inventory,
    knowledge: Knowledge,
    models: Iterable[Model],
    instead: Instead,
    prices: Mapping[str, float] | None = None,
) -> Check:
    """Hold what an application uses against what is known of some models of a target."""
    given = prices or {}
    answers = [
        ModelAnswer(
            model,
            tuple(
                _feature(FEATURES[use.feature], use, inventory, knowledge, model, instead)
                for use in inventory.uses
            ),
            given.get(model.id),
        )
        for model in models
    ]
    return Check(
        inventory, knowledge.revision, tuple(sorted(answers, key=_rank)), knowledge.rehearsal
    )


def _rank(model: ModelAnswer) -> tuple[float, ...]:
    counts = model.counts
    price = float("inf") if model.price is None else model.price
    return (
        counts[Answer.NO_GO],
        counts[Answer.NOT_KNOWN],
        counts[Answer.CHANGES],
        price,
    )


def _feature(
    feature: Feature,
    use: Use,
    inventory: Inventory,
    knowledge: Knowledge,
    model: Model,
    instead: Instead,
) -> FeatureAnswer:
    if use.in_answers_alone and Part.CODE not in inventory.hidden:
        words = "answers had it, and the source that was scanned does not look at it"
        unread = Known("", Basis.NOTHING, Kind.WORKS, words=words)
        return FeatureAnswer(feature, use, Answer.GO, unread)
    if feature.stays_behind:
        words = "it holds only where the program comes from"
        behind = Known("", Basis.NOTHING, Kind.BROKEN, words=words)
        return FeatureAnswer(feature, use, Answer.CHANGES, behind, feature.edit)
    known = [_or_as_sent(feature, knowledge.of(row, model)) for row in feature.rows]
    judged = [(_answer(feature, one), one) for one in known]
    if feature.breaks_where_models_think:
        judged.append(_thinking(model, inventory, knowledge))
    outside = _outside(feature, use, knowledge)
    if outside is not None:
        judged.append((Answer.CHANGES, outside))
    if feature.id == "content/image" and model.sees is False:
        words = "the page says that this model does not take images"
        date = str(knowledge.revision.date)
        row = Known("content/image", Basis.PROMISED, Kind.REFUSED, date, words)
        judged.append((Answer.NO_GO, row))
    if not judged:
        nothing = Known("", Basis.NOTHING, Kind.UNMEASURED, words="no row covers it")
        return FeatureAnswer(feature, use, Answer.NOT_KNOWN, nothing, feature.edit)
    answer, decided = min(judged, key=lambda one: _GRAVEST.index(one[0]))
    if answer is Answer.GO:
        # Where all is well, the answer is as strong as the weakest of what it rests on.
        decided = max((one for _, one in judged), key=lambda one: list(Basis).index(one.basis))
        return FeatureAnswer(feature, use, answer, decided)
    asked = [one.row for kind, one in judged if kind is Answer.NOT_KNOWN]
    return FeatureAnswer(
        feature,
        use,
        answer,
        decided,
        _WITHIN if decided is outside else _edit(feature, decided, instead),
        tuple(asked),
    )


def _answer(feature: Feature, known: Known) -> Answer:
    match known.kind:
        case Kind.WORKS:
            return Answer.GO
        case Kind.PARTIAL:
            harmed = feature.loss is not Loss.NONE and _needs(feature, known)
            return Answer.CHANGES if harmed else Answer.GO
        case Kind.IGNORED if feature.loss is Loss.NONE:
            return Answer.GO
        case Kind.BROKEN if not known.hurts(feature.findings):
            # The program never sees it: the SDK reads such an answer as it is meant.
            return Answer.GO
        case Kind.REFUSED if _is_only_a_header(feature, known):
            return Answer.GO
        case Kind.IGNORED | Kind.REFUSED | Kind.BROKEN:
            return Answer.NO_GO if feature.loss is Loss.WHOLE else Answer.CHANGES
        case _:
            return Answer.NOT_KNOWN


def _or_as_sent(feature: Feature, known: Known) -> Known:
    """What is known, and of headers that every client sends that an endpoint has to take them."""
    if known.kind is not Kind.UNMEASURED or not _is_sent_by_all(feature):
        return known
    words = "every SDK sends it, so an endpoint promises to take it by calling itself compatible"
    return replace(known, kind=Kind.WORKS, basis=Basis.PROMISED, words=words)


def _is_sent_by_all(feature: Feature) -> bool:
    return feature.part is Part.HEADERS and feature.loss is Loss.NONE


def _needs(feature: Feature, known: Known) -> bool:
    """Whether a feature needs any of what is missing; where that is not named, it may."""
    if not known.lacking or feature.needs is None:
        return feature.loss is not Loss.PART
    wanted = set(feature.needs)
    return any(tag in wanted or f"{known.row}:{tag}" in wanted for tag in known.lacking)


def _is_only_a_header(feature: Feature, known: Known) -> bool:
    """Whether all that is known is that a page does not support a header: it is not read then."""
    in_headers = feature.part in (Part.HEADERS, Part.BETAS)
    return in_headers and feature.loss is Loss.NONE and known.basis is Basis.PROMISED


def _thinking(model: Model, inventory: Inventory, knowledge: Knowledge) -> tuple[Answer, Known]:
    """Whether the first block is text: not where a model thinks without being asked to."""
    date, row = str(knowledge.revision.date), "basic/thinking"
    used = inventory.used
    asks = {"basic/thinking/enabled", "basic/thinking/adaptive"} & used.keys()
    default = model.thinking_default
    if asks:
        return Answer.CHANGES, Known(
            row, Basis.PROMISED, Kind.WORKS, date, "the program itself asks for thinking"
        )
    if default == "on" and "basic/thinking/disabled" in used:
        default = "off"
    if default in ("on", "always"):
        words = f"this model thinks unless it is told not to (thinking is {default} by default)"
        return Answer.CHANGES, Known(row, Basis.PROMISED, Kind.BROKEN, date, words)
    if default is None and model.thinks:
        words = "the page does not say whether this model thinks without being asked to"
        return Answer.NOT_KNOWN, Known(row, Basis.NOTHING, Kind.UNMEASURED, date, words)
    words = "this model does not think unless it is asked to"
    return Answer.GO, Known(row, Basis.PROMISED, Kind.WORKS, date, words)


def _outside(feature: Feature, use: Use, knowledge: Knowledge) -> Known | None:
    """What is wrong with the values used, where the page names a range."""
    row = knowledge.revision.rows_by_id.get(feature.id)
    values = use.values
    if row is None or row.range is None or values.least is None or values.most is None:
        return None
    if _is_in(row.range, values.least) and _is_in(row.range, values.most):
        return None
    words = f"the page allows {row.range}, and the program sends {values}"
    date = str(knowledge.revision.date)
    return Known(feature.id, Basis.PROMISED, Kind.REFUSED, date, words)


def _is_in(range: Range, value: float) -> bool:
    low, high = range.minimum, range.maximum
    if low is not None and (value < low or (value == low and range.excludes_minimum)):
        return False
    return high is None or value < high or (value == high and not range.excludes_maximum)


def _edit(feature: Feature, known: Known, instead: Instead) -> str:
    """What a caller does: as the row's probe says, where the feature is the whole row."""
    if feature.id == known.row and (said := instead(known.row, known.kind)):
        return said
    return feature.edit
