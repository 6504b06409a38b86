import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance import schemas
from messages_conformance.errors import ReportError
from messages_conformance.protocol.exchange import KEY, Exchange, Malformed, Request
from messages_conformance.report import Report, json_format
from messages_conformance.report.excerpt import excerpt
from messages_conformance.report.json_format import FORMAT, from_document, to_document, to_json
from messages_conformance.report.outcome import exit_code
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Kind, Samples
from support import sample_reports


@pytest.fixture
def full() -> Report:
    """A report that holds every optional part at least once."""
    sampled = Behaviour(
        Kind.IGNORED,
        "1 of 3 answers changed",
        (
            sample_reports.exchange(),
            replace(sample_reports.exchange(position=1), status=None, ended="timeout"),
        ),
        Samples(1, 3),
    )
    unplaced = Behaviour(Kind.BROKEN, "HTTP 500", (replace(sample_reports.exchange(), place=None),))
    target = sample_reports.target(
        {
            ("basic/top_p", "s-1"): sampled,
            ("basic/top_p", "s-2"): unplaced,
            ("content/image", "l-1"): Kind.UNMEASURED,
        }
    )
    observations = (
        sample_reports.observation(sample_reports.finding(), figures="all in 0.2 s"),
        sample_reports.observation(row="client/sdk", exchanges=0),
    )
    return sample_reports.report(replace(target, observations=observations))


def test_the_document_keeps_its_schema(full: Report) -> None:
    assert schemas.complaint(to_document(full), "report") is None


def test_a_document_read_back_and_written_again_is_the_same(full: Report) -> None:
    document = to_document(full)
    assert to_document(from_document(document)) == document
    assert from_document(document) == from_document(json.loads(to_json(full)))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.text()
        | st.sampled_from([round(n / 10_000, 4) for n in range(10_001)]),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_it_is_written_as_the_standard_library_writes_it(value: Any) -> None:
    document = {"of": value}
    assert json_format._written(document) == json.dumps(document, indent=2, ensure_ascii=False)


def test_half_a_surrogate_pair_is_written_too() -> None:
    document = {"text": "\ud800"}
    assert json_format._written(document) == json.dumps(document, indent=2, ensure_ascii=False)


def test_reading_back_gives_the_same_report(full: Report) -> None:
    assert from_document(to_document(full)) == full


def test_a_saved_report_can_send_every_shown_request_again(full: Report) -> None:
    (target,) = from_document(to_document(full)).targets
    shown = [each for cell in target.cells for each in cell.excerpts]
    assert len(shown) >= len([cell for cell in target.cells if cell.kind is not Kind.UNMEASURED])
    assert all(each.request == sample_reports.exchange().request for each in shown)


@pytest.mark.parametrize("body", [None, [], "text", Malformed("{no JSON"), Malformed('"a'), 7])
def test_an_unusual_body_is_kept_as_it_was_sent(body: Any) -> None:
    request = Request(body, (("x-api-key", KEY),), "/v1/messages", "PUT")
    kept = excerpt(Exchange(request, 400, (), b"")).request
    assert kept == request
    assert kept is not None
    assert kept.content == request.content


def test_what_is_printed_of_a_long_exchange_takes_two_kilobytes_with_every_field_visible() -> None:
    body = {"messages": ["x" * 9000], "top_p": 0.5}
    long = Exchange(
        Request(body, (("x-api-key", "y" * 5000),)), 200, (), b"begin" + b"z" * 90_000 + b"end"
    )
    shown = excerpt(long)
    assert len(str(shown)) < 2048
    assert '"top_p": 0.5' in str(shown)
    assert shown.request == long.request
    assert shown.received.startswith("begin")
    assert shown.received.endswith("end")


def test_of_an_enormous_request_a_part_is_kept_that_is_never_taken_for_the_whole() -> None:
    shown = excerpt(Exchange(Request({"messages": ["x" * 100_000], "top_p": 0.5}), 413, (), b""))
    assert '"top_p": 0.5' in shown.sent
    assert len(shown.sent) < 1000
    assert shown.request is None


def test_a_report_of_an_older_version_has_no_whole_requests(full: Report) -> None:
    document = to_document(full)
    for kept in (each for cell in document["cells"] for each in cell.get("excerpts", ())):
        del kept["whole"]
    (target,) = from_document(document).targets
    assert all(each.request is None for cell in target.cells for each in cell.excerpts)


