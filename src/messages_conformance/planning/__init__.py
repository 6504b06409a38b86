"""What a run will send and may cost at most, before anything is sent."""

from messages_conformance.planning.plan import OfModel, OptIn, Plan, Planned
from messages_conformance.planning.planner import plan

__all__ = ["OfModel", "OptIn", "Plan", "Planned", "plan"]
