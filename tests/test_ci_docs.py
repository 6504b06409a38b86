"""Every command that the documentation shows is one that there is; the workflows for CI work."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from messages_conformance import cli
from messages_conformance.claims import library
from messages_conformance.judging.expectations_file import Scope, read_file

DOCS = Path(__file__).parents[1] / "docs"
WORKFLOWS = sorted((DOCS / "workflows").glob("*.yml"))
PAGES = [DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
ASSIGNMENT = re.compile(r"[A-Z_]+=")
CONTROL = re.compile(r"[|&;<>]+")


def commands(script: str) -> Iterator[list[str]]:
    """The project's own command lines in a shell script, without what the shell does with them."""
    filled = re.sub(r"\$\{\{.*?\}\}", "1", script).replace("\\\n", " ")
    for line in filled.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in lexer:
            if CONTROL.fullmatch(word):
                break
            if words or not ASSIGNMENT.match(word):
                words.append(word)
        if words and words[0] == "messages-conformance":
            yield words[1:]


def steps(path: Path) -> list[dict[str, Any]]:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def scripts() -> Iterator[str]:
    """Everything somebody may paste into a shell."""
    for path in WORKFLOWS:
        yield from (step["run"] for step in steps(path) if "run" in step)
    for page in PAGES:
        yield from re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


LINES = sorted({tuple(words) for script in scripts() for words in commands(script)})


def expanded(word: str) -> list[str]:
    """The files a pattern matches; as in a shell, one that matches none is left as it is."""
    found = map(str, Path().glob(word)) if "*" in word else ()
    return sorted(found) or [word]


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_every_command_line_is_understood(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsed by the real commands, in a folder where the files they read lie."""
    monkeypatch.chdir(tmp_path)
    shards = (f"shard-{n}" for n in range(1, 6))
    for folder_name in ("run/cassettes", *shards, "singapore", "beijing"):
        Path(folder_name).mkdir(parents=True)
    Path("run/report.json").touch()
    name, *rest = words
    found = [path for word in rest for path in expanded(word)]
    command = cli.main.commands[name]
    context = click.Context(cli.main)
    # A command of a group is what takes the rest.
    while isinstance(command, click.Group) and found and found[0] in command.commands:
        context = click.Context(command, parent=context, info_name=name)
        name, *found = found
        command = command.commands[name]
    assert command.make_context(name, found, parent=context).params


def test_the_workflows_are_workflows() -> None:
    assert len(WORKFLOWS) == 2
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            assert job["runs-on"]
            assert all(("run" in step) != ("uses" in step) for step in job["steps"])
        assert any(commands(step.get("run", "")) for step in steps(path))


def test_the_key_is_given_to_the_step_that_needs_it_and_to_no_other() -> None:
    for path in WORKFLOWS:
        given = [step for step in steps(path) if "ANTHROPIC_API_KEY" in step.get("env", {})]
        assert [step["name"] for step in given] == ["Record"]
        assert given[0]["env"]["ANTHROPIC_API_KEY"].startswith("${{ secrets.")
        assert path.read_text().count("secrets.") == 1


def test_the_deviation_shown_on_the_page_is_one_that_can_be_read(tmp_path: Path) -> None:
    page = (DOCS / "ci.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "known.toml"
    path.write_text(example)
    target, expected = read_file(path, [Scope(library.shipped("model-studio", "2025-11-13"))])
    assert (target, len(expected.deviations)) == ("model-studio", 1)
