"""What a run will send, and an upper bound on its cost, before anything is sent."""

from messages_conformance.planning.plan import ModelPlan, OptInRow, Plan, PlannedRequest
from messages_conformance.planning.planner import plan

__all__ = ["ModelPlan", "OptInRow", "Plan", "PlannedRequest", "plan"]
