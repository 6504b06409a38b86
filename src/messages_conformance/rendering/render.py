"""A report in one of its formats, and which format a file's suffix stands for."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias

from messages_conformance.errors import ReportError
from messages_conformance.report.report import Report

Format: TypeAlias = Literal[
    "text", "markdown", "html", "json", "junit", "summary", "csv", "badge", "github"
]
Detail: TypeAlias = Literal["end", "brief", "all"]
"""How much a text says: what it comes to, problems and matrix before that, or everything."""

_MODULES: dict[Format, str] = {
    "markdown": "markdown",
    "html": "html",
    "junit": "junit",
    "summary": "ci_summary",
    "csv": "csv_table",
    "badge": "badge",
    "github": "annotations",
}
"""The module that renders each format but text and JSON; only the one that is asked for is
imported, since most take a while."""
FORMAT_OF_SUFFIX: dict[str, Format] = {
    ".json": "json",
    ".md": "markdown",
    ".html": "html",
    ".txt": "text",
    ".xml": "junit",
    ".csv": "csv",
}
"""Without a suffix: a summary, which is appended to a file of the CI system; a badge, which is JSON
as well; and GitHub's annotations, which are printed."""


def format_of(path: Path) -> Format:
    """The format a file's suffix stands for.

    Raises:
        ReportError: it stands for no format.
    """
    try:
        return FORMAT_OF_SUFFIX[path.suffix.lower()]
    except KeyError:
        known = ", ".join(FORMAT_OF_SUFFIX)
        raise ReportError(
            f"{path}: the file's suffix does not name a format; end it in {known}"
        ) from None


def render(
    report: Report,
    format: Format,
    *,
    width: int | None = None,
    color: bool = False,
    detail: Detail = "all",
) -> str:
    """Format a report; ``width`` (characters), ``color`` and ``detail`` matter to text alone.

    There is no colour where the environment sets ``NO_COLOR``.
    """
    if format == "json":
        from messages_conformance.report.json_format import to_json

        return to_json(report)
    if format == "text":
        return _text(detail)(report, width, color)
    module = import_module(f"messages_conformance.rendering.{_MODULES[format]}")
    rendered: str = module.render(report)
    return rendered


def _text(detail: Detail) -> Callable[[Report, int | None, bool], str]:
    from messages_conformance.rendering import brief, text

    texts = {"end": brief.render_end, "brief": brief.render, "all": text.render}
    return texts[detail]
