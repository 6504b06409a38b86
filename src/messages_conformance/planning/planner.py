"""Making a plan: each probe on its expected path, and on every other path that was found."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from messages_conformance import memory
from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.selection import Chosen
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.explore import (
    Branch,
    Find,
    batches_of,
    explore,
    recorded_or,
    unrecorded,
    without_model,
)
from messages_conformance.planning.known_branches import KnownBranches
from messages_conformance.planning.plan import (
    FindRecorded,
    ModelPlan,
    OptInRow,
    Plan,
    PlannedRequest,
    total,
)
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing.driver import Batch
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Step
from messages_conformance.protocol.exchange import Request
from messages_conformance.recording.cost import Cost, actual_cost, upper_bound
from messages_conformance.recording.preflight import preflight_cost
from messages_conformance.recording.reuse import is_model_independent

_PREVIEW = 24
"""Characters of a message."""


def make_plan(
    chosen: Sequence[Chosen],
    suites: Suites,
    *,
    opted_in: frozenset[str],
    find: FindRecorded | None,
    auth: str,
    describe_opt_in: bool,
    known: KnownBranches | None = None,
) -> Plan:
    """Plan a run, as `planning.plan` says; ``known`` is what the search need not find again."""
    revision = chosen[0].revision
    known = known or KnownBranches(revision, suites, auth, kept=find is None)
    with documented(revision) as genuine:
        planner = _Planner(
            revision,
            suites,
            genuine,
            find or (lambda _model, _step: None),
            auth,
            [model for choice in chosen for model in choice.models],
            known,
        )
        models = tuple(
            planner.plan_model(
                model,
                [row for row in choice.rows if _runs(row, suites, opted_in)],
            )
            for choice in chosen
            for model in choice.models
        )
        opt_in = tuple(planner.plan_opt_in(chosen, opted_in, describe_opt_in))
        known.save()
        return Plan(revision, models, opt_in, preflight_cost(revision, chosen[0].models[0]))


def _runs(row: Row, suites: Suites, opted_in: frozenset[str]) -> bool:
    placed = suites.get(row.id)
    return placed is not None and (placed.probe.opt_in is None or row.id in opted_in)


@dataclass(frozen=True)
class _ExpectedPath:
    """What a probe sends to the documented endpoint."""

    requests: dict[Slot, PlannedRequest]
    model_free: set[Slot]
    """The requests that name no model of the run; they are sent once for all models."""
    sequence: int
    """How many times something is sent, one after the other."""
    fingerprint: str
    """Equal for models that get the same requests except for their names."""


class _Planner:
    """Plans model by model; the branches of a probe hold for all models with its fingerprint."""

    def __init__(
        self,
        revision: Revision,
        suites: Suites,
        genuine: Answer,
        find: FindRecorded,
        auth: str,
        models: Sequence[Model],
        known: KnownBranches,
    ) -> None:
        self._revision = revision
        self._suites = suites
        self._genuine = genuine
        self._find = find
        self._auth = auth
        self._models = models
        self._planned_once: set[Slot] = set()
        """The requests that name no model and are planned already."""
        self._explored: dict[str, list[Branch]] = {}
        self._known = known

    def plan_model(self, model: Model, rows: Sequence[Row]) -> ModelPlan:
        """Plan some rows of one model."""
        requests: dict[Slot, PlannedRequest] = {}
        explored, longest = [], 0
        model_free: set[Slot] = set()
        for row in rows:
            path = self._expected_path(model, row)
            for slot, planned in path.requests.items():
                if slot in self._planned_once:
                    continue
                before = requests.get(slot)
                shared = (*before.rows, row.id) if before else (row.id,)
                requests[slot] = replace(planned, rows=shared)
            model_free |= path.model_free
            longest = max(longest, path.sequence)
            explored.append(self._explore(model, row, path))
        self._planned_once |= model_free
        bound = _upper_bound(model, explored)
        return ModelPlan(model, len(rows), tuple(requests.values()), bound, longest)

    def plan_opt_in(
        self, chosen: Sequence[Chosen], opted_in: frozenset[str], describe_all: bool
    ) -> Iterator[OptInRow]:
        """The opt-in rows, each with its cost for the first model that has it."""
        first: dict[str, tuple[Row, Model]] = {}
        for choice in chosen:
            for row in choice.rows:
                first.setdefault(row.id, (row, choice.models[0]))
        for row, model in first.values():
            placed = self._suites.get(row.id)
            if placed is None or placed.probe.opt_in is None:
                continue
            described = describe_all or row.id in opted_in
            planned = self.plan_model(model, [row] if described else [])
            why = placed.probe.opt_in
            yield OptInRow(row.id, why, row.id in opted_in, planned.expected, planned.upper_bound)

    def _expected_path(self, model: Model, row: Row) -> _ExpectedPath:
        """What is needed of the expected path; not the requests themselves, which may be huge."""
        find = self._find_of(model)
        answer = recorded_or(self._genuine, find)
        batches = batches_of(self._probe(row), self._ask(model, row), answer)
        steps = [step for batch in batches for step in batch]
        unsent = unrecorded(batches, find)
        return _ExpectedPath(
            requests={slot: self._planned(step, row) for slot, step in unsent.items()},
            model_free={
                slot
                for slot, step in unsent.items()
                if is_model_independent(step.question.request, self._models)
            },
            sequence=sum(bool(unrecorded((batch,), find)) for batch in batches),
            fingerprint=_fingerprint(model, row, batches, known=any(map(find, steps))),
        )

    def _planned(self, step: Step, row: Row) -> PlannedRequest:
        request = step.question.request
        limit = upper_bound(request)
        return PlannedRequest(
            request.method,
            request.path,
            tuple(sorted(request.body)) if isinstance(request.body, dict) else (),
            _preview(request),
            (row.id,),
            actual_cost(self._genuine(step), limit),
            limit,
        )

    def _explore(self, model: Model, row: Row, path: _ExpectedPath) -> list[Branch]:
        if path.fingerprint not in self._explored:
            branches = self._known.recall(path.fingerprint)
            if branches is None:
                find = self._find_of(model)
                branches = explore(self._probe(row), self._ask(model, row), self._genuine, find)
                self._known.add(path.fingerprint, branches)
            self._explored[path.fingerprint] = branches
        return self._explored[path.fingerprint]

    def _find_of(self, model: Model) -> Find:
        return lambda step: self._find(model, step)

    def _ask(self, model: Model, row: Row) -> Ask:
        return Ask(model, row, self._revision.target, self._auth)

    def _probe(self, row: Row) -> Probe:
        return self._suites[row.id].probe


def _fingerprint(model: Model, row: Row, batches: Sequence[Batch], *, known: bool) -> str:
    asked = [
        [(without_model(model, s.question.request), s.question.purpose.value) for s in batch]
        for batch in batches
    ]
    return memory.digest(json.dumps([row.id, asked, model.id if known else None]))


def _preview(request: Request) -> str:
    """The beginning of a request's last message."""
    messages = request.body.get("messages") if isinstance(request.body, dict) else None
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, dict) else last
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text[:_PREVIEW] if last else ""


def _upper_bound(model: Model, probes: Sequence[list[Branch]]) -> Cost:
    """The cost of some probes together: the costliest branch of each, shared requests once."""
    askers = Counter(
        slot for branches in probes for slot in {slot for branch in branches for slot in branch}
    )
    name = len(model.id.encode())
    shared: dict[Slot, Cost] = {}
    private = Cost()
    for branches in probes:
        costliest = Cost()
        for branch in branches:
            branch_cost = Cost()
            for slot, cost in branch.items():
                cost += Cost(0, name if cost.input else 0)
                if askers[slot] > 1:
                    shared[slot] = cost
                else:
                    branch_cost += cost
            costliest = costliest.or_more(branch_cost)
        private += costliest
    return private + total(shared.values())
