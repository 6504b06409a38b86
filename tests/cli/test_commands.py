"""The other commands, and what all of them have in common."""

import socket

import pytest

from messages_conformance import reference
from support.commands import call, refused
from support.project_on_disk import Shelf

pytestmark = pytest.mark.usefixtures("no_key")


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


@pytest.mark.parametrize(
    "command", ["report", "combine", "plan", "run", "serve", "rows", "targets", "revisions"]
)
def test_every_command_explains_itself(command: str) -> None:
    told = call(command, "--help").stdout
    assert "Examples:" in told
    assert "Exit codes:" in told
    summary = told.splitlines()[2].strip()
    assert summary.endswith(".")


def test_the_version_is_told() -> None:
    assert call("--version").stdout.startswith("messages-conformance, version ")
