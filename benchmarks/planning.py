"""How close a plan's upper bound is, and whether any fault exceeds it.

    python benchmarks/planning.py [--target ID …] [--fault PATTERN]

Plans each target for all its models, and then lets the documented endpoint of its first model
answer all ordinary rows in this process, once with each fault. Prints the planned cost, the cost
without a fault, and the highest cost with one. Nothing is asserted.
"""

import time
from fnmatch import fnmatchcase

import click
from rich.console import Console
from rich.table import Table

from messages_conformance import planning, resources
from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims.selection import Selection, choose
from messages_conformance.planning import Plan
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.explore import batches_of, unrecorded
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Step
from messages_conformance.recording.cost import Cost, actual_cost, upper_bound
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.reference.profiles import stages_of
from messages_conformance.selftest.run import CLEAN_ENDPOINTS


def cost_of(plan: Plan, probes: Suites, answer: Answer) -> Cost:
    """What the first model's ordinary rows cost with these answers."""
    target, steps = plan.revision.target, dict[Slot, Step]()
    for row in plan.revision.rows:
        if row.id in probes and probes[row.id].probe.opt_in is None:
            ask = Ask(plan.models[0].model, row, target, target.auth[0])
            steps |= unrecorded(batches_of(probes[row.id].probe, ask, answer), lambda _: None)
    total = Cost()
    for step in steps.values():
        total += actual_cost(answer(step), upper_bound(step.question.request))
    return total


def faults_of(target: str) -> list[Fault]:
    """The faults that are injected into a target's clean endpoints."""
    names = {name for name, one in CLEAN_ENDPOINTS.items() if one.target == target}
    return [fault for fault in FAULTS.values() if not names.isdisjoint(fault.endpoints)]


def figures(cost: Cost) -> str:
    """A cost in a few characters."""
    return f"{cost.requests:,} / {cost.input:,} / {cost.output:,}"


@click.command()
@click.option("--target", "targets", multiple=True, default=("model-studio", "anthropic"))
@click.option("--fault", "pattern", default="*", help="Only these faults.")
def main(targets: tuple[str, ...], pattern: str) -> None:
    """Plan, and try every fault against the plan."""
    probes = loader.load(resources.folder("suites"))
    table = Table("target", "models", "planned in, s", "", "requests / input / output tokens")
    for target in targets:
        began = time.perf_counter()
        revision = "2025-11-13" if target == "model-studio" else None
        plan = planning.plan(choose(Selection((target,), revision=revision)), probes)
        seconds = time.perf_counter() - began
        of = plan.models[0]
        faults = [fault for fault in faults_of(target) if fnmatchcase(fault.name, pattern)]
        highest, beyond = Cost(), []
        for fault in faults:
            stages = fault.inject_into(stages_of(plan.revision.target))
            with documented(plan.revision, stages) as answer:
                cost = cost_of(plan, probes, answer)
            highest = highest.or_more(cost)
            beyond += [] if cost <= of.upper_bound else [fault.name]
        table.add_row(
            target, f"{len(plan.models)}", f"{seconds:.1f}", "all models", figures(plan.upper_bound)
        )
        table.add_row("", "", "", "first model, at most", figures(of.upper_bound))
        table.add_row("", "", "", "expected", figures(of.expected))
        table.add_row("", "", "", f"highest of {len(faults)} faults", figures(highest))
        table.add_row("", "", "", "above the upper bound", ", ".join(beyond) or "none")
    Console().print(table)


if __name__ == "__main__":
    main()