def test_a_document_of_another_kind_is_refused_with_what_is_wrong() -> None:
    with pytest.raises(ReportError, match="'suite_version' is a required property"):
        from_document(
            {
                "created": "2026-02-02T08:00:00Z",
                "targets": [],
                "cells": [],
                "observations": [],
                "findings": [],
            }
        )


def test_a_cell_of_an_unknown_model_is_refused_by_name(full: Report) -> None:
    document = to_document(full)
    document["cells"][0]["model"] = "nobody"
    with pytest.raises(ReportError, match="'nobody'"):
        from_document(document)


def test_a_finding_without_its_observation_is_refused_by_name(full: Report) -> None:
    document = to_document(full)
    document["findings"][0]["row"] = "wire/nothing"
    with pytest.raises(ReportError, match="wire/nothing"):
        from_document(document)


def test_a_cell_of_an_unknown_target_is_refused_by_name(full: Report) -> None:
    document = to_document(full)
    document["cells"][0]["target"] = "nobody"
    with pytest.raises(ReportError, match="'nobody 2026-01-31'"):
        from_document(document)


def test_a_cell_of_a_row_that_was_not_judged_is_refused_by_name(full: Report) -> None:
    document = to_document(full)
    document["targets"][0]["rows"].remove("basic/top_p")
    with pytest.raises(ReportError, match="'basic/top_p'"):
        from_document(document)


def test_an_impossible_value_is_refused_in_one_sentence(full: Report) -> None:
    for change in ({"seen": 5, "of": 3}, {"seen": 1, "of": 0}):
        document = to_document(full)
        (cell,) = [cell for cell in document["cells"] if "samples" in cell]
        cell["samples"] |= change
        with pytest.raises(ReportError, match="impossible value") as refusal:
            from_document(document)
        assert "\n" not in str(refusal.value)


def test_claims_that_nest_too_deeply_are_refused_in_one_sentence(full: Report) -> None:
    document = to_document(full)
    document["targets"][0]["claims"]["row"][0]["example"] = json.loads("[" * 300 + "]" * 300)
    with pytest.raises(ReportError, match="nests deeper than 64 levels"):
        from_document(document)


def test_an_impossible_date_is_refused_in_one_sentence(full: Report) -> None:
    document = json.loads(to_json(full).replace("2026-01-31", "2026-02-31"))
    with pytest.raises(ReportError, match="impossible value, '2026-02-31'") as refusal:
        from_document(document)
    assert "\n" not in str(refusal.value)


def test_a_page_is_saved_whole_whatever_was_judged_of_it(full: Report) -> None:
    (target,) = full.targets
    part = replace(target, rows=(), cells=())
    (read,) = from_document(to_document(sample_reports.report(part))).targets
    assert (read.revision, read.rows) == (target.revision, ())


def test_a_verdict_that_contradicts_its_standing_is_refused(full: Report) -> None:
    document = to_document(full)
    document["cells"][0] |= {"verdict": "kept", "standing": "bad"}
    with pytest.raises(ReportError, match=r"cells\[0\]\.standing"):
        from_document(document)


def test_exit_codes(full: Report) -> None:
    good, short = (
        sample_reports.target(),
        sample_reports.target({("basic/top_p", "s-1"): Kind.REFUSED}),
    )
    unmeasured = {(row.id, model.id): Kind.UNMEASURED for row in good.rows for model in good.models}
    assert exit_code(sample_reports.report(good)) == 0
    assert exit_code(sample_reports.report(good, short)) == 1
    blind = sample_reports.target(unmeasured)
    assert exit_code(sample_reports.report(blind)) == 2
    assert exit_code(sample_reports.report()) == 2
    for severity, code in ((Severity.BREAKING, 1), (Severity.CONTRACT, 1), (Severity.ADVISORY, 0)):
        seen = (sample_reports.observation(sample_reports.finding(severity)),)
        assert exit_code(sample_reports.report(replace(good, observations=seen))) == code
    well_formed = replace(blind, observations=(sample_reports.observation(),))
    assert exit_code(sample_reports.report(well_formed)) == 2


def test_a_report_names_its_format_and_one_of_a_later_format_is_refused_in_one_sentence() -> None:
    document = to_document(sample_reports.report(sample_reports.target()))
    assert document["format"] == FORMAT
    del document["format"]
    assert from_document(document).targets
    with pytest.raises(ReportError, match="format 2, and this version reads up to 1"):
        from_document({**document, "format": 2})
