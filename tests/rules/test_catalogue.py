"""Every rule id that is cited anywhere is in the catalogue, and stands in the module of its prefix.

Add a rule: a line in `rules/catalogue.py`, its check in the module that `MODULES` names, and an
example in `tests/support/rule_examples_of_*.py`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages_conformance import protocol
from messages_conformance.rules.catalogue import MODULES, RULES, prefix_of, rules_of
from messages_conformance.rules.finding import RuleKind

ROOT = Path(__file__).parents[2]
PACKAGE = Path(protocol.__file__).parents[1]
CATALOGUE = PACKAGE / "rules" / "catalogue.py"
ID = re.compile(
    r"\b(?:RS-(?:HTTP|MSG|STOP|BLK|TOOL|THK|USE|CNT|MDL)|CL-(?:READ|SEND|MOVE)|RQ|TU|TH|HD|ER|PC|CT"
    r"|ST-(?:HTTP|WIRE|ORD|IDX|MSG|BLK|DELTA|THK|TOOL|USE|ERR|REQ|INC))-\d+[a-z]?\b"
)
CHECKED = rules_of(RuleKind.ANSWER, RuleKind.RUN, RuleKind.CLIENT)


def texts() -> Iterator[tuple[Path, str]]:
    """Everything people read or write that may cite a rule."""
    for folder, pattern in (
        ("src", "*.py"),
        ("suites", "*.py"),
        ("tests", "*.py"),
        ("benchmarks", "*.py"),
        ("scripts", "*.py"),
        ("docs", "*.md"),
        ("claims", "*.toml"),
        ("expectations", "*.toml"),
        ("schemas", "*.json"),
        ("selftest", "*.json"),
        (".", "*.md"),
    ):
        found = (ROOT / folder).glob(pattern) if folder == "." else (ROOT / folder).rglob(pattern)
        for path in found:
            yield path, path.read_text(encoding="utf-8")


def cited() -> dict[str, set[Path]]:
    places: dict[str, set[Path]] = {}
    for path, text in texts():
        for id in ID.findall(text):
            places.setdefault(id, set()).add(path)
    return places


def literals(path: Path) -> set[str]:
    """The rule ids that the code of a module contains as strings; docstrings do not count."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ID.fullmatch(node.value)
    }


def path_of(prefix: str) -> Path:
    return PACKAGE / (MODULES[prefix].replace(".", "/") + ".py")


def test_every_cited_id_is_in_the_catalogue() -> None:
    unknown = {id: sorted(map(str, paths)) for id, paths in cited().items() if id not in RULES}
    assert unknown == {}


def test_every_id_of_the_catalogue_is_used_elsewhere() -> None:
    used = {id for id, paths in cited().items() if paths - {CATALOGUE}}
    assert RULES.keys() - used == set()


def test_the_prefixes_are_those_of_the_rules() -> None:
    assert all(ID.fullmatch(id) for id in RULES)
    assert {prefix_of(id) for id in CHECKED} == MODULES.keys()


@pytest.mark.parametrize("id", CHECKED)
def test_a_rule_is_checked_in_the_module_of_its_prefix(id: str) -> None:
    assert id in literals(path_of(prefix_of(id)))


def test_no_module_checks_a_rule_of_another_prefix() -> None:
    for path in sorted((PACKAGE / "rules").rglob("*.py")):
        if path != CATALOGUE:
            wrong = {id for id in literals(path) if path_of(prefix_of(id)) != path}
            assert wrong == set(), path


def test_no_rule_is_in_two_tables() -> None:
    lines = re.findall(r'^    \("([\w-]+)", _', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(lines) == sorted(RULES)


def test_a_rule_is_one_sentence_with_a_source() -> None:
    for rule in RULES.values():
        assert rule.says.endswith("."), rule.id
        assert rule.source, rule.id
