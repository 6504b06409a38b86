"""The sections of rows that no page has: what is looked for in all that was recorded."""

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "wire": "On the wire",
        "client": "In a client",
        "snippet": "The page's snippets",
        "moved": "A conversation that moves",
    }
)
"""The sections of inspected rows, with their headings."""


def is_inspected(row: str) -> bool:
    """Whether an id, or a pattern of ids, is of rows that are inspected and not probed."""
    return row.partition("/")[0] in SECTIONS
