"""The commands without tests of their own, and what all commands have in common."""

import os
import socket
import subprocess
import sys

import pytest

from messages_conformance import cli, reference
from messages_conformance.cli.group import Listed
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


def test_rows_lists_ids_claims_probes_and_why_a_row_needs_opt_in(project: ProjectOnDisk) -> None:
    lines = [line.split() for line in call("rows").stdout.splitlines()]
    assert ["basic/temperature", "supported", "temperature"] in lines
    assert ["basic/huge", "supported", "huge", "(--opt-in:", "sends", "very", "much)"] in lines


def test_rows_explains_a_row(project: ProjectOnDisk) -> None:
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


def test_serve_says_how_often_its_model_does_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "serve", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    message = call("serve", "--port", port, "--cooperation", "0.8").output
    assert "its model does as asked 80% of the time" in message
    assert "as asked" not in call("serve", "--port", port).output
    assert "0<=x<=1" in refused(call("serve", "--port", port, "--cooperation", "1.2"))


def test_serve_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in refused(call("serve", "--port", port))


@pytest.mark.parametrize("command", sorted(cli.main.commands))
def test_every_command_explains_itself(command: str) -> None:
    text = call(command, "--help").stdout
    assert "Examples:" in text
    assert "Exit codes:" in text
    summary = text.splitlines()[2].strip()
    assert summary.endswith(".")


def test_the_version_is_printed() -> None:
    assert call("--version").stdout.startswith("messages-conformance, version ")


def test_the_package_can_be_run_as_a_module() -> None:
    command = [sys.executable, "-m", "messages_conformance"]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("Usage: python -m messages_conformance ")
    wrong = subprocess.run([*command, "judge"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "No such command 'judge'" in wrong.stderr) == (2, True)


def test_an_unknown_command_is_met_with_the_nearest_one() -> None:
    assert "did you mean 'report'" in refused(call("repor"))
    assert "did you mean 'diff'?" in refused(call("revisions", "dif"))


@pytest.mark.parametrize("width", ["60", "110"])
def test_help_is_as_wide_as_the_terminal(width: str) -> None:
    command = [sys.executable, "-m", "messages_conformance", "report", "--help"]
    shown = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": width}
    )
    prose = shown.stdout.partition("Examples:")[0].splitlines()[2:]
    assert int(width) - 20 < max(map(len, prose)) <= int(width)


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    listed = cli.main.commands
    assert isinstance(listed, Listed)
    assert listed.summaries[name] == listed[name].get_short_help_str(200)


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from messages_conformance.cli import main; main(['--help'], 'x', "
        "standalone_mode=False); print([n for n in sys.modules if n.startswith("
        "('messages_conformance.judging', 'messages_conformance.cli.report', 'anthropic'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_report_is_judged_without_importing_what_only_others_need() -> None:
    slow = {"anthropic", "httpx2", "jsonschema", "jinja2", "starlette", "tomlkit", "uvicorn", "vcr"}
    script = (
        "import sys; import messages_conformance.cli.report; "
        f"print(*sorted({slow!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "", done.stderr
    assert not done.returncode
