"""What is added is complete: where something is missing, the failure names the file to touch.

`docs/adding.md` has the same files in order; this is the quick test beside it.
"""

import importlib
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from messages_conformance.claims import combinations
from messages_conformance.cli.lint import command as lint_command
from messages_conformance.probing import loader
from messages_conformance.reference import faults
from messages_conformance.reference.faults import FAULTS
from messages_conformance.report.advice import advice_of
from messages_conformance.rules.catalogue import rules_of
from messages_conformance.rules.finding import RuleKind
from messages_conformance.traffic.detect_format import FileFormat
from messages_conformance.traffic.readers import READERS
from support import commands, saved_files
from support.rule_examples_of_blocks import BLOCKS
from support.rule_examples_of_messages import MESSAGES
from support.rule_examples_of_requests import REQUESTS
from support.rule_examples_of_streams import STREAMS

ROOT = Path(__file__).parents[1]
PACKAGE = "src/messages_conformance"
NOT_PROVOKED = {"error/500", "error/529"}
"""Rows that no request can put to the test, and so no fault either."""

SUITES = loader.load(ROOT / "suites")
CLAIMS = sorted((ROOT / "claims").glob("*/*.toml"))
DOCUMENTED_BY = {
    path.parent.name: {
        row["id"]: path for row in tomllib.loads(path.read_text(encoding="utf-8"))["row"]
    }
    for path in CLAIMS
}
"""The rows of each target's newest page, and where they stand."""
DOCUMENTED = {row: path for rows in DOCUMENTED_BY.values() for row, path in rows.items()}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def todo(lines: Iterable[str]) -> None:
    """Fail with what is to be done, a line each."""
    lines = list(lines)
    if lines:
        pytest.fail("\n".join(["see docs/adding.md:", *lines]), pytrace=False)


# A row


def test_every_row_of_a_page_has_a_probe() -> None:
    todo(
        f"suites/test_{row.partition('/')[0]}.py: write a probe for row {row!r} of {relative(path)}"
        for row, path in DOCUMENTED.items()
        if row not in SUITES
    )


def test_every_probe_is_for_a_row_of_a_page() -> None:
    todo(
        f"claims/<target>/<date>.toml: add row {row!r}, which suites/test_{placed.suite}.py probes"
        for row, placed in SUITES.items()
        if row not in DOCUMENTED and not row.startswith(f"{combinations.SECTION.id}/")
    )


def test_every_row_says_how_to_fix_it_and_what_a_caller_does_instead() -> None:
    meanings = {
        **{row: (placed.suite, placed.probe.meaning) for row, placed in SUITES.items()},
        **{i.inspection.row: (i.suite, i.inspection.meaning) for i in SUITES.inspections},
    }
    advice = {row: (suite, advice_of(row, meaning)) for row, (suite, meaning) in meanings.items()}
    todo(
        f"suites/test_{suite}.py: say in the docstring of {row!r} {what}"
        for row, (suite, known) in advice.items()
        for what, text in (
            ("what it means", known.meaning),
            ("how the owner of an endpoint fixes it, in a sentence after 'To fix:'", known.fix),
            ("what a caller does, in a paragraph that begins with 'Instead:'", known.instead),
        )
        if not text
    )


def test_every_row_has_a_fault_to_catch() -> None:
    inspected = [placed.inspection.row for placed in SUITES.inspections]
    due = {fault.row for fault in FAULTS.values()}
    todo(
        f"{PACKAGE}/reference/faults/: add a fault that row {row!r} must catch, "
        f"such as in {_beside(row)}"
        for row in (*SUITES, *inspected)
        if row not in due | NOT_PROVOKED
    )


def test_every_row_of_simulated_recordings_is_recorded() -> None:
    """One model stands for all: they are recorded together."""
    said = commands.call(
        "report", "--target", "model-studio", "--model", "qwen-plus", "--format", "json"
    )
    todo(
        f"cassettes/model-studio/: record row {cell['row']!r} anew, as cassettes/README.md says"
        for cell in json.loads(said.stdout)["cells"]
        if cell["behaviour"] == "unmeasured" and cell["row"] not in NOT_PROVOKED
    )


def test_every_row_of_recordings_of_a_real_server_was_reviewed() -> None:
    for path in sorted((ROOT / "tests" / "reviewed").glob("*.toml")):
        rows = set(DOCUMENTED_BY[path.stem])
        todo(
            f"{relative(path)}: say what a reader sees in the recordings of {model} for {row!r}, "
            "or 'unmeasured'"
            for model, seen in tomllib.loads(path.read_text(encoding="utf-8")).items()
            for row in sorted(rows - set(seen))
        )


