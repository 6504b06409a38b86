"""Which named faults look like what was judged: a hint at the cause, and at where it was met.

The kill matrix says what each row shows of each fault that is injected. A fault resembles a cell
where it makes the same row behave alike; of several, those come first that are seen in the same
words. It resembles a broken wire rule where it breaks that rule.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from messages_conformance.report.kill_matrix import KillMatrix, Trial
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.verdict import Kind

_MOST: Final = 3
"""How many faults are named at most."""
_KINDS: Final[Mapping[str, Kind]] = {
    "broken": Kind.BROKEN,
    "silently ignored": Kind.IGNORED,
    "wrongly refused": Kind.REFUSED,
    "stricter": Kind.REFUSED,
    "partly kept": Kind.PARTIAL,
}
"""What was seen where a verdict is worse than on a clean endpoint."""


class Likeness:
    """The faults of a kill matrix, to be compared with what was judged."""

    def __init__(self, matrix: KillMatrix) -> None:
        self._of_row: dict[tuple[str, Kind], dict[str, tuple[Trial, set[str]]]] = {}
        self._of_rules: dict[str, dict[str, tuple[str | None, set[str]]]] = {}
        self._says = {trial.fault: trial.says for trial in matrix.trials}
        for trial in matrix.trials:
            for failed in trial.failed_rows:
                kind = _KINDS.get(failed.verdict) or _observed(failed.verdict)
                if kind is not None:
                    seen = self._of_row.setdefault((failed.row, kind), {})
                    seen.setdefault(trial.fault, (trial, _words(failed.summary)))
            for row, rules in trial.broken_rules.items():
                of_row = self._of_rules.setdefault(row, {})
                _, broken = of_row.setdefault(trial.fault, (trial.rule, set()))
                broken.update(rules)

    def of_row(self, row: str, kind: Kind, summary: str) -> tuple[str, ...]:
        """The names of the faults that make a row behave so, the most alike first."""
        said = _words(summary)
        found = self._of_row.get((row, kind), {}).items()
        ranked = sorted(
            found,
            # A fault of which this is a side effect is a worse guess than one of the row itself.
            key=lambda one: (-_share(said, one[1][1]), one[1][0].row != row),
        )
        return tuple(name for name, _ in ranked[:_MOST])

    def of_rules(self, row: str, rules: Iterable[str]) -> tuple[str, ...]:
        """The names of the faults that break these rules: first those made for one of them, then
        those that break hardly any other."""
        seen = set(rules)
        found = {
            name: (own not in seen, -_share(seen, broken))
            for name, (own, broken) in self._of_rules.get(row, {}).items()
            if seen & broken
        }
        return tuple(sorted(found, key=found.__getitem__)[:_MOST])

    def named(self, names: Iterable[str]) -> tuple[NamedFault, ...]:
        """What is known of some faults, sorted by name."""
        return tuple(NamedFault(name, self._says[name]) for name in sorted(set(names)))


def _observed(verdict: str) -> Kind | None:
    name = verdict.removeprefix("observed: ")
    return Kind(name) if name != verdict and name != Kind.WORKS else None


def _words(summary: str) -> set[str]:
    return set(re.findall(r"[a-z_]+|\d{3}", summary.lower()))


def _share(one: set[str], other: set[str]) -> float:
    """How many words two sentences share, of all their words."""
    return len(one & other) / len(one | other) if one and other else 0.0
