import contextlib
import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import shelf
from messages_conformance import cli, reference, schemas, shipped
from messages_conformance.cassette import Tape
from messages_conformance.cli import run as run_module
from messages_conformance.selection import Selection, choose
from shelf import Shelf

ENVIRONMENT = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_RESTRICTED_KEY",
)


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return shelf.put_up(tmp_path / "project", monkeypatch)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The reference endpoint in the place of Model Studio, its key in the environment."""
    key = "sk-the-key-of-this-test"
    revision = choose(Selection("model-studio"))[0].revision
    with reference.running(reference.app(revision, key=key)) as base_url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", base_url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        yield key


def call(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    """The one sentence on standard error with which a user's mistake ends."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    said = result.stderr.strip().splitlines()[-1]
    assert said.startswith("Error: ")
    return said.removeprefix("Error: ")


LIVE = ("run", "--target", "model-studio", "--model", "qwen-plus", "--row", "tool_choice/*")


def test_report_judges_the_shipped_recordings(project: Shelf) -> None:
    project.record("small-1")
    result = call("report")
    assert result.exit_code == 1
    assert "silently ignored" in result.stdout
    assert "\x1b" not in result.stdout


def test_report_keeps_to_what_is_chosen(project: Shelf) -> None:
    project.record("small-1")
    project.record("small-2")
    chosen = ("--model", "small-2", "--row", "basic/t*", "--series", "SMALL")
    result = call("report", *chosen[:4], "--format", "json")
    document = json.loads(result.stdout)
    assert [(cell["model"], cell["row"]) for cell in document["cells"]] == [
        ("small-2", "basic/temperature")
    ]
    assert result.exit_code == 0
    both = json.loads(call("report", *chosen[2:], "--format", "json").stdout)
    assert {cell["model"] for cell in both["cells"]} == {"small-1", "small-2"}


def test_report_needs_no_network(project: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a report must not reach for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket.socket, "connect_ex", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    project.record("small-1", stops=True)
    assert call("report", "--format", "html").exit_code == 0


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("r.json", "{"), ("r.md", "#"), ("r.html", "<!"), ("r.txt", "messages"), ("r.xml", "<?xml")],
)
def test_the_suffix_decides_the_format_of_a_file(
    project: Shelf, tmp_path: Path, name: str, beginning: str
) -> None:
    project.record("small-1")
    output = tmp_path / "new" / "folder" / name
    result = call("report", "--output", output)
    assert (result.exit_code, result.stdout) == (1, "")
    assert output.read_text().lower().startswith(beginning)
    assert [path.name for path in output.parent.iterdir()] == [name]


def test_the_format_asked_for_goes_before_the_suffix(project: Shelf, tmp_path: Path) -> None:
    project.record("small-1")
    call("report", "--output", tmp_path / "report.txt", "--format", "json")
    assert json.loads((tmp_path / "report.txt").read_text())["cells"]


def test_a_saved_report_is_shown_again_and_exits_as_it_did(project: Shelf, tmp_path: Path) -> None:
    project.record("small-1")
    saved = tmp_path / "saved.json"
    call("report", "--row", "basic/stop", "--output", saved)
    again = call("report", "--from", saved, "--format", "json")
    assert (again.exit_code, again.stdout) == (1, saved.read_text())
    project.accept()
    assert call("report", "--from", saved).exit_code == 1
    own = project.root / "expectations" / "world.toml"
    assert call("report", "--from", saved, "--expectations", own).exit_code == 0


def test_a_saved_report_keeps_the_deviations_it_was_made_with(
    project: Shelf, tmp_path: Path
) -> None:
    project.record("small-1")
    own, saved = tmp_path / "known.toml", tmp_path / "saved.json"
    own.write_text(shelf.ACCEPTED)
    assert call("report", "--expectations", own, "--output", saved).exit_code == 0
    (cell,) = [c for c in json.loads(saved.read_text())["cells"] if "accepted" in c]
    assert cell["accepted"] == {"reason": "We never stop."}
    assert call("report", "--from", saved).exit_code == 0


