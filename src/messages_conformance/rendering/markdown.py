"""A report in GitHub's Markdown, for an issue, a pull request or a job's summary."""

from collections.abc import Iterable, Iterator

from messages_conformance.rendering import (
    deviations,
    entries,
    flaky,
    legend,
    matrix,
    promises,
    reported,
    tally,
    wire_table,
)
from messages_conformance.rendering.curl import how_to_show, portable_curl
from messages_conformance.rendering.headline import first_sentence, masthead, provenance_facts
from messages_conformance.rendering.markdown_escape import code, fenced, link, markdown, prose
from messages_conformance.report.detection import HEADING, LEGEND, Detection
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import Judged, Report, TargetReport


def render(report: Report) -> str:
    """Format a report as Markdown; text of others in it is escaped."""
    lines = ["# Messages conformance", ""]
    lines.append(markdown(masthead(report)))
    if not report.targets:
        lines += ["", "Nothing was judged: the report holds no target."]
    for target in report.targets:
        lines += ["", *_target(target, report)]
    return "\n".join(lines) + "\n"


def _target(target: TargetReport, report: Report) -> Iterator[str]:
    detection = report.detection
    yield from (f"## {markdown(target.revision.target.name)}", "")
    yield from (f"**{markdown(first_sentence(target))}**", "")
    for label, value in provenance_facts(target, report):
        yield f"- {label}: {markdown(value)}"
    yield from ("", "### How to read it", "")
    yield from _signs(target, detection)
    if target.rows:
        yield from ("### What the page says, and what happens", "")
        yield from _matrix(target, detection)
    yield from _wire_table(target, detection)
    if target.rows:
        yield from ("### Cells by what the page says", "")
        yield from table(
            ("page says", *tally.HEADINGS),
            ((claim.value, *counts.row) for claim, counts in tally.tallies_by_claim(target)),
        )
    yield from _deviations(target)
    yield from _flaky(target)
    for listing in entries.LISTINGS:
        yield from _entries(target, listing, report)
    yield from _reported(target)
    yield from _breaches(target, report)
    yield from _gaps(target)
    yield from ("### About this revision of the page", "", markdown(target.revision.note))


def _signs(target: TargetReport, detection: Detection | None) -> Iterator[str]:
    for sign in legend.signs_in(target):
        yield f"- {markdown(sign.glyph)} **{sign.word}**: {sign.meaning}"
    for mark in legend.marks_in(target):
        yield f"- *{mark.word}*: {mark.meaning}"
    if detection and target.rows:
        yield f"- {HEADING}: {markdown(LEGEND)}"
    yield ""


def _matrix(target: TargetReport, detection: Detection | None) -> Iterator[str]:
    columns = matrix.columns(target)
    headings = [
        "<br>".join((f"**{markdown(column.series)}**", *map(markdown, column.names)))
        for column in columns
    ]
    for section in matrix.matrix_sections(target, columns):
        yield from (f"#### {markdown(section.section.title)}", "")
        yield from table(
            (
                "row",
                "page says",
                *([f"page of {target.newer.date} says"] if target.newer else []),
                *(["users reported"] if target.reported else []),
                *([HEADING] if detection else []),
                *headings,
            ),
            (
                (
                    code(line.row.id),
                    line.claims,
                    *([promises.now(target, line.row)] if target.newer else []),
                    *([reported.in_short(target, line.row.id)] if target.reported else []),
                    *([detection.words(line.row.id)] if detection else []),
                    *(_cell(cell) for cell in line.cells),
                )
                for line in section.lines
            ),
        )
    for column, models in matrix.merged_columns(columns):
        yield f"- {markdown(column)}: {markdown(models)}"
    yield ""


def _wire_table(target: TargetReport, detection: Detection | None) -> Iterator[str]:
    table_of_wire = wire_table.wire_table(target)
    if table_of_wire is None:
        return
    yield from (f"### {wire_table.HEADING}", "")
    yield from table(
        (wire_table.CAPTION, *map(code, table_of_wire.rows)),
        (
            (
                markdown(line.model.id),
                *(_cell(one, one.share if one else None) for one in line.seen),
            )
            for line in table_of_wire.lines
        ),
    )
    for row in wire_table.figures(target, detection):
        yield f"- {code(row.row)} {markdown(row.title)}"
        for models, words in row.statements:
            yield f"  - {markdown(models)}: {markdown(words)}"
    yield ""


