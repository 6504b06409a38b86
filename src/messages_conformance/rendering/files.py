"""Reports as files: the suffix tells the format, and a file is either whole or not there."""

import os
from pathlib import Path

from messages_conformance.errors import ReportError
from messages_conformance.rendering.render import Format

FORMATS: dict[str, Format] = {
    ".json": "json",
    ".md": "markdown",
    ".html": "html",
    ".txt": "text",
    ".xml": "junit",
}
"""A summary has no suffix of its own: it is Markdown that is appended to another's file."""


def format_of(path: Path) -> Format:
    """The format a file's suffix stands for.

    Raises:
        ReportError: it stands for none.
    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(FORMATS)
        raise ReportError(
            f"{path}: the file's suffix does not tell the format; end it in {known}"
        ) from None


def write(path: Path, text: str) -> None:
    """Write a file by way of a temporary one beside it, making its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
