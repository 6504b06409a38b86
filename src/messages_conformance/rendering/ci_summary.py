"""A report as the Markdown of a CI job's summary: what a reader must know, worst first.

It stays below the size limit of CI systems, whatever an endpoint wrote: every text is cut, every
list has a maximum length and says how many entries are left out, and what does not fit is dropped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from messages_conformance.display import plural
from messages_conformance.rendering import deviations, entries, flaky, reported, tally, wire_table
from messages_conformance.rendering.curl import how_to_show
from messages_conformance.rendering.headline import first_sentence, masthead
from messages_conformance.rendering.markdown import table
from messages_conformance.rendering.markdown_escape import code, fenced, link, markdown, prose
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.merge_shards import missing_shards
from messages_conformance.report.outcome import Outcome, exit_code, outcome
from messages_conformance.report.report import Judged, Report, TargetReport
from messages_conformance.verdict import Standing

LIMIT = 512 * 1024
"""Bytes of UTF-8 at most; GitHub's limit is 1 MiB for all that a step appends."""
_RESERVED = 256
_ENTRIES, _SHOWN = 30, 8
"""How many entries a list has, and how many of those that fall short show their exchange."""
_LONG, _EXCERPT = 400, 1200
"""How long a text and an excerpt's body may be, in characters."""
_WORST = ("broken", "silently ignored", "wrongly refused", "partly kept", "stricter")
_SIGNS = {0: "✓", 1: "✗", 2: "?"}


def render(report: Report) -> str:
    """Format a report as a summary in GitHub's Markdown, of at most `LIMIT` bytes."""
    blocks = [[f"## {_headline(report)}", "", _words(masthead(report)), ""]]
    for target in report.targets:
        blocks += _target(target, report)
    return _within(("\n".join(block) for block in blocks), LIMIT)


def _within(blocks: Iterable[str], limit: int) -> str:
    """The blocks that fit as a whole, and a note on those that do not."""
    kept, room, dropped = [], limit - _RESERVED, 0
    for block in blocks:
        size = len(block.encode()) + 1
        if dropped or size > room:
            dropped += 1
        else:
            kept.append(block)
            room -= size
    if dropped:
        kept.append(f"*{plural(dropped, 'part')} left out for length; the full report has them.*")
    return "\n".join(kept) + "\n"


def _headline(report: Report) -> str:
    found = Counter(outcome(judged) for target in report.targets for judged in target.judged)
    known = Counter(
        judged.known.state for target in report.targets for judged in target.judged if judged.known
    )
    outdated = known[DeviationState.OUTDATED]
    counted = [
        (found[Outcome.FAILED] - outdated, "fall short"),
        (outdated, "outdated"),
        (found[Outcome.ACCEPTED], "accepted"),
        (found[Outcome.PASSED], "passed"),
        (found[Outcome.OPEN], "open"),
        (sum(judged.flaky for t in report.targets for judged in t.judged), "flaky"),
    ]
    result = exit_code(report)
    words = ("Passed", "Failed", "Nothing was judged")[result]
    if result == 0 and missing_shards(report):
        result, words = 2, "Passed so far, but other shards are missing"
    counts = ", ".join(f"{number:,} {name}" for number, name in counted if number)
    return f"{_SIGNS[result]} Messages conformance: {words}" + (f" ({counts})" if counts else "")


def _target(target: TargetReport, report: Report) -> Iterator[list[str]]:
    """One target in blocks, the most important first."""
    yield [
        f"### {_words(target.revision.target.name)}",
        "",
        f"{_words(first_sentence(target))}",
        "",
    ]
    if target.provenance.played:
        yield [f"Simulated by {_words(' | '.join(target.provenance.played))}.", ""]
    if target.rows:
        yield list(
            table(
                ("page says", *tally.HEADINGS),
                ((claim.value, *counts.row) for claim, counts in tally.tallies_by_claim(target)),
            )
        )
    yield from _known(target, DeviationState.OUTDATED)
    yield from _short(target, report)
    yield from _flaky(target)
    yield from _breaches(target, report)
    yield from _known(target, DeviationState.ACCEPTED)
    yield from _known(target, DeviationState.PENDING)
    yield from _gaps(target)


def _short(target: TargetReport, report: Report) -> Iterator[list[str]]:
    """What falls short and is not accepted: the worst verdicts first, then the most frequent."""
    cells = Counter(
        (cell.row.id, cell.verdict.name) for cell in target.cells if _fails_by_itself(cell)
    )
    listed = sorted(
        entries.entries(target, entries.LISTINGS[0]),
        key=lambda e: (_WORST.index(e.verdict), -cells[e.row.id, e.verdict]),
    )
    yield from _headed(f"#### {entries.LISTINGS[0].heading}", listed)
    for number, entry in enumerate(listed[:_ENTRIES]):
        sign = entry.sign
        block = [
            f"- {markdown(sign.glyph)} {_code(entry.row.id)} **{entry.verdict}** "
            f"— the page says {_words(entry.page)}"
        ]
        for statement in entry.statements[:_SHOWN]:
            where = f" {_code(statement.where)}" if statement.where else ""
            text = f"{_words(statement.models)}: {_words(statement.summary)}"
            block.append(f"  - {text} *({statement.evidence})*{where}")
        block += _more(entry.statements, _SHOWN, "  - ")
        if told := reported.newest(target, entry.row.id):
            block.append(f"  - {_words(told)}")
        block += _advice(report, entry.cells[0])
        shown = entry.shown
        if shown and number < _SHOWN:
            first = shown.excerpts[0]
            block += ["", *_exchange(first, str(shown.decisive(entry.row.id, first)))]
        yield block
    yield from ([line, ""] for line in _more(listed, _ENTRIES, "- "))