def test_an_accepted_deviation_is_shown_but_does_not_fail(project: Shelf) -> None:
    project.record("small-1")
    project.accept()
    result = call("report")
    assert result.exit_code == 0
    assert "silently ignored" in result.stdout
    assert "✗ silently ignored (R,A)" in result.stdout
    assert "Known deviations, accepted" in result.stdout
    assert "We never stop." in result.stdout
    assert "accepted: 1 known deviation" in result.stderr


def test_an_accepted_deviation_that_is_gone_fails(project: Shelf) -> None:
    project.record("small-1", stops=True)
    project.accept()
    result = call("report")
    assert result.exit_code == 1
    assert "remove it from the expectations" in result.stderr


def test_a_first_expectations_file_makes_the_next_report_pass(
    project: Shelf, tmp_path: Path
) -> None:
    project.record("small-1")
    known = tmp_path / "known.toml"
    result = call("report", "--write-expectations", known)
    assert result.exit_code == 1
    assert "1 known deviations; fill in the reasons" in result.stderr
    assert 'verdict = "silently ignored"' in known.read_text()
    assert call("report", "--expectations", known).exit_code == 0
    before = known.read_text()
    assert "is there already" in refused(call("report", "--write-expectations", known))
    assert known.read_text() == before


def test_an_own_file_stands_in_for_the_shipped_one_and_may_not_miss(
    project: Shelf, tmp_path: Path
) -> None:
    project.record("small-1")
    project.accept()
    own = tmp_path / "own.toml"
    own.write_text("target = 'world'\ndeviation = []\n")
    assert call("report", "--expectations", own).exit_code == 1
    own.write_text(shelf.ACCEPTED.replace("basic/stop", "basic/stopp"))
    assert "no row of target 'world' matches 'basic/stopp'" in refused(
        call("report", "--expectations", own)
    )
    own.write_text(f"target = 'mars'\n{shelf.ACCEPTED}")
    assert "'mars', which is not judged here; judged: world" in refused(
        call("report", "--expectations", own)
    )
    assert "gone.toml: cannot be read" in refused(call("report", "--expectations", "gone.toml"))


def test_a_deviation_past_its_date_fails_and_says_since_when(project: Shelf) -> None:
    project.record("small-1")
    project.accept(f"{shelf.ACCEPTED}expires = 2020-01-31\n")
    result = call("report")
    assert result.exit_code == 1
    assert "was accepted until 2020-01-31" in result.stderr
    assert "Known deviations that do not hold any more: these fail" in result.stdout


def test_what_a_ci_is_handed_exits_as_the_report_does(project: Shelf) -> None:
    project.record("small-1")
    for form, beginning in (("summary", "## ✗"), ("junit", "<?xml")):
        result = call("report", "--format", form)
        assert (result.exit_code, result.stdout[: len(beginning)]) == (1, beginning)


def test_without_recordings_it_says_how_to_make_some(project: Shelf) -> None:
    said = refused(call("report"))
    assert str(project.cassettes) in said
    assert "messages-conformance run" in said


def test_recordings_that_do_not_bear_on_what_is_asked_are_no_judgement(project: Shelf) -> None:
    project.record("small-1")
    assert call("report", "--row", "basic/huge").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--target", "mars"), "no target 'mars'"),
        (("--model", "big-1"), "no model 'big-1' in target 'world'; it has small-1, small-2"),
        (("--series", "big"), "no series 'big'"),
        (("--row", "basic/nope"), "no row matches 'basic/nope'"),
        (("--output", "report.pdf"), "end it in .json, .md, .html, .txt, .xml"),
        (("--from", "claims.json"), "claims.json: this is no report"),
        (("--from", "r.json"), "r.json: is not JSON"),
        (("--from", "r.json", "--model", "small-1"), "--from shows a saved report as it is"),
        (("--output", "r.json/report.md"), "r.json"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    project: Shelf, arguments: tuple[str, ...], said: str
) -> None:
    project.record("small-1")
    Path("claims.json").write_text("[]")
    Path("r.json").write_text("{")
    assert said in refused(call("report", *arguments))


