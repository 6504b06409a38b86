"""Drawing up a plan: each probe on the way that is expected, and on all ways that it can go."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.selection import Chosen
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.explore import HUGE, Known, Way, known_or, missing, trail, ways
from messages_conformance.planning.plan import OfModel, OptIn, Plan, Planned, total
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Step
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.recording.cost import Cost, actual_cost, upper_bound
from messages_conformance.recording.preflight import preflight_cost
from messages_conformance.recording.reuse import is_model_independent

_BEGINNING = 24
"""Characters of a message."""

Find: TypeAlias = Callable[[Model, Step], Exchange | None]
"""Tells what is recorded of a model already, and so is not sent again."""


def plan(
    chosen: Sequence[Chosen],
    suites: Suites,
    *,
    opted_in: frozenset[str] = frozenset(),
    find: Find | None = None,
    auth: str | None = None,
    tell_opt_in: bool = False,
) -> Plan:
    """Plan a run over what was chosen of one target; nothing is sent.

    What is expected follows from an endpoint that behaves as the page documents. The ceiling
    follows from the ways that each probe can go, with each request that several probes may
    share counted once. ``find`` tells what is recorded already; ``auth`` is the header that
    carries the key, by default the target's usual one. ``tell_opt_in`` looks at the rows, too,
    that were not opted in to; some are large.
    """
    revision = chosen[0].revision
    with documented(revision) as genuine:
        planner = _Planner(
            revision,
            suites,
            genuine,
            find or (lambda _model, _step: None),
            auth or revision.target.auth[0],
            [model for choice in chosen for model in choice.models],
        )
        models = tuple(
            planner.of_model(
                model,
                [row for row in choice.rows if _runs(row, suites, opted_in)],
            )
            for choice in chosen
            for model in choice.models
        )
        opt_in = tuple(planner.opt_in(chosen, opted_in, tell_opt_in))
        return Plan(revision, models, opt_in, preflight_cost(revision, chosen[0].models[0]))


def _runs(row: Row, suites: Suites, opted_in: frozenset[str]) -> bool:
    placed = suites.get(row.id)
    return placed is not None and (placed.probe.opt_in is None or row.id in opted_in)


@dataclass(frozen=True)
class _Explored:
    """The ways of a probe, as they were found for one model."""

    model: Model
    ways: list[Way]


@dataclass(frozen=True)
class _Sketch:
    """The way that a probe is expected to go."""

    requests: dict[Slot, Planned]
    nobodys: set[Slot]
    """Of these, the requests that are the same whichever model is asked for."""
    waits: int
    """How many times something is sent, one after the other."""
    alike: Hashable
    """Equal for models that are asked the same, but for their names."""


class _Planner:
    """Plans model by model; what was found of a probe holds for all models it treats alike."""

    def __init__(
        self,
        revision: Revision,
        suites: Suites,
        genuine: Answer,
        find: Find,
        auth: str,
        models: Sequence[Model],
    ) -> None:
        self._revision = revision
        self._suites = suites
        self._genuine = genuine
        self._find = find
        self._auth = auth
        self._models = models
        self._nobodys: set[Slot] = set()
        """What names no model, and is planned already; it is sent once for all of them."""
        self._explored: dict[Hashable, _Explored] = {}

    def of_model(self, model: Model, rows: Sequence[Row]) -> OfModel:
        """Plan some rows of one model."""
        requests: dict[Slot, Planned] = {}
        explored, longest = [], 0
        nobodys: set[Slot] = set()
        for row in rows:
            sketch = self._sketch(model, row)
            for slot, planned in sketch.requests.items():
                if slot in self._nobodys:
                    continue
                before = requests.get(slot)
                shared = (*before.rows, row.id) if before else (row.id,)
                requests[slot] = replace(planned, rows=shared)
            nobodys |= sketch.nobodys
            longest = max(longest, sketch.waits)
            explored.append(self._ways(model, row, sketch))
        self._nobodys |= nobodys
        ceiling = _together(model, explored)
        return OfModel(model, len(rows), tuple(requests.values()), ceiling, longest)

    def opt_in(
        self, chosen: Sequence[Chosen], opted_in: frozenset[str], tell: bool
    ) -> Iterator[OptIn]:
        """The rows that have to be opted in to, each with what it costs for the first model."""
        first: dict[str, tuple[Row, Model]] = {}
        for choice in chosen:
            for row in choice.rows:
                first.setdefault(row.id, (row, choice.models[0]))
        for row, model in first.values():
            placed = self._suites.get(row.id)
            if placed is None or placed.probe.opt_in is None:
                continue
            told = tell or row.id in opted_in
            of = self.of_model(model, [row] if told else [])
            why = placed.probe.opt_in
            yield OptIn(row.id, why, row.id in opted_in, of.expected, of.ceiling)

    def _sketch(self, model: Model, row: Row) -> "_Sketch":
        """What is to be known of the way that is expected, without the requests themselves."""
        known = self._known(model)
        batches = trail(self._probe(row), self._ask(model, row), known_or(self._genuine, known))
        steps = [step for batch in batches for step in batch]
        left = missing(batches, known)
        return _Sketch(
            requests={slot: self._planned(step, row) for slot, step in left.items()},
            nobodys={
                slot
                for slot, step in left.items()
                if is_model_independent(step.question.request, self._models)
            },
            waits=sum(bool(missing((batch,), known)) for batch in batches),
            alike=(
                row.id,
                tuple(map(len, batches)),
                tuple((_but_for(model, s.question.request), s.question.purpose) for s in steps),
                model if any(map(known, steps)) else None,
            ),
        )

    def _planned(self, step: Step, row: Row) -> Planned:
        request = step.question.request
        limit = upper_bound(request)
        return Planned(
            request.method,
            request.path,
            tuple(sorted(request.body)) if isinstance(request.body, dict) else (),
            _words(request),
            (row.id,),
            actual_cost(self._genuine(step), limit),
            limit,
        )

    def _ways(self, model: Model, row: Row, sketch: "_Sketch") -> "_Explored":
        if sketch.alike not in self._explored:
            found = ways(self._probe(row), self._ask(model, row), self._genuine, self._known(model))
            self._explored[sketch.alike] = _Explored(model, found)
        return self._explored[sketch.alike]

    def _known(self, model: Model) -> Known:
        return lambda step: self._find(model, step)

    def _ask(self, model: Model, row: Row) -> Ask:
        return Ask(model, row, self._revision.target, self._auth)

    def _probe(self, row: Row) -> Probe:
        return self._suites[row.id].probe


def _words(request: Request) -> str:
    """How the last message of a request begins."""
    messages = request.body.get("messages") if isinstance(request.body, dict) else None
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, dict) else last
    said = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return said[:_BEGINNING] if last else ""


def _but_for(model: Model, request: Request) -> str:
    """What makes two requests equal but for the model they ask."""
    body = request.body
    if len(request.content) > HUGE:
        # Its length tells enough, and a copy would be as huge.
        return f"{request.path}, {len(request.content) - len(model.id.encode())} bytes"
    if isinstance(body, dict) and body.get("model") == model.id:
        request = Request({**body, "model": None}, request.headers, request.path, request.method)
    return request.key


def _together(model: Model, probes: Sequence[_Explored]) -> Cost:
    """What some probes may cost together: each by its costliest way, what several share once."""
    asking = Counter(
        slot for probe in probes for slot in {slot for way in probe.ways for slot in way}
    )
    shared: dict[Slot, Cost] = {}
    private = Cost()
    for probe in probes:
        # A longer name makes each request longer.
        longer = max(0, len(model.id.encode()) - len(probe.model.id.encode()))
        dearest = Cost()
        for way in probe.ways:
            own = Cost()
            for slot, cost in way.items():
                cost += Cost(0, longer if cost.input else 0)
                if asking[slot] > 1:
                    shared[slot] = cost
                else:
                    own += cost
            dearest = dearest.or_more(own)
        private += dearest
    return private + total(shared.values())
