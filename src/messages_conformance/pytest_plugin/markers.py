"""The markers of the suites' tests: the section of the row, and the row itself.

A row id is no identifier, so the row is an argument: ``row(id="basic/stop_sequences")``.
"""

import pytest

from messages_conformance.probing.loader import Suites

_registered = pytest.StashKey[bool]()


def register(config: pytest.Config, suites: Suites) -> None:
    """Register the markers once, as ``--strict-markers`` and ``--markers`` want it."""
    if config.stash.setdefault(_registered, False):
        return
    config.stash[_registered] = True
    rows = [*suites, *(placed.inspection.row for placed in suites.inspections)]
    config.addinivalue_line(
        "markers",
        "row(id): the row that is put to the test, "
        "to choose it by -m 'row(id=\"basic/stop_sequences\")' (messages-conformance)",
    )
    for section in dict.fromkeys(map(_section, rows)):
        config.addinivalue_line(
            "markers", f"{section}: a row of the section {section!r} (messages-conformance)"
        )


def mark(item: pytest.Item, row: str) -> None:
    """Mark the test of a row."""
    item.add_marker(pytest.mark.row(id=row))
    item.add_marker(getattr(pytest.mark, _section(row)))


def _section(row: str) -> str:
    return row.partition("/")[0]