def _cell(cell: Judged | None, word: str | None = None) -> str:
    sign = legend.sign_of(cell)
    marks = ", ".join(mark.word for mark in legend.marks_of(cell))
    words = f"{markdown(sign.glyph)} {word or sign.word}"
    return f"{words} *({marks})*" if marks else words


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table and an empty line; its cells are Markdown already."""
    headings = tuple(headings)
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _deviations(target: TargetReport) -> Iterator[str]:
    for heading, _, lines in deviations.deviation_sections(target):
        yield from (f"### {heading}", "")
        for line in lines:
            text = _line(line)
            yield f"{text} {link(line.link)}" if line.link else text
        yield ""


def _flaky(target: TargetReport) -> Iterator[str]:
    for heading, lines in flaky.flaky_sections(target):
        yield from (f"### {heading}", "")
        yield from map(_line, lines)
        yield ""


def _line(line: deviations.DeviationLine | flaky.FlakyLine) -> str:
    sign = line.sign
    verdict = f"{markdown(sign.glyph)} {code(line.row)} {line.verdict.name}"
    return f"- {verdict}, {markdown(line.models)}: {markdown(line.words)}"


def _entries(target: TargetReport, listing: entries.Listing, report: Report) -> Iterator[str]:
    listed = entries.entries(target, listing)
    if listed:
        yield from (f"### {listing.heading}", "")
    for entry in listed:
        sign = entry.sign
        yield from (f"#### {markdown(sign.glyph)} {code(entry.row.id)} {entry.verdict}", "")
        yield from (f"The page says {markdown(entry.page)}", "")
        for statement in entry.statements:
            seen = f"{markdown(statement.models)}: {markdown(statement.summary)}"
            text = f"- {seen} *({statement.evidence})*"
            yield f"{text} {code(statement.where)}" if statement.where else text
            yield from (f"  - {markdown(sentence)}" for sentence in statement.clients)
        yield ""
        if listing.advises:
            yield from _advice(report, entry.cells[0])
        shown = entry.shown
        if shown:
            yield from ("<details><summary>What was exchanged</summary>", "")
            for excerpt in shown.excerpts:
                yield from (fenced(str(excerpt)), "")
                if places := str(shown.decisive(entry.row.id, excerpt)):
                    yield from (f"Decisive: {code(places)}", "")
            yield from _how_to_repeat(target, shown.excerpts[0], whole=listing.advises)
            yield from ("</details>", "")


def _how_to_repeat(target: TargetReport, shown: Excerpt, *, whole: bool) -> Iterator[str]:
    """How to send the decisive request again: as curl, or how to print it so."""
    if whole and shown.request is not None:
        command = portable_curl(target.provenance.address, shown.request).rstrip()
        yield from (fenced(command, "sh"), "")
    elif shown.place:
        yield from (f"Whole, to send again: {code(how_to_show(shown.place))}", "")


def _advice(report: Report, judged: Judged) -> Iterator[str]:
    """What the owner of the endpoint does, what a caller does, and what it looks like."""
    said = report.told_of(judged)
    for label, words in said:
        yield f"- **{label}:** {prose(words)}"
    if said:
        yield ""


def _reported(target: TargetReport) -> Iterator[str]:
    if target.reported:
        yield from (f"### {reported.HEADING}", "")
        yield from (f"{markdown(reported.headline(target))}. {reported.LEAD}", "")
    for row in reported.rows(target):
        unlike = " — not as the page says" if row.unlike_page else ""
        yield from (f"- {code(row.row)} {reported.in_short(target, row.row)}{unlike}",)
        for one in row.reports:
            about = f"{reported.circumstances(one)}; {reported.remarks(one)}; "
            source = one.source if not reported.link(one) else ""
            text = f"  - {markdown(one.summary)} *({markdown(about + source).rstrip('; ')})*"
            yield f"{text} {link(reported.link(one))}" if reported.link(one) else text
    if target.reported:
        yield ""


def _breaches(target: TargetReport, report: Report) -> Iterator[str]:
    breaches = wire_table.breaches(target)
    if breaches:
        yield from ("### Rules found broken", "")
        yield from table(
            ("rule", "severity", "what is wrong", "how often", "first at"),
            (
                (
                    code(breach.rule),
                    breach.severity,
                    markdown(breach.example.message),
                    markdown(breach.extent),
                    code(f"{breach.example.exchange}, {breach.example.where}"),
                )
                for breach in breaches
            ),
        )
    if any(breach.clients for breach in breaches):
        yield from ("Who breaks on them:", "")
        for breach in breaches:
            if breach.clients:
                yield f"- {code(breach.rule)}: {markdown(' '.join(breach.clients))}"
        yield ""
    for seen in wire_table.broken_rows(target):
        yield from (f"#### {code(seen.row_id)}", "")
        yield from _advice(report, seen)


def _gaps(target: TargetReport) -> Iterator[str]:
    gaps = entries.gaps(target)
    if not gaps:
        return
    yield from ("### What was not measured, and why", "")
    for gap in gaps:
        yield f"- {gap.number:,} × {gap.verdict}: {markdown(gap.reason)}"
        for models, rows in gap.where:
            yield f"  - {', '.join(code(row) for row in rows)} ({markdown(models)})"
    yield ""
