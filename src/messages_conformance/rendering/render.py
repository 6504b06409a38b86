"""A report in one of its formats, and which format a file's suffix stands for."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from messages_conformance.errors import ReportError
from messages_conformance.rendering import (
    annotations,
    badge,
    brief,
    ci_summary,
    csv_table,
    html,
    junit,
    markdown,
    text,
)
from messages_conformance.report.json_format import to_json
from messages_conformance.report.report import Report

Format: TypeAlias = Literal[
    "text", "markdown", "html", "json", "junit", "summary", "csv", "badge", "github"
]
Detail: TypeAlias = Literal["end", "brief", "all"]
"""How much a text says: what it comes to, problems and matrix before that, or everything."""
_TEXTS: dict[Detail, Callable[[Report, int | None, bool], str]] = {
    "end": brief.render_end,
    "brief": brief.render,
    "all": text.render,
}


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
    match format:
        case "json":
            return to_json(report)
        case "text":
            return _TEXTS[detail](report, width, color)
        case "markdown":
            return markdown.render(report)
        case "html":
            return html.render(report)
        case "junit":
            return junit.render(report)
        case "summary":
            return ci_summary.render(report)
        case "csv":
            return csv_table.render(report)
        case "badge":
            return badge.render(report)
        case "github":
            return annotations.render(report)
