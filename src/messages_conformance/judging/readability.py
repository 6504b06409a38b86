"""A row is not green while clients break on the answers that it rests on.

A probe looks for the effect of a field. Whether a client can read the answer is what the wire rules
say: a finding of severity `breaking` means that a current SDK raises or loses data. Such a finding
in the exchanges of a row that works makes it `partial`. Where (nearly) all answers of a model are
broken in the same way, no row's feature is to blame: then only the row of plain answers or of
streams says so.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.finding import Finding, Severity
from messages_conformance.rules.remembered import check_once
from messages_conformance.verdict import Behaviour, Kind

_BASE_ROWS: Final = {True: "basic/stream", False: "content/string"}
"""The row that says what is wrong with all answers, by whether they are streamed."""
_GENERAL: Final = 0.5
"""From which share of the answers of one form on a finding is no matter of a single feature."""
_FEW: Final = 4
"""Of fewer answers of one form nothing can be said about all of them."""


class Readability:
    """Which answers of a model clients cannot read, and why."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        """Check all answers of one model that came with a status of 2xx."""
        # An id is used again once its object is gone, so the exchange is kept beside its findings.
        self._found: dict[int, tuple[Exchange, tuple[Finding, ...]]] = {}
        answers = [exchange for exchange in exchanges if _succeeded(exchange)]
        broken = Counter(
            (exchange.streamed, rule)
            for exchange in answers
            for rule in {finding.rule.id for finding in self._breaking(exchange)}
        )
        of_form = Counter(exchange.streamed for exchange in answers)
        self._general = {
            (streamed, rule)
            for (streamed, rule), times in broken.items()
            if of_form[streamed] >= _FEW and times >= _GENERAL * of_form[streamed]
        }

    def apply(self, row: str, behaviour: Behaviour) -> Behaviour:
        """The behaviour of a row; `partial` where it works and clients break on its answers.

        Where the row of streams, or of plain answers, is `partial` anyway, what clients break on
        is said first.
        """
        is_base = row in _BASE_ROWS.values() and behaviour.kind is Kind.PARTIAL
        if behaviour.kind is not Kind.WORKS and not is_base:
            return behaviour
        for exchange in filter(_succeeded, behaviour.exchanges):
            findings = [
                finding
                for finding in self._breaking(exchange)
                if (exchange.streamed, finding.rule.id) not in self._general
                or row == _BASE_ROWS[exchange.streamed]
            ]
            if findings:
                rules = dict.fromkeys(finding.rule.id for finding in findings)
                unread = (
                    f"clients cannot read the answer: {findings[0].message} ({findings[0].rule.id})"
                )
                seen = behaviour.summary
                summary = f"{unread}; {seen}" if is_base else f"{seen}; but {unread}"
                return replace(
                    behaviour,
                    kind=Kind.PARTIAL,
                    summary=summary,
                    exchanges=(exchange, *(e for e in behaviour.exchanges if e is not exchange)),
                    rules=tuple(rules),
                )
        return behaviour

    def _breaking(self, exchange: Exchange) -> tuple[Finding, ...]:
        if id(exchange) not in self._found:
            version = dict(exchange.request.headers).get("anthropic-version")
            findings = check_once(exchange, version if version in VERSIONS else VERSIONS[0])
            breaking = tuple(f for f in findings if f.rule.severity is Severity.BREAKING)
            self._found[id(exchange)] = exchange, breaking
        return self._found[id(exchange)][1]


def _succeeded(exchange: Exchange) -> bool:
    return exchange.status is not None and 200 <= exchange.status < 300