def test_a_damaged_cassette_is_named(project: Shelf) -> None:
    project.record("small-1")
    (path,) = project.cassettes.rglob("*.yaml")
    path.write_text("version: [")
    assert str(path) in refused(call("report"))


def test_a_malformed_expectations_file_is_named(project: Shelf) -> None:
    project.record("small-1")
    project.accept("[[deviation]]\nrow = '*'")
    assert "world.toml" in refused(call("report"))


def test_a_run_records_judges_and_writes_the_reports(endpoint: str, tmp_path: Path) -> None:
    result = call(*LIVE, "--output", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "Simulated" in result.stdout
    assert "qwen-plus: recorded 4 probes" in result.stderr
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {"cassettes", "report.html", "report.json", "report.md"}
    assert not any(
        endpoint in path.read_text() for path in (tmp_path / "run").rglob("*") if path.is_file()
    )
    judged = call("report", "--cassettes", tmp_path / "run" / "cassettes", *LIVE[1:])
    assert judged.exit_code == 0


def test_a_run_says_at_its_beginning_what_is_to_come(endpoint: str) -> None:
    first = call(*LIVE).stderr.splitlines()[0]
    assert re.fullmatch(
        r"1 model, about \d+ requests and [\d,]+ tokens; at most \d+ requests and [\d,]+ tokens, "
        "beyond which nothing is sent",
        first,
    )


def test_a_run_keeps_to_its_budget_and_can_be_gone_on_with(endpoint: str, tmp_path: Path) -> None:
    of_run = ("--target", "model-studio", "--model", "qwen-plus", "--row", "basic/*")
    plan = json.loads(call("plan", *of_run, "--format", "json").stdout)["expected"]
    half = (plan["input_tokens"] + plan["output_tokens"]) // 2
    result = call("run", *of_run, "--output", tmp_path, "--budget", half)
    assert result.exit_code == 2
    assert f"kept to its budget of {half:,} tokens" in result.stderr
    assert f"--output {tmp_path} --resume" in result.stderr
    cells = json.loads((tmp_path / "report.json").read_text())["cells"]
    left = [cell for cell in cells if cell["behaviour"] == "unmeasured"]
    assert 0 < len(left) < len(cells)
    assert {cell["summary"].partition(":")[0] for cell in left} == {"not asked to the end"}
    plan = json.loads(call("plan", *of_run, "--output", tmp_path, "--format", "json").stdout)
    before = tape_size(tmp_path)
    assert plan["expected"]["requests"] > 0
    assert call("run", *of_run, "--output", tmp_path, "--resume").exit_code == 0
    assert tape_size(tmp_path) - before == plan["expected"]["requests"]
    again = call("run", *of_run, "--output", tmp_path, "--resume")
    assert "nothing left to send" in again.stderr


def tape_size(folder: Path) -> int:
    return len(Tape.load(folder / "cassettes", "model-studio", "qwen-plus").entries)


def test_the_shards_of_a_run_are_the_whole_and_nothing_twice(endpoint: str, tmp_path: Path) -> None:
    models = ("--model", "qwen-plus", "--model", "qwen-flash")
    chosen = ("--target", "model-studio", *models, "--row", "tool*", "--row", "header/*")
    folders = [tmp_path / f"shard-{number}" for number in (1, 2, 3)]
    for number, folder in enumerate(folders, start=1):
        part = ("--shard", f"{number}/3", "--output", folder)
        assert call("run", *chosen, *part).exit_code == 0
    names = [
        path.relative_to(folder) for folder in folders for path in sorted(folder.rglob("*.yaml"))
    ]
    assert len(names) == len(set(names))
    whole = call("combine", *folders, "--output", tmp_path / "whole")
    assert whole.exit_code == 0, whole.output
    *parts, together = (
        json.loads((folder / "report.json").read_text())
        for folder in (*folders, tmp_path / "whole")
    )
    assert [part["shards"] for part in parts] == [["1/3"], ["2/3"], ["3/3"]]
    assert sum(len(part["cells"]) for part in parts) == len(together["cells"])
    assert {len({cell["model"] for cell in part["cells"]}) for part in parts} == {1, 2}
    assert "unmeasured" not in {cell["behaviour"] for cell in together["cells"]}


def test_a_run_judges_by_own_expectations(endpoint: str, tmp_path: Path) -> None:
    own = tmp_path / "known.toml"
    own.write_text(
        '[[deviation]]\nrow = "tool_choice/any"\nmodel = "qwen-plus"\n'
        'behaviour = "ignored"\nreason = "It was."\n'
    )
    result = call(*LIVE, "--expectations", own)
    assert result.exit_code == 1
    assert "remove it from the expectations" in result.stderr


def test_a_mistake_in_the_expectations_costs_no_run(endpoint: str, tmp_path: Path) -> None:
    own = tmp_path / "known.toml"
    own.write_text(
        '[[deviation]]\nrow = "no/such"\nmodel = "*"\nbehaviour = "ignored"\nreason = "x"\n'
    )
    assert "no row of target 'model-studio' matches" in refused(call(*LIVE, "--expectations", own))
    assert not Path("runs").exists()


def test_a_plan_needs_no_key_and_no_network(
    project: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a plan must not reach for the network")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    result = call("plan", "--target", "world", "--input-price", 1, "--output-price", 2)
    assert result.exit_code == 0, result.output
    assert "Nothing was sent." in result.stdout
    assert "basic/huge: sends very much." in result.stdout
    document = json.loads(call("plan", "--target", "world", "--format", "json").stdout)
    assert schemas.complaint(document, "plan") is None
    assert document["expected"]["requests"] == 2 * 3


def test_a_plan_takes_what_chooses_and_what_paces(project: Shelf) -> None:
    chosen = ("plan", "--target", "world", "--format", "json")
    document = json.loads(
        call(*chosen, "--shard", "1/2", "--opt-in", "all", "--requests-per-minute", 1).stdout
    )
    assert [model["model"] for model in document["models"]] == ["small-1"]
    assert document["expected"]["requests"] == 4
    assert document["seconds"] == 4 * 60


def test_a_plan_does_not_count_what_is_recorded(project: Shelf) -> None:
    project.record("small-1")
    chosen = ("plan", "--target", "world", "--model", "small-1", "--format", "json")
    whole, rest = (
        json.loads(call(*chosen, *more).stdout)["ceiling"]["requests"]
        for more in ((), ("--cassettes", project.cassettes))
    )
    assert (whole, rest) == (3, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name it with --target, one of: world"),
        (("--target", "world", "--input-price", "1"), "are given together"),
        (("--target", "world", "--shard", "1/9"), "use at most 2 shards"),
        (("--target", "world", "--output", "nowhere"), "nowhere/cassettes: holds no recordings"),
        (("--target", "world", "--opt-in", "basic/stop"), "there are: basic/huge"),
    ],
)
def test_a_mistake_in_a_plan_is_told_in_one_sentence(
    project: Shelf, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(call("plan", *arguments))


def test_a_run_makes_a_folder_of_its_own_unless_told(endpoint: str) -> None:
    assert call(*LIVE).exit_code == 0
    (folder,) = Path("runs").iterdir()
    assert folder.name.endswith("-127.0.0.1-" + folder.name.rpartition("-")[2])
    assert (folder / "report.json").is_file()


def test_an_interrupted_run_keeps_what_it_has_and_says_where(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    @contextlib.contextmanager
    def stopped(*_: object, **__: object) -> Iterator[Callable[[object], None]]:
        yield stop

    monkeypatch.setattr(run_module, "progress", stopped)
    said = refused(call(*LIVE, "--output", tmp_path / "run"))
    assert "interrupted" in said
    assert str(tmp_path / "run" / "cassettes") in said
    assert list((tmp_path / "run").rglob("*.yaml"))


def test_the_api_key_wins_and_the_user_is_told(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "wrong")
    result = call(*LIVE)
    assert result.exit_code == 0
    assert "using the API key" in result.stderr


def test_an_auth_token_goes_into_authorization(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", endpoint)
    assert call(*LIVE, "--output", tmp_path).exit_code == 0
    (cassette,) = tmp_path.rglob("tool_choice.yaml")
    assert "x-api-key" not in cassette.read_text()


@pytest.mark.parametrize(
    ("environment", "arguments", "said"),
    [
        ({}, ("--target", "world"), "set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"),
        ({"ANTHROPIC_API_KEY": "k"}, (), "Name it with --target, one of: world"),
        (
            {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "localhost"},
            ("--target", "world"),
            "ANTHROPIC_BASE_URL is no address of an endpoint: 'localhost'",
        ),
        (
            {"ANTHROPIC_API_KEY": "k"},
            ("--target", "world", "--opt-in", "basic/stop"),
            "'basic/stop'; there are: basic/huge",
        ),
        (
            {"ANTHROPIC_API_KEY": "k"},
            ("--target", "world", "--model", "big"),
            "no model 'big' in target 'world'; it has small-1, small-2",
        ),
        ({"ANTHROPIC_API_KEY": "k"}, ("--target", "world"), "refuses the connection"),
    ],
)
def test_a_run_that_cannot_begin_says_why(
    project: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert said in refused(call("run", *arguments))
    assert not Path("runs").exists()


def test_the_shipped_cassettes_are_not_overwritten_unless_told(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_cassettes, real = tmp_path / "shipped", shipped.folder
    monkeypatch.setattr(
        shipped, "folder", lambda name: shipped_cassettes if name == "cassettes" else real(name)
    )
    assert "overwritten" in refused(call(*LIVE, "--cassettes", shipped_cassettes))
    assert call(*LIVE, "--cassettes", shipped_cassettes, "--overwrite").exit_code == 0


def test_rows_lists_ids_claims_probes_and_what_must_be_opted_in_to(project: Shelf) -> None:
    lines = [line.split() for line in call("rows").stdout.splitlines()]
    assert ["basic/temperature", "supported", "temperature"] in lines
    assert ["basic/huge", "supported", "huge", "(opt", "in:", "sends", "very", "much)"] in lines


def test_rows_tells_what_a_row_means(project: Shelf) -> None:
    result = call("rows", "--row", "basic/stop")
    assert "It stops." in result.stdout
    assert "basic/temperature" not in result.stdout


def test_serve_says_where_it_is_and_that_it_is_a_simulation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served = []
    monkeypatch.setattr(reference, "serve", lambda app, host, port: served.append((host, port)))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = call("serve", "--target", "model-studio", "--port", port, "--key", "k")
    assert served == [("127.0.0.1", port)]
    assert f"ANTHROPIC_BASE_URL=http://127.0.0.1:{port} ANTHROPIC_API_KEY=k" in result.stdout
    assert "simulates Alibaba Cloud Model Studio" in result.stdout


def test_serve_tells_how_often_its_model_does_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "serve", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    said = call("serve", "--port", port, "--cooperation", "0.8").output
    assert "its model does as asked 80% of the time" in said
    assert "as asked" not in call("serve", "--port", port).output
    assert "0<=x<=1" in refused(call("serve", "--port", port, "--cooperation", "1.2"))


def test_serve_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in refused(call("serve", "--port", port))


@pytest.mark.parametrize("command", ["report", "combine", "plan", "run", "serve", "rows"])
def test_every_command_explains_itself(command: str) -> None:
    told = call(command, "--help").stdout
    assert "Examples:" in told
    assert "Exit codes:" in told
    summary = told.splitlines()[2].strip()
    assert summary.endswith(".")


def test_the_version_is_told() -> None:
    assert call("--version").stdout.startswith("messages-conformance, version ")
