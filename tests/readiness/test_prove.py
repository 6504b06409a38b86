"""How the real client is started: with nothing of ours but the settings; a stand-in plays it."""

import sys
from pathlib import Path

import pytest

from messages_conformance.errors import ClientsError
from messages_conformance.readiness import prove
from messages_conformance.recording.endpoint import Endpoint
from support.clients_at import at_case

KEY = "sk-a-key"
URL = "http://127.0.0.1:1"


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that prints its environment, and fails where a capability is not switched off."""
    path = tmp_path / "claude"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "print(sorted(os.environ), os.environ['ANTHROPIC_AUTH_TOKEN'], os.getcwd(), sys.argv)\n"
        "sys.exit('CLAUDE_CODE_MODEL_CAPABILITIES' not in os.environ)\n"
    )
    path.chmod(0o755)
    monkeypatch.setenv(prove.PROGRAM, str(path))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-another")
    monkeypatch.setenv("SECRET_OF_THE_USER", "1")
    return path


def test_it_gets_an_empty_home_and_nothing_else_of_the_environment(stand_in: Path) -> None:
    said = prove.ask_client(stand_in, URL, KEY, "m", {}).said
    assert "SECRET_OF_THE_USER" not in said
    assert "ANTHROPIC_API_KEY" not in said
    assert KEY not in said


def test_a_key_that_it_prints_is_replaced_before_its_words_are_cut(tmp_path: Path) -> None:
    key = "sk-marked/Key+0123456789-abcdef"
    path = tmp_path / "claude"
    path.write_text(f"#!/bin/sh\necho {'x' * 190} $ANTHROPIC_AUTH_TOKEN {key.encode().hex()}\n")
    path.chmod(0o755)
    said = prove.ask_client(path, URL, key, "m", {}).said
    assert said == f"{'x' * 190} YOUR_KEY "[:200]
    path.write_text(f"#!/bin/sh\necho {key.encode().hex()}\n")
    assert prove.ask_client(path, URL, key, "m", {}).said == "YOUR_KEY"


@pytest.mark.usefixtures("stand_in")
def test_what_was_foretold_is_held_against_what_came_true() -> None:
    endpoint = Endpoint(URL, KEY)
    proofs = prove.prove_readiness(at_case("adaptive_as_vendor_flat"), endpoint)
    assert [proof.came_true for proof in proofs] == [True, True]
    assert [proof.with_settings for proof in proofs] == [False, True]
    (wrong,) = prove.prove_readiness(at_case("accepts_all"), endpoint)
    assert wrong.came_true is False
    assert str(wrong).startswith("the real client, without settings, gives up (“['ANTHROPIC_AUTH")
    assert str(wrong).endswith("): not as foretold")


def test_a_client_that_is_stopped_for_its_time_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "claude"
    path.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    path.chmod(0o755)
    monkeypatch.setenv(prove.PROGRAM, str(path))
    (proof,) = prove.prove_readiness(at_case("accepts_all"), Endpoint(URL, KEY), 1)
    assert proof.came_true is None
    assert str(proof) == (
        "the real client, without settings, has no answer within 1 seconds: neither proven nor "
        "refuted"
    )


def test_a_client_that_cannot_be_fetched_or_started_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(prove.PROGRAM, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClientsError, match="npm"), prove.fetched("1.0.0"):
        pass
    with pytest.raises(ClientsError, match="cannot be started"):
        prove.ask_client(tmp_path / "missing", URL, KEY, "m", {})
