"""`explore`: rows in company, recorded and judged again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.conditions import under, with_tools
from messages_conformance.reference.profiles import stages_of
from messages_conformance.reference.response import invalid
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
    assert "4 draws; at most 400,000 tokens" in asked.stderr
    again = call(*DRAWS, "--output", tmp_path / "run", "--replay")
    assert again.exit_code == 0, again.output
    assert len(again.stdout.splitlines()) < 30
    assert "4 of 4" in call(*DRAWS, "--output", tmp_path / "run", "--replay", "-v").stdout


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
    stages = under(FAULTS["top_k_refused"], with_tools).inject_into(stages_of(page.target))
    corpus, key = tmp_path / "corpus.jsonl", "sk-the-key-of-this-test"
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    chosen = (*PAGE, "--row", "basic/top_k", "--draws", "1", "--seed", "2")
    asked = ("explore", *chosen, "--output", tmp_path / "run", "--corpus", corpus)
    before = '{"row": "basic/top_k", "beside": ["call"]}\n{"row": "a/b", "beside": ["x"]}\n'
    corpus.write_text(before)
    with reference.running(reference.app(page, key=key, stages=stages)) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        assert call(*asked).exit_code == 1
    known = "explore/known-call-basic-top_k"
    assert known in (tmp_path / "run" / "report.json").read_text()
    assert corpus.read_text() == before + '{"row": "basic/top_k", "beside": ["tool"]}\n'
    replayed = call(*asked[:-2], "--replay")
    assert replayed.exit_code == 1
    assert "0 cells as claimed, 2" in " ".join(replayed.stdout.split())


def test_a_corpus_that_is_none_is_refused_in_one_sentence(endpoint: str, tmp_path: Path) -> None:
    assert endpoint
    (tmp_path / "c.jsonl").write_text("[]\n")
    said = refused(call(*DRAWS, "--corpus", tmp_path / "c.jsonl"))
    assert "is no corpus of an exploration" in said


def test_an_exchange_of_an_exploration_is_shown_by_its_number(
    endpoint: str, tmp_path: Path
) -> None:
    assert endpoint
    own = ("--name", "My gateway", "--output", tmp_path / "run")
    call("explore", *PAGE, "--row", "basic/system", "--draws", "1", *own)
    shown = call("show", tmp_path / "run", "explore.yaml#0")
    assert shown.exit_code == 0, shown.output
    assert "→ HTTP 200" in shown.stdout


REQUESTS = ("explore", *PAGE, "--free", "1", "--draws", "5", "--seed", "3")


def test_requests_are_recorded_and_judged_again_without_a_network(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert endpoint
    asked = call(*REQUESTS, "--output", tmp_path / "run")
    assert asked.exit_code == 0, asked.output
    live = cells_of(tmp_path / "run")
    assert [row["row"].split("-")[0] for row in live] == [f"explore/r000{n}" for n in range(1, 6)]
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    again = call(*REQUESTS, "--output", tmp_path / "run", "--replay")
    assert again.exit_code == 0, again.output
    assert cells_of(tmp_path / "run") == live


def cells_of(folder: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads((folder / "report.json").read_text())["cells"]
    return cells


def drawn_rows(*more: str, folder: Path) -> set[str]:
    result = call("explore", *PAGE, "--draws", "5", *more, "--output", folder)
    assert result.exit_code == 0, result.output
    return {cell["row"].removeprefix("explore/")[:1] for cell in cells_of(folder)}


def test_a_share_of_the_draws_are_requests(endpoint: str, tmp_path: Path) -> None:
    assert endpoint
    assert drawn_rows(folder=tmp_path / "mix") == {"0", "r"}
    assert drawn_rows("--free", "0", folder=tmp_path / "rows") == {"0"}
    assert drawn_rows("--row", "basic/system", folder=tmp_path / "row") == {"0"}


def test_a_request_that_fails_is_kept_as_small_as_possible_and_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, key = library.shipped("anthropic"), "sk-the-key-of-this-test"
    clean = stages_of(page.target)

    def few_stops(request: AdmittedRequest) -> None:
        if len(request.body.get("stop_sequences") or ()) >= 3 and request.body.get("stream"):
            raise invalid("stop_sequences", "at most two in a stream")

    stages = replace(clean, checks=(*clean.checks, few_stops))
    corpus = tmp_path / "corpus.jsonl"
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    asked = ("explore", "--target", "anthropic", "--model", "claude-sonnet-4-5", "--free", "1")
    again = (*asked, "--draws", "1", "--seed", "2", "--corpus", corpus)
    with reference.running(reference.app(page, key=key, stages=stages)) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        first = call(
            *asked, "--draws", "2", "--seed", "1", "--corpus", corpus, "--output", tmp_path
        )
        assert first.exit_code == 1, first.output
        said = " ".join(first.stdout.split())
        assert "a legal request (stop_sequences of 3, a stream) is refused" in said
        (line,) = map(json.loads, corpus.read_text().splitlines())
        assert line == {
            "request": {
                "model": "<model>",
                "max_tokens": 16,
                "messages": [{"role": "user", "content": "Hi."}],
                "stop_sequences": ["~~0~~", "~~1~~", "~~2~~"],
                "stream": True,
            },
            "betas": [],
        }
        assert call(*again, "--output", tmp_path / "again").exit_code == 1
        assert len(corpus.read_text().splitlines()) == 1
    assert cells_of(tmp_path / "again")[0]["row"].startswith("explore/known-")
    fixed = reference.app(page, key=key, stages=clean)
    with reference.running(fixed) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        repaired = call(*again, "--output", tmp_path / "fixed")
        assert repaired.exit_code == 0, repaired.output


def test_a_share_is_from_0_to_1() -> None:
    assert "--free" in refused(call("explore", *PAGE, "--free", "2"))
