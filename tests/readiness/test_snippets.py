"""The page's first calls, run with real tools on recorded answers; nothing is installed here."""

import shutil
import sys
from pathlib import Path

import pytest

from messages_conformance.clients.installed import environments
from messages_conformance.clients.installed.environments import Environment, program
from messages_conformance.errors import ClientsError
from messages_conformance.probing.inspection import InspectionResult
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.readiness import snippets
from messages_conformance.reference.client_cases import LENIENT
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import STRICT
from support.clients_at import MODEL, answers_of

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK of this environment stands for the one that a download would install."""

    def made(client: str, version: str, started: str = "") -> Environment:
        if client != "python-sdk":
            raise ClientsError(f"{client}@{version} needs Node.js and npm, which are not installed")
        return Environment(client, version, (sys.executable, "-I", str(program(started))), tmp_path)

    monkeypatch.setattr(environments, "made", made)


def answers(stages: Stages) -> list[Exchange]:
    return answers_of(stages)(snippets.requests_of(MODEL))


def found(name: str, exchanges: list[Exchange]) -> InspectionResult:
    rows = {each.inspection.row: each.inspection for each in snippets.inspections()}
    return rows[f"snippet/{name}"].function(exchanges)


def test_text_is_not_in_the_first_block_where_the_model_thinks_first() -> None:
    seen = found("python", answers(LENIENT))
    why = "ends: AttributeError: 'ThinkingBlock' object has no attribute 'text'"
    assert seen.figures == f"with either variable: {why}"
    assert [finding.rule.id for _, finding in seen.findings] == ["CL-READ-3"] * 2


def test_a_stream_is_read_with_either_variable() -> None:
    seen = found("python-stream", answers(LENIENT))
    assert seen.figures == "with either variable: runs"
    assert (seen.exchanges, seen.findings) == (2, ())


def test_a_budget_that_equals_max_tokens_ends_where_it_is_refused() -> None:
    seen = found("python-stream", answers(STRICT))
    assert "ends: anthropic.BadRequestError: Error code: 400" in seen.figures
    assert "budget_tokens" in seen.figures


@needs_curl
def test_curl_prints_a_message_or_the_refusal() -> None:
    assert found("curl", answers(LENIENT)).figures == "with either variable: runs"
    assert "prints 400 instead of a message" in found("curl", answers(STRICT)).figures


def test_a_snippet_whose_tool_is_missing_is_unmeasured_and_says_why() -> None:
    seen = found("typescript-stream", answers(LENIENT))
    assert seen.exchanges == 0
    assert seen.figures.startswith("not measured (typescript-sdk@1.14.0 needs Node.js")


def test_what_was_not_recorded_is_not_measured() -> None:
    assert found("python", []).figures == "not measured (the call was not recorded)"
