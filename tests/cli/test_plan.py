"""`plan`: what it prints, without a key and without a network."""

import json
import socket

import pytest

from messages_conformance import schemas
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


def test_a_plan_needs_no_key_and_no_network(
    project: ProjectOnDisk, monkeypatch: pytest.MonkeyPatch
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


def test_a_plan_takes_the_options_of_a_run(project: ProjectOnDisk) -> None:
    chosen = ("plan", "--target", "world", "--format", "json")
    document = json.loads(
        call(*chosen, "--shard", "1/2", "--opt-in", "all", "--requests-per-minute", 1).stdout
    )
    assert [model["model"] for model in document["models"]] == ["small-1"]
    assert document["expected"]["requests"] == 4
    assert document["seconds"] == 4 * 60


def test_a_plan_leaves_out_what_is_recorded(project: ProjectOnDisk) -> None:
    project.record("small-1")
    chosen = ("plan", "--target", "world", "--model", "small-1", "--format", "json")
    whole, rest = (
        json.loads(call(*chosen, *more).stdout)["upper_bound"]["requests"]
        for more in ((), ("--cassettes", project.cassettes))
    )
    assert (whole, rest) == (3, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name it with --target, one of: world"),
        (("--target", "world", "--input-price", "1"), "give both --input-price and --output-price"),
        (("--target", "world", "--shard", "1/9"), "use at most 2 shards"),
        (("--target", "world", "--output", "nowhere"), "nowhere/cassettes: contains no recordings"),
        (("--target", "world", "--opt-in", "basic/stop"), "these need it: basic/huge"),
    ],
)
def test_a_mistake_is_reported_in_one_sentence(
    project: ProjectOnDisk, arguments: tuple[str, ...], message: str
) -> None:
    assert message in refused(call("plan", *arguments))
