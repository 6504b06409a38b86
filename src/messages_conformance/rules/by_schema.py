"""Rules that a published schema states: each problem it finds is a finding."""

from collections.abc import Iterator
from typing import Any

from messages_conformance import schemas
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.wording import pointer, short


def check_schema(document: Any, schema: str, rule: str) -> Iterator[Finding]:
    """Check a document by the schema of that name; its problems break the rule."""
    for problem in schemas.errors(document, schema):
        where = Where(pointer=pointer(problem.absolute_path))
        yield broken(rule, where, f"{short(problem.message)}; expected the documented shape")
