"""Rows of single versions of clients: what they send, and what they read, in one observation."""

import sys
from pathlib import Path

import pytest

from messages_conformance.clients.installed import environments
from messages_conformance.clients.installed.environments import Environment
from messages_conformance.errors import ClientsError
from messages_conformance.probing.inspection import InspectionResult
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import rows
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.reference.client_cases import CLIENT_CASES, LENIENT
from messages_conformance.reference.pipeline import Stages
from support.clients_at import MODEL, answers_of

PROGRAM = Path(environments.__file__).parent / "programs" / "python_sdk.py"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is downloaded: the SDK of this environment stands for its client."""
    monkeypatch.setenv("MESSAGES_CONFORMANCE_CACHE", "")

    def made(client: str, version: str) -> Environment:
        if client != "python-sdk":
            raise ClientsError(f"{client}@{version} needs Node.js and npm, which are not installed")
        (tmp_path / "home").mkdir(exist_ok=True)
        return Environment(client, version, (sys.executable, "-I", str(PROGRAM)), tmp_path)

    monkeypatch.setattr(environments, "made", made)


def observed(stages: Stages, name: str) -> InspectionResult:
    """What the row of a client comes to at an endpoint."""
    exchanges: list[Exchange] = []
    dialect = dialect_of(name)
    answer = answers_of(stages)

    def keep(batch: tuple[Request, ...]) -> list[Exchange]:
        found = answer(batch)
        exchanges.extend(found)
        return found

    answer_all(questions(dialect, MODEL), keep)
    return rows.inspection_of(dialect).inspection.function(exchanges)


def test_a_row_tells_what_is_sent_and_what_is_read() -> None:
    found = observed(LENIENT, "python-sdk")
    sends, reads = found.figures.split("; ")
    assert sends.startswith("sends: ")
    assert "accepted" in sends
    assert reads == "reads: 6 fine"
    assert not found.findings


def test_what_a_client_dies_of_is_a_finding_that_names_it() -> None:
    found = observed(CLIENT_CASES["adaptive_as_vendor_flat"].stages, "claude-code")
    ((_, finding),) = [each for each in found.findings if each[1].rule.id == "CL-SEND-1"]
    assert finding.message.startswith("claude-code 2.1.332 ends without an answer over thinking")
    assert finding.message.endswith("its settings help")
    assert "1 refused, a setting helps" in found.figures
    assert "by its table" in found.figures


def test_a_client_that_cannot_be_installed_is_unmeasured_and_says_why() -> None:
    found = observed(LENIENT, "typescript-sdk")
    assert "reads: not measured (typescript-sdk@1.14.0 needs Node.js and npm" in found.figures


def test_clients_are_named_once_and_all_of_them_by_one_word() -> None:
    named = rows.chosen_dialects(("python-sdk", "python-sdk@2.14.0", "python-sdk@0.39.0"))
    assert [each.version for each in named] == ["2.14.0", "0.39.0"]
    assert len(rows.chosen_dialects((rows.ALL,))) == 6


def test_an_unknown_client_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ClientsError, match="no client 'pyton-sdk' is known"):
        rows.chosen_dialects(("pyton-sdk",))


def test_nothing_recorded_is_nothing_measured() -> None:
    found = rows.inspection_of(dialect_of("claude-code")).inspection.function(())
    assert found.exchanges == 0
    assert "sends: not measured" in found.figures
