"""From features and what is known of each row to go, go with changes, no go or not known."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.applications.check import Answer, Check, FeatureAnswer, check
from messages_conformance.applications.inventory import Collector, Inventory, Source
from messages_conformance.applications.knowledge import Basis, Knowledge
from messages_conformance.applications.marks import Sighting, body_marks
from messages_conformance.claims import library
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Lack, Model, Range, Revision, Row
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.report import Cell, Judged, Observation, ReportedFinding
from messages_conformance.rules.finding import Severity
from messages_conformance.traffic.calls.call import Part
from messages_conformance.verdict import Claim, Evidence, Kind, Standing, Verdict

ANTHROPIC = library.shipped("anthropic")
MODEL = ANTHROPIC.models[0]
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": ""}}


def page(*rows: Row, model: Model = MODEL) -> Revision:
    return replace(ANTHROPIC, rows=rows, date=datetime.date(2026, 9, 2))


def row(id: str, claim: Claim, **more: Any) -> Row:
    return Row(id, id, claim, "", "", "quoted", **more)


def inventory(body: dict[str, Any], *reads: str, source: bool = False) -> Inventory:
    collector = Collector()
    sightings = [one for one in body_marks(body) if one.mark != "body.stream:false"]
    collector.add("traffic.jsonl: line 1", [*sightings, *map(Sighting, reads)])
    hides = () if source or reads else (Part.CODE,)
    collector.add_source(Source("traffic.jsonl", "test", 1, hides=hides))
    return collector.inventory()


def nothing_instead(_row: str, _kind: Kind) -> str:
    return ""


def checked(knowledge: Knowledge, used: Inventory, model: Model = MODEL) -> Check:
    return check(used, knowledge, [model], nothing_instead)


def answer(knowledge: Knowledge, used: Inventory, model: Model = MODEL) -> FeatureAnswer:
    (found,) = checked(knowledge, used, model).models[0].features
    return found


def cell(row_id: str, kind: Kind, evidence: Evidence, **more: Any) -> Judged:
    verdict = Verdict("kept", Standing.GOOD)
    claimed = row(row_id, Claim.SUPPORTED)
    return Cell(MODEL, claimed, Claim.SUPPORTED, kind, verdict, evidence, "seen", (), **more)


@pytest.mark.parametrize(
    ("claim", "body", "wanted"),
    [
        (Claim.SUPPORTED, {"temperature": 0.5}, Answer.GO),
        (Claim.IGNORED, {"temperature": 0.5}, Answer.CHANGES),
        (Claim.UNSUPPORTED, {"temperature": 0.5}, Answer.CHANGES),
        (Claim.UNKNOWN, {"temperature": 0.5}, Answer.NOT_KNOWN),
        (Claim.IGNORED, {"service_tier": "auto"}, Answer.GO),
        (Claim.UNSUPPORTED, {"service_tier": "auto"}, Answer.CHANGES),
        (Claim.UNSUPPORTED, {"container": "c"}, Answer.NO_GO),
        (Claim.IGNORED, {"container": "c"}, Answer.NO_GO),
    ],
)
def test_a_promise_is_an_answer(claim: Claim, body: dict[str, Any], wanted: Answer) -> None:
    (field,) = body
    found = answer(Knowledge(page(row(f"basic/{field}", claim))), inventory(body))
    assert found.answer is wanted
    basis = Basis.NOTHING if claim is Claim.UNKNOWN else Basis.PROMISED
    assert (found.known.basis, found.known.date) == (basis, "2026-09-02")


def test_a_row_that_the_page_lacks_is_not_known_and_not_refused() -> None:
    found = answer(Knowledge(page()), inventory({"temperature": 0.5}))
    assert found.answer is Answer.NOT_KNOWN
    assert found.ask == ("basic/temperature",)


def test_what_stays_behind_changes_wherever_the_program_goes() -> None:
    found = answer(Knowledge(page()), inventory({}, "client:cloud"))
    assert (found.answer, found.ask) == (Answer.CHANGES, ())
    assert "base_url" in found.edit


def test_an_unknown_row_of_the_page_is_one_that_a_run_would_tell() -> None:
    known = Knowledge(page(row("basic/temperature", Claim.UNKNOWN)))
    assert answer(known, inventory({"temperature": 0.5})).ask == ("basic/temperature",)


@pytest.mark.parametrize("evidence", [Evidence.LIVE, Evidence.RECORDED])
def test_what_was_measured_counts_before_what_is_promised(evidence: Evidence) -> None:
    judged = {
        (MODEL.id, "basic/top_k"): (cell("basic/top_k", Kind.IGNORED, evidence), "2026-11-01")
    }
    known = Knowledge(page(row("basic/top_k", Claim.SUPPORTED)), judged)
    found = answer(known, inventory({"top_k": 5}))
    assert found.answer is Answer.CHANGES
    assert (found.known.basis, found.known.date) == (Basis.MEASURED, "2026-11-01")
    assert found.edit


def test_what_the_simulated_endpoint_says_counts_only_in_a_rehearsal() -> None:
    seen = cell("basic/top_k", Kind.IGNORED, Evidence.SIMULATED)
    known = Knowledge(
        page(row("basic/top_k", Claim.SUPPORTED)), {(MODEL.id, "basic/top_k"): (seen, "")}
    )
    used = inventory({"top_k": 5})
    assert answer(known, used).answer is Answer.GO
    assert answer(known, used).known.basis is Basis.PROMISED
    rehearsed = answer(replace(known, rehearsal=True), used)
    assert rehearsed.answer is Answer.CHANGES
    assert rehearsed.known.basis is Basis.REHEARSED


def test_what_was_not_clear_when_measured_is_as_if_it_were_not() -> None:
    seen = cell("basic/top_k", Kind.UNCLEAR, Evidence.LIVE)
    known = Knowledge(
        page(row("basic/top_k", Claim.SUPPORTED)), {(MODEL.id, "basic/top_k"): (seen, "")}
    )
    assert answer(known, inventory({"top_k": 5})).known.basis is Basis.PROMISED


def report(id: str, kind: Kind, date: str = "2026-10-01", **more: Any) -> FieldReport:
    return FieldReport(id, "basic/top_k", date, f"{id} saw it", "s", "A", behaviour=kind, **more)


def test_the_newest_report_on_the_model_counts_before_the_page() -> None:
    reports = (
        report("old", Kind.WORKS, "2026-09-03", models=(MODEL.id,)),
        report("new", Kind.REFUSED, "2026-10-01", models=(MODEL.id,)),
        report("other", Kind.WORKS, "2026-11-01", models=("another-model",)),
    )
    found = answer(
        Knowledge(page(row("basic/top_k", Claim.SUPPORTED)), {}, reports), inventory({"top_k": 5})
    )
    assert (found.known.basis, found.known.words) == (Basis.REPORTED, "new saw it")


def test_a_report_that_was_superseded_does_not_count() -> None:
    reports = (
        report("wrong", Kind.REFUSED, models=(MODEL.id,)),
        report("right", Kind.WORKS, "2026-10-01", models=(MODEL.id,), supersedes=("wrong",)),
    )
    known = Knowledge(page(row("basic/top_k", Claim.UNKNOWN)), {}, reports)
    assert answer(known, inventory({"top_k": 5})).answer is Answer.GO


def test_an_old_report_on_no_model_in_particular_yields_to_a_newer_page() -> None:
    known = Knowledge(
        page(row("basic/top_k", Claim.SUPPORTED)), {}, (report("old", Kind.REFUSED, "2026-05-26"),)
    )
    assert answer(known, inventory({"top_k": 5})).answer is Answer.GO


def test_a_value_outside_the_range_of_the_page_needs_a_change() -> None:
    range = Range(0, 1)
    known = Knowledge(page(row("basic/temperature", Claim.SUPPORTED, range=range)))
    found = answer(known, inventory({"temperature": 1.3}))
    assert found.answer is Answer.CHANGES
    assert "sends 1.3" in found.known.words
    assert answer(known, inventory({"temperature": 0.9})).answer is Answer.GO


def test_the_end_of_a_range_that_excludes_it_is_outside() -> None:
    known = Knowledge(
        page(row("basic/top_p", Claim.SUPPORTED, range=Range(0, 1, excludes_maximum=True)))
    )
    assert answer(known, inventory({"top_p": 1.0})).answer is Answer.CHANGES


def test_what_a_page_lacks_matters_only_where_it_is_used() -> None:
    lack = Lack("url", "no images by address")
    known = Knowledge(page(row("content/image", Claim.PARTIAL, lacks=(lack,))))
    message = {"role": "user", "content": [IMAGE]}
    assert checked(known, inventory({"messages": [message]})).answer is Answer.GO
    by_url = {**IMAGE, "source": {"type": "url", "url": "u"}}
    found = checked(known, inventory({"messages": [{"role": "user", "content": [by_url]}]}))
    assert found.answer is Answer.CHANGES


@pytest.mark.parametrize(("lacking", "wanted"), [((), Answer.GO), (("enabled",), Answer.CHANGES)])
def test_a_part_is_enough_where_the_part_that_lacks_is_not_needed(
    lacking: tuple[str, ...], wanted: Answer
) -> None:
    seen = cell("basic/thinking", Kind.PARTIAL, Evidence.LIVE, lacking=lacking)
    judged = {(MODEL.id, "basic/thinking"): (seen, "2026-11-01")}
    known = Knowledge(page(row("basic/thinking", Claim.SUPPORTED)), judged)
    assert checked(known, inventory({"thinking": {"type": "enabled"}})).answer is wanted


def test_a_model_that_sees_nothing_is_no_go_for_pictures() -> None:
    known = Knowledge(page(row("content/image", Claim.SUPPORTED)))
    used = inventory({"messages": [{"role": "user", "content": [IMAGE]}]})
    assert answer(known, used, replace(MODEL, sees=False)).answer is Answer.NO_GO


@pytest.mark.parametrize(
    ("default", "wanted"),
    [("on", Answer.CHANGES), ("always", Answer.CHANGES), ("off", Answer.GO), ("never", Answer.GO)],
)
def test_taking_the_first_block_breaks_where_a_model_thinks_unasked(
    default: Any, wanted: Answer
) -> None:
    model = replace(MODEL, thinks=True, thinking_default=default)
    assert answer(Knowledge(page()), inventory({}, "reads:first_block"), model).answer is wanted


def test_taking_the_first_block_goes_where_thinking_is_turned_off() -> None:
    model = replace(MODEL, thinks=True, thinking_default="on")
    used = inventory({"thinking": {"type": "disabled"}}, "reads:first_block")
    known = Knowledge(page(row("basic/thinking", Claim.SUPPORTED)))
    assert checked(known, used, model).answer is Answer.GO


def observation(row_id: str, rule: str, severity: Severity) -> tuple[Judged, str]:
    finding = ReportedFinding(MODEL, rule, severity, Place("c", 0), "here", "so")
    seen = Observation(row_id, row_id, MODEL, 3, "", Evidence.LIVE, (finding,))
    return seen, "2026-11-01"


def test_a_broken_contract_hurts_those_who_read_it_and_no_others() -> None:
    usage = observation("wire/tokens", "RS-USE-3", Severity.CONTRACT)
    known = Knowledge(page(), {(MODEL.id, "wire/tokens"): usage})
    assert answer(known, inventory({}, "reads:usage")).answer is Answer.CHANGES
    stream = observation("wire/stream", "ST-MSG-5", Severity.CONTRACT)
    known = Knowledge(page(), {(MODEL.id, "wire/stream"): stream})
    assert answer(known, inventory({}, "reads:final_message")).answer is Answer.GO
    stream = observation("wire/stream", "ST-ORD-11", Severity.BREAKING)
    known = Knowledge(page(), {(MODEL.id, "wire/stream"): stream})
    assert answer(known, inventory({}, "reads:final_message")).answer is Answer.CHANGES


def test_an_answer_that_the_source_never_looks_at_is_not_leaned_on() -> None:
    known = Knowledge(page(row("response/stop_reason", Claim.UNSUPPORTED)))
    used = inventory({}, "stop_reason:max_tokens", source=True)
    assert answer(known, used).answer is Answer.GO
    unseen = replace(used, sources=(replace(used.sources[0], hides=(Part.CODE,)),))
    assert answer(known, unseen).answer is Answer.CHANGES


def test_models_are_ranked_by_what_they_keep_and_then_by_price() -> None:
    models = [replace(MODEL, id=id) for id in ("worse", "dear", "cheap")]
    exceptions = {"worse": Claim.UNSUPPORTED}
    known = Knowledge(page(row("basic/top_k", Claim.SUPPORTED, exceptions=exceptions)))
    prices = {"dear": 9.0, "cheap": 1.0, "worse": 0.1}
    found = check(inventory({"top_k": 5}), known, models, nothing_instead, prices)
    assert [each.model.id for each in found.models] == ["cheap", "dear", "worse"]
    assert found.answer is Answer.GO


def test_one_feature_that_is_not_known_keeps_the_whole_from_being_go() -> None:
    known = Knowledge(page(row("basic/top_k", Claim.UNKNOWN), row("basic/top_p", Claim.IGNORED)))
    assert checked(known, inventory({"top_k": 5, "top_p": 0.5})).answer is Answer.NOT_KNOWN


def test_a_row_of_the_wire_is_promised_by_calling_itself_compatible() -> None:
    found = answer(Knowledge(page()), inventory({}, "reads:final_message"))
    assert (found.answer, found.known.basis) == (Answer.GO, Basis.PROMISED)


def test_a_header_that_every_client_sends_is_promised_by_calling_itself_compatible() -> None:
    found = answer(Knowledge(page()), inventory({}, "header:anthropic-version"))
    assert (found.answer, found.known.basis) == (Answer.GO, Basis.PROMISED)
    refused = row("header/anthropic-beta+version", Claim.UNSUPPORTED)
    assert answer(Knowledge(page(refused)), inventory({}, "beta:a")).known.kind is Kind.REFUSED


def test_the_edit_is_what_the_probe_of_the_row_says() -> None:
    known = Knowledge(page(row("basic/top_k", Claim.UNSUPPORTED)))
    found = check(inventory({"top_k": 5}), known, [MODEL], lambda row, kind: f"{row} {kind}")
    assert found.models[0].features[0].edit == "basic/top_k refused"


def test_a_model_that_lacks_something_whole_ranks_below_one_with_more_changes() -> None:
    models = [replace(MODEL, id="a-lacks"), replace(MODEL, id="b-changes")]
    rows = (
        row("basic/container", Claim.SUPPORTED, exceptions={"a-lacks": Claim.UNSUPPORTED}),
        row("basic/top_k", Claim.SUPPORTED, exceptions={"b-changes": Claim.UNSUPPORTED}),
        row("basic/top_p", Claim.SUPPORTED, exceptions={"b-changes": Claim.UNSUPPORTED}),
    )
    used = inventory({"container": "c", "top_k": 5, "top_p": 0.5})
    found = check(used, Knowledge(page(*rows)), models, nothing_instead)
    assert [each.model.id for each in found.models] == ["b-changes", "a-lacks"]
