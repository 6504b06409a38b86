"""`init`: three files that work as they are, for an endpoint of one's own."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from messages_conformance import cli
from messages_conformance.claims.load import load
from messages_conformance.cli.init import render_template
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")
GATEWAY = ("init", "My gateway", "--base-url", "http://127.0.0.1:8080", "--model", "my model")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_claims_are_found_and_complete() -> None:
    result = call(*GATEWAY)
    assert result.exit_code == 0, result.output
    (path,) = Path("claims").glob("*/*.toml")
    assert result.stdout.splitlines() == [
        str(path), "known.toml", ".github/workflows/conformance.yml",
    ]  # fmt: skip
    page = load(path)
    assert path.parts == ("claims", "my-gateway", f"{page.date}.toml")
    assert [model.id for model in page.models] == ["my model"]
    assert "my-gateway  My gateway" in call("targets").stdout
    assert (
        "Plan for My gateway"
        in call("plan", "--target", "my-gateway", "--row", "basic/model").stdout
    )


def test_every_line_of_the_claims_file_can_be_read() -> None:
    call(*GATEWAY)
    (path,) = Path("claims").glob("*/*.toml")
    text = path.read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert len(comments) > 20
    assert max(map(len, comments)) <= 100
    for claim in ("supported", "partial", "unsupported", "ignored", "unknown"):
        assert re.search(rf"^#   {claim} ", text, re.MULTILINE)


def test_the_known_deviations_are_read_and_empty() -> None:
    call(*GATEWAY)
    said = refused(call("run", "--target", "my-gateway", "--expectations", "known.toml"))
    assert "there is no key" in said  # It got past the file.
    text = Path("known.toml").read_text(encoding="utf-8")
    example = re.sub(r"^#     ", "", text, flags=re.MULTILINE).replace("deviation = []", "")
    lines = example.splitlines()
    begin = lines.index("[[deviation]]")
    Path("known.toml").write_text(
        "\n".join(['target = "my-gateway"', *lines[begin : begin + 6]]), encoding="utf-8"
    )
    said = refused(call("run", "--target", "my-gateway", "--expectations", "known.toml"))
    assert "there is no key" in said


def test_the_workflow_runs_commands_that_there_are() -> None:
    call(*GATEWAY)
    workflow = yaml.safe_load(Path(".github/workflows/conformance.yml").read_text())
    steps = workflow["jobs"]["conformance"]["steps"]
    commands = [
        line.strip()
        for step in steps
        for line in step.get("run", "").splitlines()
        if line.strip().startswith("messages-conformance ")
    ]
    assert len(commands) == 3
    for line in commands:
        _, name, *arguments = shlex.split(re.split(r" (?:>>|\|\|) ", line)[0])
        options = {option for one in cli.main.commands[name].params for option in one.opts}
        assert {one for one in arguments if one.startswith("--")} <= options
    assert shlex.split(commands[0])[2:6] == ["--target", "my-gateway", "--model", "my model"]
    assert "secrets.MESSAGES_CONFORMANCE_KEY" in str(steps)


def test_the_workflow_of_the_docs_is_the_same() -> None:
    values = {
        "target": "model-studio",
        "models": " --model qwen-plus",
        "base_url": "https://gateway.example.com/anthropic",
        "secret": "GATEWAY_KEY",
    }
    page = Path(__file__).parents[2] / "docs" / "workflows" / "conformance.yml"
    assert render_template("conformance.yml.jinja", values) == page.read_text(encoding="utf-8")


def test_no_file_is_replaced_unless_told() -> None:
    Path("known.toml").write_text("mine")
    assert "known.toml: exists already" in refused(call(*GATEWAY))
    assert not Path("claims").exists()
    assert Path("known.toml").read_text() == "mine"
    assert call(*GATEWAY, "--force").exit_code == 0
    assert call(*GATEWAY, "--output", "there").exit_code == 0
    assert Path("there/known.toml").exists()


def test_another_target_lends_its_claims() -> None:
    call(*GATEWAY, "--from", "deepseek")
    (path,) = Path("claims").glob("*/*.toml")
    assert "begins with the claims of DeepSeek of" in " ".join(path.read_text().split("\n# "))


def test_what_is_not_given_is_asked_for_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(call("init", "gateway"))
    assert "give it with --base-url" in said
    monkeypatch.setattr("messages_conformance.cli.init._is_terminal", lambda: True)
    typed = "http://127.0.0.1:8080\nmy-model\n"
    result = CliRunner().invoke(cli.main, ["init", "gateway"], input=typed)
    assert result.exit_code == 0, result.output
    (path,) = Path("claims/gateway").glob("*.toml")
    assert [model.id for model in load(path).models] == ["my-model"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("☃", "--base-url", "http://h", "--model", "m"), "has no letter or digit"),
        (("g", "--base-url", "http://h/v1", "--model", "m"), "remove /v1"),
        (("g", "--base-url", "http://u:p@h", "--model", "m"), "contains a user name"),
        (("g", "--base-url", "http://h", "--model", "m", "--from", "antropic"), "'anthropic'"),
        (("g", "--base-url", "http://h"), "give it with --model"),
    ],
)
def test_each_mistake_is_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(call("init", *arguments))
    assert not list(Path().iterdir())
