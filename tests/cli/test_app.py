"""`app`: the commands, their output and exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.commands import call, refused

BODY: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "a secret text"}],
}


@pytest.fixture
def traffic(tmp_path: Path) -> Path:
    return kept(tmp_path / "traffic.jsonl", {})


def kept(path: Path, more: dict[str, Any]) -> Path:
    line = {"request": {**BODY, **more}, "status": 200, "body": "{}"}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


def check(path: Path, *more: str) -> Any:
    return call("app", "check", path, "--target", "model-studio", "--model", "qwen3.8-max", *more)


def test_scan_prints_what_is_used(traffic: Path) -> None:
    said = call("app", "scan", traffic)
    assert said.exit_code == 0
    assert "max_tokens" in said.stdout
    assert "Not visible in this log" in said.stdout
    assert "secret" not in said.stdout


def test_scan_writes_an_inventory_that_check_reads(traffic: Path, tmp_path: Path) -> None:
    saved = tmp_path / "inventory.json"
    assert call("app", "scan", traffic, "--output", saved).exit_code == 0
    assert check(saved).stdout == check(traffic).stdout


def test_scan_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing of interest")
    said = refused(call("app", "scan", path))
    assert "is neither an event stream" in said
    # Only `lint` has --as.
    assert "'app scan --help' names the other formats" in said
    assert "--as" not in said


@pytest.mark.parametrize(
    ("more", "code", "headline"),
    [
        ({}, 0, "Go: all of"),
        ({"temperature": 2.5}, 1, "Go with changes"),
        ({"metadata": {"user_id": "u"}}, 2, "Not known"),
    ],
)
def test_the_exit_code_is_the_answer(
    more: dict[str, Any], code: int, headline: str, tmp_path: Path
) -> None:
    said = check(kept(tmp_path / "t.jsonl", more))
    assert (said.exit_code, said.stdout.startswith(headline)) == (code, True)


def test_no_go_is_an_exit_code_of_its_own(tmp_path: Path) -> None:
    path = kept(tmp_path / "t.jsonl", {"container": "c"})
    said = call("app", "check", path, "--target", "deepseek")
    assert said.exit_code == 3
    assert "lacks container" in said.stdout


def test_an_edit_says_why_and_where(tmp_path: Path) -> None:
    said = check(kept(tmp_path / "t.jsonl", {"temperature": 2.5})).stdout
    assert "What to change for qwen3.8-max" in said
    assert "t.jsonl: line 1" in said.replace("\n", " ")


@pytest.mark.parametrize("format", ["text", "markdown", "json", "html"])
def test_every_format_names_feature_model_and_answer(format: str, tmp_path: Path) -> None:
    said = check(kept(tmp_path / "t.jsonl", {"temperature": 2.5}), "--format", format).stdout
    for wanted in ("temperature", "qwen3.8-max", "changes"):
        assert wanted in said
    assert "a secret text" not in said


def test_json_holds_the_inventory_and_every_model(tmp_path: Path) -> None:
    path = kept(tmp_path / "t.jsonl", {"temperature": 0.5})
    said = json.loads(call("app", "check", path, "--target", "deepseek", "--format", "json").stdout)
    assert said["answer"] in ("go", "go with changes", "not known")
    assert len(said["models"]) == 2
    used = [each["feature"] for each in said["models"][0]["features"]]
    assert "basic/temperature" in used
    assert said["inventory"]["kind"] == "application-inventory"


def test_the_name_of_a_file_cannot_inject_into_a_page(tmp_path: Path) -> None:
    path = kept(tmp_path / "<script>.jsonl", {"temperature": 2.5})
    assert "<script>" not in check(path, "--format", "html").stdout


def test_the_suffix_of_the_output_sets_the_format(traffic: Path, tmp_path: Path) -> None:
    check(traffic, "--output", str(tmp_path / "answer.html"))
    assert (tmp_path / "answer.html").read_text().startswith("<!doctype html>")


def test_a_price_that_is_none_is_refused(traffic: Path) -> None:
    said = check(traffic, "--price", "qwen3.8-max")
    assert said.exit_code == 2
    assert "is not MODEL=PRICE" in said.stderr


def test_an_unknown_target_is_refused_in_one_sentence(traffic: Path) -> None:
    assert "no-such-target" in refused(call("app", "check", traffic, "--target", "no-such-target"))


def test_a_report_on_another_target_is_refused(traffic: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    call(
        *("report", "--target", "llama.cpp", "--row", "basic/model", "--format", "json"),
        *("--output", report),
    )
    assert "is about llama.cpp" in refused(check(traffic, "--report", str(report)))


def test_what_the_page_does_not_have_is_asked_as_of_an_endpoint_of_ones_own(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text("import anthropic\nanthropic.Anthropic().models.list()\n")
    said = call("app", "check", source, "--target", "deepseek", "--model", "deepseek-v4-pro")
    assert said.exit_code == 2
    assert "if it does not hold: Keep the list of models in your configuration" in said.stdout
    assert (
        "run --target anthropic --base-url https://api.deepseek.com/anthropic --model "
        "deepseek-v4-pro --row endpoint/models" in said.stdout
    )


def test_record_refuses_a_program_that_sends_nothing(tmp_path: Path) -> None:
    said = call("app", "record", "--output", tmp_path / "t.jsonl", "--", "true")
    assert "sent no request to ANTHROPIC_BASE_URL" in refused(said)
    assert not (tmp_path / "t.jsonl").exists()


def test_replay_tells_the_cost_and_sends_nothing_unasked(
    traffic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-a-key-0123456789")
    said = call("app", "replay", traffic, "--base-url", "http://127.0.0.1:9", "--model", "m")
    assert said.exit_code == 2
    assert "1 request to http://127.0.0.1:9" in said.stderr
    assert "nothing was sent" in said.stderr


def test_replay_needs_a_key(traffic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    said = call("app", "replay", traffic, "--base-url", "http://127.0.0.1:9", "--model", "m")
    assert "no key is set" in refused(said)
