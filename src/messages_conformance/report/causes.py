"""One cause said once: problems of a target that fall short for the same reason, in groups.

Only the report is read, so a saved report is grouped like a new one. What cannot be seen to have a
common cause stands alone, row by row. Nothing is judged here: a group changes no verdict.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from messages_conformance.protocol.exchange import Place
from messages_conformance.report.advice import CALLER, OWNER
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.rules.catalogue import RULES
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
    clues = _Clues(_canned_texts(target), _wire_findings(target))
    for judged in problems(target):
        if sentence := _common_sentence(judged, clues):
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


@dataclass(frozen=True, slots=True)
class _Clues:
    """What the whole of a target's report says of the cause of a cell's problem."""

    canned: frozenset[str]
    """Answers that several different prompts got word for word."""
    wire: Mapping[Place, str]
    """The worst rule about the wire that is broken in an exchange."""


def _common_sentence(judged: Judged, clues: _Clues) -> str | None:
    """What other rows may fall short for as well; None where that cannot be seen."""
    if isinstance(judged, Observation):
        return _of_observation(judged, clues)
    if judged.rules:
        return _rule_words(judged.rules[0])
    if judged.kind is Kind.REFUSED and _UNSENT_RULE in map(clues.wire.get, judged.places):
        return _UNSENT
    asked = (seen for seen in judged.excerpts if seen.role != "control")
    causes_of_cell = (_from_excerpt(judged, clues.canned, seen) for seen in asked)
    return next(filter(None, causes_of_cell), None) or _of_cell(judged)


def _of_observation(seen: Observation, clues: _Clues) -> str | None:
    """The rule that most of its gravest findings are of, or come of."""
    broken = [f for f in seen.findings if f.severity is Severity.BREAKING]
    if _is_client(seen) and broken:
        # What a client does wrong comes of what is wrong on the wire in the same exchange.
        explained = Counter(clues.wire.get(f.exchange, f.rule) for f in broken)
        return _rule_words(explained.most_common(1)[0][0])
    if not broken and any(f.rule == _ENVELOPE_RULE for f in seen.findings):
        return _NO_ENVELOPE  # cells fall short for it as well
    rule = _most_broken(seen)
    return _rule_words(rule) if rule else None


def _is_client(seen: Observation) -> bool:
    return seen.row_id.startswith("client/")


def _wire_findings(target: TargetReport) -> Mapping[Place, str]:
    found = [
        finding
        for seen in target.observations
        if not _is_client(seen)
        for finding in seen.findings
        if finding.severity is Severity.BREAKING or finding.rule in (_ENVELOPE_RULE, _UNSENT_RULE)
    ]
    # The first breaking one of an exchange stays; another only where there is none.
    ranked = sorted(found, key=lambda finding: finding.severity is Severity.BREAKING)
    return {finding.exchange: finding.rule for finding in reversed(ranked)}


_ENVELOPE_RULE: Final = "ER-1"
_UNSENT_RULE: Final = "ER-10"


_NO_ENVELOPE: Final = 'Errors lack the documented envelope, {"type": "error", "error": {…}}'
_UNSENT: Final = "Requests are refused for a beta that they do not name"
_SILENT: Final = "The endpoint gave no answer"
_FAILED: Final = "The endpoint failed with HTTP"
_SAME_WORDS: Final = "Refused with the same words"
_CANNED_ANSWER: Final = "Whatever is asked, the same is answered"
_MISTAKES_ANSWERED: Final = "Requests with a mistake in them are answered instead of refused"
_NOT_IN_THE_PROMPT: Final = (
    "What is sent never reaches the model: a request counts as many input tokens without it"
)
_ADVICE: Final = {
    _NO_ENVELOPE: (
        'Answer every error as JSON, `{"type": "error", "error": {"type": …, "message": …}}`, also '
        "those of the web server and of what stands behind it.",
        "Decide by the HTTP status, and take the message from wherever the body has it.",
    ),
    _UNSENT: (
        "Pass on the betas of each request with that request alone, and keep none for later ones.",
        "Name no beta that the endpoint does not know, in any request: it is added to later ones.",
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
    _SAME_WORDS: (
        "Find what these requests have in common. Accept it, or name it in the message.",
        "Leave out what these requests have in common, or what the message names.",
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
    _NOT_IN_THE_PROMPT: (
        "Look at the prompt that the model gets: the template that makes it leaves these fields "
        "out. Use one that has a place for them, or answer 400 to a request that has them.",
        "Take a model whose template has tools and their results, or say in the prompt what the "
        "model must know of them.",
    ),
}
"""What the owner does about a cause of several rows, and what a caller does; by how it begins."""


def _advice_on(sentence: str) -> tuple[tuple[str, str], ...]:
    for beginning, (fix, instead) in _ADVICE.items():
        if sentence.startswith(beginning):
            return ((OWNER, fix), (CALLER, instead))
    return ()


def _rule_words(rule: str) -> str:
    if rule == _ENVELOPE_RULE:
        return _NO_ENVELOPE
    known = RULES.get(rule)
    fails = known is None or known.severity is Severity.BREAKING
    return f"{'Clients fail on a broken rule' if fails else 'Broken rule'}: {_says(rule)}"


def _says(rule: str) -> str:
    """What a rule says; a saved report may name one that is gone."""
    known = RULES.get(rule)
    return f"{known.says.removesuffix('.')} ({rule})" if known else rule


def _own_words(judged: Judged) -> str:
    """What a single row falls short of, in one short sentence."""
    if isinstance(judged, Observation) and (rule := _most_broken(judged)):
        return f"{judged.row_id}: broken rule: {_says(rule)}"
    # What works comes before what does not.
    words = judged.summary.rpartition(_BUT)[2]
    return f"{judged.row_id}: {words if len(words) <= _LONGEST_CAUSE else _cut(words)}"


def _most_broken(seen: Observation) -> str | None:
    """The rule that most of its findings are of, among those of the gravest severity."""
    for severity in (Severity.BREAKING, Severity.CONTRACT):
        if found := Counter(f.rule for f in seen.findings if f.severity is severity):
            return found.most_common(1)[0][0]
    return None


def _cut(words: str) -> str:
    return words[: _LONGEST_CAUSE - 1].rstrip() + "…"


_BUT: Final = "; but "
_LONGEST_CAUSE: Final = 160
"""Characters of a row's own words."""