# A fault


def test_every_fault_is_due_from_a_row() -> None:
    known = {*SUITES, *(placed.inspection.row for placed in SUITES.inspections)}
    todo(
        f"{_file_of(fault.name)}: {fault.name} is due from {fault.row!r}, which no suite has"
        for fault in FAULTS.values()
        if fault.row not in known
    )


def test_every_fault_is_listed() -> None:
    todo(
        f"{PACKAGE}/reference/faults/__init__.py: list the module {path.stem}, for {value.name}"
        for path in FAULT_MODULES
        for value in vars(importlib.import_module(f"{faults.__name__}.{path.stem}")).values()
        if isinstance(value, faults.Fault) and value.name not in FAULTS
    )


FAULT_MODULES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / PACKAGE / "reference" / "faults").glob("*.py"))
    if path.stem != "__init__"
}


def _beside(row: str) -> str:
    """The module that has most of the faults that are due from rows of the same section."""
    start = f'"{row.partition("/")[0]}/'
    return max(FAULT_MODULES, key=lambda path: FAULT_MODULES[path].count(start)).name


def _file_of(fault: str) -> str:
    found = (path for path, text in FAULT_MODULES.items() if f"def {fault}(" in text)
    return relative(next(found))


# A wire rule


def test_every_rule_has_an_example_of_its_kind() -> None:
    shown = {example.rule for example in (*MESSAGES, *BLOCKS, *STREAMS, *REQUESTS)}
    todo(
        f"tests/support/{_examples_of(rule)}.py: add an exchange that breaks rule {rule} "
        "and one that keeps it"
        for rule in rules_of(RuleKind.ANSWER)
        if rule not in shown
    )


def _examples_of(rule: str) -> str:
    kinds = {"ST": "streams", "RS": "messages"}
    return f"rule_examples_of_{kinds.get(rule.partition('-')[0], 'requests')}"


# A format of saved traffic


def test_every_format_has_a_reader() -> None:
    todo(
        f"{PACKAGE}/traffic/readers/__init__.py: name the reader of format {form!r}"
        for form in get_args(FileFormat)
        if form not in READERS
    )


def test_every_reader_is_of_a_format() -> None:
    todo(
        f"{PACKAGE}/traffic/detect_format.py: add {form!r} to FileFormat, and recognise it"
        for form in READERS
        if form not in get_args(FileFormat)
    )


def test_every_format_is_in_the_schema_of_lint() -> None:
    schema = json.loads((ROOT / "schemas" / "lint.schema.json").read_text(encoding="utf-8"))
    listed = re.findall(r'"enum": (\[[^\]]*\])', json.dumps(schema))
    known = {form for forms in listed for form in json.loads(forms)}
    todo(
        f"schemas/lint.schema.json: add {form!r} to the formats"
        for form in get_args(FileFormat)
        if form not in known
    )


def test_every_format_is_explained_by_lint() -> None:
    said = lint_command.help or ""
    todo(
        f"{PACKAGE}/cli/lint.py: say in the help what {form!r} is"
        for form in get_args(FileFormat)
        if not re.search(rf"^ *{form}  ", said, re.MULTILINE)
    )


def test_every_format_that_holds_exchanges_is_tried_with_them() -> None:
    tried = {form for form, _ in saved_files.FORMATS.values()}
    todo(
        f"tests/support/saved_files.py: add the exchanges as {form!r} to FORMATS"
        for form in get_args(FileFormat)
        if form not in tried | {"sse", "json"}
    )


# A client

SHARED = {
    *("__init__", "anthropic_calls", "compare", "finding", "memory"),
    *("readable", "result", "shipped", "state"),
}
"""Modules that are no client."""


def test_every_client_is_fed_with_what_was_recorded() -> None:
    suite = (ROOT / "suites" / "test_clients.py").read_text(encoding="utf-8")
    todo(
        f"suites/test_clients.py: inspect what {relative(path)} makes of the recorded answers"
        for path in sorted((ROOT / PACKAGE / "clients").glob("*.py"))
        if path.stem not in SHARED and path.stem not in suite
    )


def test_every_client_is_tried_with_defective_answers() -> None:
    todo(
        f"tests/clients/test_{path.stem}.py: say what this client makes of defective answers"
        for path in sorted((ROOT / PACKAGE / "clients").glob("*.py"))
        if path.stem not in SHARED
        and not (ROOT / "tests" / "clients" / f"test_{path.stem}.py").is_file()
    )
