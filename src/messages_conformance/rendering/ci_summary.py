"""A report as the Markdown of a CI job's summary: what a reader must know, worst first.

It never outgrows the limit that CI systems set, whatever an endpoint wrote: every text is cut,
every list ends after a while with how much is left out, and what still does not fit is dropped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from messages_conformance.display import plural
from messages_conformance.rendering import deviations, flaky, legend, matrix, tally, wire_table
from messages_conformance.rendering.escape import code, fenced, link, markdown
from messages_conformance.rendering.headline import first_sentence, masthead
from messages_conformance.rendering.markdown import table
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
        blocks += _target(target)
    return _within(("\n".join(block) for block in blocks), LIMIT)


def _within(blocks: Iterable[str], limit: int) -> str:
    """The blocks that fit, whole ones only, and a word on those that do not."""
    kept, room, dropped = [], limit - _RESERVED, 0
    for block in blocks:
        size = len(block.encode()) + 1
        if dropped or size > room:
            dropped += 1
        else:
            kept.append(block)
            room -= size
    if dropped:
        kept.append(f"*{plural(dropped, 'part')} left out for length; the whole report has all.*")
    return "\n".join(kept) + "\n"


def _headline(report: Report) -> str:
    found = Counter(outcome(judged) for target in report.targets for judged in target.judged)
    known = Counter(
        judged.known.state for target in report.targets for judged in target.judged if judged.known
    )
    outdated = known[DeviationState.OUTDATED]
    told = [
        (found[Outcome.FAILED] - outdated, "fall short"),
        (outdated, "outdated"),
        (found[Outcome.ACCEPTED], "accepted"),
        (found[Outcome.PASSED], "passed"),
        (found[Outcome.OPEN], "open"),
        (sum(judged.flaky for t in report.targets for judged in t.judged), "flaky"),
    ]
    result = exit_code(report)
    said = ("Passed", "Failed", "Nothing was judged")[result]
    if result == 0 and missing_shards(report):
        result, said = 2, "Passed so far, but other shards are not in it"
    counts = ", ".join(f"{number:,} {words}" for number, words in told if number)
    return f"{_SIGNS[result]} Messages conformance: {said}" + (f" ({counts})" if counts else "")


def _target(target: TargetReport) -> Iterator[list[str]]:
    """One target in blocks, the most important first."""
    yield [
        f"### {_words(target.revision.target.name)}",
        "",
        f"{_words(first_sentence(target))}",
        "",
    ]
    if target.rows:
        yield list(
            table(
                ("page says", *tally.HEADINGS),
                ((claim.value, *counts.row) for claim, counts in matrix.tallies(target)),
            )
        )
    yield from _known(target, DeviationState.OUTDATED)
    yield from _short(target)
    yield from _flips(target)
    yield from _breaches(target)
    yield from _known(target, DeviationState.ACCEPTED)
    yield from _known(target, DeviationState.PENDING)
    yield from _gaps(target)


def _short(target: TargetReport) -> Iterator[list[str]]:
    """What falls short and is not accepted: the worst verdicts first, then the most frequent."""
    cells = Counter(
        (cell.row.id, cell.verdict.name) for cell in target.cells if _fails_by_itself(cell)
    )
    entries = sorted(
        matrix.entries(target, matrix.LISTINGS[0]),
        key=lambda e: (_WORST.index(e.verdict), -cells[e.row.id, e.verdict]),
    )
    yield from _headed(f"#### {matrix.LISTINGS[0].heading}", entries)
    for number, entry in enumerate(entries[:_ENTRIES]):
        sign = legend.of(entry.verdict, entry.standing)
        block = [
            f"- {markdown(sign.glyph)} {_code(entry.row.id)} **{entry.verdict}** "
            f"— the page says {_words(entry.page)}"
        ]
        for saying in entry.sayings[:_SHOWN]:
            where = f" {_code(saying.where)}" if saying.where else ""
            said = f"{_words(saying.models)}: {_words(saying.summary)}"
            block.append(f"  - {said} *({saying.ground})*{where}")
        block += _more(entry.sayings, _SHOWN, "  - ")
        shown = next((saying.shown for saying in entry.sayings if saying.shown), ())
        if shown and number < _SHOWN:
            block += ["", *_exchange(shown[0])]
        yield block
    yield from ([line, ""] for line in _more(entries, _ENTRIES, "- "))


def _fails_by_itself(cell: Judged) -> bool:
    return cell.verdict.standing is Standing.BAD and not matrix.is_accepted(cell)


def _exchange(excerpt: Excerpt) -> Iterator[str]:
    """An exchange that can be unfolded; indented, it belongs to its entry."""
    cut = replace(
        excerpt,
        path=_cut(excerpt.path),
        headers=tuple((_cut(name), _cut(value)) for name, value in excerpt.headers[:20]),
        sent=_cut(excerpt.sent, _EXCERPT),
        received=_cut(excerpt.received, _EXCERPT),
    )
    text = fenced(str(cut)).splitlines()
    yield from ("  <details><summary>What was exchanged</summary>", "")
    yield from (f"  {line}".rstrip() for line in text)
    yield from ("", "  </details>", "")


def _breaches(target: TargetReport) -> Iterator[list[str]]:
    """Rules broken in rows that are not accepted; advisories fail nothing and are left out."""
    failing = tuple(seen for seen in target.observations if _fails_by_itself(seen))
    breaches = wire_table.breaches(replace(target, observations=failing))
    grave = [breach for breach in breaches if breach.severity != "advisory"]
    yield from _headed("#### Rules found broken, on the wire or in a client", grave)
    for breach in grave[:_ENTRIES]:
        at = f"{breach.example.exchange}, {breach.example.where}"
        told = f"{_words(breach.example.message)} ({_words(breach.extent)})"
        yield [f"- {_code(breach.rule)} **{breach.severity}**: {told} {_code(at)}"]
    yield from ([line, ""] for line in _more(grave, _ENTRIES, "- "))


def _known(target: TargetReport, state: DeviationState) -> Iterator[list[str]]:
    lines = deviations.lines(target, state)
    yield from _headed(f"#### {deviations.HEADINGS[state]}", lines)
    for line in lines[:_ENTRIES]:
        sign = legend.of(line.verdict.name, line.verdict.standing)
        came_out = f"{markdown(sign.glyph)} {_code(line.row)} {line.verdict.name}"
        told = f"- {came_out}, {_words(line.models)}: {_words(line.words)}"
        yield [f"{told} {link(_cut(line.link))}" if line.link else told]
    yield from ([text, ""] for text in _more(lines, _ENTRIES, "- "))


def _flips(target: TargetReport) -> Iterator[list[str]]:
    lines = flaky.flips(target)
    yield from _headed(f"#### {flaky.FLIPS}", lines)
    for line in lines[:_ENTRIES]:
        sign = legend.of(line.verdict.name, line.verdict.standing)
        came_out = f"{markdown(sign.glyph)} {_code(line.row)} {line.verdict.name}"
        yield [f"- {came_out}, {_words(line.models)}: {_words(line.words)}"]
    yield from ([text, ""] for text in _more(lines, _ENTRIES, "- "))


def _gaps(target: TargetReport) -> Iterator[list[str]]:
    gaps = matrix.gaps(target)
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
