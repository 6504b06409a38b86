"""One document, four forms."""

from typing import Any, Literal, TypeAlias

from messages_conformance.report import html, markdown, text
from messages_conformance.report.document import dump, from_document

Format: TypeAlias = Literal["text", "markdown", "html", "json"]


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
