"""What `app check` predicts of planted applications, beside what becomes of them."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType

from messages_conformance import resources
from messages_conformance.applications.check import Answer, check
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import Inventory
from messages_conformance.applications.knowledge import Knowledge
from messages_conformance.applications.scan import scan
from messages_conformance.applications.what_is_known import instead_of
from messages_conformance.claims import library
from messages_conformance.claims.own_endpoint import OwnEndpoint, derive
from messages_conformance.probing import loader
from messages_conformance.report.report import Judged
from messages_conformance.selftest.dry_run import CleanEndpoint, run_suites
from support.planted import GENUINE, Endpoint, Ran, applications, run, steps_of

SUITES = loader.load(resources.folder("suites"))

ENDPOINTS = (
    Endpoint("Model Studio, page of November 2025", "model-studio", "qwen-plus", "2025-11-13"),
    Endpoint("DeepSeek, its newest page", "deepseek", "deepseek-v4-pro"),
    Endpoint("MiniMax, its newest page", "minimax", "MiniMax-M3"),
    Endpoint(
        "Model Studio, as reported",
        "model-studio",
        "qwen-plus",
        "2025-11-13",
        profile="model-studio-2026-08",
    ),
    Endpoint(
        "a gateway that translates",
        "anthropic",
        "claude-sonnet-4-5",
        faults=(
            *("is_error_dropped", "images_dropped"),
            *("documents_dropped", "stop_sequence_never_named", "input_includes_the_cache"),
        ),
    ),
    Endpoint(
        "a gateway that breaks streams and errors",
        "anthropic",
        "claude-sonnet-4-5",
        faults=("no_message_delta", "error_in_flat_json", "unknown_model_gets_400"),
    ),
    Endpoint(
        "a server of one's own",
        "anthropic",
        "claude-sonnet-4-5",
        faults=(
            *("system_dropped", "any_dropped", "tool_dropped", "none_dropped", "top_k_ignored"),
            *("signature_empty", "thinks_when_disabled", "nothing_can_be_counted"),
            *("no_models_are_listed", "web_searches_dropped"),
        ),
    ),
)
"""Where the applications are moved to."""


@dataclass(frozen=True)
class Case:
    """One step at one endpoint: what was predicted, and what became of it."""

    endpoint: str
    application: str
    step: str
    predicted: Answer
    broke: bool
    why: str

    @property
    def said_broken(self) -> bool:
        return self.predicted in (Answer.CHANGES, Answer.NO_GO)


def inventory_of(ran: Ran) -> Inventory:
    """The inventory of a step, from what was recorded of it and from its source."""
    with tempfile.TemporaryDirectory() as folder:
        traffic, source = Path(folder, "traffic.jsonl"), Path(folder, "step.py")
        traffic.write_text(ran.traffic, encoding="utf-8")
        source.write_text("import anthropic\n" + ran.source, encoding="utf-8")
        return scan([str(traffic), str(source)])


@cache
def inventories(name: str) -> dict[str, Inventory]:
    """The inventories of an application's steps, recorded where it comes from."""
    return {ran.name: inventory_of(ran) for ran in run(application(name), GENUINE)}


@cache
def application(name: str) -> ModuleType:
    return applications()[name]


@cache
def rehearsed(endpoint: Endpoint) -> Knowledge:
    """What is known of an endpoint after a rehearsal: its page, and a run over its simulation.

    The rows that its page does not have are run as `app check` tells people to: as of an endpoint
    of one's own, by what the genuine API documents.
    """
    page = endpoint.revision
    clean = CleanEndpoint(endpoint.name, page, endpoint.of_model, endpoint.stages)
    own = OwnEndpoint(page.target.base_url)
    genuine = derive(library.shipped(GENUINE.target), own, (replace(endpoint.of_model, series=""),))
    wanted = {row for feature in FEATURES.values() for row in feature.rows}
    rest = [r for r in genuine.rows if r.id in wanted and r.id not in page.rows_by_id]
    elsewhere = replace(genuine, rows=tuple(rest))
    judged = [
        *run_suites(clean, endpoint.stages, SUITES, asked=elsewhere).cells,
        *run_suites(clean, endpoint.stages, SUITES).judged,
    ]
    measured: dict[tuple[str, str], tuple[Judged, str]] = {
        (endpoint.model, one.row_id): (one, str(page.date)) for one in judged
    }
    return Knowledge(page, measured, (), rehearsal=True)


def promised(endpoint: Endpoint) -> Knowledge:
    """What is known of an endpoint from its page alone."""
    return Knowledge(endpoint.revision)


def cases(endpoint: Endpoint, known: Knowledge) -> Iterator[Case]:
    """Every step of every application at an endpoint."""
    for name in applications():
        assert steps_of(application(name))
        for ran in run(application(name), endpoint):
            inventory = inventories(name)[ran.name]
            (found,) = check(inventory, known, [endpoint.of_model], instead_of(SUITES)).models
            breaking = [
                f"{each.feature.id} ({each.known.row} {each.known.kind} {each.known.basis})"
                for each in found.features
                if each.breaks
            ]
            open_rows = [f.feature.id for f in found.features if f.answer is Answer.NOT_KNOWN]
            why = f"{ran.problem}; predicted: {breaking}; open: {open_rows}"
            answer = found.answer
            if breaking:
                answer = Answer.CHANGES
            yield Case(endpoint.name, name, ran.name, answer, ran.problem is not None, why)
