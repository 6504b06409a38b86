"""The suites' probes and inspections as pytest items: one for each row and model."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import pytest

from messages_conformance import resources
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.display import visible
from messages_conformance.errors import UserError
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.probe import Probe
from messages_conformance.pytest_plugin import failure, markers
from messages_conformance.pytest_plugin.judge import SuiteJudge
from messages_conformance.report.deviation import KnownDeviation
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Cell, Judged


class SuiteFile(pytest.File):
    """One module of the suites; plain test functions in it are not collected."""

    def __init__(
        self, *, judge_of: Callable[[pytest.Config], SuiteJudge], **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self._judge_of = judge_of

    def collect(self) -> Iterator["RowTest"]:
        """The module's probes for the chosen models that have their rows, then its inspections."""
        try:
            judge = self._judge_of(self.config)
        except UserError as mistake:
            raise self.CollectError(str(mistake)) from mistake
        installed = resources.folder("suites") / self.path.name
        if self.path.read_bytes() != installed.read_bytes():
            raise self.CollectError(
                f"{self.path}: differs from the suite that is installed, {installed}; "
                "install the checkout again, best with 'pip install --editable .'"
            )
        markers.register(self.config, judge.suites)
        suite = self.path.stem.removeprefix("test_")
        for placed in judge.suites.values():
            if placed.suite == suite:
                yield from self._tests_of_probe(placed.probe, judge)
        for placed_inspection in judge.suites.inspections:
            if placed_inspection.suite == suite:
                yield from self._tests_of_inspection(placed_inspection.inspection, judge)

    def _tests_of_probe(self, probe: Probe, judge: SuiteJudge) -> Iterator["RowTest"]:
        for choice in judge.chosen:
            for row in choice.rows:
                if row.id == probe.row:
                    for model in choice.models:
                        judge_it = partial(judge.judge_row, choice, model, row)
                        yield self._test(probe, judge, choice, model, judge_it)

    def _tests_of_inspection(
        self, inspection: Inspection, judge: SuiteJudge
    ) -> Iterator["RowTest"]:
        for choice in judge.chosen:
            for model in choice.models if choice.inspects(inspection.row) else ():
                judge_it = partial(judge.inspect, choice, model, inspection)
                yield self._test(inspection, judge, choice, model, judge_it)

    def _test(
        self,
        subject: Probe | Inspection,
        judge: SuiteJudge,
        choice: Chosen,
        model: Model,
        judge_it: Callable[[], Judged],
    ) -> "RowTest":
        test = RowTest.from_parent(
            self,
            name=f"{subject.row}[{judge.label(choice, model)}]",
            subject=subject,
            choice=choice,
            judge=lambda: judge.match_expectations(choice, judge_it()),
        )
        markers.mark(test, subject.row)
        return test


class RowTest(pytest.Item):
    """One row, probed or inspected, for one model."""

    def __init__(
        self,
        *,
        subject: Probe | Inspection,
        choice: Chosen,
        judge: Callable[[], Judged],
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.subject, self.choice, self.judge = subject, choice, judge

    def runtest(self) -> None:
        """Judge the row; pass, fail, xfail or skip accordingly."""
        try:
            judged = self.judge()
        except UserError as mistake:
            pytest.fail(visible(str(mistake)), pytrace=False)
        self.user_properties += [
            ("target", self.choice.revision.target.id),
            ("revision", self.choice.revision.date.isoformat()),
            ("model", judged.model.id),
            ("row", judged.row_id),
            *([("claim", judged.claim.value)] if isinstance(judged, Cell) else []),
            ("behaviour", judged.kind.value),
            ("verdict", judged.verdict.name),
            ("evidence", judged.evidence.value),
            ("summary", visible(judged.summary)),
            *_properties_of_deviation(judged.known),
        ]
        verdict = visible(f"{judged.verdict.name}: {judged.summary}")
        match outcome(judged):
            case Outcome.OPEN:
                pytest.skip(verdict)
            case Outcome.ACCEPTED:
                reason = judged.known.terms if judged.known else ""
                pytest.xfail(visible(f"{reason} ({verdict})"))
            case Outcome.FAILED:
                pytest.fail(failure.explain(judged, self.subject.meaning), pytrace=False)
            case Outcome.PASSED:
                self.add_report_section("call", "verdict", verdict)
            case never:
                assert_never(never)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reason of a known deviation: its traceback says nothing and takes long to make."""
        if isinstance(excinfo.value, pytest.xfail.Exception):
            return str(excinfo.value.msg)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the probe or inspection is defined, and the test's name."""
        return self.path, self.subject.line - 1, self.name


def _properties_of_deviation(known: KnownDeviation | None) -> list[tuple[str, str]]:
    """What is known of a deviation, for JUnit's properties."""
    if known is None:
        return []
    terms = (("link", known.link), ("expires", str(known.expires or "")))
    return [(known.state.value, visible(known.reason)), *(term for term in terms if term[1])]
