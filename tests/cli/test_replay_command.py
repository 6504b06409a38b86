"""`replay`: a recorded row is asked again, and what changed is said."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from messages_conformance import reference, schemas
from messages_conformance.claims import library
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.faults import FAULTS, with_faults
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")

KEY = "sk-1234567890"
ONE = ("--target", "model-studio", "--revision", "2025-11-13", "--model", "qwen-plus")
Serve = Callable[..., str]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start reference endpoints, each with its faults; the key is in the environment."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    revision = library.shipped("model-studio", "2025-11-13")
    with ExitStack() as stack:

        def start(*faults: str) -> str:
            stages = with_faults(DOCUMENTED, [FAULTS[name] for name in faults])
            app = reference.app(revision, key=KEY, stages=stages)
            return stack.enter_context(reference.running(app))

        yield start


def record(url: str, folder: Path, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    call("run", *ONE, "--row", row, "--output", folder)
    monkeypatch.delenv("ANTHROPIC_BASE_URL")


def test_a_row_that_was_fixed_is_better_and_one_that_broke_is_worse(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, faulty = serve(), serve("stop_sequences_dropped")
    for name, url in (("sound", sound), ("faulty", faulty)):
        record(url, tmp_path / name, "basic/stop_sequences", monkeypatch)
    row = "basic/stop_sequences"
    better = call("replay", tmp_path / "faulty", row, "--base-url", sound)
    assert better.exit_code == 0, better.output
    assert "silently ignored → kept: better" in better.stdout.splitlines()[-1]
    worse = call("replay", tmp_path / "sound", row, "--base-url", faulty)
    assert worse.exit_code == 1
    assert "kept → silently ignored: worse" in worse.stdout.splitlines()[-1]
    same = call("replay", tmp_path / "sound", row, "--base-url", sound)
    assert (same.exit_code, same.stdout.splitlines()[-1][-8:]) == (0, "the same")


def test_status_and_fields_that_changed_are_named(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(serve(), tmp_path / "run", "error/400", monkeypatch)
    flat = serve("error_in_flat_json")
    done = call("replay", tmp_path / "run", "error/400", "--base-url", flat, "--format", "json")
    document = json.loads(done.stdout)
    assert schemas.complaint(document, "replay") is None
    assert document["change"] == "worse"
    (answer,) = document["answers"]
    assert "error.type: string" in answer["lost"]


def test_an_inspected_row_asks_again_what_broke_a_rule(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(serve("error_in_flat_json"), tmp_path / "run", "error/400", monkeypatch)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", serve())
    fixed = call("replay", tmp_path / "run", "wire/error")
    assert fixed.exit_code == 0, fixed.output
    assert "better (no longer broken:" in fixed.stdout.splitlines()[-1]


def test_an_endpoint_that_is_gone_cannot_be_judged(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(serve(), tmp_path / "run", "error/400", monkeypatch)
    said = refused(
        call("replay", tmp_path / "run", "error/400", "--base-url", "http://127.0.0.1:9")
    )
    assert "127.0.0.1:9" in said


@pytest.mark.parametrize("row", ["error/400", "wire/error"])
def test_what_is_wrong_with_the_setup_is_not_held_against_the_row(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    model = ("--model", "qwen*")
    gone = call("replay", "llama.cpp", row, *model, "--base-url", "http://127.0.0.1:9")
    assert "127.0.0.1:9" in refused(gone)
    for url in ("http://[::1", "http://u:pass-0123456789@a.example", "http://a.example/?k=0123"):
        said = refused(call("replay", "llama.cpp", row, *model, "--base-url", url))
        assert "0123" not in said


def test_a_key_goes_only_where_the_user_says(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(serve(), tmp_path / "run", "error/400", monkeypatch)
    said = refused(call("replay", tmp_path / "run", "error/400"))
    assert "name the address with --base-url" in said
