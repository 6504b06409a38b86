"""What each row detects is shown beside it, and said to be outdated where it is."""

import dataclasses
import json

import pytest

from messages_conformance.rendering.render import Format, render
from messages_conformance.report import json_format
from messages_conformance.report.detection import Detection, Power
from messages_conformance.report.report import Report
from support import sample_reports

ROW = "basic/top_p"


def known(*, current: bool = True, detected: tuple[str, ...] = ("a_fault", "another")) -> Detection:
    power = Power(detected, ("a_third",), 5)
    wire = Power(("torn",), (), 1)
    return Detection("2026-11-24T12:00:00+00:00", 4, current, {ROW: power, "wire/message": wire})


def report(detection: Detection | None) -> Report:
    target = dataclasses.replace(
        sample_reports.target(), observations=(sample_reports.observation(),)
    )
    return dataclasses.replace(sample_reports.report(target), detection=detection)


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_a_row_shows_what_it_detects(format: Format) -> None:
    shown = render(report(known()), format)
    assert "2 of 3" in shown
    assert "detects 1 of 1 faults" in shown
    assert "run 'selftest' anew" not in shown
    without = render(report(None), format)
    assert "2 of 3" not in without
    assert "detects 1 of 1" not in without


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_a_row_that_detects_nothing_says_so(format: Format) -> None:
    nothing = Detection("2026-11-24T12:00:00+00:00", 4, True, {ROW: Power((), (), 0)})
    shown = render(report(nothing), format)
    other = render(report(known()), format)
    assert shown.count("nothing") > other.count("nothing")


def test_figures_of_other_suites_are_said_to_be_outdated() -> None:
    assert "have changed since" in known(current=False).sentence
    assert "have changed since" not in known().sentence


def test_it_comes_back_from_a_saved_report() -> None:
    saved = json.loads(json.dumps(json_format.to_document(report(known()))))
    assert json_format.from_document(saved).detection == known()


def test_a_row_nobody_can_provoke_has_a_dash() -> None:
    assert known().words("error/500") == "—"
    assert known().remark("error/500") == ""