def _fails_by_itself(cell: Judged) -> bool:
    return cell.verdict.standing is Standing.BAD and not entries.is_accepted(cell)


def _exchange(excerpt: Excerpt, decisive: str) -> Iterator[str]:
    """An exchange that can be unfolded, indented to belong to its entry."""
    cut = replace(
        excerpt,
        path=_cut(excerpt.path),
        headers=tuple((_cut(name), _cut(value)) for name, value in excerpt.headers[:20]),
        sent=_cut(excerpt.sent_in_short, _EXCERPT),
        whole=False,
        received=_cut(excerpt.received, _EXCERPT),
    )
    text = fenced(str(cut)).splitlines()
    yield from ("  <details><summary>What was exchanged</summary>", "")
    yield from (f"  {line}".rstrip() for line in text)
    if decisive:
        yield from ("", f"  Decisive: {_code(decisive)}")
    if excerpt.place:
        yield from ("", f"  Whole, to send again: {_code(how_to_show(excerpt.place))}")
    yield from ("", "  </details>", "")


def _breaches(target: TargetReport, report: Report) -> Iterator[list[str]]:
    """Rules broken in rows that are not accepted; advisories fail nothing and are left out."""
    failing = tuple(seen for seen in target.observations if _fails_by_itself(seen))
    breaches = wire_table.breaches(replace(target, observations=failing))
    failing_rules = [breach for breach in breaches if breach.severity != "advisory"]
    yield from _headed("#### Rules found broken, on the wire or in a client", failing_rules)
    for breach in failing_rules[:_ENTRIES]:
        at = f"{breach.example.exchange}, {breach.example.where}"
        text = f"{_words(breach.example.message)} ({_words(breach.extent)})"
        yield [f"- {_code(breach.rule)} **{breach.severity}**: {text} {_code(at)}"]
    yield from ([line, ""] for line in _more(failing_rules, _ENTRIES, "- "))
    for seen in {seen.row_id: seen for seen in failing}.values():
        if advice := _advice(report, seen):
            yield ["", f"{_code(seen.row_id)}:", "", *(line.strip() for line in advice), ""]


def _advice(report: Report, judged: Judged) -> list[str]:
    """What the owner of the endpoint does, what a caller does, and what it looks like."""
    return [f"  - **{label}:** {prose(_cut(said))}" for label, said in report.told_of(judged)]


def _known(target: TargetReport, state: DeviationState) -> Iterator[list[str]]:
    lines = deviations.deviation_lines(target, state)
    yield from _headed(f"#### {deviations.HEADINGS[state]}", lines)
    for line in lines[:_ENTRIES]:
        sign = line.sign
        verdict = f"{markdown(sign.glyph)} {_code(line.row)} {line.verdict.name}"
        text = f"- {verdict}, {_words(line.models)}: {_words(line.words)}"
        yield [f"{text} {link(_cut(line.link))}" if line.link else text]
    yield from ([text, ""] for text in _more(lines, _ENTRIES, "- "))


def _flaky(target: TargetReport) -> Iterator[list[str]]:
    lines = flaky.flaky_lines(target)
    yield from _headed(f"#### {flaky.FLAKY}", lines)
    for line in lines[:_ENTRIES]:
        sign = line.sign
        verdict = f"{markdown(sign.glyph)} {_code(line.row)} {line.verdict.name}"
        yield [f"- {verdict}, {_words(line.models)}: {_words(line.words)}"]
    yield from ([text, ""] for text in _more(lines, _ENTRIES, "- "))


def _gaps(target: TargetReport) -> Iterator[list[str]]:
    gaps = entries.gaps(target)
    yield from _headed("#### What was not measured, and why", gaps)
    for gap in gaps[:_ENTRIES]:
        yield [f"- {gap.number:,} × {gap.verdict}: {_words(gap.reason)}"]
    yield from ([line, ""] for line in _more(gaps, _ENTRIES, "- "))


def _headed(heading: str, listed: Sequence[object]) -> Iterator[list[str]]:
    if listed:
        yield ["", heading, ""]


def _more(listed: Sequence[object], most: int, bullet: str) -> list[str]:
    return [f"{bullet}and {len(listed) - most:,} more"] if len(listed) > most else []


def _words(text: str) -> str:
    return markdown(_cut(text))


def _code(text: str) -> str:
    return code(_cut(text))


def _cut(text: str, length: int = _LONG) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
