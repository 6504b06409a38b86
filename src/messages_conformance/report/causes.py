"""One cause said once: problems of a target that fall short for the same reason, in groups.

Only the report is read, so a saved report is grouped like a new one. What cannot be seen to have a
common cause stands alone, row by row. Nothing is judged here: a group changes no verdict.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from messages_conformance.report.advice import CALLER, OWNER
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Kind, Standing


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason in one sentence, and the cells and observations that fall short for it."""

    sentence: str
    judged: tuple[Judged, ...]
    advice: tuple[tuple[str, str], ...] = ()
    """Pairs of a label and what to do about it: the owner, the caller. Empty where the advice on
    the spokesman's row stands for all."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The ids of the rows concerned, in the report's order."""
        return tuple(dict.fromkeys(judged.row_id for judged in self.judged))

    @property
    def spokesman(self) -> Judged:
        """Whose advice stands for all: what was seen on the wire is nearest to the cause."""
        inspected = (one for one in self.judged if isinstance(one, Observation))
        return next(inspected, self.judged[0])

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models concerned, in the report's order."""
        return tuple(dict.fromkeys(judged.model.id for judged in self.judged))

    def what_to_do(self, report: Report) -> tuple[tuple[str, str], ...]:
        """Pairs of a label and what to do about it: the owner, then the caller."""
        first = self.spokesman
        return self.advice or report.what_to_do(first.row_id, first.kind)

    def looks_like(self, report: Report) -> tuple[NamedFault, ...]:
        """The named faults that look like it; those of one row say nothing of a wider cause."""
        return () if self.advice else report.named_faults(self.spokesman)


def causes(target: TargetReport) -> tuple[Cause, ...]:
    """Group all problems of a target by cause, the one of most rows first.

    Every problem is in exactly one group. A cause that a single row has is said in its own words.
    """
    shared: dict[str, list[Judged]] = {}
    alone: dict[tuple[str, str], list[Judged]] = {}
    canned = _canned_texts(target)
    for judged in problems(target):
        if sentence := _common_sentence(judged, canned):
            shared.setdefault(sentence, []).append(judged)
        else:
            alone.setdefault(_way(judged), []).append(judged)
    for sentence in [*shared]:
        if len({judged.row_id for judged in shared[sentence]}) == 1:
            for judged in shared.pop(sentence):
                alone.setdefault(_way(judged), []).append(judged)
    found = [
        *(Cause(words, tuple(members), _advice_on(words)) for words, members in shared.items()),
        *(Cause(_own_words(members[0]), tuple(members)) for members in alone.values()),
    ]
    return tuple(sorted(found, key=lambda cause: (-len(cause.rows), -len(cause.judged))))


def _way(judged: Judged) -> tuple[str, str]:
    """The row of a problem, and in which way it falls short."""
    return judged.row_id, judged.verdict.name


def problems(target: TargetReport) -> Iterator[Judged]:
    """What falls short of the page, cells first."""
    return (judged for judged in target.judged if judged.verdict.standing is Standing.BAD)


def _common_sentence(judged: Judged, canned: frozenset[str]) -> str | None:
    """What other rows may fall short for as well; None where that cannot be seen."""
    if isinstance(judged, Observation):
        return _worst_rule(judged)
    if judged.rules:
        return _rule_words(judged.rules[0])
    asked = (seen for seen in judged.excerpts if seen.role != "control")
    causes_of_cell = (_from_excerpt(judged, canned, seen) for seen in asked)
    return next(filter(None, causes_of_cell), None) or _of_cell(judged)


def _worst_rule(seen: Observation) -> str | None:
    """The breaking rule that most of its findings are of, where one is broken."""
    broken = Counter(f.rule for f in seen.findings if f.severity is Severity.BREAKING)
    if broken:
        return _rule_words(broken.most_common(1)[0][0])
    # A foreign envelope is a matter of contract; cells fall short for it as well.
    return _NO_ENVELOPE if any(f.rule == "ER-1" for f in seen.findings) else None


_NO_ENVELOPE: Final = 'Errors lack the documented envelope, {"type": "error", "error": {…}}'
_SILENT: Final = "The endpoint gave no answer"
_FAILED: Final = "The endpoint failed with HTTP"
_CANNED_ANSWER: Final = "Whatever is asked, the same is answered"
_MISTAKES_ANSWERED: Final = "Requests with a mistake in them are answered instead of refused"
_ADVICE: Final = {
    _NO_ENVELOPE: (
        'Answer every error as JSON, `{"type": "error", "error": {"type": …, "message": …}}`, also '
        "those of the web server and of what stands behind it.",
        "Decide by the HTTP status, and take the message from wherever the body has it.",
    ),
    _SILENT: (
        "Find in the endpoint's log where these requests end; answer each, if only with an error.",
        "Set a timeout of your own, and leave out what these requests have in common.",
    ),
    _FAILED: (
        "Find the failure in the endpoint's log. What cannot be served is to be refused with a "
        "status of 400 and a message that names the field.",
        "Leave out what these requests have in common; to repeat them changes nothing.",
    ),
    _CANNED_ANSWER: (
        "Find out what answers in the model's place: a stub, a mock, or a cache that does not look "
        "at the whole request.",
        "Ask two different questions before you rely on any answer.",
    ),
    _MISTAKES_ANSWERED: (
        "Validate requests, and answer 400 `invalid_request_error` with a message that names the "
        "field.",
        "Validate requests before you send them; no answer will tell you that one was wrong.",
    ),
}
"""What the owner does about a cause of several rows, and what a caller does; by how it begins."""


