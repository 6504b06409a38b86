"""Real clients in environments of their own, fed over loopback.

The Python SDK of this environment stands for every version: no test installs anything. Where the
environments of other clients are there already (`MESSAGES_CONFORMANCE_CLIENTS`), they are run too.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clients.test_anthropic_python import END, START, STOP, call, plain, stream, text
from messages_conformance.clients.installed import environments, real
from messages_conformance.clients.installed.environments import FOLDER, OFFLINE, Environment, made
from messages_conformance.clients.result import ClientOutcome
from messages_conformance.errors import ClientsError
from messages_conformance.protocol.exchange import Exchange
from support import small_project

MESSAGE = small_project.message()
ENVELOPE = b'{"type":"error","error":{"type":"invalid_request_error","message":"No such model."}}'
FLAT = b'{"code":"InvalidParameter","message":"No such model.","request_id":"1"}'
PROGRAM = Path(environments.__file__).parent / "programs" / "python_sdk.py"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("MESSAGES_CONFORMANCE_CACHE", "")
    (tmp_path / "home").mkdir()
    return Environment("python-sdk", "0", (sys.executable, "-I", str(PROGRAM)), tmp_path)


DOWNLOADS = (
    "typescript-sdk@1.14.0",
    "typescript-sdk@0.39.0",
    "python-sdk@0.39.0",
    "ai-sdk@4.0.105",
    "langchain-anthropic@1.7.10",
    "pydantic-ai@2.68.0",
)


@pytest.fixture(params=DOWNLOADS)
def downloaded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("MESSAGES_CONFORMANCE_CACHE", "")
    folder, name = os.environ.get(FOLDER), request.param
    if not folder or not (Path(folder) / name / "installed").exists():
        pytest.skip(f"needs {name}, which a download installs; name its folder in {FOLDER}")
    return made(*name.split("@"))


def outcomes(environment: Environment, *exchanges: Exchange) -> list[ClientOutcome | None]:
    found = real.read_with(environment, exchanges)
    return [each.outcome if each else None for each in found]


WHOLE = stream(START, text(), END, STOP)


def test_a_real_client_in_its_environment_reads_what_the_one_here_reads(
    installed: Environment,
) -> None:
    exchanges = (
        plain(MESSAGE),
        WHOLE,
        plain(ENVELOPE, status=400),
        plain(FLAT, status=400),
        plain(b"<html>", kind="text/html"),
        stream(START, call('{"city": "Par'), END),
        replace(WHOLE, ended="cut", body=WHOLE.body[:-30]),
    )
    assert outcomes(installed, *exchanges) == [
        ClientOutcome.FINE,
        ClientOutcome.FINE,
        ClientOutcome.FINE,
        ClientOutcome.LOSES,
        ClientOutcome.MISREADS,
        ClientOutcome.LOSES,
        ClientOutcome.RAISES,
    ]


def test_equal_answers_are_read_once_and_remembered(
    installed: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESSAGES_CONFORMANCE_CACHE", str(tmp_path / "memory"))
    first = real.read_with(installed, (WHOLE, WHOLE))
    gone = replace(installed, command=("/no/such/program",))
    assert real.read_with(gone, (WHOLE,)) == first[:1]


def test_a_client_that_ends_early_is_named_with_what_it_said(installed: Environment) -> None:
    broken = replace(installed, command=(sys.executable, "-c", "raise SystemExit('no module')"))
    with pytest.raises(ClientsError, match=r"python-sdk@0 ended after 0 of 1 answers: no module"):
        real.read_with(broken, (plain(MESSAGE),))


def test_nothing_is_installed_where_that_is_forbidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setenv(OFFLINE, "1")
    with pytest.raises(ClientsError, match=f"{OFFLINE} forbids to install it"):
        made("python-sdk", "2.14.0")


def test_a_client_in_javascript_says_that_it_needs_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClientsError, match=r"needs Node\.js and npm"):
        made("typescript-sdk", "1.14.0")


def test_downloaded_clients_read_good_answers_and_tell_of_a_refusal(
    downloaded: Environment,
) -> None:
    found = outcomes(downloaded, plain(MESSAGE), WHOLE, plain(ENVELOPE, status=400))
    assert {*found} <= {ClientOutcome.FINE, None}
    assert found[1] is ClientOutcome.FINE


def test_downloaded_clients_of_typescript_fail_without_the_end_of_a_stream(
    downloaded: Environment,
) -> None:
    (found,) = outcomes(downloaded, stream(START, text(), END))
    raises = downloaded.client == "typescript-sdk"
    assert (found is ClientOutcome.RAISES) is raises
