"""What a vendor's page says, per dated revision, loaded from ``claims/<target>/<revision>.toml``.

Every file is checked against ``schemas/claims.schema.json`` before anything reads it.
"""

import datetime
import tomllib
from pathlib import Path

from messages_conformance import schemas
from messages_conformance.claims.document import from_document
from messages_conformance.claims.page import Revision
from messages_conformance.errors import ClaimsError


def load(path: Path) -> Revision:
    """Read one claims file.

    Raises:
        ClaimsError: it is not TOML, breaks the schema, or contradicts itself.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ClaimsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ClaimsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := schemas.complaint(document, "claims"):
        raise ClaimsError(f"{path}: {complaint}")
    date = document["revision"]["date"]
    if type(date) is not datetime.date:  # a date with a time is of a subclass
        raise ClaimsError(
            f"{path}: at $.revision.date: {str(date)!r} is not a TOML date; "
            "write it without quotes and without a time, such as 2025-11-13"
        )
    revision = from_document(document)
    _check(revision, path)
    return revision


def find(folder: Path, target: str | None = None) -> tuple[Path, ...]:
    """The newest claims file of each target in a folder, oldest first, or of the one named.

    Raises:
        ClaimsError: there is no such target.
    """
    newest = {path.parent.name: path for path in sorted(folder.glob("*/*.toml"))}
    if target is None:
        return tuple(sorted(newest.values(), key=lambda path: (path.stem, path)))
    if target not in newest:
        raise ClaimsError(f"no target {target!r} in {folder}; it has {', '.join(newest) or 'none'}")
    return (newest[target],)


def _check(revision: Revision, path: Path) -> None:
    """What a schema cannot say: names that must be unique, or must exist."""
    for what, names in (
        ("section", [section.id for section in revision.sections]),
        ("row", [row.id for row in revision.rows]),
        ("model", [model.id for model in revision.models]),
        ("series", [series.id for series in revision.series]),
    ):
        if twice := {name for name in names if names.count(name) > 1}:
            raise ClaimsError(f"{path}: {what} {sorted(twice)[0]!r} stands twice; keep one of them")
    sections = {section.id for section in revision.sections}
    known = {model.id for model in revision.models} | {series.id for series in revision.series}
    for row in revision.rows:
        if row.section not in sections:
            raise ClaimsError(
                f"{path}: row {row.id!r} is of no section; "
                f"add a [[section]] with the id {row.section!r}"
            )
        if strange := set(row.exceptions) - known:
            raise ClaimsError(
                f"{path}: row {row.id!r} makes an exception for {sorted(strange)[0]!r}, "
                "which is neither a model nor a series here; name one that is"
            )
