"""`run --base-url`: an endpoint that no claims file has is tested in one line."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import reference
from messages_conformance.claims import library, own_endpoint
from messages_conformance.claims.own_endpoint import OwnEndpoint
from messages_conformance.claims.page import Model
from support.commands import call, refused

MODEL = "My/Gateway-Model:8b"
ROWS = ("--row", "basic/system", "--row", "basic/max_tokens")
KEY = "sk-key-of-the-gateway"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """An endpoint that behaves as the genuine API, with a model of its own; yields its address."""
    page = own_endpoint.derive(
        library.shipped("anthropic"),
        OwnEndpoint("http://gateway"),
        [Model(MODEL, "", thinks=False)],
    )
    for name in ("ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    with reference.running(reference.app(page, key=KEY)) as base_url:
        yield base_url


def report_in(folder: str) -> Any:
    return json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))


def test_an_endpoint_is_judged_by_what_the_genuine_api_documents(gateway: str) -> None:
    result = call("run", "--base-url", gateway, "--model", MODEL, *ROWS, "--output", "run")
    assert result.exit_code == 0, result.output
    report = report_in("run")
    (target,) = report["targets"]
    genuine = library.shipped("anthropic")
    assert target["claims"]["revision"]["date"] == str(genuine.date)
    assert target["claims"]["target"]["name"] == gateway.removeprefix("http://")
    assert [(cell["model"], cell["row"], cell["verdict"]) for cell in report["cells"]] == [
        (MODEL, "basic/max_tokens", "kept"),
        (MODEL, "basic/system", "kept"),
    ]


def test_its_name_titles_everything(gateway: str) -> None:
    named = ("--base-url", gateway, "--model", MODEL, "--name", "My gateway")
    assert "Plan for My gateway" in call("plan", *named, *ROWS).stdout
    result = call("run", *named, *ROWS, "--output", "run")
    assert "My gateway" in result.stdout
    for file in ("report.md", "report.html"):
        assert "My gateway" in Path("run", file).read_text(encoding="utf-8")
    for format in ("junit", "summary"):
        printed = call("report", "--from", "run/report.json", "--format", format)
        assert "My gateway" in printed.stdout


def test_whoever_judges_the_recordings_later_finds_its_page(gateway: str) -> None:
    own = ("--base-url", gateway, "--model", MODEL, "--name", "My gateway", "--alias", "b")
    call("run", *own, *ROWS, "--output", "run")
    judged = call("report", "--cassettes", "run/cassettes", *ROWS, "--format", "json")
    assert judged.exit_code == 0, judged.output
    (target,) = json.loads(judged.stdout)["targets"]
    assert target["claims"] == report_in("run")["targets"][0]["claims"]
    assert target["claims"]["series"][0]["models"][0]["aliases"] == ["b"]
    narrowed = (*ROWS[:2], "--target", "my-gateway", "--format", "json")
    cells = json.loads(call("report", "--cassettes", "run/cassettes", *narrowed).stdout)["cells"]
    assert [cell["row"] for cell in cells] == ["basic/system"]


def test_such_a_run_is_resumed_and_combined(gateway: str) -> None:
    own = ("--base-url", gateway, "--model", MODEL)
    call("run", *own, *ROWS[:2], "--output", "run")
    again = call("run", *own, *ROWS, "--output", "run", "--resume")
    assert again.exit_code == 0, again.output
    assert len(report_in("run")["cells"]) == 2
    shards = []
    for number in (1, 2):
        rows = (*ROWS, "--row", "tools/name")
        call("run", *own, *rows, "--shard", f"{number}/2", "--output", f"shard-{number}")
        shards.append(f"shard-{number}")
    combined = call("combine", *shards, "--output", "whole")
    assert combined.exit_code == 0, combined.output
    judged = call("report", "--cassettes", "whole/cassettes", *ROWS, "--row", "tools/name")
    assert judged.exit_code == 0, judged.output


def test_what_is_said_of_its_model_is_on_its_page(gateway: str) -> None:
    said = ("--thinks", "--no-sees", "--context", 8192, "--alias", "b", "--temperature", 0)
    plan = call("plan", "--base-url", gateway, "--model", MODEL, *said, *ROWS, "--format", "json")
    assert plan.exit_code == 0
    call("run", "--base-url", gateway, "--model", MODEL, *said, *ROWS, "--output", "run")
    (path,) = Path("run/cassettes").glob("*/*.toml")
    page = tomllib.loads(path.read_text(encoding="utf-8"))
    assert page["target"]["defaults"] == {"temperature": 0.0}
    assert page["series"][0]["models"] == [
        {"id": MODEL, "thinks": True, "sees": False, "context": 8192, "aliases": ["b"]}
    ]


def test_another_target_lends_its_claims(gateway: str) -> None:
    result = call(
        "plan", "--base-url", gateway, "--model", MODEL, *ROWS, "--target", "model-studio",
        "--revision", "2025-11-13", "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    plan = json.loads(result.stdout)
    assert plan["revision"] == "2025-11-13"
    assert [model["model"] for model in plan["models"]] == [MODEL]


def test_a_vendors_own_models_are_asked_elsewhere_as_they_are(gateway: str) -> None:
    result = call("plan", "--base-url", gateway, "--target", "deepseek", *ROWS, "--format", "json")
    assert json.loads(result.stdout)["target"] == "deepseek"


def test_the_address_may_stand_in_the_environment(
    gateway: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", gateway)
    result = call("run", "--model", MODEL, *ROWS, "--output", "run")
    assert result.exit_code == 0, result.output


def test_at_a_vendors_address_an_unknown_model_is_a_mistake() -> None:
    address = "https://dashscope-intl.aliyuncs.com/apps/anthropic"
    said = refused(call("plan", "--base-url", address, "--model", "qwen-pluss"))
    assert "no model 'qwen-pluss'" in said
    assert "did you mean 'qwen-plus'" in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--base-url", "GATEWAY"), "name the model as your endpoint calls it: --model NAME"),
        (("--base-url", "GATEWAY", "--series", "Big"), "--series chooses models of a known target"),
        (("--base-url", "GATEWAY", "--model", "my-*"), "is a pattern"),
        (("--base-url", "GATEWAY", "--model", "m", "--target", "nobody"), "no target 'nobody'"),
        (("--base-url", "GATEWAY", "--model", "m", "--row", "no/row"), "no row matches 'no/row'"),
        (("--name", "My gateway", "--model", "m"), "give its address with --base-url"),
        (("--base-url", "GATEWAY/v1", "--model", "m"), "remove /v1 from its end"),
        (("--base-url", "GATEWAY/v1/messages", "--model", "m"), "remove /v1/messages"),
        (("--base-url", "gateway.example.com", "--model", "m"), "is malformed"),
        (("--base-url", "http://[::1", "--model", "m"), "is malformed"),
        (("--base-url", "http://u:secret@h", "--model", "m"), "contains a user name"),
    ],
)
@pytest.mark.parametrize("command", ["run", "plan"])
def test_each_mistake_is_one_sentence(
    gateway: str, command: str, options: tuple[str, ...], says: str
) -> None:
    said = refused(call(command, *(one.replace("GATEWAY", gateway) for one in options)))
    assert says in said
    assert "secret" not in said


def test_an_id_that_is_taken_is_not_taken_over(gateway: str) -> None:
    call("run", "--base-url", gateway, "--model", MODEL, "--name", "vLLM", *ROWS, "--output", "run")
    assert report_in("run")["cells"][0]["target"] == "own-vllm"


@pytest.fixture
def thinker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """An endpoint with a model that thinks whatever it is asked; yields its address."""
    page = library.shipped("minimax")
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    with reference.running(reference.app(page, key=KEY)) as base_url:
        yield base_url


def test_a_model_that_thinks_unasked_is_given_room_and_judged_by_its_text(thinker: str) -> None:
    models = ("--model", "MiniMax-M2.7", "--model", "MiniMax-M3", "--model", "no-such-model")
    rows = ("--row", "content/tool_use/id", "--row", "basic/max_tokens")
    result = call("run", "--base-url", thinker, *models, *rows, "--output", "run", "--details")
    assert "MiniMax-M2.7: thinks though nothing asks for it" in result.stderr
    assert "2,048 tokens more" in result.stderr
    report = report_in("run")
    (target,) = report["targets"]
    known = {each["id"]: each for each in target["claims"]["series"][0]["models"]}
    assert {id for id, model in known.items() if model.get("thinks_unasked")} == {"MiniMax-M2.7"}
    verdicts = {(cell["model"], cell["row"]): cell["verdict"] for cell in report["cells"]}
    assert verdicts["MiniMax-M2.7", "content/tool_use/id"] == "kept"
    assert verdicts["MiniMax-M2.7", "basic/max_tokens"] == "kept"
    again = call("report", "--cassettes", "run/cassettes", *rows, "--format", "json")
    assert json.loads(again.stdout)["cells"] == report["cells"]


def test_the_claims_file_of_a_model_that_thinks_unasked_should_say_so(
    thinker: str, tmp_path: Path
) -> None:
    call("init", "mine", "--base-url", thinker, "--model", "MiniMax-M2.7")
    rows = ("--row", "basic/max_tokens")
    result = call("run", "--target", "mine", *rows, "--output", "run")
    assert "thinks_unasked = true" in result.stderr
    (file,) = tmp_path.glob("claims/mine/*.toml")
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('id = "MiniMax-M2.7"', 'id = "MiniMax-M2.7", thinks_unasked = true'),
        encoding="utf-8",
    )
    result = call("run", "--target", "mine", *rows, "--output", "run-2")
    assert "thinks" not in result.stderr
