"""Which named faults look like a problem: those that make the same row behave alike."""

from messages_conformance.report.kill_matrix import FailedRow, KillMatrix, Trial
from messages_conformance.report.likeness import Likeness
from messages_conformance.report.named_fault import NamedFault, merge_faults
from messages_conformance.verdict import Kind

ROW = "basic/stop_sequences"


def trial(fault: str, row: str, verdict: str, summary: str, rule: str = "", *broken: str) -> Trial:
    return Trial(
        fault,
        f"It is {fault} (acme/gateway#7).",
        "documented",
        row,
        rule,
        True,
        (FailedRow(ROW, verdict, summary),) if verdict else (),
        (),
        (),
        {"wire/message": broken} if broken else {},
    )


LIKENESS = Likeness(
    KillMatrix(
        "0.1.0",
        "2026-11-26T08:00:00+00:00",
        "digest",
        1.0,
        1,
        True,
        (),
        (
            trial("unsaid", ROW, "partly kept", "the text ends, and stop_reason says end_turn"),
            trial("dropped", ROW, "silently ignored", "the text goes on after the stop sequence"),
            trial("cut", ROW, "partly kept", "a word too much was cut before the stop sequence"),
            trial("side_effect", "basic/system", "partly kept", "the text ends too early"),
            trial("refused", ROW, "wrongly refused", "refused with HTTP 400"),
            trial("no_model", "wire/message", "", "", "RS-MSG-4", "RS-MSG-4"),
            trial("other_model", "basic/model", "", "", "", "RS-MSG-4"),
            trial("garbled", "wire/message", "", "", "RS-BLK-6w", "CT-9", "RS-BLK-6w"),
            trial("form_dropped", "output_config/format", "", "", "", "CT-9"),
        ),
    )
)


def test_a_fault_resembles_what_behaves_alike_and_first_what_is_said_alike() -> None:
    said = "the text ends, and stop_reason says end_turn, 3 of 3"
    assert LIKENESS.of_row(ROW, Kind.PARTIAL, said) == ("unsaid", "side_effect", "cut")
    assert LIKENESS.of_row(ROW, Kind.IGNORED, "whatever") == ("dropped",)
    assert LIKENESS.of_row(ROW, Kind.BROKEN, said) == ()
    assert LIKENESS.of_row("basic/system", Kind.PARTIAL, said) == ()


def test_a_fault_made_for_a_rule_comes_before_one_that_breaks_it_as_well() -> None:
    assert LIKENESS.of_rules("wire/message", ("RS-MSG-4",)) == ("no_model", "other_model")
    assert LIKENESS.of_rules("wire/message", ("RS-MSG-5",)) == ()


def test_a_fault_that_breaks_few_other_rules_comes_before_one_that_breaks_more() -> None:
    assert LIKENESS.of_rules("wire/message", ("CT-9",)) == ("form_dropped", "garbled")
    assert LIKENESS.of_rules("wire/message", ("CT-9", "RS-BLK-6w")) == ("garbled", "form_dropped")


def test_a_named_fault_says_where_it_was_met() -> None:
    (fault,) = LIKENESS.named(["unsaid", "unsaid"])
    assert fault == NamedFault("unsaid", "It is unsaid (acme/gateway#7).")
    other = NamedFault("a", "A.")
    assert merge_faults((fault,), (other, fault)) == (other, fault)
