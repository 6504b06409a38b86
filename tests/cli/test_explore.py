"""`explore`: rows in company, recorded and judged again."""

from pathlib import Path

import pytest

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.conditions import under, with_tools
from messages_conformance.reference.profiles import stages_of
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")

PAGE = ("--target", "model-studio", "--revision", "2025-11-13", "--model", "qwen-plus")
DRAWS = ("explore", *PAGE, "--row", "basic/s*", "--row", "tools/*", "--draws", "4", "--seed", "2")


def test_an_exploration_is_recorded_and_judged_again_without_a_network(
    endpoint: str, tmp_path: Path
) -> None:
    assert endpoint
    asked = call(*DRAWS, "--output", tmp_path / "run")
    assert asked.exit_code == 0, asked.output
    assert "4 draws; at most 80,000 tokens" in asked.stderr
    again = call(*DRAWS, "--output", tmp_path / "run", "--replay")
    assert again.exit_code == 0, again.output
    assert "4 of 4" in again.stdout


def test_a_replay_needs_recordings() -> None:
    assert "name their folder with --output" in refused(call(*DRAWS, "--replay"))


def test_an_exploration_asks_one_model(endpoint: str) -> None:
    assert endpoint
    several = call("explore", "--target", "model-studio", "--revision", "2025-11-13")
    assert "an exploration asks one model" in refused(several)


def test_rows_that_the_page_does_not_support_are_not_asked(endpoint: str, tmp_path: Path) -> None:
    assert endpoint
    page = ("--target", "model-studio", "--revision", "2026-02-24", "--model", "qwen-plus")
    ignored = call("explore", *page, "--row", "basic/mcp_servers", "--output", tmp_path / "run")
    assert "no row of the page can be asked in company" in refused(ignored)


def test_what_fails_is_kept_and_asked_first_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = library.shipped("model-studio", "2025-11-13")
    stages = under(FAULTS["max_tokens_overrun"], with_tools).inject_into(stages_of(page.target))
    corpus, key = tmp_path / "corpus.jsonl", "sk-the-key-of-this-test"
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    chosen = (*PAGE, "--row", "basic/max_tokens", "--draws", "1", "--seed", "2")
    asked = ("explore", *chosen, "--output", tmp_path / "run", "--corpus", corpus)
    before = '{"row": "basic/max_tokens", "beside": ["call"]}\n{"row": "a/b", "beside": ["x"]}\n'
    corpus.write_text(before)
    with reference.running(reference.app(page, key=key, stages=stages)) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        assert call(*asked).exit_code == 1
    known = "explore/known-call-basic-max_tokens"
    assert known in (tmp_path / "run" / "report.json").read_text()
    assert corpus.read_text() == before + '{"row": "basic/max_tokens", "beside": ["tool"]}\n'
    replayed = call(*asked[:-2], "--replay")
    assert replayed.exit_code == 1
    assert "0 cells as claimed, 2" in replayed.stdout


def test_a_corpus_that_is_none_is_refused_in_one_sentence(endpoint: str, tmp_path: Path) -> None:
    assert endpoint
    (tmp_path / "c.jsonl").write_text("[]\n")
    said = refused(call(*DRAWS, "--corpus", tmp_path / "c.jsonl"))
    assert "is no corpus of an exploration" in said
