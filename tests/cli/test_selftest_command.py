"""The command `selftest`: its list of faults, its choice of them, and its exit codes."""

from messages_conformance.reference.faults import FAULTS
from support.commands import call, refused


def test_list_says_what_each_fault_does_and_which_row_must_detect_it() -> None:
    lines = call("selftest", "--list").stdout.splitlines()
    assert len(lines) == 2 * len(FAULTS)
    fault = FAULTS["another_model_answers"]
    at = lines.index("another_model_answers  (basic/model; documented, strict)")
    assert lines[at + 1] == f"    {fault.says}"


def test_a_pattern_that_matches_no_fault_is_refused() -> None:
    assert "no fault matches 'no_such_*'" in refused(call("selftest", "--fault", "no_such_*"))
    assert "no row of a fault matches" in refused(call("selftest", "--row", "none/*"))


def test_one_detected_fault_passes() -> None:
    result = call("selftest", "--fault", "another_model_answers", "--seeds", "0", "--jobs", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 of 1 faults detected by their row in 2 trials; ")
