"""`explain`: a row's meaning, requests, remedies, claims, reports and faults, as text and JSON."""

import json

from messages_conformance import schemas
from support import commands


def test_a_row_is_explained_from_meaning_to_faults() -> None:
    said = commands.call("explain", "basic/stop_sequences").stdout
    for part in (
        "Generation ends before a stop sequence",
        "What the owner of the endpoint does",
        "What a caller does instead",
        "cut the text there",
        "How it is put to the test",
        '"stop_sequences": [',
        "What pages claim",
        "page of 2026-09-02",
        "What others reported",
        "Faults it catches",
        "stop_sequences_dropped",
    ):
        assert part in said


def test_a_claim_that_changed_is_shown_with_the_one_before() -> None:
    said = commands.call("explain", "basic/stop_sequences", "--target", "model-studio").stdout
    assert "partial (page of 2026-09-02); supported in 2025-11-13" in said


def test_targets_whose_pages_are_silent_share_a_line() -> None:
    said = commands.call("explain", "error/413").stdout
    assert said.count("Not mentioned") == 1


def test_an_inspected_row_asks_nothing_by_itself() -> None:
    said = commands.call("explain", "wire/error").stdout
    assert "it asks nothing" in said
    assert "Match on the HTTP status" in said


def test_json_is_as_its_schema_says() -> None:
    for row in ("basic/stop_sequences", "wire/error", "error/529"):
        document = json.loads(commands.call("explain", row, "--format", "json").stdout)
        assert schemas.complaint(document, "explanation") is None
        assert document["row"] == row
        assert document["fix"]
        assert document["instead"]


def test_an_unknown_row_is_met_with_the_one_that_begins_so() -> None:
    assert "did you mean 'basic/stop_sequences'" in commands.refused(
        commands.call("explain", "basic/stop")
    )


def test_an_unknown_target_is_met_with_the_nearest_one() -> None:
    assert "did you mean 'model-studio'" in commands.refused(
        commands.call("explain", "basic/model", "--target", "model-studo")
    )


def test_a_rule_is_met_with_the_command_that_explains_rules() -> None:
    assert "'messages-conformance rules ER-1'" in commands.refused(commands.call("explain", "ER-1"))
