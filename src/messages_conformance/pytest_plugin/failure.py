"""The text of a failed test: the verdict, the evidence, and what to do about it."""

from collections.abc import Iterator

from messages_conformance.display import visible
from messages_conformance.rendering import wire_table
from messages_conformance.report.advice import advice_of
from messages_conformance.report.decisive import decisive
from messages_conformance.report.report import Cell, Judged, Observation
from messages_conformance.runs.outgoing import without_keys


def explain(judged: Judged, meaning: str) -> str:
    """The whole text; its first line is a summary, ``meaning`` is the docstring of the row."""
    objection = judged.known.objection if judged.known else ""
    summary = objection or f"{judged.verdict.name}: {judged.summary}"
    evidence = _cell(judged) if isinstance(judged, Cell) else _observation(judged)
    advice = advice_of(judged.row_id, meaning)
    do = (f"{label}: {words}" for label, words in advice.on(judged.kind))
    return without_keys(visible("\n".join([summary, "", *evidence, "", advice.meaning, "", *do])))


def _cell(cell: Cell) -> Iterator[str]:
    yield f"row       {cell.row.id} ({cell.row.title})"
    yield f"claim     {cell.claim}: {' '.join(cell.row.words.split())}"
    yield f"seen      {cell.kind}: {cell.summary}"
    yield f"evidence  {cell.evidence}, {', '.join(map(str, cell.places)) or 'no exchange'}"
    for excerpt in cell.excerpts:
        yield ""
        yield from (f"  {line}".rstrip() for line in str(excerpt).splitlines())
        if places := str(decisive(excerpt, cell.row_id, cell.summary, cell.excerpts)):
            yield f"  decisive: {places}"


def _observation(observation: Observation) -> Iterator[str]:
    yield f"row       {observation.row_id} ({observation.title})"
    yield f"seen      {observation.summary}"
    yield f"evidence  {observation.evidence}"
    for (severity, rule), found in wire_table.by_rule(observation.findings):
        example = wire_table.typical_finding(found)
        yield from ("", f"  {rule}  {severity}, {len(found)} ×")
        yield f"  {example.message}"
        yield f"  first at {example.exchange}, {example.where}"
