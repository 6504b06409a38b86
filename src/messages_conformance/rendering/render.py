"""One document, six forms."""

from pathlib import Path
from typing import Any, Literal, TypeAlias

from messages_conformance.errors import ReportError
from messages_conformance.rendering import ci_summary, html, junit, markdown, text
from messages_conformance.report.to_json import dump, from_document

Format: TypeAlias = Literal["text", "markdown", "html", "json", "junit", "summary"]


FORMAT_OF_SUFFIX: dict[str, Format] = {
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
        return FORMAT_OF_SUFFIX[path.suffix.lower()]
    except KeyError:
        known = ", ".join(FORMAT_OF_SUFFIX)
        raise ReportError(
            f"{path}: the file's suffix does not tell the format; end it in {known}"
        ) from None


def render(
    document: dict[str, Any], format: Format, *, width: int | None = None, color: bool = False
) -> str:
    """Format a report document; ``width`` (characters) and ``color`` matter to text alone.

    Colour is left out, too, where the environment sets ``NO_COLOR``.

    Raises:
        ReportError: the document is no report.
    """
    report = from_document(document)
    match format:
        case "json":
            return dump(document)
        case "text":
            return text.render(report, width, color)
        case "markdown":
            return markdown.render(report)
        case "html":
            return html.render(report)
        case "junit":
            return junit.render(report)
        case "summary":
            return ci_summary.render(report)
