"""What a run will send, and an upper bound on its cost, before anything is sent."""

from collections.abc import Sequence

from messages_conformance.claims.selection import Chosen
from messages_conformance.planning import remembered
from messages_conformance.planning.plan import (
    FindRecorded,
    ModelPlan,
    OptInRow,
    Plan,
    PlannedRequest,
)
from messages_conformance.probing.loader import Suites

__all__ = ["ModelPlan", "OptInRow", "Plan", "PlannedRequest", "plan"]


def plan(
    chosen: Sequence[Chosen],
    suites: Suites,
    *,
    opted_in: frozenset[str] = frozenset(),
    find: FindRecorded | None = None,
    auth: str | None = None,
    describe_opt_in: bool = False,
) -> Plan:
    """Plan a run over what was chosen of one target; nothing is sent.

    The expected cost is that of an endpoint that behaves as the page documents. The upper bound
    covers all paths that were found for each probe; a request that several probes share counts
    once. ``find`` finds what is recorded already; ``auth`` is the header that carries the key, by
    default the target's usual one. ``describe_opt_in`` also estimates the opt-in rows that were
    not chosen; the requests of some are large.

    A plan that rests on no recording is remembered on disk.
    """
    revision = chosen[0].revision
    auth = auth or revision.target.auth[0]
    key = None
    if find is None:
        key = remembered.key_of(chosen, suites, opted_in, auth, describe_opt_in=describe_opt_in)
        if known := remembered.recall(key, revision):
            return known
    from messages_conformance.planning.planner import make_plan  # takes a while, with all it needs

    made = make_plan(
        chosen,
        suites,
        opted_in=opted_in,
        find=find,
        auth=auth,
        describe_opt_in=describe_opt_in,
    )
    remembered.remember(key, made)
    return made
