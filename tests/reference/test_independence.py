"""The reference and the probes know nothing of each other, so that neither can hide a mistake."""

import ast
from collections.abc import Iterator
from pathlib import Path

import messages_conformance
from messages_conformance import resources

PACKAGE = Path(messages_conformance.__file__).parent


def imported(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


def test_the_reference_imports_no_probe_and_no_wire_rule() -> None:
    others = tuple(f"messages_conformance.{name}" for name in ("probing", "rules", "judging"))
    assert [name for name in imported(PACKAGE / "reference") if name.startswith(others)] == []


def test_neither_probes_nor_suites_import_the_reference() -> None:
    for folder in (PACKAGE / "probing", PACKAGE / "rules", resources.folder("suites")):
        names = imported(folder)
        assert [n for n in names if n.startswith("messages_conformance.reference")] == []
