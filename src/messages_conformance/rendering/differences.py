"""What differs between two reports, as text, as Markdown for a pull request, and as JSON.

Only what differs is said; models for which a row differs alike share a line.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from messages_conformance import __version__
from messages_conformance.display import one_line, plural
from messages_conformance.rendering.markdown_escape import code, markdown
from messages_conformance.report.differences import Change, Comparison, Difference
from messages_conformance.report.report import Judged, Report

_WIDTH = 100
"""Characters of a line."""
_HEADINGS = {
    Change.WORSE: "Worse",
    Change.BETTER: "Better",
    Change.NEW: "New: only the second has it",
    Change.GONE: "Gone: only the first has it",
    Change.OTHER: "Other",
}
_GLYPHS = {
    Change.WORSE: "✗",
    Change.BETTER: "✓",
    Change.NEW: "+",
    Change.GONE: "−",
    Change.OTHER: "·",
}
_LONGEST = 200
"""Characters of a sentence that an endpoint may have written."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that differs alike for some models."""

    row: str
    verdicts: str
    models: str
    why: str
    summary: str


def to_text(found: Comparison) -> str:
    """Format a comparison for a terminal or a pipe; what it comes to stands last."""
    lines: list[str] = []
    for change, group in _groups(found):
        lines.append(f"{_HEADINGS[change]} ({len(found.of(change))})")
        for line in group:
            head = f"{_GLYPHS[change]} {line.row}  {line.verdicts}  [{line.models}]"
            lines += _wrapped(one_line(head), 2, 4)
            lines += _wrapped(one_line(line.summary), 4, 4)
            lines += _wrapped(one_line(line.why), 4, 4)
        lines.append("")
    for words in found.circumstances:
        lines += _wrapped(f"Differs as well: {one_line(words)}", 0, 2)
    lines += _wrapped(_sentence(found), 0, 2)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def to_markdown(found: Comparison) -> str:
    """Format a comparison as GitHub's Markdown, worst first."""
    lines = [f"### {markdown(_sentence(found))}", ""]
    lines += [f"- {markdown(words)}" for words in found.circumstances]
    lines += [""] if found.circumstances else []
    for change, group in _groups(found):
        lines += [f"#### {_GLYPHS[change]} {_HEADINGS[change]} ({len(found.of(change))})", ""]
        for line in group:
            more = "; ".join(filter(None, (line.summary, line.why)))
            said = f": {markdown(more)}" if more else ""
            verdicts = f" {markdown(line.verdicts)}" if line.verdicts else ""
            lines.append(f"- {code(line.row)}{verdicts} ({markdown(line.models)}){said}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def to_document(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON, as ``schemas/differences.schema.json`` has it."""
    return {
        "suite_version": __version__,
        "before": _side(found.before),
        "after": _side(found.after),
        "circumstances": list(found.circumstances),
        "compared": found.compared,
        "same": found.same,
        "counts": {change.value: len(found.of(change)) for change in Change},
        "differences": [
            {
                "change": one.change.value,
                "target": one.target,
                "model": one.model,
                "row": one.row,
                "before": _document(one.before),
                "after": _document(one.after),
                "why": one.why,
            }
            for one in found.differences
        ],
    }


def _side(report: Report) -> dict[str, Any]:
    return {"suite_version": report.suite_version, "created": report.created}


def _document(judged: Judged | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    return {
        "behaviour": judged.kind.value,
        "verdict": judged.verdict.name,
        "standing": judged.verdict.standing.value,
        "evidence": judged.evidence.value,
        "summary": judged.summary,
    }


def _sentence(found: Comparison) -> str:
    """What it comes to: how many rows are worse, better, and alike."""
    if not found.compared:
        return "Nothing could be compared: the two have no row of a model in common."
    counts = [f"{len(found.of(c))} {c.value}" for c in Change if found.of(c)]
    said = ", ".join(counts) or "no difference"
    return f"{said}; {found.same:,} of {plural(found.compared, 'cell')} alike."


def _groups(found: Comparison) -> Iterator[tuple[Change, list[_Line]]]:
    for change in Change:
        if some := found.of(change):
            yield change, _lines(some)


def _lines(differences: tuple[Difference, ...]) -> list[_Line]:
    """One line for the models of which a row differs alike."""
    alike: dict[tuple[str, str, str], list[Difference]] = {}
    for one in differences:
        alike.setdefault((one.row, _verdicts(one), one.why), []).append(one)
    return [
        _Line(row, verdicts, _models(some), why, _summary(some[0]))
        for (row, verdicts, why), some in alike.items()
    ]


def _models(some: list[Difference]) -> str:
    models = list(dict.fromkeys(one.model for one in some))
    more = f" and {len(models) - 3} more" if len(models) > 3 else ""
    return f"{', '.join(models[:3])}{more}"


def _verdicts(one: Difference) -> str:
    if one.before is not None and one.after is not None:
        before, after = _verdict(one.before), _verdict(one.after)
        return before if before == after else f"{before} → {after}"
    only = one.before or one.after
    return _verdict(only) if only else ""


def _verdict(judged: Judged) -> str:
    return judged.verdict.name


def _summary(one: Difference) -> str:
    """What was seen now, where that tells more than the verdict."""
    seen = one.after or one.before
    if seen is None or one.change is Change.GONE:
        return ""
    said = one_line(seen.summary)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _wrapped(words: str, indent: int, further: int) -> list[str]:
    if not words:
        return []
    return textwrap.wrap(
        words,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * further,
        break_on_hyphens=False,
    )
