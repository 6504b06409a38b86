"""What a CI system is handed: JUnit XML and a job's summary."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from messages_conformance.rendering.ci_summary import LIMIT
from messages_conformance.rendering.render import Format, render
from messages_conformance.report import Report, TargetReport
from messages_conformance.report.advice import Advice
from messages_conformance.report.deviation import DeviationState, KnownDeviation
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Evidence, Kind, Standing
from support import sample_reports
from support.sample_reports import finding, observation

NASTY = (
    "\x1b[2J\x00]]><!-- --></failure><script>alert(1)</script> & \" ' \ufffe\uffff \ud800 \u202e"
    "\n# Heading\n</details>```\n| a |"
)
ACCEPTED = KnownDeviation(DeviationState.ACCEPTED, "We send none.", "https://acme.example/1")
GONE = KnownDeviation(
    DeviationState.OUTDATED, "It was so.", objection="there is none any more: remove it"
)
PENDING = KnownDeviation(DeviationState.PENDING, "Seldom measured.")
KNOWN = {
    ("basic/top_p", "s-1"): ACCEPTED,
    ("basic/top_p", "l-1"): GONE,
    ("content/image", "l-2"): PENDING,
}
MIXED = {
    ("basic/top_p", "s-1"): Kind.REFUSED,
    ("basic/top_p", "s-2"): Kind.IGNORED,
    ("basic/metadata", "s-1"): Kind.IGNORED,
    ("content/image", "l-1"): Kind.BROKEN,
    ("content/image", "l-2"): Kind.UNMEASURED,
}


def mixed() -> TargetReport:
    """A bit of everything: it fails twice by itself, once by an outdated deviation, in one rule."""
    target = sample_reports.target(MIXED)
    cells = tuple(replace(c, known=KNOWN.get((c.row.id, c.model.id))) for c in target.cells)
    seen = (
        observation(finding(Severity.BREAKING, message="It raises.")),
        replace(observation(finding(rule="RS-9"), row="wire/error"), known=ACCEPTED),
    )
    return replace(target, cells=cells, observations=seen)


def hostile() -> TargetReport:
    """A report whose every word that others wrote is nasty."""
    bad = Behaviour(Kind.BROKEN, NASTY, (sample_reports.exchange(NASTY.encode(errors="replace")),))
    target = sample_reports.target({("basic/top_p", "s-1"): bad})
    known = KnownDeviation(DeviationState.OUTDATED, NASTY, NASTY, objection=NASTY)
    revision = replace(target.revision, target=replace(target.revision.target, name=NASTY))
    return replace(
        target,
        revision=revision,
        cells=(target.cells[0], *(replace(cell, known=known) for cell in target.cells[1:])),
        observations=(observation(finding(where=NASTY, message=NASTY)),),
    )


def junit(*targets: TargetReport) -> ET.Element:
    return ET.fromstring(render(sample_reports.report(*targets), "junit"))


def summary(*targets: TargetReport) -> str:
    return render(sample_reports.report(*targets), "summary")


def case(root: ET.Element, name: str) -> ET.Element:
    found = root.find(f".//testcase[@name='{name}']")
    assert found is not None
    return found


def check_shape(root: ET.Element) -> None:
    """The common JUnit schema: which elements stand where, with which attributes."""
    shape = {
        "testsuites": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testsuite"}),
        "testsuite": (
            {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
            {"properties", "testcase"},
        ),
        "properties": (set(), {"property"}),
        "property": ({"name", "value"}, set()),
        "testcase": ({"classname", "name", "time"}, {"failure", "skipped", "system-out"}),
        "failure": ({"type", "message"}, set()),
        "skipped": ({"type", "message"}, set()),
        "system-out": (set(), set()),
    }
    for element in root.iter():
        attributes, children = shape[element.tag]
        assert set(element.attrib) == attributes
        assert {child.tag for child in element} <= children
    for suite in (root, *root.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        for tag, count in (("failure", "failures"), ("skipped", "skipped")):
            assert suite.get(count) == str(sum(c.find(tag) is not None for c in cases))
        assert suite.get("tests") == str(len(cases))
    names = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
    assert len(set(names)) == len(names)


def test_junit_has_a_case_for_each_row_and_model_in_the_common_shape() -> None:
    root = junit(mixed())
    check_shape(root)
    assert root.get("tests") == "14"
    assert root.get("failures") == "4"
    assert root.get("skipped") == "3"
    assert case(root, "basic/top_p [s-1]").get("classname") == "acme.basic"


def test_junit_fails_only_for_what_fails_and_says_why() -> None:
    root = junit(mixed())
    failed = {c.get("name") for c in root.iter("testcase") if c.find("failure") is not None}
    assert failed == {
        "basic/top_p [s-2]",
        "basic/top_p [l-1]",
        "content/image [l-1]",
        "wire/message [s-1]",
    }
    failure = case(root, "basic/top_p [s-2]").find("failure")
    assert failure is not None
    assert failure.get("message") == "silently ignored: It was so."
    assert "POST /v1/messages" in (failure.text or "")
    outdated = case(root, "basic/top_p [l-1]").find("failure")
    assert outdated is not None
    assert "there is none any more: remove it" in (outdated.get("message") or "")


def test_junit_skips_what_is_open_or_accepted_with_the_reason() -> None:
    root = junit(mixed())
    accepted = case(root, "basic/top_p [s-1]").find("skipped")
    assert accepted is not None
    assert accepted.attrib == {
        "type": "accepted",
        "message": "accepted: We send none. (wrongly refused: It was so.)",
    }
    assert "https://acme.example/1" in (
        case(root, "basic/top_p [s-1]").findtext("system-out") or ""
    )
    unmeasured = case(root, "content/image [l-2]").find("skipped")
    assert unmeasured is not None
    assert unmeasured.get("message") == "unmeasured: It was so.; known: Seldom measured."


def test_junit_escapes_whatever_others_wrote() -> None:
    root = junit(hostile())
    check_shape(root)
    words = [*(t or "" for e in root.iter() for t in (e.text, *e.attrib.values()))]
    assert any("<script>alert(1)</script>" in text for text in words)
    assert not any(re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\u202e]", t) for t in words)


def test_a_summary_begins_with_the_result() -> None:
    told = summary(mixed())
    assert told.startswith(
        "## ✗ Messages conformance: Failed (3 fall short, 1 outdated, 2 accepted, "
    )
    assert summary(sample_reports.target()).startswith("## ✓ Messages conformance: Passed (12 ")
    assert summary().startswith("## ? Messages conformance: Nothing was judged")


def test_a_shard_that_passes_does_not_count_as_the_whole() -> None:
    part = replace(sample_reports.report(sample_reports.target()), shards=("1/2",))
    told = render(part, "summary")
    assert told.startswith("## ? Messages conformance: Passed so far, but other shards are missing")
    assert "only shard 1/2; missing: 2/2" in told
    both = replace(part, shards=("1/2", "2/2"))
    assert "conformance: Passed (" in render(both, "summary")


def test_a_summary_lists_the_worst_first_and_what_is_accepted_last() -> None:
    told = summary(mixed())
    order = [
        "| page says |",
        "there is none any more: remove it",
        "`content/image` **broken**",
        "`basic/top_p` **silently ignored**",
        "It raises.",
        "Accepted known deviations",
        "We send none.",
        "Seldom measured.",
        "What was not measured, and why",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert "POST /v1/messages" in told
    assert "RS-9" not in told
    assert "wrongly refused" in told.partition("Accepted known deviations")[2]
    assert "<https://acme.example/1>" in told


def test_hostile_words_stay_words_in_a_summary() -> None:
    parsed = MarkdownIt("commonmark").enable("table").parse(summary(hostile()))
    leaves = [leaf for token in parsed for leaf in (token, *(token.children or ()))]
    html = {leaf.content.strip() for leaf in leaves if "html" in leaf.type}
    assert html == {"<details><summary>What was exchanged</summary>", "</details>"}
    assert sum(leaf.type == "heading_open" for leaf in leaves) <= 8


@pytest.mark.parametrize("words", ["x" * 3_000_000, "|`*" * 1_000_000, "\ud83d😀" * 500_000])
def test_a_summary_keeps_below_the_limit_whatever_an_endpoint_wrote(words: str) -> None:
    saw = Behaviour(Kind.BROKEN, words, (sample_reports.exchange(words.encode(errors="replace")),))
    slots = [
        (r.id, m.id) for r in sample_reports.REVISION.rows for m in sample_reports.REVISION.models
    ]
    target = sample_reports.target(dict.fromkeys(slots, saw))
    revision = replace(target.revision, target=replace(target.revision.target, name=words))
    target = replace(target, revision=revision)
    assert len(summary(target).encode(errors="replace")) < LIMIT


def test_a_summary_drops_what_does_not_fit_and_says_so() -> None:
    """More targets than any summary has room for; whole parts go, and the first ones stay."""
    base = mixed()
    targets = [
        replace(
            base,
            revision=replace(
                base.revision, target=replace(base.revision.target, id=f"t{n}", name="n" * 400)
            ),
        )
        for n in range(500)
    ]
    told = render(Report("1", "2026-02-02T08:00:00Z", tuple(targets)), "summary")
    assert LIMIT // 2 < len(told.encode()) < LIMIT
    assert told.startswith("## ✗ Messages conformance: Failed")
    assert re.search(
        r"\*\d[\d,]* parts left out for length; the full report has them\.\*\n\Z", told
    )
    assert told.count("```") % 2 == 0
    assert told.count("<details>") == told.count("</details>")


def test_only_what_falls_short_is_said_to() -> None:
    good = sample_reports.target()
    assert all(cell.verdict.standing is not Standing.BAD for cell in good.cells)
    assert "What falls short" not in summary(good)


ADVICE = (
    Advice(
        "basic/top_p",
        "`top_p` narrows.",
        "Pass `top_p` to the sampler.",
        "Leave `top_p` out.",
        ((Kind.REFUSED, "Send `temperature`."),),
    ),
    Advice("wire/message", "Messages.", "Flush *each* event.", "Read leniently."),
)


@pytest.mark.parametrize("form", ["junit", "summary", "markdown", "json", "text"])
def test_a_problem_comes_with_what_the_owner_and_what_a_caller_does(form: Format) -> None:
    shown = render(replace(sample_reports.report(mixed()), advice=ADVICE), form)
    assert "Pass `top_p` to the sampler." in shown
    assert "Leave `top_p` out." in shown  # of s-2, where it is ignored
    assert "Read leniently." in shown


def test_advice_stays_text_where_it_looks_like_markdown() -> None:
    summary = render(replace(sample_reports.report(mixed()), advice=ADVICE), "summary")
    assert "Flush \\*each\\* event." in summary


def test_what_a_caller_does_depends_on_what_was_seen() -> None:
    report = replace(sample_reports.report(mixed()), advice=ADVICE)
    assert dict(report.what_to_do("basic/top_p", Kind.REFUSED))["Instead"] == "Send `temperature`."
    assert dict(report.what_to_do("basic/top_p", Kind.IGNORED))["Instead"] == "Leave `top_p` out."
    assert report.what_to_do("basic/metadata", Kind.IGNORED) == ()


# CSV, badge, annotations


def test_csv_has_a_line_for_each_row_and_model_with_its_advice() -> None:
    report = replace(sample_reports.report(mixed()), advice=ADVICE)
    lines = list(csv.DictReader(io.StringIO(render(report, "csv"))))
    assert len(lines) == len(mixed().judged)
    of = {(line["row"], line["model"]): line for line in lines}
    short = of["basic/top_p", "s-2"]
    assert (short["claim"], short["behaviour"]) == ("supported", "ignored")
    assert (short["verdict"], short["standing"]) == ("silently ignored", "bad")
    assert (short["fix"], short["instead"]) == (
        "Pass `top_p` to the sampler.",
        "Leave `top_p` out.",
    )
    assert of["basic/top_p", "s-1"]["known"] == "accepted"


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", '=cmd|"/c calc"!A0', 'a\nb,"c"'])
def test_csv_holds_what_an_endpoint_said_and_no_formula(said: str) -> None:
    behaviour = Behaviour(Kind.BROKEN, said, ())
    target = sample_reports.target({("basic/top_p", "s-1"): behaviour})
    text = render(sample_reports.report(target), "csv")
    line = next(csv.DictReader(io.StringIO(text)))
    assert line["summary"].lstrip("'") == " ".join(said.split())
    assert not line["summary"].startswith(("=", "+", "-", "@"))


def test_a_badge_counts_and_a_simulated_one_has_no_colour() -> None:
    badge = json.loads(render(sample_reports.report(mixed()), "badge"))
    assert badge["schemaVersion"] == 1
    assert badge["label"] == "Messages API: Acme"
    assert (badge["message"], badge["color"]) == (
        "7 as claimed, 4 fall short, 2 accepted",
        "red",
    )
    rehearsal = sample_reports.target({}, Evidence.SIMULATED)
    simulated = json.loads(render(sample_reports.report(rehearsal), "badge"))
    assert simulated["message"].startswith("rehearsal: ")
    assert simulated["color"] == "lightgrey"
    assert json.loads(render(sample_reports.report(), "badge"))["message"] == "not measured"


def test_annotations_name_each_cause_with_its_fix() -> None:
    report = replace(sample_reports.report(mixed()), advice=ADVICE)
    lines = render(report, "github").splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    (error,) = (line for line in lines if "basic/top_p" in line and line.startswith("::error"))
    assert "%0ATo fix: Pass `top_p` to the sampler.%0AInstead: " in error
    assert any("outdated known deviation" in line for line in lines)


def test_nothing_that_an_endpoint_said_becomes_a_command() -> None:
    bad = Behaviour(Kind.BROKEN, "x\n::set-env name=A::1\r::error::y", ())
    target = sample_reports.target({("basic/top_p", "s-1"): bad})
    lines = render(sample_reports.report(target), "github").splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::notice"]


@pytest.mark.parametrize("form", ["junit", "summary", "markdown", "text"])
def test_a_shown_exchange_names_the_command_that_prints_it_whole(form: Format) -> None:
    shown = " ".join(render(sample_reports.report(mixed()), form).split())
    assert "messages-conformance show RUN" in shown
    assert "acme/s-1/basic.yaml#0" in shown