def _from_excerpt(cell: Cell, canned: frozenset[str], seen: Excerpt) -> str | None:
    """What one exchange of a cell says about the cause."""
    if seen.status is None:
        return f"{_SILENT}: {seen.ended}"
    if seen.status >= 500:
        return f"{_FAILED} {seen.status}{_quote(_message(seen))}"
    if seen.status >= 400 and not _ENVELOPE.search(seen.received):
        return _NO_ENVELOPE
    if seen.status >= 400 and cell.kind is Kind.REFUSED and (said := _message(seen)):
        return f"{_SAME_WORDS}{_quote(said)}"
    if cell.kind is Kind.BROKEN and (first := _FIRST_EVENT.match(seen.received)):
        return f"Streams begin with {first[1]} instead of message_start"
    if cell.kind is Kind.IGNORED and (said := _text(seen) or "") in canned:
        return f"{_CANNED_ANSWER}{_quote(said)}"
    return None


_NEVER_REACHED: Final = re.compile(r"(?:did not|never) reach the model: \d+ input tokens with")
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
    (_NOT_IN_THE_PROMPT, lambda cell: bool(_NEVER_REACHED.search(cell.summary))),
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
    """Answers that several prompts got word for word, of which no two have a text in common."""
    asked: dict[str, list[set[str]]] = {}
    for seen in _excerpts(target.cells):
        if seen.status == 200 and (said := _text(seen)):
            prompt = set(_PROMPT.findall(seen.sent))
            known = asked.setdefault(said, [])
            if all(map(prompt.isdisjoint, known)):
                known.append(prompt)
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
