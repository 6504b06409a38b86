from dataclasses import replace

from messages_conformance.rendering.headline import first_sentence
from messages_conformance.rendering.matrix import columns
from messages_conformance.rendering.tally import CellTally
from messages_conformance.verdict import Evidence, Kind
from support import sample_reports


def test_simulated_evidence_is_said_to_be_no_measurement() -> None:
    assert first_sentence(sample_reports.target(evidence=Evidence.SIMULATED)) == (
        "Rehearsal: Acme was not asked. The project's own simulation answered, which shows "
        "nothing about the vendor. 3 rows × 4 models: 8 cells as claimed, 0 fall short, "
        "4 cells observed (4 work)."
    )


def test_recorded_evidence_names_day_host_and_server() -> None:
    seen = {
        ("basic/top_p", "s-1"): Kind.PARTIAL,
        ("basic/top_p", "s-2"): Kind.UNCLEAR,
        ("basic/metadata", "s-1"): Kind.WORKS,
        ("basic/metadata", "s-2"): Kind.IGNORED,
        ("content/image", "s-1"): Kind.IGNORED,
        ("content/image", "l-1"): Kind.UNMEASURED,
    }
    assert first_sentence(sample_reports.target(seen)) == (
        "Measured on 2026-02-01 against acme.example (acme 1.2), judged from the recording. "
        "3 rows × 4 models: 4 cells as claimed, 1 falls short, 1 better than claimed, 1 warning, "
        "3 cells observed (2 work, 1 is ignored), 1 unclear, 1 not measured."
    )


def test_live_evidence_says_live() -> None:
    assert first_sentence(sample_reports.target(evidence=Evidence.LIVE)).startswith(
        "Measured live on "
    )


def test_another_host_than_the_documented_one_is_said() -> None:
    target = sample_reports.target()
    elsewhere = replace(target.provenance, hosts=("127.0.0.1:8080",))
    assert first_sentence(replace(target, provenance=elsewhere)).endswith(
        "The answers do not come from acme.example, the documented address: "
        "this is not a measurement of it."
    )


def test_mixed_evidence_is_counted_separately() -> None:
    target = sample_reports.target(evidence=Evidence.SIMULATED)
    recorded = sample_reports.cell(target.rows[0], target.models[0], Kind.REFUSED)
    sentence = first_sentence(replace(target, cells=(recorded, *target.cells[1:])))
    assert sentence.startswith(
        "Mixed evidence, counted separately: 3 rows × 4 models. Measured on "
    )
    assert "0 cells as claimed, 1 falls short." in sentence
    assert "7 cells as claimed, 0 fall short, 4 cells observed (4 work)." in sentence


def test_without_evidence_nothing_is_known() -> None:
    target = sample_reports.target()
    unmeasured = {
        (row.id, model.id): Kind.UNMEASURED for row in target.rows for model in target.models
    }
    assert first_sentence(sample_reports.target(unmeasured)) == (
        "Nothing is known of Acme: 3 rows × 4 models, 12 not measured."
    )
    assert "no cell was judged" in first_sentence(replace(target, cells=()))


def test_a_share_of_nothing_is_a_dash() -> None:
    row, model = sample_reports.REVISION.rows[0], sample_reports.REVISION.models[0]
    assert CellTally.of([sample_reports.cell(row, model, Kind.UNCLEAR)]).share == "—"
    assert CellTally.of([sample_reports.cell(row, model, Kind.WORKS)]).share == "1 of 1"


def test_a_series_has_one_column_while_its_models_come_out_alike() -> None:
    alike = columns(sample_reports.target())
    assert [column.names for column in alike] == [("2 models alike",), ("2 models alike",)]


def test_a_series_opens_where_a_single_row_differs() -> None:
    split = columns(sample_reports.target({("content/image", "l-2"): Kind.REFUSED}))
    assert [(column.series, column.names) for column in split] == [
        ("Small", ("2 models alike",)),
        ("Large", ("l-1",)),
        ("Large", ("l-2",)),
    ]


def test_models_that_differ_in_evidence_alone_are_not_merged() -> None:
    target = sample_reports.target()
    simulated = sample_reports.cell(target.rows[0], target.models[0], evidence=Evidence.SIMULATED)
    split = columns(replace(target, cells=(simulated, *target.cells[1:])))
    assert [column.names for column in split[:2]] == [("s-1",), ("s-2",)]
