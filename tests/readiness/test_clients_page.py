"""The tables of docs/clients.md are what the suite says today of the endpoints and recordings.

No test installs anything. What a real client reads is held against the page where the client is
there: the Python SDK of this environment, and those in `MESSAGES_CONFORMANCE_CLIENTS`.
"""

import os
import runpy
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.clients.installed import environments
from messages_conformance.clients.installed.environments import FOLDER, OFFLINE, Environment
from messages_conformance.readiness import moved, snippets

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "clients_table.py"))
ANEW = "run 'scripts/clients_table.py --write'"
ENDPOINTS = (*SCRIPT["simulated"](), SCRIPT["shipped"]())
READS = "; reads "


def made() -> dict[str, list[str]]:
    """The cells of the page, by the beginning of their line."""
    text = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    between = text.partition(SCRIPT["BEGIN"])[2].partition(SCRIPT["END"])[0]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in between.splitlines()]
    return {cells[0]: cells[1:] for cells in lines if cells}


PAGE = made()
COLUMNS = list(range(len(ENDPOINTS)))
NAMES = [each.title for each in ENDPOINTS]
DIALECTS = SCRIPT["dialects"]()


@cache
def judged(column: int, client: int) -> Any:
    """What `ready` says of a client at an endpoint, and the exchanges."""
    return ENDPOINTS[column].judge(DIALECTS[client])


@cache
def histories(column: int) -> Any:
    """What an endpoint answers to the snippets and the conversations that move."""
    return ENDPOINTS[column].histories()


def test_every_client_has_a_line_with_every_endpoint() -> None:
    clients = [f"{each.client} {each.version}" for each in DIALECTS]
    assert [name for name in PAGE if name in clients] == clients, ANEW
    assert PAGE["client"] == [f"{each.title}, {each.basis}" for each in ENDPOINTS], ANEW


@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_a_cell_says_what_ready_says(column: int) -> None:
    for client, dialect in enumerate(DIALECTS):
        found, _ = judged(column, client)
        cell = PAGE[f"{dialect.client} {dialect.version}"][column]
        assert cell.partition(READS)[0] == SCRIPT["words"](found), ANEW


@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_a_conversation_goes_on_as_the_page_says(column: int) -> None:
    for each in moved.inspections():
        said = SCRIPT["figures"](each, histories(column))
        assert PAGE[each.inspection.row][column] == said, ANEW


@pytest.fixture
def nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients that are there already, and this environment's SDK for its own version."""
    made, here = environments.made, ("python-sdk", version("anthropic"))

    def there(client: str, wanted: str, started: str = "") -> Environment:
        if (client, wanted) != here:
            return made(client, wanted, started)
        (tmp_path / "home").mkdir(exist_ok=True)
        program = environments.program(started or "python_sdk.py")
        return Environment(client, wanted, (sys.executable, "-I", str(program)), tmp_path)

    monkeypatch.setattr(environments, "made", there)
    monkeypatch.setenv(OFFLINE, "1")
    monkeypatch.setenv(FOLDER, os.environ.get(FOLDER) or str(tmp_path))


def measured(said: str) -> str:
    """What a real client came to; skips where it is not there."""
    if said.startswith("not measured"):
        pytest.skip(said)
    return said


@pytest.mark.usefixtures("nothing_is_installed")
@pytest.mark.parametrize(
    "client", range(len(DIALECTS)), ids=[f"{each.client}@{each.version}" for each in DIALECTS]
)
@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_a_client_reads_what_the_page_says(column: int, client: int) -> None:
    dialect = DIALECTS[client]
    measured(SCRIPT["reads"](dialect, ()))
    said = SCRIPT["reads"](dialect, judged(column, client)[1])
    cell = PAGE[f"{dialect.client} {dialect.version}"][column]
    assert cell.partition(READS)[2] == said, ANEW


@pytest.mark.usefixtures("nothing_is_installed")
@pytest.mark.parametrize("snippet", [*snippets.inspections()], ids=lambda one: one.inspection.row)
@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_a_snippet_ends_as_the_page_says(column: int, snippet: Any) -> None:
    said = measured(SCRIPT["figures"](snippet, histories(column)))
    assert PAGE[snippet.inspection.row][column] == said, ANEW


def test_what_was_recorded_was_asked_for_every_client() -> None:
    """Else the column would rest on requests of another."""
    for client in range(len(DIALECTS)):
        found, _ = judged(len(ENDPOINTS) - 1, client)
        assert not any("recorded for something else" in each for each in found.remarks)


PYTHON = (
    "ends: anthropic.BadRequestError: Error code: 400 - {'type': 'error', 'error': "
    "{'type': 'x', 'message': '`a` is wrong.'}, 'request_id': 'r'}"
)
TYPESCRIPT = (
    'ends: BadRequestError: 400 {"type":"error","error":{"type":"x","message":"\\"a\\" is wrong."},'
    '"request_id":"r"}'
)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (PYTHON, "ends: BadRequestError 400: `a` is wrong."),
        (PYTHON.partition(" wrong")[0], "ends: BadRequestError 400: `a` is"),
        (TYPESCRIPT, 'ends: BadRequestError 400: "a" is wrong.'),
        ("runs", "runs"),
    ],
)
def test_an_error_is_cut_to_its_message(printed: str, said: str) -> None:
    assert SCRIPT["without_envelope"](printed) == said
