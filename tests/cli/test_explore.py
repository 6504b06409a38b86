"""`explore`: rows in company, recorded and judged again."""

from pathlib import Path

import pytest

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
