"""`ready` as a user calls it: live, from a recording, and every mistake."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages_conformance import reference, resources, schemas
from messages_conformance.claims import library
from messages_conformance.readiness import prove
from messages_conformance.reference.client_cases import CLIENT_CASES
from support.commands import call, refused

KEY = "sk-the-key-of-this-test"
MODEL = "qwen-plus"


@pytest.fixture
def at_case(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of one of the endpoints of `CLIENT_CASES`, its key in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    stages = CLIENT_CASES[request.param].stages
    app = reference.app(library.shipped("model-studio", "2025-11-13"), key=KEY, stages=stages)
    with reference.running(app) as base_url:
        yield base_url


def ask(url: str, client: str = "claude-code", *more: str | Path) -> tuple[int, str]:
    result = call("ready", client, "--base-url", url, "--model", MODEL, "--output", "run", *more)
    return result.exit_code, result.stdout


@pytest.mark.parametrize(
    ("at_case", "client", "code", "words"),
    [
        ("accepts_all", "claude-code", 0, "works."),
        ("adaptive_as_vendor_flat", "claude-code", 1, "=-adaptive_thinking"),
        ("metadata", "claude-code", 3, "does not work"),
        ("accepts_all", "python-sdk", 0, "anthropic.Anthropic("),
        ("no_usage", "typescript-sdk", 1, "call it without a stream"),
    ],
    indirect=["at_case"],
)
def test_the_exit_code_says_whether_it_works(
    at_case: str, client: str, code: int, words: str
) -> None:
    exit_code, said = ask(at_case, client)
    assert exit_code == code
    assert words in said
    assert "no evidence about any vendor" in said


@pytest.mark.parametrize("at_case", ["adaptive_as_vendor_flat"], indirect=True)
def test_the_recording_gives_the_same_answer_again_and_holds_no_key(at_case: str) -> None:
    _, live = ask(at_case)
    result = call("ready", "claude-code", "--from", "run")
    assert (result.exit_code, result.stdout) == (1, live)
    kept = [path for path in Path("run").rglob("*") if path.is_file()]
    assert any(path.suffix == ".yaml" for path in kept)
    for path in kept:
        assert KEY.encode() not in path.read_bytes(), path
    assert KEY not in live


@pytest.mark.parametrize("at_case", ["accepts_all"], indirect=True)
def test_what_the_real_client_refutes_cannot_be_said(
    at_case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "claude"
    path.write_text("#!/bin/sh\necho API Error: 400 too long\nexit 1\n")
    path.chmod(0o755)
    monkeypatch.setenv(prove.PROGRAM, str(path))
    code, said = ask(at_case, "claude-code", "--prove")
    assert code == 2
    assert "gives up (“API Error: 400 too long”): not as foretold" in said


@pytest.mark.parametrize("at_case", ["all_four"], indirect=True)
def test_the_json_keeps_its_schema(at_case: str) -> None:
    code, said = ask(at_case, "claude-code", "--format", "json")
    document = json.loads(said)
    assert code == 1
    assert schemas.complaint(document, "ready") is None
    (found,) = document["models"]
    assert (found["verdict"], found["simulated"], found["proven"]) == ("with_settings", True, [])
    assert found["with_settings"] == {"answered": True, "requests": 1, "healed": [], "why": ""}


@pytest.mark.parametrize("at_case", ["key_401"], indirect=True)
def test_a_key_that_is_refused_is_a_mistake_of_the_setup(at_case: str) -> None:
    result = call("ready", "claude-code", "--base-url", at_case, "--model", MODEL)
    assert "key" in refused(result)


def test_a_recording_of_something_else_is_judged_as_far_as_it_goes() -> None:
    shipped = resources.folder("cassettes")
    result = call("ready", "claude-code", "--from", shipped, "--model", MODEL)
    assert "judged by what was recorded for something else" in result.stdout
    assert "not asked" in result.stdout
    assert result.exit_code in (2, 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-client", "--model", "m"], "claude-code"),
        (["claude-code", "--base-url", "http://127.0.0.1:1"], "--model"),
        (["claude-code", "--base-url", "nonsense", "--model", "m"], "base URL is malformed"),
        (["claude-code", "--from", ".", "--prove"], "--prove"),
        (["python-sdk", "--base-url", "http://127.0.0.1:1", "--model", "m", "--prove"], "--prove"),
        (["claude-code", "--from", "."], "models there: none"),
    ],
)
@pytest.mark.usefixtures("no_key")
def test_a_mistake_is_told_in_one_sentence(arguments: list[str], words: str) -> None:
    assert words in refused(call("ready", *arguments))


@pytest.mark.parametrize("at_case", ["accepts_all"], indirect=True)
def test_a_folder_that_holds_a_recording_is_not_written_to(at_case: str) -> None:
    """The way out is one that this command has."""
    ask(at_case, "python-sdk")
    again = call("ready", "python-sdk", "--base-url", at_case, "--model", MODEL, "--output", "run")
    assert "contains recordings already; name another folder" in refused(again)
