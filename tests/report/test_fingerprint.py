"""What a file that ships depends on is found in the source without parsing all of it."""

import ast
from pathlib import Path

import pytest

from messages_conformance import imports, memory, resources
from messages_conformance.report import fingerprint


def test_every_import_is_found() -> None:
    paths = [*imports.ROOT.rglob("*.py"), *resources.folder("suites").glob("*.py")]
    assert len(paths) > 300
    for path in paths:
        text = path.read_text(encoding="utf-8")
        named = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                named |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
            elif isinstance(node, ast.Import):
                named |= {each.name for each in node.names}
        ours = {name for name in named if name.startswith("messages_conformance.")}
        found = imports.imports_of(path) - {"messages_conformance"}
        assert found == {name for name in ours if imports.file_of(name).is_file()}, path


def test_what_only_reports_is_no_part_of_it() -> None:
    modules = fingerprint.modules()
    assert "messages_conformance.reference.faults.tools" in modules
    assert "messages_conformance.rules.check" in modules
    assert not any(name.startswith("messages_conformance.rendering") for name in modules)


def test_the_planner_does_not_depend_on_the_selftest() -> None:
    modules = fingerprint.modules(fingerprint.PLANNER)
    assert "messages_conformance.planning.explore" in modules
    assert "messages_conformance.selftest.run" not in modules
    assert fingerprint.digest(fingerprint.PLANNER) != fingerprint.digest()


def test_it_is_found_once_for_each_state_of_code_and_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path))
    found = fingerprint.digest.__wrapped__()
    monkeypatch.setattr(fingerprint, "_digest", lambda _: "made anew")
    assert fingerprint.digest.__wrapped__() == found
    monkeypatch.setattr(memory, "state", lambda: "another")
    assert fingerprint.digest.__wrapped__() == "made anew"
