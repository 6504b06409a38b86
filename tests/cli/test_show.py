"""`show`: one recorded exchange whole, found by row or by number."""

from pathlib import Path

import pytest

from messages_conformance import resources
from support.commands import call, refused
from support.project_on_disk import ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


def test_a_row_is_shown_with_its_whole_exchange(project: ProjectOnDisk) -> None:
    project.record("small-1")
    result = call("show", "world", "basic/stop")
    assert result.exit_code == 0
    assert result.stdout.startswith("POST http://127.0.0.1:1/apps/anthropic/v1/messages\n")
    assert '"stop_sequences": [\n    "3"\n  ]' in result.stdout
    assert "→ HTTP 200" in result.stdout
    assert "silently ignored: the same text" in result.stderr
    assert "shown: world/small-1/basic.yaml#2 (asked)" in result.stderr
    assert "also: world/small-1/basic.yaml#1 (control)" in result.stderr


@pytest.mark.parametrize(
    "name", ["basic.yaml#2", "basic#2", "small-1/basic.yaml#2", "world/small-1/basic.yaml#2"]
)
def test_an_exchange_is_shown_by_the_number_of_reports(project: ProjectOnDisk, name: str) -> None:
    project.record("small-1")
    assert call("show", "world", name).stdout == call("show", "world", "basic/stop").stdout


def test_folders_of_cassettes_of_a_target_and_of_a_model_are_recordings_too(
    project: ProjectOnDisk,
) -> None:
    project.record("small-1")
    project.record("small-2")
    root = resources.folder("cassettes")
    shown = call("show", root, "basic.yaml#1", "--model", "small-1").stdout
    assert shown.startswith("POST ")
    assert call("show", root / "world", "basic#1", "--model", "small-1").stdout == shown
    assert call("show", root / "world" / "small-1", "basic#1").stdout == shown


def test_several_models_need_a_choice(project: ProjectOnDisk) -> None:
    project.record("small-1")
    project.record("small-2")
    for what in ("basic/stop", "basic#1"):
        assert "--model: small-1, small-2" in refused(call("show", "world", what))


def test_curl_and_python_send_it_to_the_recorded_address_or_another(
    project: ProjectOnDisk,
) -> None:
    project.record("small-1")
    shown = call("show", "world", "basic#1", "--as", "curl").stdout
    assert "http://127.0.0.1:1/apps/anthropic/v1/messages" in shown
    elsewhere = call(
        "show", "world", "basic#1", "--as", "python", "--base-url", "http://b.example/"
    )
    assert '"http://b.example/v1/messages"' in elsewhere.stdout


def test_unknown_names_are_met_with_the_nearest_ones(
    project: ProjectOnDisk, tmp_path: Path
) -> None:
    project.record("small-1")
    assert "did you mean 'world'" in refused(call("show", "wrld", "basic/stop"))
    assert "did you mean 'basic/stop'" in refused(call("show", "world", "basic/stp"))
    assert "did you mean 'basic.yaml'" in refused(call("show", "world", "basi.yaml#1"))
    assert "holds no exchange 'basic.yaml#999'" in refused(call("show", "world", "basic.yaml#999"))
    assert "holds no recordings" in refused(call("show", tmp_path, "basic/stop"))
