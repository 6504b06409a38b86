"""A saved kill matrix that cannot be used ends in one sentence."""

from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.errors import KillMatrixError
from messages_conformance.report import shipped_kill_matrix
from messages_conformance.report.kill_matrix import read
from support.commands import call

BROKEN = {
    "not JSON": b"{",
    "not text": b"\xff",
    "nested too deeply": b"[" * 100_000,
    "not a kill matrix": b"[]",
    "a kill matrix without trials": b'{"suite_version": "1"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_reported_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "kill-matrix.json"
    path.write_bytes(content)
    with pytest.raises(KillMatrixError) as problem:
        read(path)
    sentence = str(problem.value)
    assert sentence.startswith(f"{path}: ")
    assert "selftest --output" in sentence
    assert "\n" not in sentence


def test_a_missing_file_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KillMatrixError, match="cannot be read: No such file"):
        read(tmp_path / "none.json")


def test_a_broken_shipped_file_ends_a_report_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / shipped_kill_matrix.FILE).write_text("{")
    folder = resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: tmp_path if name == "selftest" else folder(name)
    )
    result = call("report", "--target", "llama.cpp", "--row", "basic/model")
    assert result.exit_code == 2
    assert "kill-matrix.json: is not JSON" in result.stderr
    assert "Traceback" not in result.stderr