def _advice_on(sentence: str) -> tuple[tuple[str, str], ...]:
    for beginning, (fix, instead) in _ADVICE.items():
        if sentence.startswith(beginning):
            return ((OWNER, fix), (CALLER, instead))
    return ()


def _rule_words(rule: str) -> str:
    return f"Clients cannot read the answers: rule {rule} is broken"


def _own_words(judged: Judged) -> str:
    return f"{judged.row_id}: {judged.summary}"


def _from_excerpt(cell: Cell, canned: frozenset[str], seen: Excerpt) -> str | None:
    """What one exchange of a cell says about the cause."""
    if seen.status is None:
        return f"{_SILENT}: {seen.ended}"
    if seen.status >= 500:
        return f"{_FAILED} {seen.status}{_quote(_message(seen))}"
    if seen.status >= 400 and not _ENVELOPE.search(seen.received):
        return _NO_ENVELOPE
    if seen.status >= 400 and cell.kind is Kind.REFUSED and (said := _message(seen)):
        return f"Refused with the same words{_quote(said)}"
    if cell.kind is Kind.BROKEN and (first := _FIRST_EVENT.match(seen.received)):
        return f"Streams begin with {first[1]} instead of message_start"
    if cell.kind is Kind.IGNORED and (said := _text(seen) or "") in canned:
        return f"{_CANNED_ANSWER}{_quote(said)}"
    return None


_Test: TypeAlias = Callable[[Cell], bool]
_COMMON: Final[tuple[tuple[str, _Test], ...]] = (
    (
        _MISTAKES_ANSWERED,
        lambda cell: cell.row_id.startswith("refusal/") and cell.kind is Kind.IGNORED,
    ),
    (
        "Refusals have another status or type than the documented 400 invalid_request_error",
        lambda cell: cell.row_id.startswith("refusal/") and cell.kind is Kind.PARTIAL,
    ),
    (
        "Prompts are not cached where they are marked, or the figures do not show it",
        lambda cell: cell.row_id.endswith("/cache_control"),
    ),
    (
        "Errors have another status or type than documented",
        lambda cell: cell.row_id.startswith("error/") and cell.kind is Kind.PARTIAL,
    ),
)
"""Causes that a row and what was seen of it show by themselves."""


def _of_cell(cell: Cell) -> str | None:
    return next((sentence for sentence, is_so in _COMMON if is_so(cell)), None)


# -- what an excerpt tells; bodies may be cut in their middle, so they are not always JSON

_ENVELOPE = re.compile(r'"type"\s*:\s*"error"')
_FIRST_EVENT = re.compile(r"event: ?(?!message_start|ping|error)([a-z_]{1,40})\s")
_STRING_FIELD = r'"{}"\s*:\s*("(?:[^"\\]|\\.)*")'
_MESSAGE = re.compile(_STRING_FIELD.format("message"))
_TEXT = re.compile(_STRING_FIELD.format("text"))
_PROMPT = re.compile(_STRING_FIELD.format("(?:text|content)"))
_LONGEST = 100
"""Characters of an answer that are quoted."""
_CANNED = 5
"""From how many different prompts on an equal answer is no chance."""


def _message(seen: Excerpt) -> str:
    """The error's message without what differs from case to case: names in quotes and numbers."""
    said = _field(_MESSAGE, seen) or ""
    return re.sub(r"(['\"`]).*?\1|\d+", "…", said)


def _text(seen: Excerpt) -> str | None:
    return _field(_TEXT, seen)


def _field(pattern: re.Pattern[str], seen: Excerpt) -> str | None:
    found = pattern.search(seen.received)
    if found is None:
        return None
    try:
        value = json.loads(found[1])
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _canned_texts(target: TargetReport) -> frozenset[str]:
    """Answers that several different prompts got word for word."""
    asked: dict[str, set[tuple[str, ...]]] = {}
    for seen in _excerpts(target.cells):
        if seen.status == 200 and (said := _text(seen)):
            prompt = tuple(_PROMPT.findall(seen.sent))
            asked.setdefault(said, set()).add(prompt)
    return frozenset(said for said, prompts in asked.items() if len(prompts) >= _CANNED)


def _excerpts(cells: Iterable[Cell]) -> Iterator[Excerpt]:
    return (
        seen
        for cell in cells
        if cell.verdict.standing is Standing.BAD
        for seen in cell.excerpts
        if seen.role != "control"
    )


def _quote(words: str) -> str:
    line = " ".join(words.split())
    if not line:
        return ""
    return f": {line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}"
