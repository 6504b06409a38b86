"""A suite imports the language of suites and the standard library, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages_conformance import probing, resources

LANGUAGE = "messages_conformance.probing"
CLIENTS = "messages_conformance.clients"
"""For the suite about clients only; the language of suites stands beside the clients."""
SUITES = sorted(resources.folder("suites").glob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What a file imports: modules, and names of modules."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def is_allowed(suite: str, module: str) -> bool:
    of_clients = suite == "test_clients" and module.startswith(f"{CLIENTS}.")
    return module == LANGUAGE or of_clients or module.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_a_suite_imports_the_language_and_the_standard_library_only(path: Path) -> None:
    assert [module for module, _ in imports(path) if not is_allowed(path.stem, module)] == []


def test_the_language_holds_all_that_suites_use_and_nothing_else() -> None:
    used = {name for path in SUITES for module, name in imports(path) if module == LANGUAGE}
    assert used <= set(probing.__all__)
    # Types that no shipped suite names so far.
    assert set(probing.__all__) - used <= {"Attribution", "Where"}


def test_the_language_is_documented_where_it_is_exported() -> None:
    assert all(getattr(probing, name) is not None for name in probing.__all__)
    assert len(set(probing.__all__)) == len(probing.__all__)
